"""Two kinds of case that have nothing in common but the engine, and people to handle them."""

from datetime import date

from jingkai.cases.rules import CaseFlag, CaseType, Condition, Outcome, PauseReason, Step
from jingkai.org.models import Department, Person
from jingkai.org.services import add_person

TODAY = date(2021, 6, 30)

permit = CaseType(
    id="testing.permit",
    version=1,
    name="试验许可",
    english="Permit for tests",
    basis="行政许可法第三十二条至第四十五条",
    steps=(
        Step(bit=0, id="receive", name="收件", english="receive", desk="window"),
        Step(
            bit=1,
            id="accept",
            name="受理",
            english="accept",
            desk="window",
            needs=("receive",),
            effect="accept",
        ),
        Step(
            bit=2,
            id="review",
            name="审查",
            english="review",
            desk="lead",
            needs=("accept",),
            needs_words=True,
        ),
        Step(
            bit=3,
            id="visit",
            name="现场核查",
            english="visit",
            desk="lead",
            needs=("accept",),
            when=Condition(answer="site", among=("yes",)),
        ),
        Step(
            bit=4,
            id="decide",
            name="决定",
            english="decide",
            desk="seal",
            needs=("review", "visit"),
            effect="decide",
            outcomes=(
                Outcome(id="grant", name="准予许可", english="granted"),
                Outcome(id="refuse", name="不予许可", english="refused"),
            ),
            not_by=("review",),
        ),
        Step(bit=5, id="deliver", name="送达", english="deliver", desk="window", needs=("decide",)),
    ),
    flags=(
        CaseFlag(bit=0, id="deferral", name="容缺", english="deferral", blocks=("decide",)),
        CaseFlag(bit=1, id="urgent", name="加急", english="urgent"),
    ),
    pauses=(
        PauseReason(
            id="expert", name="专家评审", english="expert review", basis="行政许可法第四十五条"
        ),
    ),
)

supervision = CaseType(
    id="testing.supervision",
    version=1,
    name="督办",
    english="Supervision",
    basis="试验督查办法第三条",
    steps=(
        Step(bit=0, id="file", name="立项", english="file", desk="office"),
        Step(bit=1, id="assign", name="交办", english="assign", desk="office", needs=("file",)),
        Step(bit=2, id="sign", name="签收", english="sign", desk="lead", needs=("assign",)),
        Step(
            bit=3,
            id="report",
            name="反馈",
            english="report back",
            desk="lead",
            needs=("sign",),
            needs_words=True,
            days=10,
        ),
        Step(
            bit=4,
            id="verify",
            name="核查",
            english="verify",
            desk="office",
            needs=("report",),
            not_by=("report",),
            outcomes=(
                Outcome(id="pass", name="属实", english="confirmed"),
                Outcome(id="redo", name="退回重办", english="redo", returns_to="report"),
            ),
        ),
        Step(
            bit=5, id="strike", name="销号", english="strike off", desk="office", needs=("verify",)
        ),
    ),
)


def person(account: str, department: int, role: str = "officer") -> Person:
    """Return somebody of the n-th department of the zone."""
    place = Department.objects.all()[department]
    made, _ = add_person(account=account, name=f"测{account}", role=role, department=place)
    return made


def desks(**places: int) -> dict[str, str]:
    """Return the departments behind some desks, by their place in the zone's order."""
    everywhere = list(Department.objects.values_list("pk", flat=True))
    return {desk: everywhere[place] for desk, place in places.items()}
