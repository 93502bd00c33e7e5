"""What the register offers to the shell: menu, names of subjects, search."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from jingkai.enterprises.honours import HONOUR_IMPORT
from jingkai.enterprises.importing import ENTERPRISE_IMPORT
from jingkai.enterprises.lists import ENTERPRISES, say_event, say_title
from jingkai.enterprises.queries import (
    describe_enterprises,
    list_enterprises,
    list_hidden,
    named,
)
from jingkai.ledger.queries import subjects_of
from jingkai.org.queries import Person, visible_departments
from jingkai.org.rules import Permission
from jingkai.web.find import Hit, Searcher
from jingkai.web.shell import MenuEntry

__all__ = [
    "FIRM_COLUMNS",
    "HIDDEN",
    "IMPORTS",
    "MENU",
    "SEARCH",
    "SUBJECTS",
    "say_event",
    "say_title",
]

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


def hidden_from(person: Person) -> QuerySet[Any] | None:
    """Return the firms that a person does not see, as subjects of facts."""
    visible = visible_departments(person)
    return None if visible is None else subjects_of("enterprise", list_hidden(visible), "code")


HIDDEN = hidden_from


def _find(text: str, person: Person) -> list[Hit]:
    return [
        Hit(one.name, reverse("enterprises:detail", args=[one.code]), one.code)
        for one in named(list_enterprises(visible_departments(person)), text)[:8]
    ]


SEARCH = [Searcher("企业", Permission.SEE_FIRMS, _find)]

IMPORTS = [ENTERPRISE_IMPORT, HONOUR_IMPORT]

# What the register says of a firm, for lists that other contexts make.
FIRM_COLUMNS = ENTERPRISES.columns
