"""bench pages: server time of the pages that people open first, at two sizes of a zone."""

import os
import statistics
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from jingkai.cli.bench import Findings, timed

__all__ = ["measure_pages"]

TODAY = date(2021, 6, 30)
ROUNDS = 7
# A zone of the demo's size, and a large one: accounts, items of the plan and how many of these are
# targets, 督办单, projects with nodes. The demo's plan of 2021 has 155 items, 29 of them targets.
DEMO = {"accounts": 34, "items": 155, "targets": 29, "cases": 35, "projects": 60}
LARGE = {"accounts": 345, "items": 4000, "targets": 100, "cases": 400, "projects": 200}
LIST_ROWS = 100_000
PAGES = {
    "home_ms": "/",
    "plan_ms": "/plan/",
    "wall_ms": "/plan/targets/",
    "chart_ms": "/projects/schedule/",
    "register_ms": "/supervision/",
}


def measure_pages(*, cells: int, seed: int) -> Findings:
    """Fill a throw-away house, open its pages through the whole stack, and grow it."""
    chance = Random(seed)
    rows = max(min(cells, LIST_ROWS), 1000)
    findings = Findings(rows=rows, runs={}, ratios={}, is_equal=True, is_of_pages=True)
    with tempfile.TemporaryDirectory(prefix="jingkai-bench-") as folder:
        _open_house(folder)
        from django.db import connection

        world = _found()
        _grow(world, DEMO, chance)
        small = _open_pages(world, findings, "demo")
        _grow(world, LARGE, chance)
        large = _open_pages(world, findings, "large")
        findings.ratios["chart_all_ms"] = _open_whole_chart(world, findings) * 1000
        findings.ratios |= {key: seconds * 1000 for key, seconds in large.items()}
        findings.ratios["growth_demo_to_M"] = max(large[key] / small[key] for key in PAGES)
        _compare_with_raw(world, findings, rows)
        connection.close()
    findings.notes.append("作战图：每个项目按产业模板排 112 个节点；一页画 40 个项目，全部另计")
    return findings


def _open_house(folder: str) -> None:
    os.environ |= {"JINGKAI_DATA": folder, "JINGKAI_DATE": TODAY.isoformat(), "JINGKAI_DEMO": "0"}
    os.environ |= {"JINGKAI_HTTPS": "0"}
    os.environ.pop("JINGKAI_DATABASE", None)
    from jingkai.cli.main import open_house

    open_house()
    from django.conf import settings

    from jingkai.cli.serving import prepare_database

    settings.ALLOWED_HOSTS = ["testserver"]
    prepare_database()


def _found() -> dict[str, Any]:
    """Open the departments and a plan, and sign a leader in."""
    from django.test import Client

    from jingkai.kernel.zone import current_zone
    from jingkai.org.queries import list_departments
    from jingkai.org.services import add_person, open_departments
    from jingkai.plan.services import NewItem, adopt_plan, draft_plan

    open_departments(current_zone())
    places = list(list_departments())
    leader, _ = add_person(account="boss", name="甲", role="leader", department=places[0])
    leader.must_change_password = False
    leader.save(update_fields=["must_change_password"])
    items = [NewItem("task", "", "第一项", date(2021, 12, 31), places[0].pk)]
    plan = draft_plan(year=2021, title="计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=date(2021, 1, 20))
    client = Client()
    client.force_login(leader)
    return {"client": client, "places": places, "leader": leader, "plan": plan}


def _grow(world: dict[str, Any], size: dict[str, int], chance: Random) -> None:
    """Bring the house to a size; what is made is made up."""
    from jingkai.kernel.periods import Period
    from jingkai.kernel.zone import current_zone
    from jingkai.org.queries import Person
    from jingkai.plan.queries import Item, Target
    from jingkai.projects.queries import Project
    from jingkai.supervision.services import NewFollowUp, follow_up

    places, plan = world["places"], world["plan"]
    have = Person.objects.count()
    Person.objects.bulk_create(
        Person(account=f"p{n}", name=f"人{n}", role="officer", department=chance.choice(places))
        for n in range(have, size["accounts"])
    )
    have = plan.items.count()
    themes = [
        plan.themes.get_or_create(name=f"重点任务{n}", defaults={"place": n + 1})[0]
        for n in range(8)
    ]
    promised = size["targets"] - Target.objects.count()
    every = (size["items"] - have) // max(promised, 1)
    made = Item.objects.bulk_create(
        Item(
            plan=plan,
            number=number,
            kind="target" if _is_target(number - have, every, promised) else "task",
            theme=themes[number % 8],
            text=f"重点工作第{number}项",
            lead=chance.choice(places),
            due_on=TODAY + timedelta(chance.randrange(-90, 180)),
        )
        for number in range(have + 1, size["items"] + 1)
    )
    bound = [one for one in current_zone().indicators.values() if one.adds_up == "flow"]
    Target.objects.bulk_create(
        Target(
            item=item,
            name=one.name,
            indicator=one.id,
            measure=one.measure,
            value=Decimal(30),
            unit=one.unit,
            period_id=Period.year(2021).id,
        )
        for place, item in enumerate(one for one in made if one.kind == "target")
        if (one := bound[place % len(bound)])
    )
    have = Project.objects.count()
    Project.objects.bulk_create(_project(n, chance, places) for n in range(have, size["projects"]))
    from jingkai.projects.services import lay_out_nodes

    for project in Project.objects.filter(roadmap=None):
        lay_out_nodes(
            project_id=project.pk,
            on=project.sign_on,
            is_end=False,
            by="甲",
            today=TODAY,
            version=project.version,
        )
    from jingkai.supervision.queries import FollowUp

    for number in range(FollowUp.objects.count(), size["cases"]):
        told = NewFollowUp(
            instruction=f"请办第{number}件",
            lead=chance.choice(places).pk,
            due_on=TODAY + timedelta(chance.randrange(3, 90)),
        )
        follow_up(new=told, by=world["leader"], on=TODAY, tells=False)


def _is_target(place: int, every: int, most: int) -> bool:
    """Tell whether a new item is a target: they are spread evenly among the tasks."""
    return place % every == 0 and place // every <= most


def _project(number: int, chance: Random, places: list[Any]) -> Any:
    from jingkai.projects.queries import Project

    signed = date(2018, 1, 1) + timedelta(chance.randrange(1000))
    started = signed + timedelta(chance.randrange(60, 400))
    return Project(
        code=f"B-{number:06}",
        name=f"虚构项目{number}",
        kind="产业",
        investment=Decimal(10**8),
        lead=chance.choice(places),
        sign_on=signed,
        start_on=started if started < TODAY and number % 3 else None,
    )


def _open_pages(world: dict[str, Any], findings: Findings, size: str) -> dict[str, float]:
    """Return the median seconds of each page, after one round that warms up."""
    medians = {}
    for key, path in PAGES.items():
        runs = []
        for turn in range(ROUNDS + 1):
            took, answer = timed(lambda path=path: world["client"].get(path))
            findings.is_equal &= answer.status_code == 200
            if turn:
                runs.append(took)
        findings.runs[f"{size} {key.removesuffix('_ms')}"] = runs
        medians[key] = statistics.median(runs)
    return medians


def _open_whole_chart(world: dict[str, Any], findings: Findings) -> float:
    """Return the median seconds of the page with every project and node on one drawing."""
    path = f"{PAGES['chart_ms']}?show=all&rows=all"
    runs = []
    for _turn in range(ROUNDS):
        took, answer = timed(lambda: world["client"].get(path))
        findings.is_equal &= answer.status_code == 200
        runs.append(took)
    findings.runs["large whole chart"] = runs
    return statistics.median(runs)


def _compare_with_raw(world: dict[str, Any], findings: Findings, rows: int) -> None:
    """Open the first 50 of many projects, and beside it a handler of raw SQL and f-strings."""
    from jingkai.projects.queries import Project

    chance, places = Random(1), world["places"]
    have = Project.objects.count()
    Project.objects.bulk_create(
        (_project(n, chance, places) for n in range(have, rows)), batch_size=2000
    )
    works: dict[str, Callable[[], bytes]] = {
        "list": lambda: world["client"].get("/projects/").content,
        "raw": _raw,
    }
    runs: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS + 1):
        for name, work in works.items():
            took, page = timed(work)
            findings.is_equal &= "虚构项目0".encode() in page and f"{rows:,}".encode() in page
            if turn:
                runs[name].append(took)
    findings.runs |= runs
    middle = {name: statistics.median(found) for name, found in runs.items()}
    findings.ratios["page_vs_raw"] = middle["list"] / middle["raw"]


def _raw() -> bytes:
    """Answer like the list does, with nothing of the house: one session, the rows, the count."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key FROM django_session LIMIT 1")
        cursor.execute("SELECT id, role, scope FROM org_person WHERE account = 'boss'")
        cursor.execute("SELECT COUNT(*) FROM projects_project")
        (count,) = cursor.fetchone()
        cursor.execute(
            "SELECT p.code, p.name, p.investor, p.kind, p.investment, d.name, p.sign_on,"
            " p.start_on, p.commission_on, p.full_output_on FROM projects_project p"
            " JOIN org_department d ON d.id = p.lead_id ORDER BY p.code LIMIT 50"
        )
        rows = cursor.fetchall()
        cursor.execute("SELECT SUM(investment) FROM projects_project")
        (total,) = cursor.fetchone()
    body = "".join(
        "<tr>" + "".join(f"<td>{cell or ''}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<html><p>{count:,}</p><table>{body}</table><p>{total}</p></html>".encode()
