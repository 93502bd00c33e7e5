"""What the register offers to the shell: menu, names of subjects."""

from django.urls import reverse

from jingkai.enterprises.queries import describe_enterprises
from jingkai.org.rules import Permission
from jingkai.web.shell import MenuEntry

__all__ = ["MENU", "SUBJECTS"]

MENU = [
    MenuEntry("企业", "企业库", "enterprises:list", Permission.SEE_FIRMS, 20),
    MenuEntry("企业", "疑似重复", "enterprises:duplicates", Permission.KEEP_FIRMS, 21),
]


def _describe(subjects: list[str]) -> dict[str, tuple[str, str]]:
    codes = {subject: subject.partition(":")[2] for subject in subjects}
    names = describe_enterprises(list(set(codes.values())))
    return {
        subject: (names.get(code, code), reverse("enterprises:detail", args=[code]))
        for subject, code in codes.items()
    }


SUBJECTS = {"enterprise": _describe}
