"""The supervision of the demo: a spring of instructions, some late, all of them made up."""

from collections.abc import Callable, Iterator, Set
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial
from random import Random
from zoneinfo import ZoneInfo

from jingkai.cases.queries import Action, get_case
from jingkai.cases.services import act
from jingkai.cli.seeding.chance import workday_from
from jingkai.kernel.zone import Zone
from jingkai.ledger.services import KeptFile, keep_file
from jingkai.org.queries import Person, list_people
from jingkai.org.rules import Permission
from jingkai.plan.queries import Item, find_plan
from jingkai.supervision.queries import Question
from jingkai.supervision.rules import workdays_before
from jingkai.supervision.services import (
    Decision,
    NewFollowUp,
    answer_question,
    ask_month,
    follow_up,
    issue_bulletin,
    keep_minutes,
    run_day,
)

__all__ = ["supervision_events"]

# (working days before today, working days given, working days used or None while open, steps done)
PAST: tuple[tuple[int, int, int | None, int], ...] = (
    (112, 10, 8, 0), (108, 10, 13, 0), (104, 8, 7, 0), (99, 10, 9, 1), (95, 15, 14, 0),
    (90, 10, 10, 0), (86, 10, 6, 0), (83, 8, 12, 1), (78, 10, 9, 0), (73, 12, 11, 0),
    (70, 10, 10, 0), (64, 10, 17, 0), (60, 8, 6, 0), (57, 10, 9, 0), (52, 10, 12, 1),
    (47, 10, 8, 0), (44, 10, 10, 0), (40, 15, 13, 0), (37, 8, 8, 0), (33, 10, 14, 0),
    (29, 10, 9, 0), (26, 10, None, 1), (23, 8, None, 1), (20, 10, 7, 0), (17, 10, None, 2),
    (14, 8, None, 0), (12, 15, None, 1), (10, 8, 6, 0), (9, 10, None, 1), (7, 10, None, 2),
    (5, 10, None, 1), (3, 8, None, 0), (2, 10, None, 0), (1, 12, None, 0),
)  # fmt: skip
WORDS = (
    "已到现场督促，按计划推进",
    "已会同有关单位研究解决",
    "材料已补齐，问题已解决",
    "已按要求办结",
)
PROGRESS = ("按计划推进", "前期手续办理中", "方案已报审", "已完成招标，准备进场")
PROBLEMS = ("用地手续还差一件，请协调", "资金没有到位，请协调拨付", "施工单位人手不足")


class Cast:
    """What the events share: the zone, the cases made, the people, asked for once."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.cases: dict[int, int] = {}

    @cached_property
    def people(self) -> list[Person]:
        """Return everybody who has a department."""
        return [one for one in list_people().order_by("pk") if one.department_id]

    def who_may(self, right: Permission) -> list[Person]:
        """Return those whose own role allows it."""
        return [one for one in self.people if one.may_alone(right)]

    def somebody(
        self, department: str, right: Permission, taboo: Set[int | None] = frozenset()
    ) -> Person | None:
        """Return somebody of a department who may do it, an officer rather than a leader."""
        found = [
            one
            for one in self.who_may(right)
            if one.department_id == department and one.pk not in taboo
        ]
        return next((one for one in found if one.role != "leader"), found[0] if found else None)


def supervision_events(zone: Zone, today: date) -> Iterator[tuple[date, Callable[[], object]]]:
    """Yield what was instructed, done, chased, published and asked in the months before today."""
    cast = Cast(zone)
    starts = []
    for place, (ago, days, used, steps) in enumerate(PAST):
        on = _before(zone, today, ago)
        starts.append(on)
        yield on, partial(_instruct, cast, place, on, days)
        if used is None:
            if steps:
                first = zone.calendar.add_workdays(on, 1)
                yield first, partial(_work, cast, place, steps, first)
            continue
        first, done_on = (zone.calendar.add_workdays(on, count) for count in (1, used))
        yield first, partial(_work, cast, place, 1, first)
        if steps:
            early = zone.calendar.add_workdays(on, max(used - 3, 2))
            yield early, partial(_work, cast, place, 3, early, again=True)
        yield done_on, partial(_work, cast, place, 9, done_on)
    if not starts:
        return
    month = starts[0].replace(day=1)
    while month < today.replace(day=1):
        later = date.fromordinal(month.toordinal() + 32).replace(day=1)
        ask = workday_from(month.replace(day=20), zone.calendar)
        yield ask, partial(ask_month, on=ask)
        yield (
            zone.calendar.add_workdays(ask, 3),
            partial(_answer, cast, month.month, zone.calendar.add_workdays(ask, 3)),
        )
        out = workday_from(later, zone.calendar)
        yield out, partial(_publish, cast, month, out)
        month = later
    if today.day >= 20:
        ask = workday_from(today.replace(day=20), zone.calendar)
        yield ask, partial(ask_month, on=ask)
        yield (
            zone.calendar.add_workdays(ask, 3),
            partial(_answer, cast, today.month, zone.calendar.add_workdays(ask, 3)),
        )
    met = _before(zone, today, 6)
    yield met, partial(_meet, cast, met)
    # The ladder is climbed on the days that matter: once a week in the past, daily at the end.
    climb = starts[0]
    while climb < today:
        climb = min(zone.calendar.add_workdays(climb, 3), today)
        yield climb, partial(run_day, on=climb)


def _instruct(cast: Cast, place: int, on: date, days: int) -> None:
    zone, plan = cast.zone, find_plan(on.year)
    chance = Random(f"supervision-{place}")
    if plan is None:
        return
    items = list(
        Item.objects.filter(plan=plan, lead__isnull=False, done_on=None).order_by("number")
    )
    bosses = cast.who_may(Permission.SUPERVISE)
    leaders = [one for one in bosses if one.role == "leader"] or bosses
    if not items or not leaders:
        return
    item = items[chance.randrange(len(items))]
    one = follow_up(
        new=NewFollowUp(
            instruction=zone.supervision.picks[place % len(zone.supervision.picks)],
            lead=str(item.lead_id),
            due_on=zone.calendar.add_workdays(on, days),
            about=f"item:{item.pk}",
            evidence=zone.supervision.evidence[place % len(zone.supervision.evidence)].id,
        ),
        by=leaders[place % len(leaders)],
        on=on,
        at=_at(on, 8, 20),
    )
    cast.cases[place] = one.case_id


def _work(
    cast: Cast,
    place: int,
    steps: int,
    on: date,
    *,
    again: bool = False,
) -> None:
    """Do the open steps one after the other, by people who may; `again` ends with a return."""
    case_id = cast.cases.get(place)
    if case_id is None:
        return
    by_id = {one.id: one for one in cast.zone.supervision.steps}
    chance = Random(f"work-{place}-{on}")
    for hour in range(steps):
        work = get_case(case_id).work.first()
        if work is None:
            return
        step = by_id[work.step]
        doers = Action.objects.filter(case_id=case_id, kind="act", step__in=step.not_by)
        taboo = set(doers.values_list("actor", flat=True))
        person = cast.somebody(work.department_id, Permission(step.right), taboo)
        if person is None:
            return
        outcome = ""
        if step.outcomes:
            fits = [one.id for one in step.outcomes if bool(one.returns_to) == again]
            outcome = fits[0] if fits else step.outcomes[0].id
        act(
            case_id=case_id,
            step=step.id,
            by=person,
            on=on,
            at=_at(on, 9 + hour, 5),
            words=chance.choice(WORDS) if step.needs_words else "",
            outcome=outcome,
            proof=[_proof(place)] if step.needs_proof else [],
        )
        if again and outcome:
            return


def _answer(cast: Cast, month: int, on: date) -> None:
    """Answer most of what was asked; some departments stay silent."""
    chance = Random(f"answers-{month}")
    for asked in Question.objects.filter(month=month, asked_on__year=on.year, answered_on=None):
        person = cast.somebody(asked.department_id, Permission.HANDLE_CASES)
        if person is None or chance.random() < 0.2:
            continue
        has_problem = chance.random() < 0.15
        answer_question(
            question_id=asked.pk,
            progress=chance.choice(PROGRESS),
            problem=chance.choice(PROBLEMS) if has_problem else "",
            next_step="按节点继续推进",
            by=person,
            on=on,
        )


def _publish(cast: Cast, month: date, on: date) -> None:
    keepers = [one for one in cast.who_may(Permission.SUPERVISE) if one.role != "leader"]
    if keepers:
        issue_bulletin(year=month.year, month=month.month, by=keepers[0], on=on)


def _meet(cast: Cast, on: date) -> None:
    """Hold the week's meeting; its decisions become 督办单."""
    keepers = cast.who_may(Permission.SUPERVISE)
    plan = find_plan(on.year)
    if not keepers or plan is None:
        return
    leads = list(
        dict.fromkeys(
            Item.objects.filter(plan=plan, done_on=None, lead__isnull=False)
            .order_by("due_on", "pk")
            .values_list("lead", flat=True)
        )
    )
    due_on = cast.zone.calendar.add_workdays(on, 5)
    texts = (
        "逐项倒排工期，周五前报明细。",
        "列出要协调的问题，下周一会上定。",
        "与企业对接，落实开工时间。",
    )
    keep_minutes(
        title="周调度会",
        minutes="会议逐项研究了滞后事项（演示）。",
        decisions=[
            Decision(text=text, lead=lead, due_on=due_on)
            for text, lead in zip(texts, leads, strict=False)
        ],
        by=keepers[-1],
        on=on,
    )


def _before(zone: Zone, today: date, count: int) -> date:
    return workdays_before(today + timedelta(days=1), count + 1, zone.calendar)


def _at(on: date, hour: int, minute: int) -> datetime:
    return datetime.combine(on, time(hour, minute), ZoneInfo("Asia/Shanghai"))


def _proof(place: int) -> KeptFile:
    text = f"演示凭证：督办事项 {place + 1} 的办理结果\n"
    return keep_file(data=text.encode(), name="办理结果（演示）.txt", note="演示")
