"""A file may end the child that reads it, and never more than that."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from jingkai.reading.children import ChildEnded, TookTooLong, end_helpers, read_in_child

READER = "tests.reading.oddreader"


def answer(data: bytes, name: str = "a.xlsx", *, seconds: int = 20) -> list[bytes]:
    code, said = read_in_child(READER, data, name, megabytes=2048, seconds=seconds)
    assert code == 7
    return said[:].split(b" ")


def test_one_helper_forks_the_children_of_many_files() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: answer(b"%d" % n, f"表{n}"), range(8)))

    assert [one[2] for one in found] == [b"%d" % n for n in range(8)]
    assert found[3][0].decode() == "表3"
    assert len({one[1] for one in found}) == 1


@pytest.mark.parametrize("data", [b"grow", b"die", b"spin"])
def test_a_child_over_its_limits_ends_alone(data: bytes) -> None:
    helper = answer(b"1")[1]
    # On a busy machine a second of work takes more than two: whichever is over first ends it.
    with pytest.raises((ChildEnded, TookTooLong) if data == b"spin" else ChildEnded):
        answer(data, seconds=1 if data == b"spin" else 20)

    assert answer(b"1")[1] == helper


def test_a_child_that_does_not_answer_is_stopped() -> None:
    with pytest.raises(TookTooLong):
        answer(b"sleep", seconds=1)


def test_a_helper_that_is_gone_is_started_again() -> None:
    helper = answer(b"1")[1]
    os.kill(int(helper), signal.SIGKILL)
    other = answer(b"1")[1]
    assert other != helper

    end_helpers()
    with pytest.raises(ProcessLookupError):
        os.kill(int(other), 0)
    assert answer(b"2")[2] == b"2"
