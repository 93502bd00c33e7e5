"""人员与权限: who is in the zone office and what each role may do."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jingkai.org.queries import list_people
from jingkai.org.rules import PERMISSION_WORDS, ROLES, Permission
from jingkai.web.access import needs
from jingkai.web.language import spoken
from jingkai.web.shell import show


@dataclass
class PeoplePage:
    """People, and the rights of the roles."""

    people: list[tuple[str, str, str, str, str]]
    permissions: list[str]
    roles: list[tuple[str, list[bool]]]
    template: str = "web/people.html"


@needs(Permission.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Show who works here and what each role may do."""
    page = PeoplePage(
        people=[
            (
                one.account,
                one.name,
                spoken(one.department.name, one.department.english) if one.department else "—",
                one.post or "—",
                _(ROLES[one.role].name),
            )
            for one in list_people()
        ],
        permissions=[_(PERMISSION_WORDS[permission]) for permission in Permission],
        roles=[
            (_(role.name), [permission in role.permissions for permission in Permission])
            for role in ROLES.values()
        ],
    )
    return show(request, page)
