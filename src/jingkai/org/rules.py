"""Who may do what: permissions in the words of the trade, and the roles that hold them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.yamlfile import build, read_yaml

__all__ = [
    "ADMIN_DUTIES",
    "PERMISSION_WORDS",
    "ROLES",
    "SCOPE_WORDS",
    "Permission",
    "Role",
    "Scope",
    "find_context_word",
    "find_mixed_duties",
    "is_head_post",
    "read_roles",
]


class Permission(StrEnum):
    """One thing that a role may be allowed."""

    SEE_PLAN = "see_plan"
    KEEP_PLAN = "keep_plan"
    IMPORT_REPORT = "import_report"
    WRITE_REPORT = "write_report"
    KEEP_YEARS = "keep_years"
    CORRECT_CLOSED_YEARS = "correct_closed_years"
    SEE_PROJECTS = "see_projects"
    RECORD_PROJECTS = "record_projects"
    SEE_FIRMS = "see_firms"
    KEEP_FIRMS = "keep_firms"
    SEE_FIRM_TAX = "see_firm_tax"
    SEE_OWN_FIRM = "see_own_firm"
    FILE_RETURNS = "file_returns"
    CHECK_RETURNS = "check_returns"
    SEE_FACTS = "see_facts"
    SEE_CASES = "see_cases"
    HANDLE_CASES = "handle_cases"
    DECIDE_CASES = "decide_cases"
    SUPERVISE = "supervise"
    MANAGE_PEOPLE = "manage_people"
    KEEP_BACKUP = "keep_backup"
    KEEP_SECURITY = "keep_security"
    SEE_AUDIT = "see_audit"


PERMISSION_WORDS = {
    Permission.SEE_PLAN: "看计划",
    Permission.KEEP_PLAN: "管计划",
    Permission.IMPORT_REPORT: "导入工作报告",
    Permission.WRITE_REPORT: "生成报告",
    Permission.KEEP_YEARS: "管年度",
    Permission.CORRECT_CLOSED_YEARS: "更正已关闭年度的账本",
    Permission.SEE_PROJECTS: "看项目",
    Permission.RECORD_PROJECTS: "记录项目节点",
    Permission.SEE_FIRMS: "看企业库",
    Permission.KEEP_FIRMS: "管企业库",
    Permission.SEE_FIRM_TAX: "看单户税收",
    Permission.SEE_OWN_FIRM: "看本企业",
    Permission.FILE_RETURNS: "报送报表",
    Permission.CHECK_RETURNS: "收审企业报表",
    Permission.SEE_FACTS: "看事实与账本",
    Permission.SEE_CASES: "看办件",
    Permission.HANDLE_CASES: "办理办件",
    Permission.DECIDE_CASES: "审批决定",
    Permission.SUPERVISE: "批示与督办",
    Permission.MANAGE_PEOPLE: "管人员与权限",
    Permission.KEEP_BACKUP: "管备份",
    Permission.KEEP_SECURITY: "批准授权与管安全策略",
    Permission.SEE_AUDIT: "看审计",
}

# 三员分立: three duties that no role and no account holds together, nor any of them with business.
ADMIN_DUTIES: dict[str, frozenset[Permission]] = {
    "系统管理": frozenset({Permission.MANAGE_PEOPLE, Permission.KEEP_BACKUP}),
    "安全管理": frozenset({Permission.KEEP_SECURITY}),
    "审计管理": frozenset({Permission.SEE_AUDIT}),
}


class Scope(StrEnum):
    """数据范围: whose objects somebody sees."""

    ALL = "all"
    CHOSEN = "chosen"
    DEPARTMENT = "department"
    BELOW = "below"
    OWN = "own"


SCOPE_WORDS = {
    Scope.ALL: "全部",
    Scope.CHOSEN: "自定",
    Scope.DEPARTMENT: "本部门",
    Scope.BELOW: "本部门及以下",
    Scope.OWN: "仅本人",
}


@dataclass(frozen=True)
class Role:
    """A role: what it is called, what it may do, and whose objects it sees unless told else."""

    id: str
    name: str
    english: str
    permissions: frozenset[Permission]
    scope: Scope = Scope.BELOW

    @property
    def is_admin(self) -> bool:
        """Tell whether this is one of the three administrators."""
        return any(self.permissions & duty for duty in ADMIN_DUTIES.values())


_EVERYONE = {
    Permission.SEE_PLAN,
    Permission.SEE_PROJECTS,
    Permission.SEE_FIRMS,
    Permission.SEE_FACTS,
    Permission.SEE_CASES,
    Permission.HANDLE_CASES,
}

ROLES: dict[str, Role] = {
    role.id: role
    for role in [
        Role(
            "leader",
            "管委会领导",
            "zone leader",
            frozenset(
                _EVERYONE | {Permission.SEE_FIRM_TAX, Permission.DECIDE_CASES, Permission.SUPERVISE}
            ),
            Scope.ALL,
        ),
        Role(
            "appraisal",
            "考核督查",
            "appraisal office",
            frozenset(
                _EVERYONE
                | {
                    Permission.KEEP_PLAN,
                    Permission.KEEP_YEARS,
                    Permission.IMPORT_REPORT,
                    Permission.WRITE_REPORT,
                    Permission.SUPERVISE,
                }
            ),
            Scope.ALL,
        ),
        Role(
            "project_officer",
            "项目专班",
            "project officer",
            frozenset(_EVERYONE | {Permission.RECORD_PROJECTS}),
            Scope.ALL,  # 专班 work across units
        ),
        Role("officer", "业务人员", "officer", frozenset(_EVERYONE)),
        Role(
            "investment_officer",
            "招商专员",
            "investment officer",
            frozenset(_EVERYONE | {Permission.RECORD_PROJECTS}),
        ),
        Role(
            "statistician",
            "统计专员",
            "statistician",
            frozenset(
                _EVERYONE
                | {Permission.KEEP_FIRMS, Permission.SEE_FIRM_TAX}
                | {Permission.FILE_RETURNS, Permission.CHECK_RETURNS}
                | {Permission.CORRECT_CLOSED_YEARS}
            ),
            Scope.ALL,
        ),
        Role("enterprise_officer", "企业服务专员", "enterprise officer", frozenset(_EVERYONE)),
        Role("land_officer", "自然资源专员", "land officer", frozenset(_EVERYONE), Scope.ALL),
        Role("counter", "审批窗口", "approval counter", frozenset(_EVERYONE)),
        Role(
            "finance",
            "财政专员",
            "finance officer",
            frozenset(_EVERYONE | {Permission.SEE_FIRM_TAX}),
            Scope.ALL,
        ),
        Role(
            "firm",
            "企业用户",
            "firm user",
            frozenset({Permission.SEE_OWN_FIRM, Permission.FILE_RETURNS}),
            Scope.OWN,
        ),
        # 三员分立: none of the three sees business content.
        Role(
            "admin",
            "系统管理员",
            "system admin",
            frozenset({Permission.MANAGE_PEOPLE, Permission.KEEP_BACKUP}),
            Scope.OWN,
        ),
        Role(
            "security_admin",
            "安全管理员",
            "security admin",
            frozenset({Permission.KEEP_SECURITY}),
            Scope.OWN,
        ),
        Role(
            "audit_admin",
            "审计管理员",
            "audit admin",
            frozenset({Permission.SEE_AUDIT}),
            Scope.OWN,
        ),
    ]
}


def find_mixed_duties(permissions: frozenset[Permission]) -> str | None:
    """Return what may not be held together, in words, or None when it may."""
    held = [name for name, duty in ADMIN_DUTIES.items() if permissions & duty]
    if len(held) > 1:
        return f"{'、'.join(held)}不能由一个角色兼任（三员分立）；请分成 {len(held)} 个角色。"
    business = permissions - frozenset().union(*ADMIN_DUTIES.values())
    if held and business:
        words = "、".join(PERMISSION_WORDS[one] for one in Permission if one in business)
        return f"{held[0]}的角色不能同时办业务（{words}）；请去掉这些权限，或另建角色。"
    return None


@dataclass(frozen=True)
class PasswordProfile:
    """What an office asks of passwords and accounts; 0 asks for nothing."""

    kinds: int
    max_days: int
    warn_days: int
    history: int
    idle_days: int


# 等保三级 wants kinds of characters and periodic change; ASVS 5.0 forbids both (6.2.5, 6.2.10).
# Length of 12 and the list of common passwords hold in either.
PROFILES = {
    "dengbao3": PasswordProfile(kinds=3, max_days=90, warn_days=14, history=5, idle_days=90),
    "asvs": PasswordProfile(kinds=0, max_days=0, warn_days=0, history=0, idle_days=90),
}


def count_kinds(password: str) -> int:
    """Return how many kinds of characters a password has: upper, lower, digits, others."""
    kinds = (str.isupper, str.islower, str.isdigit, lambda one: not one.isalnum())
    return sum(any(kind(one) for one in password) for kind in kinds)


# What every zone is called, in letters: 经开, 经开区, 开发区, 管委会, 高新区.
_ZONE_WORDS = ("jingkai", "jkq", "kaifaqu", "guanweihui", "gaoxinqu", "经开", "开发区", "管委会")
_LOOK_ALIKE = str.maketrans("0134578@$!", "oieastbasi")
_YEAR = re.compile(r"(?<!\d)(?:19[5-9]|20[0-4])\d(?!\d)")


def find_context_word(password: str, names: Iterable[str]) -> str:
    """Return the word of the office, or the year, that a password leans on; "" when none.

    `names` are the zone's and its units': of a name in letters every word of five and more counts.
    """
    if year := _YEAR.search(password):
        return year.group()
    plain = password.lower()
    spelled = plain.translate(_LOOK_ALIKE)
    words = {*_ZONE_WORDS}
    for name in names:
        lowered = name.lower()
        if name.isascii():
            words |= {one for one in re.split(r"[^a-z]+", lowered) if len(one) >= _TELLING}
        elif len(name) > 1:
            words.add(lowered)
    return next((one for one in sorted(words) if one in plain or one in spelled), "")


_TELLING = 5
_HEAD_POSTS = (
    *("局长", "主任", "部长", "书记", "科长", "处长", "所长", "站长"),
    *("大队长", "总经理", "董事长", "院长", "校长", "行长"),
)


def is_head_post(post: str) -> bool:
    """Tell whether a post is one that a department has once: 局长, not 副局长."""
    return "副" not in post and post.endswith(_HEAD_POSTS)


@dataclass(frozen=True, kw_only=True)
class _RoleEntry:
    """A role as roles.yaml lists it."""

    id: str
    name: str
    english: str
    permissions: tuple[str, ...]
    scope: str = "below"


def read_roles(path: Path) -> Mapping[str, Role]:
    """Read the roles.yaml of a zone; refuse it with the line and the fix of every problem."""
    findings = Findings()
    roles = {}
    entries = read_yaml(path, findings)
    for role_id, raw in entries.items():
        entry = build(_RoleEntry, raw, path, findings, name=role_id, id=role_id)
        if entry is None:
            continue
        line = raw.line
        for one in entry.permissions:
            if one not in set(Permission):
                hint = did_you_mean(one, list(Permission), "可用的权限")
                findings.add(path, line, role_id, f"没有“{one}”这个权限；{hint}")
        if entry.scope not in set(Scope):
            hint = did_you_mean(entry.scope, list(Scope), "可用的范围")
            findings.add(path, line, role_id, f"没有“{entry.scope}”这个数据范围；{hint}")
            continue
        known = frozenset(Permission(one) for one in entry.permissions if one in set(Permission))
        if mixed := find_mixed_duties(known):
            findings.add(path, line, role_id, mixed)
        if role_id in ROLES and known != ROLES[role_id].permissions and ROLES[role_id].is_admin:
            findings.add(path, line, role_id, "三员的权限不能改；请另建角色。")
        roles[role_id] = Role(role_id, entry.name, entry.english, known, Scope(entry.scope))
    findings.refuse(path.name)
    return roles
