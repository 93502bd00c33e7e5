"""Read the State Council's yearly notice of holidays, as it is pasted, into calendar days."""

import re
from datetime import date, timedelta

from jingkai.kernel.calendar import CalendarDay
from jingkai.kernel.words import Words

__all__ = ["UnreadableNotice", "read_notice"]

_LINE = re.compile(
    r"(?:[一二三四五六七八九十]+、)?\s*(?P<name>[\u4e00-\u9fff、]{2,12})\s*[：:]\s*(?P<rest>.+)"
)
_DAY = (
    r"(?:(?P<{p}y>\d{{4}})年)?(?:(?P<{p}m>\d{{1,2}})月)?(?P<{p}d>\d{{1,2}})日"
    r"(?:（[^）]*）|\([^)]*\))?"
)
_SPAN = re.compile(_DAY.format(p="a") + r"(?:\s*(?:至|—|-|～|~)\s*" + _DAY.format(p="b") + r")?")
_HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


class UnreadableNotice(ValueError):
    """A text in which no holiday arrangement was found, or one that contradicts itself."""


def read_notice(text: str, year: int) -> list[CalendarDay]:
    """Return the days off and the shifted working days that a notice for `year` names.

    Saturdays and Sundays inside a holiday are kept too: a later notice may change them back.
    """
    days: dict[date, CalendarDay] = {}
    for raw in text.splitlines():
        line = _LINE.search(raw.strip())
        if line is None or not any(name[:2] in line["name"] for name in _HOLIDAYS):
            continue
        for clause in re.split(r"[。；;]", line["rest"]):
            is_workday = "上班" in clause
            if not is_workday and "放假" not in clause:
                continue
            for on in _days(clause, year, line["name"]):
                if on in days and days[on].is_workday != is_workday:
                    raise UnreadableNotice(
                        Words("%(on)s 既写放假又写上班，请核对通知原文。", on=on)
                    )
                days[on] = CalendarDay(on, is_workday, line["name"])
    if not days:
        raise UnreadableNotice(
            Words(
                "没有读出放假安排；请粘贴通知正文，每个节日一行，如“元旦：1月1日至3日放假调休，"
                "1月4日上班”。"
            )
        )
    return [days[on] for on in sorted(days)]


def _days(clause: str, year: int, name: str) -> list[date]:
    found: list[date] = []
    month = 0
    for match in _SPAN.finditer(clause):
        month = int(match["am"] or month)
        first = _day(int(match["ay"] or year), month, int(match["ad"]), name)
        last = first
        if match["bd"]:
            until = int(match["bm"] or month)
            in_year = int(match["by"] or first.year + (until < month))
            last = _day(in_year, until, int(match["bd"]), name)
            month = until
        if not 0 <= (last - first).days <= 15:
            raise UnreadableNotice(
                Words(
                    "“%(name)s”的 %(first)s 至 %(last)s 不像一段假期，请核对。",
                    name=name,
                    first=first,
                    last=last,
                )
            )
        found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return found


def _day(year: int, month: int, day: int, name: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableNotice(
            Words(
                "“%(name)s”里没有 %(year)s年%(month)s月%(day)s日 这一天，请核对。",
                name=name,
                year=year,
                month=month,
                day=day,
            )
        ) from None
