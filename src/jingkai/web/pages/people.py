"""人员与权限: who is in the zone office and what each role may do."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jingkai.org.queries import list_people
from jingkai.org.rules import ROLES, Permission
from jingkai.web.access import needs
from jingkai.web.shell import show

_WORDS = {
    Permission.SEE_PLAN: "看计划",
    Permission.KEEP_PLAN: "管计划",
    Permission.IMPORT_REPORT: "导入工作报告",
    Permission.WRITE_REPORT: "生成报告",
    Permission.SEE_PROJECTS: "看项目",
    Permission.RECORD_PROJECTS: "记录项目节点",
    Permission.SEE_FACTS: "看事实与账本",
    Permission.MANAGE_PEOPLE: "管人员与权限",
}


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
                one.department.name if one.department else "—",
                one.post or "—",
                _(ROLES[one.role].name),
            )
            for one in list_people()
        ],
        permissions=[_(_WORDS[permission]) for permission in Permission],
        roles=[
            (_(role.name), [permission in role.permissions for permission in Permission])
            for role in ROLES.values()
        ],
    )
    return show(request, page)
