"""Invent what firms stated for the ladder, and who is on the way to a listing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from random import Random

from jingkai.cli.seeding.firms import Firm
from jingkai.cli.seeding.parameters import Life
from jingkai.enterprises.queries import find_enterprise
from jingkai.ladder.queries import list_candidates
from jingkai.ladder.services import move_candidate, state

__all__ = ["ladder_events"]

SMALL, LARGE, CANDIDATES = 16, 24, 6
_STEPS = (
    (date(2019, 4, 18), "reserve", "", "进入上市后备库，明确联系人。"),
    (date(2019, 11, 6), "nurture", "", "引入财务顾问，梳理历史沿革。"),
    (date(2020, 6, 22), "nurture", "", "协调补办两处厂房产权证。"),
    (date(2020, 12, 9), "tutoring", "（虚构）澧川证券", "辅导备案。"),
    (date(2021, 4, 27), "tutoring", "", "卡在一处环评验收，已转办。"),
)


def ladder_events(
    life: Life, firms: Sequence[Firm], today: date
) -> Iterator[tuple[date, Callable[[], object]]]:
    """Yield the day and the act of every statement and step, none later than today."""
    chance = Random(f"{life.seed}-ladder")
    old = [one for one in firms if one.registered_on < date(2020, 1, 1)]
    makers = [one for one in old if not one.left_on and not one.closed]
    small = [one for one in makers if not one.entered_on and one.industry[:2] in _MAKING]
    there = sorted(
        (one for one in makers if one.entered_on and one.trade == "industry"),
        key=lambda one: -one.weight,
    )
    day, known = date(2021, 5, 31), date(2021, 6, 10)
    if known > today:
        return
    for one in chance.sample(small, min(SMALL, len(small))):
        amount = Decimal(chance.randrange(420, 1050))
        yield known, partial(_state, one.code, "revenue_to_date", amount, day, known)
    for one in there[:LARGE]:
        for measure, low, high in (
            ("debt_ratio", 38, 74),
            ("main_share", 62, 98),
            ("ip_first_class", 0, 7),
            ("segment_years", 2, 12),
            ("tech_staff_share", 7, 24),
            ("hightech_income", 52, 88),
        ):
            amount = Decimal(chance.randrange(low, high))
            yield known, partial(_state, one.code, measure, amount, day, known)
    for place, one in enumerate(there[2 : 2 + CANDIDATES]):
        for on, stage, sponsor, text in _STEPS[: 1 + place % len(_STEPS)]:
            if on <= today:
                yield on, partial(_move, one.code, stage, sponsor, text, on)


_MAKING = {str(number) for number in range(13, 44)}


def _state(code: str, measure: str, amount: Decimal, on: date, known: date) -> None:
    firm = find_enterprise(code)
    if firm is not None and firm.closed_on is None:
        state(
            firm=firm,
            measure=measure,
            value=amount,
            proof="企业申报表（演示）",
            on=on,
            by="企业服务中心",
            known_on=known,
        )


def _move(code: str, stage: str, sponsor: str, text: str, on: date) -> None:
    firm = find_enterprise(code)
    if firm is None:
        return
    # Who came onto the register after the first step had none of the others either.
    if stage == "reserve" or list_candidates(on=on, code=code):
        move_candidate(
            firm=firm,
            stage=stage,
            kind=_kind(text),
            sponsor=sponsor,
            text=text,
            on=on,
            by="金融服务专班",
            known_on=on,
        )


def _kind(text: str) -> str:
    """Return what a record of the story is: what holds a candidate up, a service, or a step."""
    if text.startswith("卡在"):
        return "blocker"
    return "service" if text.startswith("协调") else "step"
