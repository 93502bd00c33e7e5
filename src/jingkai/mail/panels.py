"""What mail offers to the shell."""

from jingkai.org.rules import Permission
from jingkai.web.shell import MenuEntry

__all__ = ["MENU"]

MENU = [MenuEntry("我的", "邮件通知", "mail:address", Permission.HANDLE_CASES, 9)]
