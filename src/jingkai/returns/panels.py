"""What the returns offer to the shell: menu, next steps."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.org.rules import Permission
from jingkai.web.shell import MenuEntry, Step

__all__ = ["MENU", "STEPS"]

MENU = [
    MenuEntry("企业", "填报中心", "returns:center", Permission.CHECK_RETURNS, 22),
    MenuEntry("我的", "本企业报表", "returns:mine", Permission.SEE_OWN_FIRM, 3),
    MenuEntry("系统", "企业账号", "returns:accounts", Permission.MANAGE_PEOPLE, 90),
]


def steps(person: Any) -> list[Step]:
    """Lead a firm's account to the returns of its firm."""
    if not person.may(Permission.SEE_OWN_FIRM):
        return []
    return [Step(_("填报或查看本企业的报表"), reverse("returns:mine"))]


STEPS = steps
