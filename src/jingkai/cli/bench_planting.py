"""Plant errors in a report that is right: what 核稿 must find, and what it must leave alone."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jingkai.reading import Statement, read

__all__ = ["KINDS", "Planted", "plant"]

_NUMERAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ENOUGH = Decimal("0.02")


@dataclass(frozen=True)
class Planted:
    """A report with errors in it: their places and kinds, and the places of what was left."""

    text: str
    errors: tuple[tuple[int, int, str], ...]
    untouched: tuple[int, ...]


@dataclass(frozen=True)
class Edit:
    """Put `words` in place of the characters `at` to `end` of the right report."""

    at: int
    end: int
    words: str


Planter = Callable[[str, Statement, Sequence[Statement], random.Random], Edit | None]


def plant(text: str, *, year: int, errors: int, seed: int) -> Planted:
    """Return the report with so many errors, each at another number, of all kinds in turn."""
    chance = random.Random(seed)
    statements = [one for one in read(text, year=year).statements if _NUMERAL.search(one.quote)]
    waiting = _one_a_place(statements)
    chance.shuffle(waiting)
    kinds = list(KINDS)
    chance.shuffle(kinds)
    edits: list[tuple[Edit, Statement, str]] = []
    while waiting and len(edits) < errors:
        made = _next(text, waiting, kinds, statements, edits, chance)
        if made is None:
            break
        edits.append(made)
        waiting.remove(made[1])
        kinds.append(kinds.pop(kinds.index(made[2])))
    return _apply(text, edits, statements)


def _next(
    text: str,
    waiting: Sequence[Statement],
    kinds: Sequence[str],
    statements: Sequence[Statement],
    edits: Sequence[tuple[Edit, Statement, str]],
    chance: random.Random,
) -> tuple[Edit, Statement, str] | None:
    for kind in kinds:
        for one in waiting:
            edit = KINDS[kind](text, one, statements, chance)
            apart = edit and all(
                edit.end <= other.at or other.end <= edit.at for other, _, _ in edits
            )
            if edit and apart and _is_read(text, edit, one):
                return edit, one, kind
    return None


def _is_read(text: str, edit: Edit, one: Statement) -> bool:
    """Tell whether the sentence still states a number there: an error nobody can see is none."""
    return edit.words != text[edit.at : edit.end] and edit.at < one.sentence[1]


def _apply(
    text: str, edits: list[tuple[Edit, Statement, str]], statements: Sequence[Statement]
) -> Planted:
    out, at, moved = [], 0, 0
    errors = []
    shifts: list[tuple[int, int]] = []
    for edit, one, kind in sorted(edits, key=lambda made: made[0].at):
        out += [text[at : edit.at], edit.words]
        at = edit.end
        start = edit.at if kind in _ADDS else one.at
        errors.append((start, one.at, moved, edit, kind))
        moved += len(edit.words) - (edit.end - edit.at)
        shifts.append((edit.end, moved))
    out.append(text[at:])

    def now(place: int) -> int:
        return place + next((by for end, by in reversed(shifts) if end <= place), 0)

    placed = []
    touched = set()
    for start, claim_at, before, edit, kind in errors:
        touched.add(claim_at)
        if kind in _ADDS:
            placed.append((start + before, start + before + len(edit.words), kind))
        elif edit.at <= claim_at < edit.end:
            placed.append((edit.at + before, edit.at + before + len(edit.words), kind))
        else:
            placed.append((now(claim_at), now(claim_at) + 1, kind))
    # What follows a wrong year or subject in its sentence takes it over: it has become wrong too.
    spoilt = [(one.sentence, edit.at) for edit, one, kind in edits if kind in _TAKEN_OVER]
    left = [
        now(one.at)
        for one in statements
        if one.at not in touched
        and not any(one.sentence == sentence and one.at > at for sentence, at in spoilt)
    ]
    return Planted("".join(out), tuple(placed), tuple(left))


def _one_a_place(statements: Sequence[Statement]) -> list[Statement]:
    return list({one.at: one for one in statements}.values())


def _other_digits(
    text: str, one: Statement, statements: Sequence[Statement], chance: random.Random
) -> Edit | None:
    """Change one digit, by so much that a reader of the printed number would mind."""
    found = _NUMERAL.search(one.quote)
    if found is None:
        return None
    places = [at for at, char in enumerate(found[0]) if char.isdigit()]
    at = chance.choice(places)
    digit = chance.choice([char for char in "123456789" if char != found[0][at]])
    changed = found[0][:at] + digit + found[0][at + 1 :]
    was, now = Decimal(found[0]), Decimal(changed)
    if not was or abs(now / was - 1) < _ENOUGH:
        return None
    return Edit(one.at + found.start(), one.at + found.end(), changed)


def _other_scale(
    text: str, one: Statement, statements: Sequence[Statement], chance: random.Random
) -> Edit | None:
    """Write 万 for 亿, or 亿 for 万."""
    for word, slip in (("亿", "万"), ("万", "亿")):
        at = text.find(word, one.at, one.at + len(one.quote))
        if at >= 0 and one.unit == "CNY":
            return Edit(at, at + 1, slip)
    return None


def _points_for_percent(
    text: str, one: Statement, statements: Sequence[Statement], chance: random.Random
) -> Edit | None:
    """Write 个百分点 where a growth in percent is meant."""
    at = text.find("%", one.at, one.at + len(one.quote))
    return Edit(at, at + 1, "个百分点") if at >= 0 and one.measure == "growth" else None


def _other_year(
    text: str, one: Statement, statements: Sequence[Statement], chance: random.Random
) -> Edit | None:
    """Say the number of another year."""
    if one.period is None or not one.period.isdecimal() or one.indicator not in text:
        return None
    at = text.rfind(one.indicator, one.sentence[0], one.at)
    if at < 0 or "年" in text[one.sentence[0] : one.at]:
        return None
    year = int(one.period) + (chance.choice((-1, -2)) if one.kind == "result" else 4)
    return Edit(at, at, f"{'到' if one.kind == 'target' else ''}{year}年")


def _other_way(
    text: str, one: Statement, statements: Sequence[Statement], chance: random.Random
) -> Edit | None:
    """Write 下降 where it grew."""
    at = text.rfind("增长", one.at - 4, one.at)
    return Edit(at, at + 2, "下降") if at >= 0 and one.measure == "growth" else None


def _other_subject(
    text: str, one: Statement, statements: Sequence[Statement], chance: random.Random
) -> Edit | None:
    """Put the name of another number of the same kind and unit before this one."""
    at = text.rfind(one.indicator, one.sentence[0], one.at)
    others = [
        other.indicator
        for other in statements
        if (other.kind, other.measure, other.unit, other.period)
        == (one.kind, one.measure, one.unit, one.period)
        and other.value != one.value
        and other.indicator not in one.indicator
        and one.indicator not in other.indicator
        and other.of == one.of
    ]
    if at < 0 or not others or one.at - at - len(one.indicator) > 4:
        return None
    return Edit(at, at + len(one.indicator), chance.choice(others))


def _counted_twice(
    text: str, one: Statement, statements: Sequence[Statement], chance: random.Random
) -> Edit | None:
    """Add a part after 其中 that takes the parts over their whole."""
    whole = next(
        (
            other
            for other in statements
            if other.indicator == one.of and other.sentence == one.sentence and other.at < one.at
        ),
        None,
    )
    if whole is None or one.unit != "count" or one.measure != "level":
        return None
    end = one.at + len(one.quote)
    more = int(whole.value - one.value) + chance.randint(1, 9)
    return Edit(end, end, f"、配套项目{more}{one.counter or ''}")


KINDS: dict[str, Planter] = {
    "改数": _other_digits,
    "万亿": _other_scale,
    "百分点": _points_for_percent,
    "期间": _other_year,
    "升降": _other_way,
    "主语": _other_subject,
    "其中": _counted_twice,
}
_ADDS = ("其中",)
_TAKEN_OVER = ("期间", "主语")
