"""Kept standings: every firm judged once for the day, and again when its record changes.

They are a cache of the rules over the ledger: nothing is decided here, and all of it can be made
anew. `bring_up_to_date` judges the firms that entries after the last judged one touched; a new
day or other rules judge all of them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import zip_longest

from django.db import transaction

from jingkai.enterprises import facts as register
from jingkai.enterprises.queries import Enterprise, list_enterprises, read_holdings
from jingkai.enterprises.rules import Holding
from jingkai.kernel.ladders import Ladder, Rung
from jingkai.kernel.zone import current_zone
from jingkai.ladder import facts
from jingkai.ladder.models import FirmStanding, Judgement
from jingkai.ladder.queries import find_ground, standings_of
from jingkai.ladder.rules import STANDS, Standing, expires_on, rungs_for
from jingkai.ledger.queries import (
    ledger_head,
    list_live_facts,
    list_subjects_since,
    list_subjects_told,
)

__all__ = ["bring_up_to_date", "find_stale_standing", "judge_all"]

# So many firms are judged while somebody waits for a page; more are left to the job.
AT_ONCE = 300
_CHUNK = 400
_KEPT = ("holds", "expiring", "expired", "revoked", "near", "ready")
# A firm that has one of these is judged.
_TELLING = (
    register.recognised.id,
    register.roll_changed.id,
    register.monthly_return.id,
    facts.stated.id,
)
_STEP = Decimal("0.0001")


def bring_up_to_date(*, on: date, while_waiting: bool = False) -> int:
    """Judge the firms whose standing may have changed; return how many are left to the job."""
    kept, _ = Judgement.objects.get_or_create(pk=1)
    number, rules = ledger_head()[1], _digest(current_zone().ladder)
    if (kept.on, kept.entry, kept.rules) == (on, number, rules):
        return 0
    is_new = kept.on is None
    codes = (
        list_subjects_since(kept.entry, kind="enterprise")
        if (kept.on, kept.rules) == (on, rules)
        else _all_codes(on)
    )
    if while_waiting and not is_new and len(codes) > AT_ONCE:
        return len(codes)
    _judge(codes, on=on, number=number, rules=rules)
    return 0


def judge_all(*, on: date) -> None:
    """Judge every firm anew."""
    Judgement.objects.get_or_create(pk=1)
    number, rules = ledger_head()[1], _digest(current_zone().ladder)
    _judge(_all_codes(on), on=on, number=number, rules=rules)


def find_stale_standing() -> str | None:
    """Return the first kept standing that judging anew does not give, in words.

    What entries touched since the last judgement, and other rules, is judged again anyway.
    """
    kept = Judgement.objects.filter(pk=1).first()
    if kept is None or kept.on is None or kept.rules != _digest(current_zone().ladder):
        return None
    since = set(list_subjects_since(kept.entry, kind="enterprise"))
    codes = [code for code in _all_codes(kept.on) if code not in since]
    names = [one.attname for one in FirmStanding._meta.concrete_fields if not one.primary_key]
    for start in range(0, len(codes), _CHUNK):
        chunk = codes[start : start + _CHUNK]
        told = FirmStanding.objects.filter(enterprise__code__in=chunk).select_related("enterprise")
        for one, other in zip_longest(
            sorted(told, key=_place), sorted(_standings(chunk, kept.on), key=_place)
        ):
            if (
                one is None
                or other is None
                or any(getattr(one, name) != getattr(other, name) for name in names)
            ):
                row = min((each for each in (one, other) if each), key=_place)
                return f"“{row.enterprise.name}”在梯度“{row.rung}”上的判定和账本不符"
    return None


def _place(row: FirmStanding) -> tuple[int, str]:
    return row.enterprise_id, row.rung


@transaction.atomic
def _judge(codes: Collection[str], *, on: date, number: int, rules: str) -> None:
    kept = Judgement.objects.select_for_update().get(pk=1)
    if kept.on == on and kept.rules == rules and kept.entry > number:
        return
    ordered = sorted(codes)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        made = list(_standings(chunk, on))
        FirmStanding.objects.filter(enterprise__code__in=chunk).delete()
        FirmStanding.objects.bulk_create(made, batch_size=500)
    kept.on, kept.entry, kept.rules = on, number, rules
    kept.save()


def _digest(ladder: Ladder) -> str:
    return hashlib.sha256(repr(ladder.rungs).encode()).hexdigest()


def _all_codes(on: date) -> list[str]:
    """Return the firms of which anything is told that the ladder asks, and those judged before."""
    told = set(list_subjects_told(types=_TELLING, kind="enterprise"))
    told |= set(FirmStanding.objects.values_list("enterprise__code", flat=True))
    return sorted(told)


@dataclass
class _Moves:
    """How often a firm came to a rung and left it this year, and when last."""

    arrived: list[date] = field(default_factory=list)
    left: list[date] = field(default_factory=list)


def _standings(codes: Collection[str], on: date) -> Iterator[FirmStanding]:
    """Yield what is kept of firms."""
    ladder = current_zone().ladder
    ground = find_ground(codes, on=on)
    rungs = ladder.on(on)
    firms = {one.code: one for one in list_enterprises().filter(code__in=list(codes))}
    steps = _roll_steps(codes, on)
    held = ground.titles | read_holdings(set(firms) - set(ground.firms), known_on=on)
    for code, firm in firms.items():
        standings = standings_of(ground, code) if code in ground.firms else []
        by_rung = {one.rung.id: one for one in standings if one.state in _KEPT}
        moves = _moves(firm, rungs, held.get(code, ()), steps.get(code, ()), on)
        for rung in rungs:
            standing, moved = by_rung.get(rung.id), moves.get(rung.id)
            if standing is not None or moved is not None:
                yield _row(firm, rung, standing, moved or _Moves(), held.get(code, ()), on)


def _row(
    firm: Enterprise,
    rung: Rung,
    standing: Standing | None,
    moved: _Moves,
    held: Iterable[Holding],
    on: date,
) -> FirmStanding:
    row = FirmStanding(
        enterprise=firm,
        rung=rung.id,
        arrivals=len(moved.arrived),
        departures=len(moved.left),
        arrived_on=max(moved.arrived, default=None),
        left_on=max(moved.left, default=None),
    )
    if standing is not None:
        row.state, row.expires = standing.state, standing.expires
        if standing.percent is not None and standing.state == "near":
            row.percent = standing.percent.quantize(_STEP, ROUND_DOWN)
        row.open_questions = standing.count("unknown") + standing.count("by_hand")
        row.short = [
            [one.condition.id, None if one.short is None else str(one.short)]
            for one in standing.verdicts
            if one.state == "short"
        ]
        if standing.state in STANDS:
            row.holdings = (
                sum(_stands(one, rung, on) for one in held if one.title == rung.title)
                if rung.title
                else 1
            )
    return row


def _stands(held: Holding, rung: Rung, on: date) -> bool:
    ends = held.ended or expires_on(held, rung)
    return ends is None or ends > on


def _moves(
    firm: Enterprise,
    rungs: list[Rung],
    held: Iterable[Holding],
    steps: Iterable[tuple[date, str, str]],
    on: date,
) -> dict[str, _Moves]:
    """Return the arrivals and departures of a firm this year, by rung."""
    found: dict[str, _Moves] = defaultdict(_Moves)
    giving = {one.title: one for one in rungs if one.title}
    for one in held:
        if (rung := giving.get(one.title)) is None:
            continue
        since, ends = one.since or one.on, one.ended or expires_on(one, rung)
        if since.year == on.year and since <= on:
            found[rung.id].arrived.append(since)
        if ends is not None and ends.year == on.year and ends <= on:
            found[rung.id].left.append(ends)
    industry = current_zone().industries.get(firm.industry)
    for day, step, trade in steps:
        for rung in rungs_for(
            rungs,
            trade=trade,
            industry=firm.industry,
            section=industry.section if industry else "",
        ):
            if trade in rung.trades and day.year == on.year:
                moved = found[rung.id]
                (moved.arrived if step == "enter" else moved.left).append(day)
    return found


def _roll_steps(codes: Iterable[str], on: date) -> dict[str, list[tuple[date, str, str]]]:
    """Return the steps of firms on and off the roll this year: day, way, profession."""
    found: dict[str, list[tuple[date, str, str]]] = defaultdict(list)
    wanted = [f"enterprise:{code}" for code in codes]
    rows = list_live_facts(types=[register.roll_changed.id], known_on=on)
    for one in rows.filter(subject__in=wanted, on__year=on.year, on__lte=on):
        told = register.roll_changed.decode(one.values)
        assert one.on is not None
        code = one.subject.partition(":")[2]
        found[code].append((one.on, str(told["step"]), str(told["trade"])))
    return found
