"""A frozen edition: what the record says today of what it says, and its document."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jingkai.documents import (
    Column,
    Figure,
    Heading,
    Kind,
    OfficialDocument,
    Paragraph,
    Picture,
    Table,
    write_docx,
)
from jingkai.documents.charts import Chart, Mark, Rows, Series
from jingkai.documents.printing import print_chart
from jingkai.kernel.clock import midnight
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.reports.drafting import DraftView
from jingkai.reports.living import Live, Writer
from jingkai.reports.models import Edition
from jingkai.reports.tokens import ITEM
from jingkai.reports.workshop import content_of

__all__ = ["TABLE_HEADS", "Drift", "chart_of", "find_drift", "write_draft", "write_edition"]

TABLE_HEADS = ("指标", "期间", "单位", "数值", "同比", "目标", "完成率")


@dataclass(frozen=True)
class Drift:
    """A number of an edition that the record tells otherwise today."""

    name: str
    period: str
    frozen: str
    today: str
    why: Words
    url: str

    @property
    def span(self) -> Period | None:
        """Return the period that the number is of; an item of the plan may name none."""
        return parse_period(self.period) if self.period else None


def find_drift(edition: Edition, ledger: Ledger) -> list[Drift]:
    """Return the numbers that were corrected, filed late or removed since the edition was frozen.

    The edition itself is never changed.
    """
    numbers = edition.content["numbers"]
    known = current_zone().indicators
    writer = Writer(ledger, parse_period(edition.content["period"]))
    writer.prepare(one["token"] for one in numbers)
    found: dict[tuple[str, str, str], Drift] = {}
    for one in numbers:
        key = (one["indicator"], one["period"], one["token"])
        if one["indicator"] == ITEM:
            (live,) = [p for p in writer.write(one["token"]) if isinstance(p, Live)]
            if drifted := _item_drift(one, live, writer):
                found[key] = drifted
            continue
        if one["indicator"] not in known:
            why, today = Words("这个指标的定义后来删除了。"), "—"
        else:
            (live,) = [p for p in writer.write(one["token"]) if isinstance(p, Live)]
            state = writer.state_of(live)
            if state["value"] == one["value"] and live.text == one["text"]:
                continue
            today = live.text
            why = Words("定稿以后数据撤回了。")
            if state["facts"]:
                why = Words("定稿以后又报来或更正了数据。")
        found[key] = Drift(one["name"], one["period"], one["text"], today, why, one["url"])
    return list(found.values())


def _item_drift(one: Mapping[str, Any], live: Live, writer: Writer) -> Drift | None:
    """Return what the plan says otherwise today of one of its items."""
    told = {"name": one["name"], "period": one["period"], "url": one["url"]}
    if live.is_wrong:
        why = Words("这个事项后来从计划里撤下了。")
        return Drift(frozen=one["text"], today="—", why=why, **told)
    if live.text != one["text"]:
        why = Words("计划后来改了这个事项的文字。")
        return Drift(frozen=one["text"], today=live.text, why=why, **told)
    done_on = writer.state_of(live)["value"]
    if done_on == one["value"]:
        return None
    frozen, today = (f"{day}办结" if day else "未办结" for day in (one["value"], done_on))
    return Drift(frozen=frozen, today=today, why=Words("定稿以后办结情况有变。"), **told)


def chart_of(told: Mapping[str, Any]) -> Chart:
    """Return the chart of an edition from what was kept of it."""
    marks = tuple(
        Mark(None if value is None else Decimal(value), text)
        for value, text in zip(told["values"], told["texts"], strict=True)
    )
    return Chart(
        id=told["id"],
        title=told["title"],
        unit=told["unit"],
        source=told["source"],
        period=told["period"],
        alt=told["alt"],
        figures=Rows(
            kind="bar",
            across=told["across"],
            categories=tuple(told["categories"]),
            series=(Series(told["series"], marks),),
        ),
    )


def write_edition(edition: Edition, *, address: str) -> bytes:
    """Return an edition as docx; the digest stands under the title."""
    made = edition.frozen_on
    lines = (
        f"（第{edition.number}版，数据截至{_day(edition.known_on)}）",
        f"摘要 {edition.digest[:16]}",
    )
    return _document(edition.content, lines, made, address)


def write_draft(view: DraftView, ledger: Ledger, *, address: str) -> bytes:
    """Return a draft as docx, said to be one."""
    lines = (f"（稿，数据截至{_day(ledger.known_on)}）",)
    return _document(content_of(view, ledger), lines, ledger.known_on, address)


def _document(content: Mapping[str, Any], lines: tuple[str, ...], on: Any, address: str) -> bytes:
    body: list[Any] = []
    for section in content["sections"]:
        body.append(Heading(section["level"], section["title"]))
        for passage in section["passages"]:
            body += _blocks(passage, content["numbers"], address)
    issuer = current_zone().issuer or current_zone().name
    return write_docx(
        OfficialDocument(
            kind=Kind.REPORT,
            title=content["title"],
            lines=lines,
            body=tuple(body),
            signature=issuer,
            signed_on=on,
        ),
        author=issuer,
        created=midnight(on),
    )


def _blocks(passage: Mapping[str, Any], numbers: list[Any], address: str) -> list[Any]:
    pieces = passage["pieces"]
    first = next((one for one in pieces if isinstance(one, str)), "").strip()
    title = first.split("\n", 1)[0]
    if passage["table"] is not None:
        columns = tuple(
            Column(head, align="right" if head in ("数值", "同比", "完成率") else "left")
            for head in TABLE_HEADS
        )
        rows = [tuple(row) for row in passage["table"]]
        return [Table(columns=columns, rows=rows, caption=title, source=passage["source"])]
    if passage["bars"] is not None:
        chart = chart_of(passage["bars"])
        return [
            Picture(
                content=print_chart(chart),
                caption=chart.title,
                alt=chart.alt,
                source=f"{chart.source}；单位：{chart.unit}；{chart.period}",
            )
        ]
    paragraphs: list[list[str | Figure]] = [[]]
    for piece in pieces:
        if isinstance(piece, str):
            first_line, *more = piece.split("\n")
            paragraphs[-1].append(first_line)
            paragraphs += [[line] for line in more]
        elif piece.get("number") is None:
            paragraphs[-1].append(piece["text"])
        else:
            kept = numbers[piece["number"]]
            paragraphs[-1].append(
                Figure(text=piece["text"], anchor=f"{address}{kept['url']}", note=kept["title"])
            )
    return [
        Paragraph(*(run for run in runs if run))
        for runs in paragraphs
        if any(isinstance(run, Figure) or run.strip() for run in runs)
    ]


def _day(on: Any) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
