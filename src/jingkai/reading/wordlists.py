"""Lists of words, written with blanks between them, as one pattern that tries the longest first."""

import re

__all__ = ["any_of", "words"]


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list that is written with blanks between them."""
    return tuple(dict.fromkeys(text.split()))


def any_of(listed: tuple[str, ...]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))
