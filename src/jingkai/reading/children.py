"""Children that open strangers' files, each forked from a helper that has the libraries loaded.

Nearly all that a child of its own takes is the loading of libraries. The helper starts with the
first file and ends with its office, or after ten minutes without a file.
"""

import atexit
import importlib
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from threading import Lock
from types import ModuleType
from typing import BinaryIO

__all__ = ["ChildEnded", "TookTooLong", "end_helpers", "read_in_child"]

IDLE = 600
ASKED = 4096


class ChildEnded(Exception):
    """A child that ended without an answer: it went over a limit, or its reader crashed."""


class TookTooLong(Exception):
    """A child that did not answer in time and was stopped."""


def read_in_child(
    reader: str, data: bytes, name: str, *, megabytes: int, seconds: int
) -> tuple[int, mmap]:
    """Let a reader open a file in a child with a limit of memory and time; return its answer.

    A reader is a module whose `write_answer(data, name, out)` writes to `out` and returns a code.
    """
    told = json.dumps([name[-200:], megabytes, seconds]).encode()
    with TemporaryFile() as given, TemporaryFile() as answer:
        given.write(data)
        given.flush()
        given.seek(0)
        pid, life = _fork(reader, told, given, answer)
        try:
            code = _wait(life, seconds * 2)
        except TookTooLong:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            raise
        finally:
            os.close(life)
        if code is None:
            raise ChildEnded
        return code, mmap(answer.fileno(), 0, access=ACCESS_READ)


def _wait(life: int, seconds: float) -> int | None:
    """Return the code of a child; None where it ended without one."""
    if not select.select([life], [], [], seconds)[0]:
        raise TookTooLong
    said = os.read(life, 1)
    return said[0] if said else None


class _Helper:
    """The process that children are forked from; it belongs to the process that started it."""

    def __init__(self, reader: str) -> None:
        self.owner = os.getpid()
        self._mine, its = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jingkai.reading.children", str(its.fileno()), reader],
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        its.close()

    def fork(self, told: bytes, files: list[int]) -> int | None:
        """Return the number of a new child that has these files; None if the helper is gone."""
        try:
            socket.send_fds(self._mine, [told], files)
            said = self._mine.recv(ASKED)
        except OSError:
            return None
        return int(said) if said else None

    def end(self) -> None:
        """Let go of the helper, which ends it."""
        self._mine.close()
        if self.owner == os.getpid():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)


_helpers: dict[str, _Helper] = {}
_asking = Lock()


def _fork(reader: str, told: bytes, given: BinaryIO, answer: BinaryIO) -> tuple[int, int]:
    """Return the number of a new child, and the pipe that it holds for as long as it lives."""
    with _asking:
        for _again in range(2):
            helper = _helpers.get(reader)
            if helper is None or helper.owner != os.getpid():
                helper = _helpers[reader] = _Helper(reader)
            life, held = os.pipe()
            pid = helper.fork(told, [given.fileno(), answer.fileno(), held])
            os.close(held)
            if pid is not None:
                return pid, life
            os.close(life)
            _helpers.pop(reader).end()
    raise ChildEnded


@atexit.register
def end_helpers() -> None:
    """End the helpers of this process; the next file starts another."""
    for helper in _helpers.values():
        if helper.owner == os.getpid():
            helper.end()
    _helpers.clear()


def main() -> None:
    """Fork a child for each file that the office hands over."""
    office = socket.socket(fileno=int(sys.argv[1]))
    reader = importlib.import_module(sys.argv[2])
    reader.load()
    while select.select([office], [], [], IDLE)[0]:
        told, files, _flags, _from = socket.recv_fds(office, ASKED, 3)
        if not told:
            break
        _bury(os.WNOHANG)
        pid = os.fork()
        if not pid:
            office.close()
            _read(reader, json.loads(told), *files)
        for one in files:
            os.close(one)
        office.sendall(str(pid).encode())
    _bury(0)


def _bury(how: int) -> None:
    """Take leave of the children that have ended, or wait for all of them."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, how)[0]:
            pass


def _read(reader: ModuleType, told: list[object], given: int, answer: int, life: int) -> None:
    """Open one file within its limits, say how it went, and end."""
    name, megabytes, seconds = told
    size = int(str(megabytes)) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (int(str(seconds)), int(str(seconds))))
    with suppress(BaseException):
        with open(given, "rb") as data, open(answer, "wb") as out:
            code = reader.write_answer(data.read(), name, out)
        os.write(life, bytes([code]))
    os._exit(0)


if __name__ == "__main__":
    main()
