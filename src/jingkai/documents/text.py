"""Text of official documents: what may be printed, how wide it is, how it is numbered."""

import re
import unicodedata
from datetime import UTC, date, datetime

from jingkai.documents.model import BadDocument

# XML 1.0 can carry no other characters, not even escaped.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_DIGITS = "零一二三四五六七八九"


class TimeWithoutZone(BadDocument):
    """The time of writing names no time zone."""


def clean(text: str) -> str:
    """Return the text without control characters, line ends as line feeds."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Return the text cleaned, on one line, without space around it."""
    return " ".join(clean(text).split())


def width(text: str) -> float:
    """Return how many 汉字 the text is as wide as; Latin letters and digits count half."""
    halves = 0
    for character in text:
        if unicodedata.combining(character):
            continue
        # Ambiguous are the dashes, quotes and dots, which Chinese fonts print full width.
        halves += 2 if unicodedata.east_asian_width(character) in "WFA" else 1
    return halves / 2


def chinese_number(number: int) -> str:
    """Return 1 to 999 in Chinese digits: 一, 十二, 一百零三."""
    if not 0 < number < 1000:
        raise ValueError(f"序号{number}超出1至999。")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (_DIGITS[ones] if ones else "")


def heading_number(level: int, number: int) -> str:
    """Return the mark of the number-th heading of a level: 一、 （一） 1. （1）."""
    match level:
        case 1:
            return f"{chinese_number(number)}、"
        case 2:
            return f"（{chinese_number(number)}）"
        case 3:
            return f"{number}."
        case _:
            return f"（{number}）"


def chinese_date(day: date) -> str:
    """Return the date in Arabic digits without leading zeros: 2026年1月8日."""
    return f"{day.year}年{day.month}月{day.day}日"


def in_utc(created: datetime) -> datetime:
    """Return the time of writing in UTC; without a zone it would depend on the machine."""
    if created.tzinfo is None:
        raise TimeWithoutZone("成文时间没有注明时区，请给出带时区的时间。")
    return created.astimezone(UTC)
