"""What the ladder offers to the shell: the menu."""

from jingkai.org.rules import Permission
from jingkai.web.shell import MenuEntry

__all__ = ["MENU"]

MENU = [
    MenuEntry("企业", "企业梯度", "ladder:home", Permission.SEE_FIRMS, 24),
    MenuEntry("企业", "上市后备", "ladder:listing", Permission.SEE_FIRMS, 25),
]
