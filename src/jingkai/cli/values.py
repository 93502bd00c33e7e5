"""Answer value and report on the command line, by the same services as the pages."""

import json
from datetime import date
from difflib import get_close_matches
from typing import Any

from jingkai.kernel.periods import parse_period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, list_facts, masked
from jingkai.plan.queries import find_plan, list_targets_of
from jingkai.reports.queries import write_progress

__all__ = ["NoPlan", "UnknownIndicator", "answer", "write_report"]


class UnknownIndicator(LookupError):
    """An indicator that the dictionary does not have."""


class NoPlan(LookupError):
    """A year without an adopted plan."""


def answer(indicator_id: str, period: str, *, known_on: date, with_facts: bool) -> dict[str, Any]:
    """Return one number with everything that is known of it.

    At the machine nobody holds a post: what only few may see of single subjects is covered.
    """
    known = current_zone().indicators
    if indicator_id not in known:
        near = get_close_matches(indicator_id, known, n=3, cutoff=0.4)
        raise UnknownIndicator(
            f"没有指标“{indicator_id}”。"
            + (f"最接近的：{'、'.join(near)}。" if near else "")
            + "全部指标见 jingkai check 或“指标字典”页。"
        )
    indicator, ledger = known[indicator_id], Ledger(known_on)
    number = ledger.number(indicator, parse_period(period))
    promised = list_targets_of(indicator, ledger=ledger, year=number.period.first.year)
    standing = promised[0].standing if promised else None
    facts = list_facts(ledger.facts_behind(indicator, number.period)) if with_facts else []
    return {
        "id": indicator.id,
        "name": indicator.name,
        "period": number.period.id,
        "known": known_on.isoformat(),
        "value": number.text if number.value is not None or number.is_hidden else None,
        "unit": indicator.unit,
        "yoy": _text(number.yoy),
        "target": promised[0].promised if promised else None,
        "attainment": _text(standing.attainment) if standing else None,
        "pace": _text(standing.pace) if standing else None,
        "gap": _text(standing.gap) if standing else None,
        "facts": [
            {
                "subject": one.subject,
                "on": str(one.on or one.period_id),
                "values": json.dumps(masked(one), ensure_ascii=False, separators=(",", ":")),
            }
            for one in facts
        ],
    }


def write_report(year: int, *, on: date) -> bytes:
    """Return the progress report of the year's plan as docx."""
    plan = find_plan(year)
    if plan is None:
        raise NoPlan(f"{year} 年没有已通过的计划；请先在“导入工作报告”里生成。")
    return write_progress(plan, Ledger(on), address="http://127.0.0.1:8000")


def _text(number: Any) -> str | None:
    return None if number is None else f"{number:.1f}"
