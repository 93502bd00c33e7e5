"""What firms returned before, and what a form opens with."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.columns import Series, decode_columns
from jingkai.kernel.facttypes import FactType, Value
from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnColumn, ReturnForm
from jingkai.ledger.queries import (
    Fact,
    find_returns,
    read_returns,
)
from jingkai.returns.catalog import fact_type_of
from jingkai.returns.rules import Frame, to_date_sources

__all__ = [
    "absent_before",
    "carried_value",
    "filled_rows",
    "read_pasts",
    "what_stands",
]


def read_pasts(
    form: ReturnForm, period: Period, past: Sequence[Period], subjects: Sequence[str]
) -> tuple[Frame, list[Frame]]:
    """Return what was returned before in the year, and for other periods, by one query."""
    before = form.period_before(period)
    told = read_returns(
        fact_type_of(form),
        subjects=subjects,
        periods={one for one in (before, *past) if one},
        columns=[one.id for one in form.columns],
    )
    return (
        told[before.id] if before else _nothing_yet(form, len(subjects)),
        [told[one.id] for one in past],
    )


def _nothing_yet(form: ReturnForm, height: int) -> Frame:
    """Return what was returned before the first period of a year: totals to date are 0."""
    frame = {one.id: Series.blank(height) for one in form.columns}
    for one in to_date_sources(form):
        frame[one].present[:] = True
    return frame


def what_stands(
    form: ReturnForm, fact: FactType, standing: Mapping[str, Fact], subjects: Sequence[str]
) -> Frame:
    """Return what stands of the period itself."""
    held = {one.id: Series.blank(len(subjects)) for one in form.columns}
    found = [(place, standing.get(subject)) for place, subject in enumerate(subjects)]
    stands = [(place, one) for place, one in found if one is not None and not one.is_void]
    if stands:
        places = np.array([place for place, _one in stands], np.intp)
        texts = [one.values for _place, one in stands]
        for key, series in decode_columns(fact, texts, list(held)).items():
            held[key].values[places], held[key].present[places] = series.values, series.present
    return held


def filled_rows(
    form: ReturnForm, period: Period, firms: Sequence[Enterprise]
) -> list[dict[str, Any]]:
    """Return for each firm what a form opens with: what stands, what was, what does not apply."""
    subjects = [one.subject for one in firms]
    fact = fact_type_of(form)
    earlier = [form.previous(period), period.last_year(), period]
    totals, frames = read_pasts(form, period, earlier, subjects)
    gone = absent_before(form, period, subjects)
    rows = []
    for place, firm in enumerate(firms):
        cells = {
            name: {
                one.id: frame[one.id].value(place, fact.columns[one.id].scale)
                for one in form.columns
            }
            for name, frame in zip(("before", "year_ago", "now"), frames, strict=True)
        }
        held = {
            one: totals[one].value(place, fact.columns[one].scale) for one in to_date_sources(form)
        }
        rows.append({"firm": firm, "held": held, "gone": gone[firm.subject], **cells})
    return rows


def absent_before(
    form: ReturnForm, period: Period, subjects: Sequence[str]
) -> dict[str, frozenset[str]]:
    """Return the measures of which each firm said the last time that it has none (—)."""
    fact, open_ids = fact_type_of(form), {one.id for one in form.columns} - to_date_sources(form)
    told = find_returns(type_id=fact.id, subjects=list(subjects), period=form.previous(period))
    found = dict.fromkeys(subjects, frozenset[str]())
    for subject, one in told.items():
        if not one.is_void:
            found[subject] = frozenset(fact.not_applicable(one.values) & open_ids)
    return found


def carried_value(column: ReturnColumn, told: Mapping[str, Any]) -> Value:
    """Return what opens as it was the last time, for the filer to confirm.

    It is what a stock stood at, or — where the firm said that it has no such measure.
    """
    if column.id in told["gone"]:
        return "—"
    value: Value = told["before"][column.id] if column.is_stock else None
    return value if isinstance(value, Decimal) else None
