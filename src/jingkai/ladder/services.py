"""Write the ladder: what a firm states of itself, and its steps towards a listing."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.words import Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ladder import facts
from jingkai.ladder.kept import bring_up_to_date
from jingkai.ladder.queries import list_candidates
from jingkai.ladder.rules import RECORDS, STAGES
from jingkai.ledger.services import NewFact, NotRecordable, record

__all__ = ["LadderRefused", "bring_up_to_date", "move_candidate", "state"]


class LadderRefused(ValueError):
    """Something that cannot be written of a firm's way up; the message says what to do."""


@transaction.atomic
def state(
    *, firm: Enterprise, measure: str, value: Decimal, proof: str, on: date, by: str, known_on: date
) -> None:
    """Record what a firm states of a measure that the ledger does not know."""
    known = current_zone().ladder.measures.get(measure)
    if known is None or known.source != "stated":
        raise LadderRefused(Words("这个指标由账本算出，不用申报；请在列表里选。"))
    if not proof.strip():
        raise LadderRefused(
            Words(
                "请写明“%(measure)s”的证明材料，例如审计报告第几页。",
                measure=named(known),
            )
        )
    if on > known_on:
        raise LadderRefused(Words("日期在将来；请改成材料的日期。"))
    record(
        NewFact(
            facts.stated,
            subject=firm.subject,
            on=on,
            key=f"{firm.code}:{measure}:{on.isoformat()}",
            values={"measure": measure, "value": value, "proof": proof.strip()[:200]},
        ),
        by=by,
        reason=f"{firm.name} {known.name}",
        known_on=known_on,
    )


@transaction.atomic
def move_candidate(
    *,
    firm: Enterprise,
    stage: str,
    sponsor: str,
    text: str,
    on: date,
    by: str,
    known_on: date,
    kind: str = "step",
) -> None:
    """Record a step, a blocker or a service of a listing candidate; stages go one at a time.

    Whatever is no step leaves the stage as it is.
    """
    if kind not in RECORDS:
        raise LadderRefused(
            Words(
                "没有“%(kind)s”这种记录；可用的：%(known)s。",
                kind=kind,
                known=[Words(one) for one in RECORDS.values()],
            )
        )
    found = list_candidates(on=known_on, code=firm.code)
    if kind != "step":
        if not found:
            raise LadderRefused(Words("“%(firm)s”还不在后备库；请先记一步“储备”。", firm=firm.name))
        stage = found[0].stage
    if kind == "cleared" and not found[0].blockers:
        raise LadderRefused(Words("“%(firm)s”没有记着的卡点，不用解除。", firm=firm.name))
    if stage not in STAGES:
        raise LadderRefused(
            Words(
                "没有“%(stage)s”这个阶段；可用的：%(known)s。",
                stage=stage,
                known=[Words(one) for one in STAGES.values()],
            )
        )
    if not text.strip():
        raise LadderRefused(Words("请写明做了什么、卡在哪里。"))
    if on > known_on:
        raise LadderRefused(Words("日期在将来；请改成事情发生的那天。"))
    order = list(STAGES)
    now = found[0].stage if found else ""
    step = order.index(stage) - (order.index(now) if now else -1)
    if stage != "left" and step > 1:
        raise LadderRefused(
            Words(
                "不能从“%(now)s”直接到“%(stage)s”；下一步是“%(next)s”。",
                now=Words(STAGES[now]) if now else Words("未入库"),
                stage=Words(STAGES[stage]),
                next=Words(STAGES[order[order.index(now) + 1 if now else 0]]),
            )
        )
    if found and found[0].log and found[0].log[0].on > on:
        raise LadderRefused(
            Words("%(on)s 早于上一条记录（%(last)s）；请按先后记。", on=on, last=found[0].log[0].on)
        )
    same_day = sum(one.on == on for one in found[0].log) if found else 0
    record(
        NewFact(
            facts.listing_moved,
            subject=firm.subject,
            on=on,
            key=f"{firm.code}:{on.isoformat()}:{same_day + 1}",
            values={
                "stage": stage,
                "kind": kind,
                "sponsor": sponsor.strip(),
                "note": text.strip()[:500],
            },
        ),
        by=by,
        reason=f"{firm.name} 上市后备：{STAGES[stage] if kind == 'step' else RECORDS[kind]}",
        known_on=known_on,
    )


REFUSALS: Sequence[type[Exception]] = (LadderRefused, NotRecordable)
