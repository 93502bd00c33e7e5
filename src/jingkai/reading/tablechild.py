"""Open a stranger's table in a child process: a hostile file can end it, never the office."""

import contextlib
import json
import resource
import subprocess
import sys
from dataclasses import asdict

from jingkai.kernel.words import Words, words_of
from jingkai.reading.tables import SIZE, CannotReadTable, Table, TableCell, open_table

__all__ = ["open_table_safely"]


def open_table_safely(data: bytes, name: str, *, megabytes: int = 1024, seconds: int = 30) -> Table:
    """Open a table in a child with a limit of memory and time."""
    if len(data) > SIZE or not data.strip():
        open_table(data, name)
    command = [sys.executable, "-m", "jingkai.reading.tablechild", name]
    command += [str(megabytes), str(seconds)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=seconds * 2, check=False
        )
    except subprocess.TimeoutExpired:
        raise CannotReadTable(Words("读得太久，已停止；什么都没有写入。请分几次上传。")) from None
    if done.returncode not in (0, 3):
        raise CannotReadTable(
            Words("读这个文件要的内存或时间超出上限，已停止。请另存为 xlsx 再上传。")
        )
    answer = json.loads(done.stdout)
    if done.returncode == 3:
        raise CannotReadTable(Words.of(answer["refusal"]))
    answer["notes"] = [Words.of(one) for one in answer["notes"]]
    answer["rows"] = [[TableCell(*cell) for cell in row] for row in answer["rows"]]
    return Table(**answer)


def main() -> int:
    """Read standard input as a table; write the answer as JSON."""
    name, megabytes, seconds = sys.argv[1:4]
    size = int(megabytes) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    code, answer = 0, {}
    try:
        table = open_table(sys.stdin.buffer.read(), name)
        answer = asdict(table) | {
            "rows": [[(cell.kind, cell.text) for cell in row] for row in table.rows],
            "notes": [one.plain() for one in table.notes],
        }
    except CannotReadTable as refusal:
        code, answer = 3, {"refusal": words_of(refusal).plain()}
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(answer))
    return code


if __name__ == "__main__":
    raise SystemExit(main())
