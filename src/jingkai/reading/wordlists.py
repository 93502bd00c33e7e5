"""Lists of words, kept as data in words/, one purpose each."""

import re
from pathlib import Path

__all__ = ["FOLDER", "any_of", "word_list"]

FOLDER = Path(__file__).with_name("words")


def word_list(name: str) -> tuple[str, ...]:
    """Return the words of words/NAME.txt; a line that opens with # says what they are for."""
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    said = " ".join(line for line in lines if not line.startswith("#"))
    return tuple(dict.fromkeys(said.split()))


def any_of(listed: tuple[str, ...]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))
