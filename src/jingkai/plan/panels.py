"""What the plan offers to the shell: menu, names of subjects, promises behind a number."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.rules import Permission
from jingkai.plan.queries import list_targets_of
from jingkai.web.shell import MenuEntry

__all__ = ["MENU", "NUMBER", "SUBJECTS"]

MENU = [MenuEntry("计划", "重点任务分解表", "plan:home", Permission.SEE_PLAN, 10)]


def _describe(subjects: list[str]) -> dict[str, tuple[str, str]]:
    described = {}
    for subject in subjects:
        known = current_zone().indicators.get(subject.partition(":")[2])
        described[subject] = (known.name if known else subject, "")
    return described


SUBJECTS = {"indicator": _describe}


def promises(indicator: Indicator, period: Period, ledger: Ledger) -> list[dict[str, Any]]:
    """Return what the plan promises about a number, and how far it is."""
    return [
        {
            "title": line.target.name,
            "url": reverse("plan:item", args=[line.target.item_id]),
            "light": line.standing.light,
            "rows": [
                (_("目标"), line.promised),
                (_("完成率"), percent(line.standing.attainment)),
                (_("序时进度"), percent(line.standing.pace)),
                (_("脱幅"), points(line.standing.gap)),
            ],
        }
        for line in list_targets_of(indicator, ledger=ledger, year=period.first.year)
    ]


NUMBER = promises


def percent(value: Any) -> str:
    """Print a percentage to one decimal; — where it does not apply."""
    return "—" if value is None else f"{value:.1f}%"


def points(value: Any) -> str:
    """Print a gap in percentage points with its sign; — where it does not apply."""
    return "—" if value is None else f"{value:+.1f} 个百分点".replace("-", "−")
