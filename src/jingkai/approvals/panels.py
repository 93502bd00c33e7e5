"""What the counter offers to the shell: menu, subjects, search, the section on a case's page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.approvals.queries import (
    describe_applications,
    find_application_of_case,
    find_applications,
    find_certificate,
    hidden_applications,
    list_applications,
)
from jingkai.cases.panels import CaseSection
from jingkai.cases.queries import Case
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import Person, visible_departments
from jingkai.org.rules import Permission
from jingkai.projects.queries import list_projects
from jingkai.web.find import Hit, Searcher
from jingkai.web.shell import MenuEntry

__all__ = ["CASE", "DOSSIER", "HIDDEN", "MENU", "SEARCH", "SUBJECTS"]

_GROUP = "政务服务"
MENU = [
    MenuEntry(_GROUP, "窗口受理", "approvals:applications", Permission.SEE_CASES, 40),
    MenuEntry(_GROUP, "事项清单", "approvals:items", Permission.SEE_CASES, 41),
    MenuEntry(_GROUP, "用印登记", "approvals:seal", Permission.SEE_CASES, 46),
    MenuEntry(_GROUP, "证照登记", "approvals:certificates", Permission.SEE_CASES, 47),
    MenuEntry(_GROUP, "好差评", "approvals:ratings", Permission.SEE_CASES, 48),
    MenuEntry(_GROUP, "企业邀请", "approvals:invitations", Permission.HANDLE_CASES, 50),
    MenuEntry("我的", "我的申请", "approvals:of_my_firm", Permission.SEE_OWN_FIRM, 4),
    MenuEntry("我的", "我的代办", "approvals:agent_tasks", Permission.RECORD_PROJECTS, 2),
]


def _describe(subjects: list[str]) -> dict[str, tuple[str, str]]:
    ids = {subject: int(subject.partition(":")[2]) for subject in subjects}
    names = describe_applications(list(ids.values()))
    return {
        subject: (names.get(pk, subject), reverse("approvals:application", args=[pk]))
        for subject, pk in ids.items()
    }


SUBJECTS = {"application": _describe}
HIDDEN = hidden_applications


def _find(text: str, person: Person) -> list[Hit]:
    return [
        Hit(one.title, reverse("approvals:application", args=[one.pk]), one.number)
        for one in find_applications(text, 8, person)
    ]


SEARCH = [Searcher("申请", Permission.SEE_CASES, _find)]

ON_A_SHEET = 5


def of_firm(code: str, _name: str, person: Person) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the latest applications of a firm that a person sees and where each stands."""
    if not person.may(Permission.SEE_CASES):
        return []
    found = list_applications(person).filter(credit_code=code)[:ON_A_SHEET]
    rows = [
        (one.title, f"{one.number} · {one.received_on} · {_(one.get_state_display())}")
        for one in found
    ]
    return [(_("办理的申请"), rows)]


DOSSIER = of_firm


def _on_case(case: Case, person: Person) -> list[CaseSection]:
    """Return the application, the basis and the certificate of a permit."""
    application = find_application_of_case(case.pk)
    item = current_zone().approvals.items.get(case.item)
    rows: list[tuple[str, str, str]] = []
    if application:
        link = reverse("approvals:application", args=[application.pk])
        rows.append((_("申请"), application.title, link))
        rows.append((_("申请人"), application.applicant, ""))
        seen = list_projects(visible_departments(person))
        if seen.filter(pk=application.project_id).exists():
            link = reverse("approvals:map", args=[application.project_id])
            rows.append((_("项目审批地图"), str(application.project), link))
    if item:
        link = reverse("approvals:item", args=[item.id])
        rows.append((_("依据"), item.basis, link))
    if certificate := find_certificate(case.pk):
        rows.append((_("证照"), f"{certificate.name} {certificate.number}", ""))
    track = case.answers.get("track")
    note = _("告知承诺办理：不再审查，决定后核查。") if track == "undertaking" else ""
    return [CaseSection(_("事项"), rows, note=note)] if rows else []


CASE = {"approvals.permit": _on_case, "approvals.check": _on_case}
