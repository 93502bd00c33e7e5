"""Who may do what: permissions in the words of the trade, and the roles that hold them."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["PERMISSION_WORDS", "ROLES", "Permission", "Role"]


class Permission(StrEnum):
    """One thing that a role may be allowed."""

    SEE_PLAN = "see_plan"
    KEEP_PLAN = "keep_plan"
    IMPORT_REPORT = "import_report"
    WRITE_REPORT = "write_report"
    SEE_PROJECTS = "see_projects"
    RECORD_PROJECTS = "record_projects"
    SEE_FIRMS = "see_firms"
    KEEP_FIRMS = "keep_firms"
    SEE_FIRM_TAX = "see_firm_tax"
    SEE_FACTS = "see_facts"
    MANAGE_PEOPLE = "manage_people"


PERMISSION_WORDS = {
    Permission.SEE_PLAN: "看计划",
    Permission.KEEP_PLAN: "管计划",
    Permission.IMPORT_REPORT: "导入工作报告",
    Permission.WRITE_REPORT: "生成报告",
    Permission.SEE_PROJECTS: "看项目",
    Permission.RECORD_PROJECTS: "记录项目节点",
    Permission.SEE_FIRMS: "看企业库",
    Permission.KEEP_FIRMS: "管企业库",
    Permission.SEE_FIRM_TAX: "看单户税收",
    Permission.SEE_FACTS: "看事实与账本",
    Permission.MANAGE_PEOPLE: "管人员与权限",
}


@dataclass(frozen=True)
class Role:
    """A role: what it is called and what it may do."""

    id: str
    name: str
    english: str
    permissions: frozenset[Permission]


_EVERYONE = {
    Permission.SEE_PLAN,
    Permission.SEE_PROJECTS,
    Permission.SEE_FIRMS,
    Permission.SEE_FACTS,
}

ROLES: dict[str, Role] = {
    role.id: role
    for role in [
        Role(
            "leader",
            "管委会领导",
            "zone leader",
            frozenset(_EVERYONE | {Permission.SEE_FIRM_TAX}),
        ),
        Role(
            "appraisal",
            "考核督查",
            "appraisal office",
            frozenset(
                _EVERYONE
                | {Permission.KEEP_PLAN, Permission.IMPORT_REPORT, Permission.WRITE_REPORT}
            ),
        ),
        Role(
            "project_officer",
            "项目专班",
            "project officer",
            frozenset(_EVERYONE | {Permission.RECORD_PROJECTS}),
        ),
        Role("officer", "业务人员", "officer", frozenset(_EVERYONE)),
        Role(
            "statistician",
            "统计专员",
            "statistician",
            frozenset(_EVERYONE | {Permission.KEEP_FIRMS, Permission.SEE_FIRM_TAX}),
        ),
        # 三员分立: the system administrator sees no business content.
        Role("admin", "系统管理员", "system administrator", frozenset({Permission.MANAGE_PEOPLE})),
    ]
}
