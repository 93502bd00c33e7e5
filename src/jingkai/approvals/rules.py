"""How a permit is handled, and what the counter's words mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jingkai.cases.rules import CaseFlag, CaseType, Condition, Outcome, PauseReason, Step
from jingkai.kernel.words import Words

__all__ = [
    "CASE_TYPES",
    "GRADES",
    "PAPER_STATES",
    "UPLOADS",
    "WrongPaper",
    "after_check",
    "check_upload",
    "light_of",
    "permit",
]

_ORDINARY = Condition(answer="track", among=("ordinary",))
_ARTICLE_45 = "行政许可法第四十五条"

permit = CaseType(
    id="approvals.permit",
    version=1,
    name="政务服务办件",
    english="Permit",
    basis="行政许可法第二十九条至第四十五条",
    steps=(
        Step(
            bit=0,
            id="accept",
            name="受理",
            english="Accept",
            desk="window",
            right="handle_cases",
            effect="accept",
            outcomes=(
                Outcome(id="accept", name="予以受理", english="accepted"),
                Outcome(id="decline", name="不予受理", english="not accepted", ends=True),
            ),
        ),
        Step(
            bit=1,
            id="review",
            name="审查",
            english="Review",
            desk="lead",
            right="handle_cases",
            needs=("accept",),
            needs_words=True,
            when=_ORDINARY,
        ),
        Step(
            bit=2,
            id="visit",
            name="现场核查",
            english="Site visit",
            desk="lead",
            right="handle_cases",
            needs=("accept",),
            needs_words=True,
            when=Condition(answer="visit", among=("yes",)),
        ),
        Step(
            bit=3,
            id="decide",
            name="决定",
            english="Decide",
            desk="seal",
            right="decide_cases",
            needs=("review", "visit"),
            effect="decide",
            outcomes=(
                Outcome(id="grant", name="准予许可", english="granted"),
                Outcome(id="refuse", name="不予许可", english="refused"),
            ),
            not_by=("review",),
            needs_words=True,
        ),
        Step(
            bit=4,
            id="deliver",
            name="送达",
            english="Deliver",
            desk="window",
            right="handle_cases",
            needs=("decide",),
            days=10,
        ),
    ),
    flags=(
        CaseFlag(bit=0, id="deferral", name="容缺", english="papers deferred", blocks=("decide",)),
        CaseFlag(bit=1, id="urgent", name="重点项目", english="key project"),
    ),
    pauses=(
        PauseReason(id="hearing", name="听证", english="hearing", basis=_ARTICLE_45),
        PauseReason(id="tender", name="招标、拍卖", english="tender or auction", basis=_ARTICLE_45),
        PauseReason(
            id="test", name="检验、检测、检疫", english="inspection or testing", basis=_ARTICLE_45
        ),
        PauseReason(id="appraisal", name="鉴定", english="appraisal", basis=_ARTICLE_45),
        PauseReason(id="expert", name="专家评审", english="expert review", basis=_ARTICLE_45),
    ),
)

after_check = CaseType(
    id="approvals.check",
    version=1,
    name="告知承诺事后核查",
    english="Check after an undertaking",
    basis="优化营商环境条例第十九条、第四十条",
    records_facts=False,
    steps=(
        Step(
            bit=0,
            id="check",
            name="核查",
            english="Check",
            desk="lead",
            right="handle_cases",
            needs_words=True,
            outcomes=(
                Outcome(id="true", name="承诺属实", english="the promise was true"),
                Outcome(id="false", name="承诺不实", english="the promise was false"),
            ),
        ),
        Step(
            bit=1,
            id="conclude",
            name="处理",
            english="Conclude",
            desk="seal",
            right="decide_cases",
            needs=("check",),
            not_by=("check",),
            needs_words=True,
        ),
    ),
)

CASE_TYPES = [permit, after_check]

GRADES: dict[int, tuple[str, str]] = {
    5: ("非常满意", "very satisfied"),
    4: ("满意", "satisfied"),
    3: ("基本满意", "fairly satisfied"),
    2: ("不满意", "dissatisfied"),
    1: ("非常不满意", "very dissatisfied"),
}
# A bad grade is answered within one working day and put right within fifteen.
CALL_BACK_DAYS, PUT_RIGHT_DAYS = 1, 15

PAPER_STATES: dict[str, tuple[str, str]] = {
    "missing": ("未交", "missing"),
    "received": ("已收", "received"),
    "held": ("部门已有", "already held"),
    "deferred": ("容缺后补", "deferred"),
    "promised": ("告知承诺", "undertaken"),
}


class WrongPaper(ValueError):
    """An uploaded paper that cannot be taken; the message names it and says what to do."""


# What a file says it is, and how its content must begin.
UPLOADS: Mapping[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "ofd": (b"PK\x03\x04",),
}


def check_upload(name: str, data: bytes, most: int) -> None:
    """Refuse a paper of a wrong kind, one that is too large, empty, or not what its name says."""
    kind = name.rpartition(".")[2].lower()
    if kind not in UPLOADS:
        raise WrongPaper(
            Words(
                "“%(name)s”不能收：只收 %(kinds)s；请另存后再传。", name=name, kinds=list(UPLOADS)
            )
        )
    if not data:
        raise WrongPaper(Words("“%(name)s”是空文件；请重新选择。", name=name))
    if len(data) > most:
        raise WrongPaper(
            Words("“%(name)s”超过 %(most)s MB；请压缩或拆分后再传。", name=name, most=most // 2**20)
        )
    if not data.startswith(UPLOADS[kind]):
        raise WrongPaper(
            Words(
                "“%(name)s”的内容不是 %(kind)s 文件；请用原软件另存为 %(kind)s 再传。",
                name=name,
                kind=kind,
            )
        )


@dataclass(frozen=True)
class Signal:
    """How a case stands against its clock, in shape and word."""

    word: str
    english: str
    shape: str
    tone: str
    meaning: str = ""


_NORMAL = Signal("正常", "on time", "●", "good")
_NEAR = Signal("临期", "near", "◆", "near")
_LATE = Signal("逾期", "overdue", "■", "late")
_LAWLESS = Signal("超法定", "over the legal limit", "⚑", "blackflag")
_PAUSED = Signal("暂停", "paused", "○", "neutral")
_WAITING = Signal("待受理", "not accepted yet", "○", "neutral")
_DONE = Signal("已办结", "closed", "✓", "done")


def light_of(
    *,
    used: int,
    promised: int | None,
    due_on: date | None,
    statutory_due_on: date | None,
    on: date,
    is_paused: bool,
    is_accepted: bool,
    is_over: bool,
) -> Signal:
    """Return how a case stands on a day: near from four fifths of the promise on."""
    if is_over:
        return _DONE
    if not is_accepted:
        return _WAITING
    if is_paused:
        return _PAUSED
    if statutory_due_on is not None and on > statutory_due_on:
        return _LAWLESS
    if due_on is not None and on > due_on:
        return _LATE
    if promised and used * 5 >= promised * 4:
        return _NEAR
    return _NORMAL
