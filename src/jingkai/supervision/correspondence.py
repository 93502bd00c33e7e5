"""Letters to several departments at once: numbered, kept as they went out, given out as docx."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from jingkai.documents import (
    Block,
    Column,
    Imprint,
    Kind,
    OfficialDocument,
    Paragraph,
    Table,
    write_docx,
)
from jingkai.kernel.clock import midnight
from jingkai.kernel.supervision import LetterTemplate
from jingkai.kernel.words import Words, named
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import Department, Person, list_departments, visible_departments
from jingkai.org.rules import Permission
from jingkai.org.services import tell
from jingkai.supervision.desks import supervisor_department
from jingkai.supervision.models import FollowUp, OutgoingLetter
from jingkai.supervision.queries import list_follow_ups
from jingkai.supervision.refusals import LettersRefused

__all__ = [
    "NewLetters",
    "OutgoingLetter",
    "list_letters",
    "name_outgoing",
    "open_follow_ups",
    "send_letters",
    "write_outgoing",
    "zip_letters",
]


@dataclass(frozen=True, kw_only=True)
class NewLetters:
    """One kind of letter, the follow-ups it is about or whom it goes to, and until when to answer.

    Follow-ups of one department go into one letter.
    """

    template: str
    answer_by: date
    follow_ups: Sequence[int] = ()
    departments: Sequence[str] = ()
    words: str = ""


def list_letters(person: Person) -> QuerySet[OutgoingLetter]:
    """Return the letters that went out to the departments somebody sees, the newest first."""
    found = OutgoingLetter.objects.select_related("to", "sent_by")
    visible = visible_departments(person)
    if visible is None or person.may(Permission.SUPERVISE):
        return found
    own = [person.department_id] if person.department_id else []
    return found.filter(to__in=[*visible, *own])


def open_follow_ups(person: Person) -> QuerySet[FollowUp]:
    """Return the open follow-ups that somebody sees, the longest overdue first."""
    return list_follow_ups(person).filter(case__closed_on=None).order_by("case__due_on", "pk")


@transaction.atomic
def send_letters(*, new: NewLetters, by: Person, on: date) -> list[OutgoingLetter]:
    """Number a letter for each department, keep it as it goes out, and tell the department."""
    template = _check(new, by, on)
    wanted = set(new.follow_ups)
    follow_ups = list(open_follow_ups(by).filter(pk__in=wanted))
    if len(follow_ups) < len(wanted):
        raise LettersRefused(
            Words("选中的督办单里有的已经销号，或不在您的范围内；请刷新后重新选择。")
        )
    leads = {one.lead_id for one in follow_ups}
    to = list(list_departments().filter(pk__in=leads | set(new.departments)))
    if missing := [named(one) for one in to if template.lists and one.pk not in leads]:
        raise LettersRefused(
            Words(
                "“%(template)s”要列出督办事项，%(departments)s没有选中的事项；请给它们选事项，"
                "或另发不列事项的函。",
                template=named(template),
                departments=missing,
            )
        )
    # The office's own row is the gate: two numbers are never given at once, and none is skipped.
    office = Department.objects.select_for_update().get(pk=supervisor_department())
    last = OutgoingLetter.objects.filter(year=on.year).order_by("-serial").first()
    first = (last.serial if last else 0) + 1
    made = []
    for serial, department in enumerate(to, start=first):
        its = [one for one in follow_ups if one.lead_id == department.pk]
        letter = OutgoingLetter.objects.create(
            number=current_zone().supervision.letter_number.format(year=on.year, number=serial),
            year=on.year,
            serial=serial,
            batch=first,
            template=template.id,
            title=template.title,
            to=department,
            about=("、".join(one.number for one in its) or new.words.strip())[:400],
            content=_content(template, new, its, office.name, on),
            sent_by=by,
            sent_on=on,
        )
        letter.follow_ups.set(its)
        tell(
            departments=[department.pk],
            text=Words(
                "%(number)s %(kind)s：%(title)s，请于 %(on)s 前反馈。",
                number=letter.number,
                kind=named(template),
                title=letter.title,
                on=new.answer_by,
            ),
            url=reverse("supervision:letters"),
            on=on,
        )
        made.append(letter)
    return made


def _check(new: NewLetters, by: Person, on: date) -> LetterTemplate:
    """Return the template, or refuse what cannot go out."""
    if not by.may_alone(Permission.SUPERVISE):
        raise LettersRefused(Words("发函由管委会领导、督查部门办理；请找督查部门。"))
    templates = {one.id: one for one in current_zone().supervision.letters}
    template = templates.get(new.template)
    if template is None:
        raise LettersRefused(Words("请选择函的种类。"))
    if template.lists and not new.follow_ups:
        raise LettersRefused(
            Words(
                "“%(template)s”要列出督办事项；请至少选一件。",
                template=named(template),
            )
        )
    if not template.lists and not new.words.strip():
        raise LettersRefused(
            Words(
                "“%(template)s”要写明什么事；请填写内容。",
                template=named(template),
            )
        )
    if not (new.follow_ups or new.departments):
        raise LettersRefused(Words("请至少选一个主送单位。"))
    if new.answer_by <= on:
        raise LettersRefused(
            Words("反馈时限 %(day)s 不晚于今天（%(on)s）；请至少留一天。", day=new.answer_by, on=on)
        )
    return template


def _content(
    template: LetterTemplate, new: NewLetters, its: Sequence[FollowUp], office: str, on: date
) -> dict[str, Any]:
    """Return what is kept of a letter: everything that is printed."""
    zone = current_zone()
    said = {"on": _day(on), "count": len(its), "answer_by": _day(new.answer_by)}
    return {
        "issuer": zone.issuer or zone.name,
        "opening": template.opening.format(**said),
        "rows": [
            [one.number, one.instruction, one.case.due_on.isoformat(), _late(one, on)]
            for one in its
            if one.case.due_on
        ],
        "words": [line.strip() for line in new.words.splitlines() if line.strip()],
        "closing": template.closing.format(**said),
        "office": office,
    }


def _late(one: FollowUp, on: date) -> int | None:
    days = (on - one.case.due_on).days if one.case.due_on else 0
    return days if days > 0 else None


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def write_outgoing(letter: OutgoingLetter) -> bytes:
    """Return a letter as docx as it went out: red head, number, and imprint at the foot."""
    content = letter.content
    body: list[Block] = [Paragraph(content["opening"])]
    if content["rows"]:
        body.append(
            Table(
                columns=(
                    Column("编号"),
                    Column("督办事项"),
                    Column("办结时限"),
                    Column("逾期", "天", align="right"),
                ),
                rows=[
                    (number, text, date.fromisoformat(due_on), days)
                    for number, text, due_on, days in content["rows"]
                ],
                caption="督办事项",
            )
        )
    body += [Paragraph(line) for line in (*content["words"], content["closing"])]
    return write_docx(
        OfficialDocument(
            kind=Kind.LETTER,
            title=letter.title,
            body=tuple(body),
            red_head=content["issuer"],
            number=letter.number,
            recipient=letter.to.name,
            signature=content["issuer"],
            signed_on=letter.sent_on,
            imprint=Imprint(printed_by=content["office"], printed_on=letter.sent_on),
        ),
        author=content["issuer"],
        created=midnight(letter.sent_on),
    )


def name_outgoing(letter: OutgoingLetter) -> str:
    """Return the name of a letter as a file, without ending: its number and whom it goes to."""
    return f"{letter.number}_{letter.to.name}"


def zip_letters(letters: Sequence[OutgoingLetter]) -> bytes:
    """Return letters as docx in one file."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for one in letters:
            package.writestr(f"{name_outgoing(one)}.docx", write_outgoing(one))
    return file.getvalue()
