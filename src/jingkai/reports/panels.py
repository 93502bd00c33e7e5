"""What reports offer to the shell: menu, next steps."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.org.rules import Permission
from jingkai.reports.queries import list_intakes
from jingkai.web.shell import MenuEntry, Step

__all__ = ["MENU", "STEPS"]

MENU = [
    MenuEntry("报告", "导入工作报告", "reports:intakes", Permission.IMPORT_REPORT, 12),
    MenuEntry("报告", "报告工场", "reports:workshop", Permission.WRITE_REPORT, 13),
    MenuEntry("报告", "报告记忆", "reports:memory", Permission.WRITE_REPORT, 15),
    MenuEntry("报告", "核稿", "reports:draft", Permission.SEE_FACTS, 14),
]


def steps(person: Any) -> list[Step]:
    """Return the reviews that are not finished."""
    if not person.may(Permission.IMPORT_REPORT):
        return []
    waiting = [one for one in list_intakes() if one.plan_id is None]
    return [
        Step(
            _("继续确认“%(title)s”：%(done)s/%(all)s")
            % {"title": one.title, "done": one.decided, "all": one.all},
            reverse("reports:review", args=[one.pk]),
        )
        for one in waiting[:5]
    ] or [Step(_("导入工作报告，生成年度计划"), reverse("reports:new"))]


STEPS = steps
