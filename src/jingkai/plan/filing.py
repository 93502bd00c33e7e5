"""File readings, say whose duty they are, remind on the day."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from jingkai.kernel.facttypes import Value
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Entry, find_return
from jingkai.ledger.services import Correction, KeptFile, NewFact, record
from jingkai.org.queries import Person
from jingkai.org.rules import Permission
from jingkai.org.services import tell
from jingkai.plan import facts
from jingkai.plan.models import Plan, ReadingDuty
from jingkai.plan.readings import EVERY, STATUSES, cell_of, list_readings

__all__ = ["ReadingRefused", "file_number", "name_duty", "remind_of_readings"]


class ReadingRefused(ValueError):
    """A reading that cannot be filed like this."""


@transaction.atomic
def name_duty(*, indicator: str, person: Person, every: str, day: int, by: Person) -> ReadingDuty:
    """Say which one person files a number, how often and by which day of the month after."""
    if not by.may(Permission.KEEP_PLAN):
        raise ReadingRefused(Words("报数人由考核督查部门指定。"))
    known = current_zone().indicators.get(indicator)
    if known is None or cell_of(known) is None:
        raise ReadingRefused(Words("这个指标由业务事实算出，不用报数。"))
    if every not in EVERY or not 1 <= day <= 28:
        raise ReadingRefused(Words("请选每月、每季或每年，报送日写 1 到 28。"))
    duty, _ = ReadingDuty.objects.update_or_create(
        indicator=indicator, defaults={"person": person, "every": every, "day": day}
    )
    return duty


@transaction.atomic
def file_number(
    *,
    indicator: Indicator,
    period: Period,
    value: Decimal,
    status: str,
    by: Person,
    on: date,
    evidence: Sequence[KeptFile],
    units_checked: bool = False,
    is_asked: bool = False,
) -> Entry:
    """File a reading in the indicator's own unit; filing the period again corrects it.

    A value off by 10⁴ or 10⁸ beside those before it is asked about, until `units_checked`.

    What the same return says beside it (a level beside its growth) stays as it was. Where nobody
    has the duty, whoever was asked for this number (`is_asked`) may file it.
    """
    cell = cell_of(indicator)
    if cell is None:
        raise ReadingRefused(Words("这个指标由业务事实算出，不能直接填数。"))
    duty = ReadingDuty.objects.filter(indicator=indicator.id).select_related("person").first()
    is_theirs = duty is not None and duty.person_id == by.pk
    is_theirs = is_theirs or (duty is None and is_asked)
    if not is_theirs and not by.may(Permission.KEEP_PLAN):
        who = duty.person.name if duty else Words("考核督查部门")
        raise ReadingRefused(
            Words(
                "“%(indicator)s”由%(who)s报送；请转告，或请考核督查部门改派。",
                indicator=named(indicator),
                who=who,
            )
        )
    if status not in STATUSES:
        raise ReadingRefused(
            Words("请选数据状态：%(statuses)s。", statuses=[Words(one) for one in STATUSES])
        )
    if period.last > on:
        raise ReadingRefused(Words("%(period)s还没有结束。", period=period))
    if not evidence:
        raise ReadingRefused(Words("请附上数据来源（统计部门的快报、文件或截图）。"))
    filed = find_return(type_id=facts.reading.id, subject=cell.subject, period=period)
    kept: dict[str, Value] = facts.reading.decode(filed.values) if filed else {}
    values = kept | {cell.column: get_unit(indicator.unit).to_base(value), "status": status}
    return record(
        NewFact(facts.reading, subject=cell.subject, period=period, values=values)
        if filed is None
        else Correction(filed, values),
        by=by.name,
        reason=f"报送{indicator.name} {period.name}（{status}）",
        known_on=on,
        evidence=evidence,
        asks_units=not units_checked,
    )


def remind_of_readings(plan: Plan, *, on: date) -> int:
    """Tell the departments of those who owe a reading on the day it is due; return how many."""
    owed = [one for one in list_readings(plan, on=on) if one.owed and one.duty and one.due_on == on]
    for one in owed:
        assert one.duty and one.owed
        if one.duty.person.department_id:
            tell(
                departments=[one.duty.person.department_id],
                text=Words(
                    "请%(name)s今天报送%(indicator)s（%(period)s）。",
                    name=one.duty.person.name,
                    indicator=named(one.indicator),
                    period=one.owed,
                ),
                url=reverse("plan:reading", args=[one.indicator.id]),
                on=on,
            )
    return len(owed)
