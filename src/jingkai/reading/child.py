"""Open and read in a child process: a hostile file can end the child, never the office."""

import contextlib
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from jingkai.kernel.words import Words, words_of
from jingkai.reading.opening import LIMIT, CannotRead, open_document

__all__ = ["Opened", "open_safely"]


@dataclass(frozen=True)
class Opened:
    """A report's text, and what was read from it as plain lists and dicts."""

    text: str
    report: dict[str, Any]


def open_safely(
    data: bytes, name: str, *, year: int | None = None, megabytes: int = 1024, seconds: int = 60
) -> Opened:
    """Open and read a file in a child with a limit of memory and time."""
    if len(data) > LIMIT or not data.strip():
        open_document(data, name)
    command = [sys.executable, "-m", "jingkai.reading.child", name, str(year or 0)]
    command += [str(megabytes), str(seconds)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise CannotRead(
            Words("读了 %(seconds)s 秒还没读完，已停止。请去掉附件和图片后再试。", seconds=seconds)
        ) from None
    if done.returncode not in (0, 3):
        raise CannotRead(_why_ended(done))
    answer = json.loads(done.stdout)
    if done.returncode == 3:
        raise CannotRead(Words.of(answer["refusal"]))
    return Opened(answer["text"], answer["report"])


def _why_ended(done: subprocess.CompletedProcess[bytes]) -> Words:
    # A signal, or Python's own word; everything else is an error of the program.
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        return Words("读取时超出了内存上限，已停止；系统没有受影响。请另存为 txt 后再试。")
    return Words(
        "读这份文件时程序出错，已停止；系统没有受影响。请把正文粘贴进来，并把文件交给管理员。"
    )


def main() -> int:
    """Read standard input as a file; write the answer as JSON."""
    name, year, megabytes, seconds = sys.argv[1:5]
    size = int(megabytes) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    from jingkai.reading import read

    code = 0
    answer: dict[str, Any]
    try:
        opened = open_document(sys.stdin.buffer.read(), name)
        report = read(opened.text, year=int(year) or None).to_json()
        unread = [{"at": 0, "end": 0, "text": "", "why": why} for why in opened.warnings]
        report["notes"] = [*unread, *report["notes"]]
        answer = {"text": opened.text, "report": report}
    except CannotRead as refusal:
        code, answer = 3, {"refusal": words_of(refusal).plain()}
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(answer))
    return code


if __name__ == "__main__":
    raise SystemExit(main())
