"""Chance with a seed: days, names and exact shares, the same in every run."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.creditcode import ALPHABET, check_character, organisation_check

__all__ = ["CodeMaker", "NameMaker", "day_between", "share_out", "workday_from"]


def share_out(total: int, weights: Sequence[float], grain: int = 1) -> list[int]:
    """Share a whole amount by weights into whole parts of `grain`; the parts sum to the total.

    What does not fill a grain goes to the part with the most weight.
    """
    grains, rest = divmod(total, grain)
    whole = sum(weights)
    exact = [grains * weight / whole for weight in weights]
    parts = [int(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in order[: grains - sum(parts)]:
        parts[place] += 1
    shared = [part * grain for part in parts]
    shared[max(range(len(weights)), key=lambda place: weights[place])] += rest
    return shared


def workday_from(on: date, calendar: WorkingCalendar) -> date:
    """Return the day itself, or the first working day after it."""
    while not calendar.is_workday(on):
        on += timedelta(days=1)
    return on


def day_between(chance: Random, first: date, last: date) -> date:
    """Return some day from first to last."""
    return first + timedelta(days=chance.randrange((last - first).days + 1))


class CodeMaker:
    """Credit codes that are sound in form, in a division that does not exist."""

    def __init__(self, chance: Random, division: str) -> None:
        self._chance, self._division = chance, division
        self._made: set[str] = set()

    def make(self, kind: str, *, is_sound: bool = True) -> str:
        """Return a new code; an unsound one fails its last check, as some old codes do."""
        head = {"company": "91", "household": "92", "cooperative": "93"}[kind]
        while True:
            organisation = "MA" + "".join(self._chance.choice(ALPHABET) for _ in range(6))
            body = f"{head}{self._division}{organisation}{organisation_check(organisation)}"
            code = body + check_character(body)
            if not is_sound:
                code = body + ALPHABET[(ALPHABET.index(code[-1]) + 7) % len(ALPHABET)]
            if code not in self._made:
                self._made.add(code)
                return code


class NameMaker:
    """Names of firms that do not exist: two words of old tales, a trade, a legal form."""

    _FORMS = (
        "有限公司",
        "有限公司",
        "有限公司",
        "有限责任公司",
        "股份有限公司",
        "（常德）有限公司",
    )

    def __init__(self, chance: Random, firsts: Sequence[str], seconds: Sequence[str]) -> None:
        self._chance, self._firsts, self._seconds = chance, firsts, seconds
        self._made: set[str] = set()

    def make(self, words: Sequence[str], forms: Sequence[str] = _FORMS) -> str:
        """Return a new name with one of the words."""
        while True:
            parts = (self._firsts, self._seconds, words)
            core = "".join(self._chance.choice(part) for part in parts)
            if core not in self._made:
                self._made.add(core)
                return core + self._chance.choice(forms)
