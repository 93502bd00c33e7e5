"""A frozen edition for everybody: numbers open to what anonymous readers may know, no further."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jingkai.documents.charts import draw
from jingkai.kernel.zone import current_zone
from jingkai.reports.editions import TABLE_HEADS, chart_of
from jingkai.reports.models import Edition
from jingkai.reports.tokens import ITEM
from jingkai.web.charts import Drawing

__all__ = ["PublicEdition", "PublicNumber", "PublicPage", "publish"]


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
    bars = [
        passage["bars"]
        for section in content["sections"]
        for passage in section["passages"]
        if passage["bars"]
    ]
    return PublicEdition(
        title=content["title"],
        zone=content["zone"],
        number=edition.number,
        known_on=content["known_on"],
        digest=edition.digest,
        published_on=edition.published_on.isoformat() if edition.published_on else "",
        sections=content["sections"],
        numbers=[_public(one) for one in content["numbers"]],
        pictures={one["id"]: Drawing(draw(chart_of(one))) for one in bars},
    )


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
