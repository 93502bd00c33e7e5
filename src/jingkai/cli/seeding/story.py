"""Play a zone's past through the services of the house, in the order in which it became known."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jingkai.cli.seeding.chance import workday_from
from jingkai.cli.seeding.counter import counter_events
from jingkai.cli.seeding.firms import Firm, invent_firms
from jingkai.cli.seeding.ladder import ladder_events
from jingkai.cli.seeding.nodes import choose_under_way, close_invented, lay_out_invented
from jingkai.cli.seeding.parameters import Life, has_life, read_life
from jingkai.cli.seeding.plans import plan_events, plan_life
from jingkai.cli.seeding.projects import invent_projects
from jingkai.cli.seeding.readings import invent_readings
from jingkai.cli.seeding.reports import report_events
from jingkai.cli.seeding.returns import Filing, by_occasion, invent_returns
from jingkai.cli.seeding.shares import share_events
from jingkai.cli.seeding.supervision import supervision_events
from jingkai.enterprises.queries import find_enterprise
from jingkai.enterprises.services import (
    Ending,
    Grant,
    MonthlyReturn,
    Newcomer,
    Occasion,
    Renaming,
    RollStep,
    change_roll,
    close,
    file_returns,
    recognise,
    register,
    rename,
)
from jingkai.jobs.services import run_due_jobs
from jingkai.kernel.plans import (
    FiledReading,
    ProjectEntry,
    read_people,
    read_projects,
    read_readings,
)
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.services import KeptFile, keep_file
from jingkai.org.queries import list_departments, list_people
from jingkai.org.rules import ROLES
from jingkai.org.services import add_person, open_departments
from jingkai.plan.services import file_reading
from jingkai.projects.rules import GATES
from jingkai.projects.services import add_project, pass_gate
from jingkai.returns.services import let_file

__all__ = ["is_empty", "play", "register_events", "return_events", "seed_zone"]

STATISTICS, REGISTRY = "统计专班", "市场监管数据交换"


@dataclass(frozen=True)
class Event:
    """One thing that happened; what became known on one day is played by `order`."""

    known_on: date
    order: int
    act: Callable[[], object]


def is_empty() -> bool:
    """Tell whether nobody works in this zone yet."""
    return not list_people().exists()


@transaction.atomic
def seed_zone() -> list[tuple[str, str, str, str]]:
    """Fill the zone; return (account, name, role, one-time password) of its people."""
    zone, today = current_zone(), settings.BUSINESS_CLOCK.today()
    open_departments(zone)
    passwords = _seed_people(zone)
    projects, readings = list(read_projects(zone)), list(read_readings(zone))
    events: list[Event] = []
    if has_life(zone):
        life = read_life(zone)
        firms = invent_firms(life, zone)
        projects += invent_projects(life, zone)
        readings += invent_readings(life, zone)
        events += register_events(life, firms, zone)
        events += [Event(on, 40, act) for on, act in ladder_events(life, firms, today)]
        events += return_events(invent_returns(life, firms, zone.calendar, today))
    events += _project_events(sorted(projects, key=lambda one: one.code), today)
    events += _reading_events(readings)
    events += [Event(on, 50, act) for on, act in plan_events(zone, today)]
    events += [Event(on, 55, act) for on, act in plan_life(zone, today)]
    events += [Event(on, 57, act) for on, act in share_events(zone, today)]
    events += [Event(on, 60, act) for on, act in counter_events(zone, today)]
    events += [Event(on, 70, act) for on, act in supervision_events(zone, today)]
    events += [Event(on, 80, act) for on, act in report_events(zone, today)]
    play(events, until=today)
    if has_life(zone):
        passwords += _open_firm_account(firms, today)
    run_due_jobs(now=timezone.now(), limit=1000)
    return passwords


def play(events: Iterable[Event], *, until: date) -> None:
    """Let everything happen that became known by a day, in its order."""
    for event in sorted(events, key=lambda one: (one.known_on, one.order)):
        if event.known_on <= until:
            event.act()


def _open_firm_account(firms: Sequence[Firm], today: date) -> list[tuple[str, str, str, str]]:
    """Let somebody sign in for the largest factory on the roll, to see what a firm sees."""
    there = [one for one in firms if one.trade == "industry" and one.entered_on and not one.left_on]
    if not there:
        return []
    code = max(there, key=lambda one: one.weight).code
    person, password = add_person(
        account="firm", name="企业填报员", role="firm", department=None, post="统计负责人"
    )
    firm = find_enterprise(code)
    assert firm is not None
    let_file(person=person, firm=firm, by="系统管理员", on=today)
    return [(person.account, person.name, ROLES[person.role].name, password)]


def _seed_people(zone: Zone) -> list[tuple[str, str, str, str]]:
    departments = {one.pk: one for one in list_departments()}
    made = []
    for entry in read_people(zone):
        person, password = add_person(
            account=entry.account,
            name=entry.name,
            role=entry.role,
            department=departments.get(entry.department),
            post=entry.post,
        )
        made.append((person.account, person.name, ROLES[person.role].name, password))
    return made


def register_events(life: Life, firms: list[Firm], zone: Zone) -> Iterator[Event]:
    """Yield the register's months: newcomers, the roll, names, titles, endings."""
    opening = date(life.first_year, 1, 5)

    def known(on: date, day: int) -> date:
        """Return when the month's list of such changes comes in."""
        after = (on.replace(day=1) + timedelta(days=32)).replace(day=day)
        return max(workday_from(after, zone.calendar), opening)

    monthly: dict[tuple[date, int], list[Firm]] = defaultdict(list)
    for firm in firms:
        monthly[known(firm.registered_on, 3), 0].append(firm)
    for (on, order), group in monthly.items():
        yield Event(on, order, partial(_take_in, group, on))
    yield from _many(
        [
            (known(one.entered_on, 12), RollStep(one.code, "enter", one.trade, one.entered_on))
            for one in firms
            if one.entered_on
        ],
        2,
        change_roll,
        STATISTICS,
        "新增单位入库",
    )
    yield from _many(
        [
            (known(one.left_on, 10), RollStep(one.code, "leave", one.trade, one.left_on))
            for one in firms
            if one.left_on
        ],
        2,
        change_roll,
        STATISTICS,
        "年度审核退库",
    )
    yield from _many(
        [(known(on, 3), Renaming(one.code, name, on)) for one in firms for on, name in one.renamed],
        3,
        rename,
        REGISTRY,
        "名称变更登记",
    )
    yield from _many(
        [
            (
                max(workday_from(on + timedelta(days=5), zone.calendar), opening),
                Grant(one.code, title, on, is_first),
            )
            for one in firms
            for title, on, is_first in one.titles
        ],
        4,
        recognise,
        "企业服务中心",
        "资质认定公布",
    )
    yield from _many(
        [
            (known(one.closed[1], 3), Ending(one.code, *one.closed, one.into))
            for one in firms
            if one.closed
        ],
        9,
        close,
        REGISTRY,
        "退出登记",
    )


def _take_in(group: list[Firm], on: date) -> None:
    newcomers = [
        Newcomer(
            code=one.code,
            name=one.name,
            kind=one.kind,
            registered_on=one.registered_on,
            capital=one.capital,
            industry=one.industry,
            attributes=one.attributes,
            department=one.department,
            confirmed_by="" if one.is_sound else "孙听雪（演示）",
        )
        for one in group
    ]
    register(newcomers, occasion=_occasion(REGISTRY, "新登记市场主体", on))


def _many(
    dated: list[tuple[date, object]],
    order: int,
    service: Callable[..., object],
    by: str,
    reason: str,
) -> Iterator[Event]:
    """Yield one event for all changes of a kind that became known on one day."""
    days: dict[date, list[object]] = defaultdict(list)
    for on, change in dated:
        days[on].append(change)
    for on, changes in days.items():
        act = partial(_call, service, changes, by, reason, on)
        yield Event(on, order, act)


def _call(
    service: Callable[..., object], changes: list[object], by: str, reason: str, on: date
) -> None:
    service(changes, occasion=_occasion(by, reason, on))


def return_events(filings: Sequence[Filing]) -> Iterator[Event]:
    """Yield the firms' returns as they came in, and what was put right later."""
    for (on, is_correction, period), group in by_occasion(filings).items():
        reason = f"{period.name}企业月报{'更正' if is_correction else ''}"
        returns = [MonthlyReturn(one.code, one.period, one.values) for one in group]
        act = partial(_call, file_returns, returns, STATISTICS, reason, on)
        yield Event(on, 6 if is_correction else 5, act)


def _project_events(projects: list[ProjectEntry], today: date) -> Iterator[Event]:
    under_way = choose_under_way(projects, today)
    for entry in projects:
        project = add_project(
            code=entry.code,
            name=entry.name,
            investor=entry.investor,
            kind=entry.kind,
            investment=get_unit("亿元").to_base(entry.investment),
            is_top500=entry.top500,
            lead=entry.lead,
        )
        gates = [(gate, on) for gate, on in _gates(entry) if on <= today]
        for version, (gate, on) in enumerate(gates, start=project.version):
            yield Event(on, 20, partial(_pass, project.pk, gate, on, version))
        if gates and entry.code in under_way:
            last_on = gates[-1][1]
            yield Event(last_on, 25, partial(lay_out_invented, project.pk, last_on))
            told_on = max(last_on, today - timedelta(days=3))
            yield Event(told_on, 26, partial(close_invented, project.pk, told_on))


def _gates(entry: ProjectEntry) -> list[tuple[str, date]]:
    dates = {
        "sign": entry.signed_on,
        "start": entry.started_on,
        "commission": entry.commissioned_on,
        "full_output": entry.full_output_on,
    }
    return [(gate, on) for gate, on in dates.items() if on is not None]


def _pass(project_id: int, gate: str, on: date, version: int) -> None:
    pass_gate(
        project_id=project_id,
        gate_id=gate,
        on=on,
        by="项目专班",
        today=on,
        proof=[_proof(f"{GATES[gate].name}凭证（演示）.txt", GATES[gate].proof)],
        version=version,
    )


def _reading_events(readings: list[FiledReading]) -> Iterator[Event]:
    for one in readings:
        yield Event(one.known_on, 30, partial(_file_reading, one))


def _file_reading(one: FiledReading) -> None:
    file_reading(
        subject=one.subject,
        period=one.period,
        values=dict(one.values),
        by=STATISTICS,
        known_on=one.known_on,
        evidence=[_proof("读数来源.txt", one.basis)],
        units_confirmed=True,
    )


def _occasion(by: str, reason: str, on: date) -> Occasion:
    # What is made up here is in base units: nobody need look for a mistaken one.
    return Occasion(by=by, reason=f"{reason}（演示）", known_on=on, units_confirmed=True)


def _proof(name: str, text: str) -> KeptFile:
    return keep_file(data=f"演示凭证：{text}\n".encode(), name=name, note="演示")
