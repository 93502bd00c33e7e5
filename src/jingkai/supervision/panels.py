"""What supervision offers: menu, workbench, search, a box beside objects, a case's sections."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jingkai.cases.panels import CaseSection
from jingkai.cases.queries import Case, working_calendar
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.queries import Person
from jingkai.org.rules import Permission
from jingkai.supervision.figures import describe_figures, list_unseen_figures
from jingkai.supervision.lists import holder_of
from jingkai.supervision.models import Escalation
from jingkai.supervision.queries import (
    find_follow_up,
    follow_ups_about,
    hidden_cases,
    last_words_about,
    light_of,
    list_follow_ups,
    list_urgent,
)
from jingkai.supervision.rules import IN_PERSON, KIND, NOT_REACHED
from jingkai.web.asides import Aside, AsideRow
from jingkai.web.find import Hit, Searcher
from jingkai.web.language import spoken, spoken_actor
from jingkai.web.shell import MenuEntry, describe_subjects
from jingkai.web.work import Counts, LastWord, Work, WorkRow

__all__ = [
    "ASIDES",
    "CASE",
    "DOSSIER",
    "HIDDEN",
    "HIDDEN_CASES",
    "MENU",
    "SEARCH",
    "SUBJECTS",
    "WORDS",
    "WORK",
]

_GROUP = "督查"
MENU = [
    MenuEntry("我的", "我批示的", "supervision:mine", Permission.SUPERVISE, 2),
    MenuEntry(_GROUP, "督办台账", "supervision:list", Permission.SEE_CASES, 20),
    MenuEntry(_GROUP, "调度会一页纸", "supervision:meeting", Permission.SUPERVISE, 21),
    MenuEntry(_GROUP, "督查通报", "supervision:bulletins", Permission.SEE_PLAN, 22),
    MenuEntry(_GROUP, "发函登记", "supervision:letters", Permission.SEE_CASES, 25),
    MenuEntry(_GROUP, "每月一问", "supervision:questions", Permission.SEE_PLAN, 23),
    MenuEntry(_GROUP, "临时要数", "supervision:tables", Permission.SEE_PLAN, 24),
    MenuEntry(_GROUP, "基层负担", "supervision:burden", Permission.SEE_PLAN, 25),
]


def beside(subject: str, person: Person, on: date) -> list[Aside]:
    """Return what was instructed about an object, and the way to instruct."""
    kind, _colon, key = subject.partition(":")
    if kind == "case" and find_follow_up(int(key)):
        return []  # a 督办单 is chased on its own page, not by another one
    may = person.may(Permission.SUPERVISE)
    found = follow_ups_about(subject, person)
    if not found and not may:
        return []
    rows = [
        AsideRow(
            one.instruction,
            reverse("cases:detail", args=[one.case_id]),
            f"{one.number} · {one.issuer.name} · {holder_of(one)}",
            light_of(one, on),
        )
        for one in found
    ]
    links = act_on(subject, person)
    note = "" if rows else _("还没有批示。写一句话、定一个单位和时限，就成为督办单。")
    return [Aside(_("批示与督办"), rows, links, note)]


ASIDES = beside


def act_on(subject: str, person: Person) -> list[tuple[str, str]]:
    """Return the way to instruct about an object, for who may."""
    if not person.may(Permission.SUPERVISE):
        return []
    return [(_("批示"), f"{reverse('supervision:new')}?{urlencode({'about': subject})}")]


ACTS = act_on


def on_case(case: Case, person: Person) -> list[CaseSection]:
    """Return the sections of a 督办单 on the page of its case."""
    one = find_follow_up(case.pk)
    if one is None:
        return []
    on = settings.BUSINESS_CLOCK.today()
    light = light_of(one, on)
    evidence = next(
        (each for each in current_zone().supervision.evidence if each.id == one.evidence), None
    )
    about, link = "", ""
    if one.about:
        about, link = describe_subjects([one.about]).get(one.about, (one.about, ""))
    support = "、".join(spoken(place.name, place.english) for place in one.support.all())
    proof = spoken(evidence.proof, evidence.proof_english) if evidence else ""
    rows = [
        (_("编号"), one.number, ""),
        (_("状态"), f"{light.shape} {spoken(light.word, light.english)}", ""),
        (_("批示"), f"{one.issuer.name} {one.issued_on}：{one.instruction}", ""),
        *([(_("有关事项"), about, link)] if about else []),
        *([(_("来自会议"), str(one.meeting), "")] if one.meeting else []),
        (_("承办单位"), spoken(one.lead.name, one.lead.english), ""),
        *([(_("配合单位"), support, "")] if support else []),
        *([(_("要附的印证材料"), proof, "")] if proof else []),
    ]
    ladder = current_zone().supervision.ladder
    names = {each.id: spoken(each.name, each.english) for each in ladder}
    climbed = [
        (
            names.get(each.rung, each.name),
            f"{each.on}（{_('期限')} {each.because_of}）{_reached(each)}",
            "",
        )
        for each in one.escalations.all()
    ]
    sections = [
        CaseSection(
            spoken(current_zone().supervision.name, current_zone().supervision.english),
            rows,
            links=[
                (_("下载督办单（docx）"), reverse("supervision:letter", args=[case.pk])),
                (_("督办单 PDF"), reverse("supervision:letter_pdf", args=[case.pk])),
                (_("督办台账"), reverse("supervision:list")),
            ],
        )
    ]
    if climbed:
        sections.append(CaseSection(_("催办记录"), climbed))
    return sections


CASE = {KIND: on_case}


def hidden(person: Person) -> QuerySet[Any] | None:
    """Return the cases of 督办单 that somebody does not see."""
    return hidden_cases(person)


HIDDEN_CASES = hidden

HIDDEN = list_unseen_figures


def _describe(subjects: list[str]) -> dict[str, tuple[str, str]]:
    ids = {subject: int(subject.partition(":")[2]) for subject in subjects}
    told = describe_figures(list(ids.values()))
    return {
        subject: (told[pk][1], reverse("supervision:table", args=[told[pk][0]]))
        for subject, pk in ids.items()
        if pk in told
    }


SUBJECTS = {"figure": _describe}

ON_A_SHEET = 5


def of_firm(code: str, _name: str, person: Person) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what was instructed about a firm, within what somebody sees."""
    if not person.may(Permission.SEE_CASES):
        return []
    rows = [
        (one.instruction, f"{one.number} · {one.issued_on} · {holder_of(one)}")
        for one in follow_ups_about(f"enterprise:{code}", person)[:ON_A_SHEET]
    ]
    return [(_("交办督办"), rows)]


DOSSIER = of_firm


def work(person: Person, ledger: Ledger) -> list[Work]:
    """Return the 督办单 that are late or due within three working days."""
    if not person.may(Permission.SEE_CASES):
        return []
    on = ledger.known_on
    found = list_urgent(person, working_calendar().add_workdays(on, 3))
    shown = list(found[:20])
    rows = [
        WorkRow(
            text=f"{one.number} {one.instruction}",
            url=reverse("cases:detail", args=[one.case_id]),
            lead=spoken(one.lead.name, one.lead.english),
            due_on=one.case.due_on or on,
            light=light_of(one, on),
        )
        for one in shown
    ]
    late = sum(row.due_on < on for row in rows)
    mine = sum(one.lead_id == person.department_id for one in shown)
    issued = sum(one.issuer_id == person.pk for one in shown)
    counts = Counts(mine=mine, assigned=issued, near=len(rows) - late, late=late)
    total = len(rows) if len(rows) < 20 else found.count()
    return [Work(_("到期和逾期的督办"), total, rows, counts, reverse("supervision:list"))]


WORK = work


def words_about(subjects: Collection[str], person: Person) -> dict[str, LastWord]:
    """Return what was said last about items of the plan."""
    parts = (one.partition(":") for one in subjects)
    items = [int(key) for kind, _colon, key in parts if kind == "item"]
    return {
        f"item:{item}": LastWord(
            said.on, spoken_actor(spoken(said.who.chinese, said.who.english)), said.text
        )
        for item, said in last_words_about(items, person).items()
    }


WORDS = words_about


def _find(text: str, person: Person) -> list[Hit]:
    found = list_follow_ups(person)
    found = found.filter(number__icontains=text) | found.filter(instruction__icontains=text)
    return [
        Hit(one.instruction, reverse("cases:detail", args=[one.case_id]), one.number)
        for one in found[:8]
    ]


SEARCH = [Searcher("督办单", Permission.SEE_CASES, _find)]


def _reached(one: Escalation) -> str:
    """Say who was told in person, and which role reached nobody."""
    said, parts = [], []
    for each in one.people:
        word, name, acts_for = IN_PERSON[each["role"]], each["name"], each["acts_for"]
        role = _("代%(name)s") % {"name": acts_for} if acts_for else _(word)
        said.append(f"{name}（{role}）")
    if said:
        parts.append(_("通知本人：%(names)s") % {"names": "、".join(said)})
    for each in one.missing:
        word, reason = IN_PERSON[each["role"]], NOT_REACHED[each["why"]]
        parts.append(_("%(role)s没有通知到：%(why)s") % {"role": _(word), "why": _(reason)})
    return "".join(f"；{part}" for part in parts)
