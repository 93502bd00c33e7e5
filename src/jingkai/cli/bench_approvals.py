"""bench approvals: a twelve-step permit moved by the case engine, beside three other engines."""

import multiprocessing
import os
import random
import re
import statistics
import tempfile
from datetime import date, timedelta
from itertools import islice, product
from typing import Any

from jingkai.cli.bench import ROUNDS, Findings, timed
from jingkai.cli.bench_rivals import Rival, open_rivals

__all__ = ["measure_approvals"]

TODAY = date(2021, 6, 30)
STEPS = 12
CLOCKS = 1_000_000
WRITERS, FACTS = 8, 50_000
ROWS = 2000


def measure_approvals(*, cells: int, seed: int) -> Findings:
    """Move about `cells` steps in a throw-away folder; rivals move the same cases in turn.

    `JINGKAI_BENCH_POSTGRES`, a database address, adds the figures for PostgreSQL: they need a
    database of their own that may be emptied.
    """
    cases = max(cells // STEPS // ROUNDS, 5)
    findings = Findings(rows=cases * STEPS * ROUNDS, runs={}, ratios={}, is_equal=True)
    postgres = os.environ.get("JINGKAI_BENCH_POSTGRES", "")
    with tempfile.TemporaryDirectory(prefix="jingkai-bench-") as folder:
        _open_house(folder, postgres)
        if postgres:
            _against_hand_sql(findings, "ours_vs_handsql_pg", cases, {"postgres": postgres})
        else:
            _measure_on_sqlite(findings, cases, seed)
        from django.db import connection

        connection.close()
    return findings


def _open_house(folder: str, postgres: str) -> None:
    os.environ |= {"JINGKAI_DATA": folder, "JINGKAI_DATE": TODAY.isoformat(), "JINGKAI_DEMO": "0"}
    os.environ.pop("JINGKAI_DATABASE", None)
    if postgres:
        os.environ["JINGKAI_DATABASE"] = postgres
    from jingkai.cli.main import open_house

    open_house()
    from jingkai.cli.serving import prepare_database

    prepare_database()


def _measure_on_sqlite(findings: Findings, cases: int, seed: int) -> None:
    _synchronous("NORMAL")
    task = {"cases": cases, "synchronous": "NORMAL"}
    rivals = open_rivals(
        {
            "hand_sql": ("hand_sql_steps.py", task),
            "orm": ("orm_steps.py", task | {"cases": max(cases // 5, 2)}),
            "spiff": ("spiff_steps.py", task | {"cases": max(cases // 5, 2)}),
        }
    )
    _turns(findings, "ours", cases, rivals)
    per_step = _per_step(findings, cases, rivals)
    for name, key in (("orm", "orm_vs_ours"), ("spiff", "spiff_vs_ours")):
        if name in per_step:
            findings.ratios[key] = per_step[name] / per_step["ours"]
    findings.ratios["ours_vs_handsql"] = per_step["ours"] / per_step["hand_sql"]
    for rival in rivals.values():
        rival.close()
    _measure_fact_step(findings, cases)
    _measure_piece_row(findings, seed)
    _against_hand_sql(findings, "ours_vs_handsql_full", cases, {"synchronous": "FULL"})
    _measure_waiting(findings, min(cases * 100, FACTS))
    _measure_clock(findings, seed)
    findings.notes.append("ours_vs_handsql_pg：设 JINGKAI_BENCH_POSTGRES 后单独量")


def _against_hand_sql(findings: Findings, key: str, cases: int, setting: dict[str, Any]) -> None:
    """Measure ours beside SQL written by hand alone, under another setting."""
    if "synchronous" in setting:
        _synchronous(setting["synchronous"])
    rivals = open_rivals({"hand": ("hand_sql_steps.py", {"cases": cases} | setting)})
    name = key.removeprefix("ours_vs_hand")
    _turns(findings, name, cases, rivals)
    ours, hand = (statistics.median(findings.runs[one]) for one in (name, "hand"))
    findings.runs[f"hand_{name}"] = findings.runs.pop("hand")
    findings.ratios[key] = ours / hand
    for rival in rivals.values():
        rival.close()


def _turns(findings: Findings, name: str, cases: int, rivals: dict[str, Rival]) -> None:
    """Let ours and every rival move their cases in turn; all must end with every step done."""
    findings.runs |= {one: [] for one in (name, *rivals)}
    for _ in range(ROUNDS):
        opened = _open_cases(cases)
        took, _done = timed(lambda opened=opened: _move(opened))
        findings.runs[name].append(took)
        findings.is_equal = findings.is_equal and _all_closed(opened)
        for rival_name, rival in rivals.items():
            seconds, told = rival.run()
            findings.runs[rival_name].append(seconds)
            finished = told["finished"]
            is_whole = told["events"] == finished * STEPS and told["left"] == 0 and finished > 0
            findings.is_equal = findings.is_equal and is_whole


def _per_step(findings: Findings, cases: int, rivals: dict[str, Rival]) -> dict[str, float]:
    few = max(cases // 5, 2)
    sizes = {name: few if name in ("orm", "spiff") else cases for name in ("ours", *rivals)}
    return {
        name: statistics.median(findings.runs[name]) / (size * STEPS)
        for name, size in sizes.items()
    }


def _kind(*, effect: str = "", version: int = 1) -> Any:
    """Return the permit of twelve steps, five at once and then two at once."""
    from jingkai.cases.rules import CaseType, Step

    needs: dict[str, list[str]] = {
        "receive": [],
        "accept": ["receive"],
        **{one: ["accept"] for one in ("plan", "fire", "water", "power", "green")},
        "join": ["plan", "fire", "water", "power", "green"],
        "draft": ["join"],
        "fee": ["join"],
        "decide": ["draft", "fee"],
        "deliver": ["decide"],
    }
    steps = tuple(
        Step(
            bit=bit,
            id=name,
            name=name,
            english=name,
            desk="lead",
            needs=tuple(before),
            effect="accept" if effect and name == "accept" else "",
        )
        for bit, (name, before) in enumerate(needs.items())
    )
    return CaseType(
        id="bench.permit",
        version=version,
        name="性能办件",
        english="Permit for measuring",
        basis="性能测试",
        steps=steps,
        records_facts=bool(effect),
    )


def _officer() -> Any:
    from jingkai.org.queries import find_person, list_departments
    from jingkai.org.services import add_person

    if found := find_person("bench"):
        return found
    department = list_departments()[0]
    return add_person(account="bench", name="性能", role="officer", department=department)[0]


def _open_cases(count: int, kind: Any = None) -> list[int]:
    from django.db import transaction

    from jingkai.cases.services import NewCase, open_case
    from jingkai.kernel.deadlines import Limit

    officer, kind = _officer(), kind or _kind()
    with transaction.atomic():
        return [
            open_case(
                new=NewCase(
                    kind=kind,
                    title="性能办件",
                    department=officer.department_id,
                    promised=Limit(5),
                    statutory=Limit(20),
                ),
                by=officer,
                on=TODAY,
            ).pk
            for _ in range(count)
        ]


def _move(cases: list[int], steps: tuple[str, ...] = (), officer: Any = None) -> int:
    """Do every step of every case through the service that the pages call."""
    from jingkai.cases.services import act

    officer = officer or _officer()
    order = steps or tuple(step.id for step in _kind().steps)
    for case in cases:
        for step in order:
            act(case_id=case, step=step, by=officer, on=TODAY, words="同意")
    return len(cases) * len(order)


def _all_closed(cases: list[int]) -> bool:
    from jingkai.cases.queries import Action, Case, OpenWork

    closed = Case.objects.filter(pk__in=cases, closed_on__isnull=False).count()
    acts = Action.objects.filter(case__in=cases, kind="act").count()
    left = OpenWork.objects.filter(case__in=cases).exists()
    return closed == len(cases) and acts == len(cases) * STEPS and not left


def _synchronous(mode: str) -> None:
    """Set how durable a commit is, for this connection and for every later one."""
    from django.db import connection

    options = connection.settings_dict["OPTIONS"]
    options["init_command"] = re.sub(
        "synchronous=[A-Z]+", f"synchronous={mode}", options["init_command"]
    )
    connection.close()


def _measure_fact_step(findings: Findings, cases: int) -> None:
    """Measure acceptance, which records a fact with its kept pieces, beside a plain step."""
    from jingkai.kernel.zone import current_zone
    from jingkai.ledger.services import keep

    over = [one for one in current_zone().indicators.values() if one.over == "cases.accepted"]
    keep(over)
    runs = {"facts": [], "plain": []}
    for _ in range(ROUNDS):
        # Only the two steps beside one another: the machine is as busy for one as for the other.
        opened = _open_cases(min(cases, 200), _kind(effect="accept", version=2))
        plain = _open_cases(len(opened))
        for share in (opened, plain):
            _move(share, ("receive",))
        runs["plain"].append(timed(lambda plain=plain: _move(plain, ("accept",)))[0])
        runs["facts"].append(timed(lambda opened=opened: _move(opened, ("accept",)))[0])
    fact, plain_step = (statistics.median(runs[one]) for one in ("facts", "plain"))
    findings.runs |= {"fact_steps": runs["facts"], "plain_steps": runs["plain"]}
    findings.ratios["fact_step_vs_step"] = fact / plain_step
    findings.notes.append(f"fact_step_vs_step：{len(over)} 个指标的分项随每一步更新")


def _measure_piece_row(findings: Findings, seed: int) -> None:
    """Add one row after the other to the sums of twenty indicators."""
    from jingkai.cli.bench_world import FILING, INDICATORS, facts
    from jingkai.kernel.months import Span
    from jingkai.kernel.pieces import PieceCode, Row, Sums

    code = PieceCode(INDICATORS, FILING)
    rows = [
        Row(number, subject, Span.of(period), FILING.encode_row(values)[1], {}, area)
        for number, (area, subject, period, values) in enumerate(
            islice(facts(ROWS, random.Random(seed)), ROWS)
        )
    ]
    runs = []
    for _ in range(ROUNDS):
        sums = Sums()
        runs.append(timed(lambda sums=sums: [code.add_row(sums, row) for row in rows])[0])
    findings.runs["piece_rows"] = runs
    findings.ratios["piece_row_ms"] = statistics.median(runs) / len(rows) * 1000


def _gates(count: int, chance: random.Random) -> list[Any]:
    """Return so many gates of invented projects, to be imported in one entry."""
    from jingkai.ledger.services import NewFact
    from jingkai.projects.facts import gate_passed

    return [
        NewFact(
            gate_passed,
            f"project:{number}",
            {
                "gate": chance.choice(("sign", "start", "commission", "full_output")),
                "amount": chance.randrange(10**5, 3 * 10**9),
                "kind": chance.choice(("产业", "基础设施", "民生", "服务业")),
                "top500": chance.choice(("是", "否")),
            },
            on=date(2020, 1, 1) + timedelta(days=chance.randrange(365)),
            key=f"project:{number}:import",
        )
        for number in range(1_000_000, 1_000_000 + count)
    ]


def _measure_waiting(findings: Findings, facts: int) -> None:
    """Let eight writers act while many facts are imported; find the longest wait.

    Each writer is a process of its own, as the server's workers are. The database is as durable
    as it is in a house.
    """
    from django.db import connection

    from jingkai.cli.bench_numbers import TODAY, record_timed

    opened = _open_cases(1600)
    batch = _gates(facts, random.Random(7))
    connection.close()
    spawn = multiprocessing.get_context("spawn")
    ready, stop, told = spawn.Barrier(WRITERS + 1), spawn.Event(), spawn.SimpleQueue()
    writers = [
        spawn.Process(target=_write, args=(opened[place::WRITERS], ready, stop, told))
        for place in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    ready.wait(timeout=120)
    took, _ = timed(lambda: record_timed(batch, "导入", TODAY))
    stop.set()
    waits = [wait for _ in writers for wait in told.get()]
    for writer in writers:
        writer.join()
    findings.runs["import_beside_writers"] = [took]
    findings.ratios["wait_max_ms"] = max(waits, default=0) * 1000
    findings.ratios["steps_per_s_8"] = len(waits) / took
    findings.notes.append(
        f"wait_max_ms：{len(batch):,} 条事实入账时，{WRITERS} 个写者办了 {len(waits):,} 步"
    )


def _write(share: list[int], ready: Any, stop: Any, told: Any) -> None:
    """Be one officer: do the steps of one's cases one by one until told to stop."""
    from jingkai.cli.main import open_house

    open_house()
    order = tuple(step.id for step in _kind().steps)
    # A worker of the server has served before: the zone and the definitions are read by now.
    _move(share[:1], order)
    officer = _officer()
    waits: list[float] = []
    ready.wait(timeout=120)
    for case, step in product(share[1:], order):
        if stop.is_set():
            break
        took, _ = timed(lambda case=case, step=step: _move([case], (step,), officer))
        waits.append(took)
    told.put(waits)


def _measure_clock(findings: Findings, seed: int) -> None:
    """Find a million due dates with pauses at once, and check a sample one by one."""
    import numpy as np

    from jingkai.kernel.deadlines import Limit, Pause, due_ordinals, find_deadline
    from jingkai.kernel.zone import current_zone

    calendar = current_zone().calendar
    chance = np.random.default_rng(seed)
    accepted = date(2015, 1, 1).toordinal() + chance.integers(0, 4000, CLOCKS)
    counts = chance.choice([1, 3, 5, 7, 20, 45], CLOCKS)
    first = accepted + chance.integers(0, 20, CLOCKS)
    last = first + chance.integers(0, 30, CLOCKS)
    has_none = chance.random(CLOCKS) < 0.5
    first[has_none] = last[has_none] = 0
    calendar.workdays  # noqa: B018, built at first use, as in a running house
    runs, due = [], None
    for _ in range(ROUNDS):
        took, due = timed(lambda: due_ordinals(calendar, accepted, counts, [(first, last)]))
        runs.append(took)
    findings.runs["clock"] = runs
    findings.ratios["clock_cases_per_s"] = CLOCKS / statistics.median(runs)
    for place in range(0, CLOCKS, CLOCKS // 2000):
        day = date.fromordinal(int(accepted[place]))
        stops = (
            [Pause(date.fromordinal(int(first[place])), date.fromordinal(int(last[place])), "")]
            if first[place]
            else []
        )
        one = find_deadline(Limit(int(counts[place])), day, calendar, pauses=stops).due_on
        findings.is_equal = (
            findings.is_equal and due is not None and one == date.fromordinal(int(due[place]))
        )
