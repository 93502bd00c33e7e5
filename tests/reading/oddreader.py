"""A reader that does what a hostile file would make one do."""

import os
import time
from typing import BinaryIO


def load() -> None:
    """Load nothing."""


def write_answer(data: bytes, name: str, out: BinaryIO) -> int:
    """Do what the file says; answer with its name, its bytes and the number of the helper."""
    if data == b"spin":
        while True:
            pass
    if data == b"sleep":
        time.sleep(60)
    if data == b"grow":
        bytearray(10**10)
    if data == b"die":
        os.abort()
    out.write(f"{name} {os.getppid()} ".encode() + data)
    return 7
