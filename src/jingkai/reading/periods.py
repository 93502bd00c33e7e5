"""Which years a sentence speaks of."""

import re
from collections import Counter

from jingkai.kernel.periods import Period

_PLANS = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_PLAN = re.compile("(" + "|".join(_PLANS) + r")[”\"]?(期间|时期|末|期末|以来)?")
_AHEAD_PLAN = re.compile(
    "(" + "|".join(_PLANS) + r")”?(?:期间|时期|末|期末|规划|发展|主要|奋斗|目标)"
)
_FIVE = re.compile(r"(?:过去|这|近)?五年(?:来|间|以来|里)|过去(?:的)?五年|五年.{0,3}累计")
_PLAN_SPAN = re.compile(
    "(?:回顾|过去的?|刚刚过去的?)?“?(?:" + "|".join(_PLANS) + ")”?(?:期间|时期|以来|[，,])"
)
_ONE_YEAR = re.compile(r"刚刚过去的一年|一年来|去年|20[0-9]{2}年")
_LAST = re.compile(r"去年|(?:过去|刚刚过去)的?一年|一年来|20[0-9]{2}年")
_POINT = re.compile(r"(?:到|至)(20[0-9]{2})年")
_YEARS = re.compile(r"(20[0-9]{2})年?(?:至|到|—|–|-)(20[0-9]{2})年")
_YEAR = re.compile(r"(20[0-9]{2})年(?!代)")

_WITHIN = re.compile(r"(?:通过|用|经过)([0-9]|[一二三四五])年")
_MONTH = re.compile(r"(?<![0-9])(1[0-2]|[1-9])月(?:份|底|前|末)")
_HAN = "一二三四五"
# What a speech in the middle of a year says of its numbers: 今年1—6月, 上半年, 一季度, 截至5月底.
_MONTHS = re.compile(r"(?<![0-9])(1?[0-9])(?:月?[—－~～-]{1,2}|至)(1?[0-9])月")
_UNTIL = re.compile(r"截至(?:今年)?(1?[0-9])月(?:底|末)?")
_IN_MONTH = re.compile(r"(?<![0-9—－~～至-])(1?[0-9])月(?:份|当月)")
_PARTS = {"上半年": (1, 6), "下半年": (7, 12), "一季度": (1, 3), "二季度": (4, 6)}
_PARTS |= {"三季度": (7, 9), "四季度": (10, 12), "前三季度": (1, 9)}
_PART = re.compile("|".join(sorted(_PARTS, key=len, reverse=True)))
_THIS_YEAR = re.compile(r"今年|(?<![0-9])1[—－~～-]|截至")


def plan_year(text: str) -> int:
    """Return the year whose plan a report lays out, as far as its text tells."""
    head = text[:600]
    for pattern in (
        r"(20[0-9]{2})年(?:政府)?(?:工作)?(?:计划|安排|打算|政府工作报告)",
        r"[（(](20[0-9]{2})年[0-9]{1,2}月[0-9]{1,2}日[)）]",
        r"——\s*(20[0-9]{2})年[0-9]{1,2}月",
        r"(20[0-9]{2})年[0-9]{1,2}月[0-9]{1,2}日",
    ):
        if hit := re.search(pattern, head):
            return int(hit[1])
    whole = re.findall(
        r"(20[0-9]{2})年(?:政府|经济社会|全年)?[^。]{0,8}(?:目标|安排|要求|任务)", text
    )
    if whole:
        return int(max(whole))
    years = Counter(int(year) for year in _YEAR.findall(text))
    return max(years, key=lambda year: (years[year], year)) if years else 1970


def _is_base(before: str, hit: re.Match[str]) -> bool:
    """Tell whether a year is what another is measured against: 比2020年, 由2015年的8增到."""
    if before[: hit.start()][-1:] in ("比", "较"):
        return True
    if before[: hit.start()][-1:] in ("与", "同", "和") and before.startswith("相比", hit.end()):
        return True
    starts = before[: hit.start()][-1:] in ("由", "从", "自")
    return starts and re.search(r"[0-9]", before[hit.end() :]) is not None


class Periods:
    """Resolves the period words of one document."""

    def __init__(self, year: int) -> None:
        self.year = year

    def scope(self, line: str, before: str, part: str, section: tuple[str, ...]) -> str:
        """Return what a line's undated numbers speak of: "year", "span", or years as 2026-2030."""
        head = line[:30]
        if part == "plan":
            return self._years_ahead("".join(section) + head)
        named = (hit for hit in _ONE_YEAR.finditer(head) if not _is_base(head, hit))
        one, five = next(named, None), _FIVE.search(head) or _PLAN_SPAN.search(head)
        if five and (one is None or five.start() < one.start()):
            return "span"
        if one:
            return "year"
        if before not in ("year", "span"):
            before = "year"
        return "year" if re.match(r"[（(0-9一二三四五六七八九十]", line) else before

    def _years_ahead(self, said: str) -> str:
        if f"{self.year}年" in said or "今年" in said:
            return "year"
        if named := _AHEAD_PLAN.search(said):
            first = _PLANS[named[1]]
            return f"{first}-{first + 4}" if first + 4 > self.year else "year"
        return f"{self.year}-{self.year + 4}" if re.search("[今未]来?后?五年", said) else "year"

    def of(self, sentence: str, upto: int, part: str, scope: str, stock: bool) -> str | None:
        """Return the period of a number that stands at `upto` in its sentence."""
        period = self._said(sentence, upto, part, scope, stock)
        if part != "plan" and period.isdecimal():
            period = self._part_of_year(sentence[:upto], int(period))
        if not re.search("年均[^，,。；;]{0,12}$", sentence[:upto]) or not period.isdecimal():
            return period
        last = int(period)  # 年均增长: a rate over years, though only the last is said
        return f"{self.year}-{last}" if last > self.year else self._over_years(last)

    def _part_of_year(self, said: str, year: int) -> str:
        """Return the months that a result is said to be of, or the whole year."""
        if _THIS_YEAR.search(said) and "去年" not in said and f"{year}年" not in said:
            year = self.year
        months = _months(said)
        if months is None or not 1 <= months[0] <= months[1] <= 12:
            return str(year)
        return Period.months(year, *months).id

    def _over_years(self, last: int) -> str:
        return f"{last - 4}-{last}" if last < self.year else str(last)

    def _said(self, sentence: str, upto: int, part: str, scope: str, stock: bool) -> str:
        before = sentence[:upto]
        if spans := _YEARS.findall(before[-40:]):
            first, last_year = spans[-1]
            return last_year if stock else f"{first}-{last_year}"
        if point := list(_POINT.finditer(before)):
            return point[-1][1]
        if within := _WITHIN.search(before):
            figure = within[1]
            years = int(figure) if figure.isdigit() else _HAN.index(figure) + 1
            if part == "plan":
                return str(self.year + years - 1)
        last: re.Match[str] | None = None
        for hit in _PLAN.finditer(before):
            if not re.search(r"[比较]“?$", before[: hit.start()]):
                last = hit
        if last and last[2]:
            first = _PLANS[last[1]]
            if stock or "末" in last[2]:
                return str(first + 4)
            return f"{first}-{first + 4}"
        if part == "plan":
            if "-" in scope:
                return scope[5:] if stock else scope
            return str(self.year)
        if (scope == "span" or _FIVE.search(before)) and not self._says_a_year(before):
            return str(self.year - 1) if stock else f"{self.year - 5}-{self.year - 1}"
        years_said = [
            int(hit[1]) for hit in _YEAR.finditer(before[-30:]) if not _is_base(before[-30:], hit)
        ]
        if years_said and years_said[-1] <= self.year:
            return str(years_said[-1])
        return str(self.year - 1)

    @staticmethod
    def _says_a_year(before: str) -> bool:
        """Tell whether words name a year that is more than what another is measured against."""
        return any(not _is_base(before, hit) for hit in _LAST.finditer(before))

    def month(self, sentence: str) -> str | None:
        """Return a month named in a plan sentence as YYYY-MM."""
        hit = _MONTH.search(sentence)
        return f"{self.year}-{int(hit[1]):02d}" if hit else None


def _months(said: str) -> tuple[int, int] | None:
    if found := _last(_MONTHS, said):
        return int(found[1]), int(found[2])
    if found := _last(_UNTIL, said):
        return 1, int(found[1])
    if found := _last(_PART, said):
        return _PARTS[found[0]]
    if found := _last(_IN_MONTH, said):
        return int(found[1]), int(found[1])
    return None


def _last(pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    return max(pattern.finditer(said), key=lambda found: found.start(), default=None)
