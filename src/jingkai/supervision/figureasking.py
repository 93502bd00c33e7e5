"""临时要数: ask only for what is not held, once, of who can know; keep the answer as a fact."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.words import Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import find_return
from jingkai.ledger.services import Correction, KeptFile, NewFact, record
from jingkai.org.queries import Person, is_closed_year_correctable, list_departments
from jingkai.org.rules import Permission
from jingkai.org.services import check_year_open, tell
from jingkai.plan.services import file_number
from jingkai.supervision.facts import figure_answer
from jingkai.supervision.figures import MOST_HEADINGS, Wanted, is_filed, may_answer
from jingkai.supervision.models import DataRequest, Figure
from jingkai.supervision.refusals import QuestionRefused

__all__ = ["answer_figure", "request_table"]


@transaction.atomic
def request_table(
    *,
    title: str,
    period: Period,
    wanted: Sequence[Wanted],
    asked_of: Mapping[int, str],
    due_on: date | None,
    by: Person,
    on: date,
) -> DataRequest:
    """Keep a table that somebody needs, and send its gaps out, each to the one who can know.

    `asked_of` names another department for a gap, by its place in the table.
    """
    if not wanted:
        raise QuestionRefused(Words("请至少写一个表头。"))
    if len(wanted) > MOST_HEADINGS:
        raise QuestionRefused(Words("一张表最多 %(most)s 个表头，请分开要。", most=MOST_HEADINGS))
    if period.last > on:
        raise QuestionRefused(
            Words("%(period)s还没有结束；请换一个已经结束的期间。", period=period)
        )
    gaps = {order: one for order, one in enumerate(wanted) if not one.is_held}
    if gaps and not by.may(Permission.SUPERVISE):
        raise QuestionRefused(
            Words(
                "有 %(count)s 个数账上没有，向部门要数由考核督查部门发出；请删去这几个表头，"
                "或转告他们。",
                count=len(gaps),
            )
        )
    if gaps and (due_on is None or due_on < on):
        raise QuestionRefused(Words("请给答复时限，不早于今天。"))
    places = {one.pk for one in list_departments()}
    request = DataRequest.objects.create(
        title=title, period_id=period.id, asked_by=by, asked_on=on, due_on=due_on if gaps else None
    )
    figures = []
    for order, one in enumerate(wanted):
        department, person = "", None
        if order in gaps:
            department = asked_of.get(order) or one.department
            if department not in places:
                raise QuestionRefused(
                    Words("请给“%(heading)s”选一个知道的部门。", heading=one.heading)
                )
            person = one.person if one.person and one.person.department_id == department else None
        figures.append(
            Figure(
                request=request,
                order=order,
                heading=one.heading,
                indicator=one.indicator.id if one.indicator else "",
                firm_column=one.firm_column,
                same_as=one.same_as,
                department_id=department or None,
                person=person,
            )
        )
    Figure.objects.bulk_create(figures)
    counts: dict[tuple[str, str], int] = {}
    for figure in figures:
        if figure.department_id:
            whom = (figure.department_id, figure.person.name if figure.person else "")
            counts[whom] = counts.get(whom, 0) + 1
    for (department, name), count in counts.items():
        told = {"title": title, "count": count, "on": due_on}
        text = Words("“%(title)s”还缺 %(count)s 个数，请在 %(on)s 前答复。", **told)
        if name:
            text = Words(
                "“%(title)s”还缺 %(count)s 个数，请%(name)s在 %(on)s 前答复。", **told, name=name
            )
        tell(
            departments=[department],
            text=text,
            url=reverse("supervision:table", args=[request.pk]),
            on=on,
        )
    return request


@transaction.atomic
def answer_figure(
    *,
    figure_id: int,
    value: Decimal | None,
    status: str,
    answer: str,
    evidence: Sequence[KeptFile],
    by: Person,
    on: date,
    units_checked: bool = False,
) -> Figure:
    """Answer a figure: as a reading where an indicator takes it, else as a dated answer."""
    figure = (
        Figure.objects.select_for_update(of=("self",))
        .select_related("request", "department", "person")
        .get(pk=figure_id)
    )
    if not may_answer(figure, by):
        place = figure.department
        who = figure.person.name if figure.person else place and named(place)
        raise QuestionRefused(
            Words("这个数是问%(who)s的，请由他们答复。", who=who)
            if who
            else Words("这个数账上有，不用答复。")
        )
    if not evidence:
        raise QuestionRefused(Words("请附上数据来源（文件、表格或截图）。"))
    period = parse_period(figure.request.period_id)
    if not is_closed_year_correctable(on):
        check_year_open(period.last.year)
    if is_filed(figure):
        if value is None:
            raise QuestionRefused(Words("请填数值。"))
        indicator = current_zone().indicators[figure.indicator]
        entry = file_number(
            indicator=indicator,
            period=period,
            value=value,
            status=status,
            by=by,
            on=on,
            evidence=evidence,
            units_checked=units_checked,
            is_asked=True,
        )
        answer = ""
    else:
        answer = answer.strip()[:200]
        if not answer:
            raise QuestionRefused(Words("请写答复；没有发生写 0，不掌握请写明谁掌握。"))
        subject = f"figure:{figure.pk}"
        filed = find_return(type_id=figure_answer.id, subject=subject, period=period)
        values = {"answer": answer}
        entry = record(
            NewFact(figure_answer, subject=subject, period=period, values=dict(values))
            if filed is None
            else Correction(filed, dict(values)),
            by=by.name,
            reason=f"答复临时要数“{figure.request.title}”：{figure.heading}",
            known_on=on,
            evidence=evidence,
        )
    figure.answer, figure.entry = answer, entry.number
    figure.answered_on, figure.answered_by = on, by
    figure.save()
    return figure
