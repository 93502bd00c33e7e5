"""Write a report together: sections, passages with live numbers, comments, frozen editions."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max

from jingkai.audit.services import note
from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.words import Words, words_of
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.reports.drafting import DraftView, Problem, lay_out
from jingkai.reports.living import Live, Writer
from jingkai.reports.models import Comment, Draft, Edition, Passage, PassageVersion, Section

__all__ = [
    "FreezeRefused",
    "NewSection",
    "WorkshopRefused",
    "WrittenMeanwhile",
    "add_passage",
    "add_section",
    "comment_on",
    "content_of",
    "digest_of",
    "find_in_workshop",
    "find_published",
    "freeze_draft",
    "open_draft",
    "place_section",
    "publish_edition",
    "read_period",
    "remove_passage",
    "rewrite_passage",
    "settle_comment",
]

_DEEPEST = 4
_SHORTEST_REASON = 4


Kept = TypeVar("Kept", Draft, Section, Passage, Edition)


def find_in_workshop(kind: type[Kept], pk: int) -> Kept | None:
    """Return a draft, section, passage or edition."""
    return kind._default_manager.filter(pk=pk).first()


def find_published(edition_id: int) -> Edition | None:
    """Return an edition that was published for everybody."""
    return Edition.objects.filter(pk=edition_id, published_on__isnull=False).first()


class WorkshopRefused(ValueError):
    """A change of a draft that cannot be made like this; the message says what to do."""


class WrittenMeanwhile(WorkshopRefused):
    """Somebody else wrote the passage since it was opened."""


class FreezeRefused(WorkshopRefused):
    """A draft that cannot be frozen yet; `problems` name each place, why, and the fix."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(
            Words(
                "还有 %(count)s 处不能定稿，第一处：%(place)s：%(why)s%(fix)s",
                count=len(problems),
                place=first.place,
                why=first.why,
                fix=first.fix,
            )
        )
        self.problems = tuple(problems)


@dataclass(frozen=True)
class NewSection:
    """A section to open a draft with: its title, its passages, and the sections under it."""

    title: str
    passages: tuple[str, ...] = ()
    under: tuple["NewSection", ...] = ()


@transaction.atomic
def open_draft(
    *,
    title: str,
    kind: str,
    year: int,
    period: Period,
    sections: Sequence[NewSection] = (),
    by: str,
    on: date,
) -> Draft:
    """Open a draft with the sections it starts from."""
    if not title.strip():
        raise WorkshopRefused(Words("请写上报告的标题。"))
    draft = Draft.objects.create(
        title=title.strip(),
        kind=Draft.Kind(kind),
        year=year,
        period_id=period.id,
        opened_by=by,
        opened_on=on,
    )
    _add_sections(draft, None, sections, by, on)
    return draft


def _add_sections(
    draft: Draft, parent: Section | None, sections: Sequence[NewSection], by: str, on: date
) -> None:
    for one in sections:
        under = parent.pk if parent else None
        section = add_section(draft_id=draft.pk, title=one.title, parent_id=under, by=by, on=on)
        for text in one.passages:
            add_passage(section_id=section.pk, text=text, by=by, on=on)
        _add_sections(draft, section, one.under, by, on)


@transaction.atomic
def add_section(
    *, draft_id: int, title: str, parent_id: int | None = None, by: str, on: date
) -> Section:
    """Add a section at the end of its parent."""
    draft = Draft.objects.select_for_update().get(pk=draft_id)
    if not title.strip():
        raise WorkshopRefused(Words("请写上这一节的标题。"))
    parent = draft.sections.get(pk=parent_id) if parent_id else None
    if parent and _depth(parent) >= _DEEPEST:
        raise WorkshopRefused(Words("标题最多 %(most)s 层；请放到上一层。", most=_DEEPEST))
    last = draft.sections.filter(parent=parent).aggregate(last=Max("position"))["last"] or 0
    return Section.objects.create(
        draft=draft, parent=parent, position=last + 1, title=title.strip()[:60]
    )


@transaction.atomic
def place_section(
    *, section_id: int, title: str, parent_id: int | None, position: int, by: str, on: date
) -> Section:
    """Rename a section, or put it under another one; never under itself."""
    section = Section.objects.select_related("draft").get(pk=section_id)
    Draft.objects.select_for_update().get(pk=section.draft_id)
    if not title.strip():
        raise WorkshopRefused(Words("请写上这一节的标题。"))
    parent = section.draft.sections.get(pk=parent_id) if parent_id else None
    above, seen = parent, set[int]()
    while above is not None and above.pk not in seen:
        if above.pk == section.pk:
            raise WorkshopRefused(
                Words(
                    "“%(title)s”不能放到自己下面的“%(parent)s”里；请另选上级，或先移走下级。",
                    title=section.title,
                    parent=parent,
                )
            )
        seen.add(above.pk)
        above = above.parent
    if parent and _depth(parent) + _height(section) > _DEEPEST:
        raise WorkshopRefused(Words("标题最多 %(most)s 层；请放到上一层。", most=_DEEPEST))
    section.title, section.parent, section.position = title.strip()[:60], parent, position
    section.save(update_fields=["title", "parent", "position"])
    return section


def _depth(section: Section) -> int:
    depth, above, seen = 1, section.parent, {section.pk}
    while above is not None and above.pk not in seen:
        seen.add(above.pk)
        depth, above = depth + 1, above.parent
    return depth


def _height(section: Section) -> int:
    return 1 + max((_height(one) for one in section.children.all()), default=0)


@transaction.atomic
def add_passage(*, section_id: int, text: str, kind: str = "text", by: str, on: date) -> Passage:
    """Add a passage at the end of a section."""
    section = Section.objects.get(pk=section_id)
    if not text.strip():
        raise WorkshopRefused(Words("这一段还没有内容，请先写几个字。"))
    last = section.passages.aggregate(last=Max("position"))["last"] or 0
    passage = Passage.objects.create(
        section=section,
        position=last + 1,
        kind=Passage.Kind(kind),
        text=text.strip(),
        written_by=by,
        written_on=on,
    )
    _keep(passage, "")
    return passage


@transaction.atomic
def rewrite_passage(
    *, passage_id: int, text: str, version: int, reason: str = "", by: str, on: date
) -> Passage:
    """Write a passage anew; what it said before is kept with who wrote it."""
    passage = Passage.objects.select_for_update().get(pk=passage_id)
    text = text.strip()
    if not text:
        raise WorkshopRefused(Words("这一段还没有内容；不要了就用“删去这一段”。"))
    if passage.text == text:
        return passage
    if passage.version != version:
        raise WrittenMeanwhile(
            Words(
                "%(who)s刚改过这一段。您写的还在，请对照现在的文字后再保存一次。",
                who=passage.written_by,
            )
        )
    passage.text, passage.written_by, passage.written_on = text, by, on
    passage.version += 1
    passage.save(update_fields=["text", "written_by", "written_on", "version"])
    _keep(passage, reason)
    return passage


@transaction.atomic
def remove_passage(*, passage_id: int, version: int, by: str, on: date) -> Passage:
    """Take a passage out of the draft; its versions stay."""
    passage = Passage.objects.select_for_update().get(pk=passage_id)
    if passage.version != version:
        raise WrittenMeanwhile(
            Words("%(who)s刚改过这一段，请看过以后再删。", who=passage.written_by)
        )
    passage.is_removed, passage.version = True, passage.version + 1
    passage.written_by, passage.written_on = by, on
    passage.save(update_fields=["is_removed", "version", "written_by", "written_on"])
    _keep(passage, "删去")
    return passage


def _keep(passage: Passage, reason: str) -> None:
    PassageVersion.objects.create(
        passage=passage,
        number=passage.version,
        text=passage.text,
        written_by=passage.written_by,
        written_on=passage.written_on,
        reason=reason[:100],
    )


@transaction.atomic
def comment_on(*, passage_id: int, text: str, suggestion: str = "", by: str, on: date) -> Comment:
    """Remark on a passage, with other words for it where one has them."""
    passage = Passage.objects.get(pk=passage_id)
    if not text.strip() and not suggestion.strip():
        raise WorkshopRefused(Words("请写意见，或写出建议改成的文字。"))
    return Comment.objects.create(
        passage=passage,
        text=(text.strip() or "建议改写")[:400],
        suggestion=suggestion.strip(),
        on_version=passage.version,
        made_by=by,
        made_on=on,
    )


@transaction.atomic
def settle_comment(*, comment_id: int, taken: bool, by: str, on: date) -> Comment:
    """Take a remark, with its words put in where it suggests some, or decline it."""
    comment = Comment.objects.select_for_update().select_related("passage").get(pk=comment_id)
    if comment.state != Comment.State.OPEN:
        raise WorkshopRefused(Words("%(who)s已经处理过这条批注。", who=comment.settled_by))
    if taken and comment.suggestion:
        if comment.passage.version != comment.on_version:
            raise WrittenMeanwhile(
                Words("提出这条建议以后，这一段又改过；请手工并入建议的文字，再点“未采纳”收起。")
            )
        rewrite_passage(
            passage_id=comment.passage_id,
            text=comment.suggestion,
            version=comment.on_version,
            reason=f"采纳{comment.made_by}的建议",
            by=by,
            on=on,
        )
    comment.state = Comment.State.TAKEN if taken else Comment.State.DECLINED
    comment.settled_by = by
    comment.save(update_fields=["state", "settled_by"])
    return comment


def freeze_draft(
    *, draft_id: int, waivers: Mapping[str, str], known_on: date, by: str, on: date
) -> Edition:
    """Freeze a draft as an edition: its numbers with their facts' state, under one digest.

    Refused while a number is unknown, unless each is waived with a reason by the key of its
    problem; what is not merely unknown cannot be waived. The numbers are read before the
    transaction begins: nobody waits for them.
    """
    draft = Draft.objects.get(pk=draft_id)
    written = _state_of(draft)
    ledger = Ledger(known_on)
    view = lay_out(draft, ledger)
    reasons = {key: reason.strip() for key, reason in waivers.items()}
    standing = [
        one
        for one in view.problems
        if not (one.can_be_waived and len(reasons.get(one.key, "")) >= _SHORTEST_REASON)
    ]
    if standing:
        raise FreezeRefused(standing)
    if not any(section.passages for section in view.sections):
        raise WorkshopRefused(Words("这份稿子还是空的，没有可以定稿的内容。"))
    content = content_of(view, ledger)
    waived = [
        {
            "place": str(one.place),
            "why": str(one.why),
            "reason": reasons[one.key],
            "by": by,
        }
        for one in view.problems
    ]
    digest = digest_of(content, waived)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft_id)
        if _state_of(draft) != written:
            raise WrittenMeanwhile(Words("定稿的时候有人改了稿子，请看过以后再定稿。"))
        last = draft.editions.aggregate(last=Max("number"))["last"] or 0
        edition = Edition.objects.create(
            draft=draft,
            number=last + 1,
            content=content,
            waivers=waived,
            digest=digest,
            known_on=known_on,
            frozen_by=by,
            frozen_on=on,
        )
        told = {"digest": digest, "number": last + 1, "waived": len(waived)}
        note(act="edition.frozen", object=f"edition:{edition.pk}", detail=told)
        return edition


def _state_of(draft: Draft) -> list[tuple[Any, ...]]:
    """Return what tells whether anybody wrote on a draft."""
    passages = Passage.objects.filter(section__draft=draft).order_by("pk")
    sections = draft.sections.order_by("pk").values_list("pk", "parent", "position", "title")
    return [*sections, *passages.values_list("pk", "version")]


def digest_of(content: Mapping[str, Any], waivers: Sequence[Mapping[str, Any]]) -> str:
    """Return the digest that is printed on an edition: anybody can compute it again."""
    told = {"content": content, "waivers": waivers}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def content_of(view: DraftView, ledger: Ledger) -> dict[str, Any]:
    """Return everything a draft says as plain values; a number that is wrong stays as written."""
    draft = view.draft
    writer = Writer(ledger, parse_period(draft.period_id))
    writer.prepare(one.passage.text for section in view.sections for one in section.passages)
    numbers: list[dict[str, Any]] = []

    def kept(live: Live) -> dict[str, Any]:
        if live.problem in ("removed", "miswritten"):
            return {"number": None, "text": live.token}
        state = {"url": live.url, "title": live.title, **writer.state_of(live)}
        numbers.append(state)
        return {"number": len(numbers) - 1, "text": live.text}

    sections = [
        {
            "title": section.section.title,
            "number": section.number,
            "level": section.level,
            "passages": [
                {
                    "kind": str(one.passage.kind),
                    "by": one.passage.written_by,
                    "version": one.passage.version,
                    "pieces": [
                        kept(piece) if isinstance(piece, Live) else piece for piece in one.pieces
                    ],
                    "table": [list(row) for row in one.table.rows] if one.table else None,
                    "bars": _bars(one.chart) if one.chart else None,
                    "source": one.table.source if one.table else "",
                }
                for one in section.passages
            ],
        }
        for section in view.sections
    ]
    return {
        "zone": current_zone().name,
        "title": draft.title,
        "year": draft.year,
        "period": draft.period_id,
        "known_on": ledger.known_on.isoformat(),
        "sections": sections,
        "numbers": numbers,
    }


def _bars(chart: Any) -> dict[str, Any]:
    rows = chart.figures
    return {
        "id": chart.id,
        "title": chart.title,
        "unit": chart.unit,
        "source": chart.source,
        "period": chart.period,
        "alt": chart.alt,
        "across": rows.across,
        "categories": list(rows.categories),
        "series": rows.series[0].name,
        "values": [None if m.value is None else str(m.value) for m in rows.series[0].marks],
        "texts": [mark.text for mark in rows.series[0].marks],
    }


@transaction.atomic
def publish_edition(*, edition_id: int, by: str, on: date) -> Edition:
    """Publish an edition for everybody, once."""
    changed = Edition.objects.filter(pk=edition_id, published_on=None).update(
        published_by=by, published_on=on
    )
    edition = Edition.objects.get(pk=edition_id)
    if not changed:
        raise WorkshopRefused(Words("这一版已由%(who)s发布。", who=edition.published_by))
    detail = {"digest": edition.digest}
    note(act="edition.published", object=f"edition:{edition.pk}", detail=detail)
    return edition


def read_period(text: str) -> Period:
    """Read the period that a person typed for a draft."""
    try:
        return parse_period(text)
    except BadPeriod as wrong:
        raise WorkshopRefused(words_of(wrong)) from None
