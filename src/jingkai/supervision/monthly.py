"""督查通报: what a month of supervision came to, as plain data that can be frozen and printed."""

from datetime import date
from decimal import Decimal
from typing import Any

from jingkai.documents import Column, Heading, Kind, OfficialDocument, Paragraph, Table, write_docx
from jingkai.kernel.clock import midnight
from jingkai.kernel.lights import LATE_TONES
from jingkai.kernel.periods import Period
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.queries import list_departments
from jingkai.plan.queries import Item, find_plan, list_frozen, list_lines
from jingkai.supervision.queries import FollowUp, handled_until
from jingkai.supervision.rules import Handled, rank, verdict

__all__ = ["headline", "month_content", "write_bulletin", "write_follow_up"]


def month_content(period: Period, ledger: Ledger) -> dict[str, Any]:
    """Return what a month came to: counts, ranking, what is overdue, what the plan is behind on."""
    zone = current_zone()
    names = {one.pk: one.name for one in list_departments()}
    handled, rows = handled_until(period.last)
    told = [verdict(one, period.first, period.last) for one in handled]
    places = rank(handled, period.first, period.last, zone.supervision.points)
    issued = [one for one in rows if one.issued_on >= period.first]
    return {
        "period": period.name,
        "counts": {
            "issued": len(issued),
            "due": sum(1 for one in told if one),
            "on_time": told.count("on_time"),
            "late": told.count("late"),
            "still_open": told.count("still_open"),
            "returned": sum(one.returned for one, word in zip(handled, told, strict=True) if word),
        },
        "ranking": [
            {
                "place": one.place,
                "department": names[one.department],
                "count": one.count,
                "on_time": one.on_time,
                "late": one.late,
                "still_open": one.still_open,
                "returned": one.returned,
                "score": str(one.score),
            }
            for one in places
        ],
        "overdue": [
            _overdue(one, row, period.last)
            for one, row, word in zip(handled, rows, told, strict=True)
            if word == "still_open"
        ],
        "caught": [
            _overdue(one, row, one.closed_on or period.last)
            for one, row, word in zip(handled, rows, told, strict=True)
            if word == "late"
        ],
        "plan": _plan(period.last, ledger),
        "rule": zone.supervision.rule,
    }


def _overdue(one: Handled, row: FollowUp, until: date) -> dict[str, Any]:
    return {
        "number": row.number,
        "case": row.case_id,
        "text": row.instruction,
        "lead": row.lead.name,
        "due_on": one.due_on.isoformat(),
        "days": (until - one.due_on).days,
    }


def _plan(on: date, ledger: Ledger) -> list[dict[str, Any]]:
    """Return what the plan was behind on at the month's end: as frozen, else as known then."""
    plan = find_plan(on.year)
    if plan is None or (plan.adopted_on and plan.adopted_on > on):
        return []
    if frozen := list_frozen(plan, on.year, on.month):
        return [
            _behind(one.item, one.shape, one.word, one.gap)
            for one in frozen
            if one.tone in LATE_TONES
        ]
    return [
        _behind(
            line.item,
            line.light.shape,
            line.light.word,
            line.target.standing.gap if line.target else None,
        )
        for line in list_lines(plan, ledger=ledger)
        if line.light.tone in LATE_TONES
    ]


def _behind(item: Item, shape: str, word: str, gap: Decimal | None) -> dict[str, Any]:
    return {
        "item": item.pk,
        "text": item.text,
        "lead": item.lead.name if item.lead else "",
        "due_on": item.due_on.isoformat(),
        "light": f"{shape} {word}",
        "gap": "" if gap is None else f"{gap:+.1f}".replace("-", "−"),
    }


def headline(content: dict[str, Any], period: Period | str) -> Words:
    """Return the month in one sentence."""
    return Words(
        "%(period)s新立督办 %(issued)s 件；到期或办结 %(due)s 件，其中按期办结 %(on_time)s 件、"
        "逾期办结 %(late)s 件、逾期未办结 %(still_open)s 件，退回重办 %(returned)s 次。",
        period=period,
        **content["counts"],
    )


def write_bulletin(content: dict[str, Any], *, number: str, issuer: str, on: date) -> bytes:
    """Return the 通报 as docx in the layout of GB/T 9704."""
    body: list[Heading | Paragraph | Table] = [
        Heading(1, "总体情况"),
        Paragraph(str(headline(content, content["period"]))),
    ]
    if content["ranking"]:
        body += [
            Heading(1, "办理排名"),
            Paragraph(content["rule"]),
            Table(
                columns=(
                    Column("名次", align="right"),
                    Column("单位"),
                    Column("到期或办结", "件", align="right"),
                    Column("按期", "件", align="right"),
                    Column("逾期办结", "件", align="right"),
                    Column("逾期未办结", "件", align="right"),
                    Column("退回", "次", align="right"),
                    Column("得分", align="right"),
                ),
                rows=[
                    (
                        row["place"],
                        row["department"],
                        row["count"],
                        row["on_time"],
                        row["late"],
                        row["still_open"],
                        row["returned"],
                        row["score"],
                    )
                    for row in content["ranking"]
                ],
                caption="督办事项办理排名",
            ),
        ]
    if content["overdue"]:
        body += [Heading(1, "逾期未办结事项"), _table(content["overdue"], "逾期未办结事项")]
    if content["caught"]:
        body += [Heading(1, "逾期后办结事项"), _table(content["caught"], "逾期后办结事项")]
    if content["plan"]:
        body += [
            Heading(1, "年度计划滞后事项"),
            Table(
                columns=(
                    Column("重点工作"),
                    Column("责任单位"),
                    Column("完成时限"),
                    Column("状态"),
                    Column("脱幅", "个百分点", align="right"),
                ),
                rows=[
                    (
                        row["text"],
                        row["lead"] or "待定",
                        date.fromisoformat(row["due_on"]),
                        row["light"],
                        row["gap"] or None,
                    )
                    for row in content["plan"]
                ],
                caption="年度计划滞后事项",
            ),
        ]
    body.append(
        Paragraph("请上述单位对照清单逐项销号，办理结果及时反馈。")
        if content["overdue"]
        else Paragraph("请各单位继续按期办理，办理结果及时反馈。")
    )
    return write_docx(
        OfficialDocument(
            kind=Kind.REPORT,
            title=f"关于{content['period']}督查督办情况的通报",
            lines=(number,),
            body=tuple(body),
            signature=issuer,
            signed_on=on,
        ),
        author=issuer,
        created=midnight(on),
    )


def _table(rows: list[dict[str, Any]], caption: str) -> Table:
    return Table(
        columns=(
            Column("编号"),
            Column("督办事项"),
            Column("承办单位"),
            Column("时限"),
            Column("逾期", "天", align="right"),
        ),
        rows=[
            (
                row["number"],
                row["text"],
                row["lead"],
                date.fromisoformat(row["due_on"]),
                row["days"],
            )
            for row in rows
        ],
        caption=caption,
    )


def write_follow_up(one: FollowUp, *, about: str, proof: str, issuer: str) -> bytes:
    """Return a 督办单 as a letter to the department that carries it out."""
    case = one.case
    support = "、".join(place.name for place in one.support.all())
    lines = [
        f"{one.issuer.name}于{one.issued_on:%Y年%-m月%-d日}批示：{one.instruction}",
        *([f"有关事项：{about}。"] if about else []),
        *([f"请{support}配合。"] if support else []),
        f"请于{case.due_on:%Y年%-m月%-d日}前办结并反馈，附{proof}。"
        "反馈后由督查部门核查，属实的予以销号。",
    ]
    return write_docx(
        OfficialDocument(
            kind=Kind.LETTER,
            title=current_zone().supervision.name,
            body=tuple(Paragraph(line) for line in lines),
            red_head=issuer,
            number=one.number,
            recipient=one.lead.name,
            signature=issuer,
            signed_on=one.issued_on,
        ),
        author=issuer,
        created=midnight(one.issued_on),
    )
