"""What a page in English says in Chinese that is no data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from html import unescape
from typing import Any

from django.apps import apps
from django.db import models

from jingkai.kernel.geometry import read_plots
from jingkai.kernel.units import UNITS
from jingkai.kernel.zone import Zone
from jingkai.reports.models import Intake
from jingkai.reports.tokens import FORMS
from jingkai.web.language import NOBODY

CHINESE = re.compile(r"[一-鿿]")
# Columns that keep a word of the house: what stands there is said in the reader's language.
WORDS_OF_THE_HOUSE = {
    *("org.Notice.text", "org.Notice.words", "jobs.Job.payload", "audit.AuditLine.detail"),
    *("cases.Case.outcome", "cases.Work.name", "cases.Pausing.name", "cases.RaisedFlag.name"),
    *("cases.Definition.name", "cases.Definition.content", "supervision.Escalation.name"),
    *("plan.Snapshot.word", "plan.Snapshot.meaning", "plan.Snapshot.unit", "plan.Target.unit"),
    *("reports.Proposal.unit", "reports.ChangeSet.name"),
    *("returns.Filing.findings", "returns.ReturnFile.seen", "returns.ReturnFile.progress"),
}
# The mark of the product, and the way back to Chinese.
SIGNS = {"经", "中文"}
_SHOWN = re.compile(r'\b(?:aria-label|title|placeholder|alt|data-unit|data-confirm)="([^"]*)"')
# A document of the house as it goes out is Chinese in any case.
_LETTER = re.compile(r'<article class="letter".*?</article>', re.S)
_UNSEEN = re.compile(r"<(script|style|svg|template)\b.*?</\1>", re.S)


def chinese_outside_data(html: str, data: re.Pattern[str]) -> list[str]:
    """Return the texts of a page, its labels among them, that are Chinese once data is left out."""
    body = _LETTER.sub(" ", _UNSEEN.sub(" ", html.partition("</head>")[2]))
    texts = [*_SHOWN.findall(body), *re.split("<[^>]*>", body)]
    said = {" ".join(unescape(one).split()) for one in texts if CHINESE.search(unescape(one))}
    reports = "\n".join(Intake.objects.values_list("text", flat=True))
    left = said - SIGNS
    return sorted(one for one in left if one not in reports and CHINESE.search(data.sub("", one)))


def data_of(zone: Zone) -> re.Pattern[str]:
    """Return what finds every text that is data: kept in the house, or the zone's own."""
    found = {*_kept(), *_of_zone(zone)} - {*NOBODY, *UNITS}
    ordered = sorted(found, key=len, reverse=True)
    # A name of one character is one only where it stands alone.
    alone = "(?<![一-鿿])%s(?![一-鿿])"
    return re.compile(
        "|".join(re.escape(one) if len(one) > 1 else alone % re.escape(one) for one in ordered)
    )


def _kept() -> Iterator[str]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
            if not is_text or f"{model._meta.label}.{field.attname}" in WORDS_OF_THE_HOUSE:
                continue
            if field.choices:
                continue
            for value in model.objects.values_list(field.attname, flat=True):
                yield from _texts(value)


def _of_zone(zone: Zone) -> frozenset[str]:
    return frozenset([*_declared(zone), *_declared(read_plots(zone)), *FORMS])


def _declared(value: Any) -> Iterator[str]:
    """Yield the texts of a declaration that have no English beside them."""
    if not is_dataclass(value):
        if isinstance(value, Mapping):
            value = list(value.values())
        if isinstance(value, list | tuple):
            for one in value:
                yield from _declared(one)
        yield from _texts(value) if isinstance(value, str) else ()
        return
    names = {one.name for one in fields(value)}
    for name in names:
        twin = getattr(value, "english" if name == "name" else f"{name}_english", "")
        if not twin:
            yield from _declared(getattr(value, name))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str) and CHINESE.search(value):
        yield " ".join(value.split())
        yield from (" ".join(line.split()) for line in value.splitlines() if CHINESE.search(line))
