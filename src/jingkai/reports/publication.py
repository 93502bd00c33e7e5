"""A frozen edition for everybody: numbers open to what anonymous readers may know, no further."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.template.loader import render_to_string

from jingkai.documents.charts import draw
from jingkai.kernel.periods import parse_period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.reports.editions import TABLE_HEADS, chart_of
from jingkai.reports.models import Edition
from jingkai.reports.tokens import ITEM, tokens_of
from jingkai.web.charts import Drawing

__all__ = ["PublicEdition", "PublicNumber", "PublicPage", "publish", "write_site"]


@dataclass(frozen=True)
class PublicNumber:
    """What everybody may know of a number: what it is, of when, on what basis."""

    name: str
    text: str
    period: str
    words: str
    basis: str
    facts: str


@dataclass(frozen=True)
class PublicEdition:
    """An edition as it is published."""

    id: int
    title: str
    zone: str
    number: int
    known_on: str
    digest: str
    published_on: str
    sections: list[Mapping[str, Any]]
    numbers: list[PublicNumber | None]
    pictures: Mapping[str, Drawing]


@dataclass
class PublicPage:
    """The page of a published edition."""

    edition: PublicEdition
    heads: tuple[str, ...] = TABLE_HEADS
    template: str = "reports/published.html"


def publish(edition: Edition) -> PublicEdition:
    """Return what is published of an edition: no link inside, no subject, no restricted basis."""
    content = edition.content
    secret = _secret(edition)
    bars = [
        passage["bars"]
        for section in content["sections"]
        for passage in section["passages"]
        if passage["bars"] and not _is_withheld(passage, secret)
    ]
    return PublicEdition(
        id=edition.pk,
        title=content["title"],
        zone=content["zone"],
        number=edition.number,
        known_on=content["known_on"],
        digest=edition.digest,
        published_on=edition.published_on.isoformat() if edition.published_on else "",
        sections=[_open(one, content["numbers"], secret) for one in content["sections"]],
        numbers=[
            None if at in secret else _public(one) for at, one in enumerate(content["numbers"])
        ],
        pictures={one["id"]: Drawing(draw(chart_of(one))) for one in bars},
    )


WITHHELD = "（不公开）"


def _secret(edition: Edition) -> set[int]:
    """Return the places of the numbers that an anonymous reader may not know.

    Of a restricted number these are the names behind it, and totals of too few subjects.
    """
    ledger = Ledger(edition.known_on)
    found = set()
    for at, one in enumerate(edition.content["numbers"]):
        indicator = current_zone().indicators.get(one["indicator"])
        if indicator is None or not ledger.is_restricted(indicator):
            continue
        (token,) = tokens_of(one["token"])
        is_hidden = ledger.number(indicator, parse_period(one["period"])).is_hidden
        if is_hidden or token.form in ("名单", "其中"):
            found.add(at)
    return found


def _open(
    section: Mapping[str, Any], numbers: list[Mapping[str, Any]], secret: set[int]
) -> Mapping[str, Any]:
    """Return a section as anybody may read it: without who wrote it and what is restricted."""
    passages = []
    for one in section["passages"]:
        pieces = [
            {"number": None, "text": WITHHELD}
            if isinstance(piece, dict) and piece.get("number") in secret
            else piece
            for piece in one["pieces"]
        ]
        told = {key: one[key] for key in ("kind", "table", "bars", "source")}
        if _is_drawn(one) and _is_withheld(one, secret):
            # One row or bar less would be told by the rest: the table or chart goes whole.
            told, pieces = {**told, "kind": "text", "table": None, "bars": None}, [WITHHELD]
        passages.append({**told, "pieces": pieces})
    return {**section, "passages": passages}


def _is_drawn(passage: Mapping[str, Any]) -> bool:
    return passage["table"] is not None or passage["bars"] is not None


def _is_withheld(passage: Mapping[str, Any], secret: set[int]) -> bool:
    return any(isinstance(one, dict) and one.get("number") in secret for one in passage["pieces"])


def write_site(edition: Edition) -> bytes:
    """Return a published edition as a folder of plain pages, one for each number, in a zip.

    Nothing in it needs a server or calls one; the same edition always gives the same bytes.
    """
    one = publish(edition)
    pages = {
        "index.html": render_to_string(
            "reports/site_index.html", {"one": one, "heads": TABLE_HEADS}
        )
    }
    for at, number in enumerate(one.numbers):
        if number is not None:
            told = {"one": one, "number": number}
            pages[f"n{at}.html"] = render_to_string("reports/site_number.html", told)
    pages["style.css"] = _STYLE
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name, text in pages.items():
            entry = ZipInfo(f"edition-{edition.pk}/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, text.encode())
    return file.getvalue()


_STYLE = """\
body { max-width: 46em; margin: 0 auto; padding: 16px; color: #1c2733;
  font: 16px/1.7 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
h1 { font-size: 24px } h2 { font-size: 20px } h3, h4, h5 { font-size: 17px }
a { color: #0b4a8f } .aside, dt { color: #55606e } dd { margin: 0 0 8px }
table { border-collapse: collapse; display: block; overflow-x: auto }
td, th { border: 1px solid #c6cfda; padding: 4px 8px; text-align: left }
td.figure, th.figure { text-align: right }
svg { max-width: 100%; height: auto } code { overflow-wrap: anywhere }
"""


def _public(kept: Mapping[str, Any]) -> PublicNumber | None:
    """Return what may be known of a number; None for an item of the plan, which does not open."""
    if kept["indicator"] == ITEM:
        return None
    facts = "由公布的读数记录" if _is_published(kept["indicator"]) else "由业务记录汇总，明细不公开"
    return PublicNumber(
        name=kept["name"],
        text=kept["text"],
        period=kept["period"],
        words=kept["words"],
        basis=kept["basis"],
        facts=f"{facts}（{kept['facts']}条）",
    )


def _is_published(indicator_id: str) -> bool:
    indicator = current_zone().indicators.get(indicator_id)
    return indicator is not None and indicator.over == "plan.reading"
