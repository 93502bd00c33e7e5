"""What the returns offer to the shell: the menu."""

from jingkai.org.rules import Permission
from jingkai.web.shell import MenuEntry

__all__ = ["MENU"]

MENU = [
    MenuEntry("企业", "填报中心", "returns:center", Permission.CHECK_RETURNS, 22),
    MenuEntry("我的", "本企业报表", "returns:mine", Permission.SEE_OWN_FIRM, 3),
]
