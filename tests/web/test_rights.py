"""Who may open what: a hand-written table, and no route outside it."""

import inspect
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from jingkai.approvals.facts import bundle_finished
from jingkai.approvals.models import (
    Application,
    Certificate,
    Invitation,
    Letter,
    Paper,
    Rating,
    SealUse,
)
from jingkai.cases.facts import case_closed
from jingkai.cases.models import Case, Definition
from jingkai.enterprises.models import Enterprise
from jingkai.enterprises.services import Newcomer, Occasion, register
from jingkai.kernel.creditcode import check_character
from jingkai.kernel.geometry import read_plots
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.ledger.models import Entry, Fact
from jingkai.ledger.queries import leave_out
from jingkai.ledger.services import NewFact, keep_file, record
from jingkai.org.models import Department, Person
from jingkai.org.rules import ROLES
from jingkai.org.services import add_person
from jingkai.plan.models import Item, Plan, Share, Target
from jingkai.plan.readings import cell_of
from jingkai.plan.services import NewItem, adopt_plan, draft_plan
from jingkai.projects.models import Project
from jingkai.projects.services import add_project, pass_gate
from jingkai.supervision.models import DataRequest, Figure, Question
from jingkai.web.access import policy_of
from jingkai.web.models import ImportRun
from jingkai.web.shell import hidden_subjects
from tests.conftest import TODAY, sign_in
from tools.reference import rights


@pytest.fixture(autouse=True)
def no_printer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are told before anything is printed: without the program a PDF answers 503."""
    monkeypatch.setenv("PATH", "")


BUSINESS = {
    *("leader", "investment_officer", "project_officer", "statistician", "enterprise_officer"),
    *("land_officer", "counter", "finance", "appraisal", "officer"),
}
EVERYONE = BUSINESS | {"firm", "admin", "security_admin", "audit_admin"}
KEEPER = {"appraisal"}
DECIDER = {"leader"}
SUPERVISOR = {"leader", "appraisal"}
STATISTICS = {"statistician"}
A_FIRM = "91430799MA4L000018"
SITE = {"project_officer", "investment_officer"}
# Who sees only the work of their own department, and whose work they see not at all.
OWN_DEPARTMENT = {"investment_officer", "enterprise_officer", "counter", "officer"}

# Written by hand from the trade, not from the code: who may open each page.
MAY_OPEN = {
    "home": EVERYONE,
    "find": EVERYONE,
    "imports": EVERYONE,
    "import_new": SITE,
    "import_template": SITE,
    "import_run": SITE,
    "import_columns": SITE,
    "import_undo": SITE,
    "read_notices": EVERYONE,
    "logout": EVERYONE,
    "wall": BUSINESS,
    "years": BUSINESS,
    "year_switch": KEEPER,
    "year_close": KEEPER,
    "year_reopen": KEEPER,
    "dictionary": BUSINESS,
    "definition": BUSINESS,
    "number": BUSINESS,
    "entries": BUSINESS,
    "entry": BUSINESS,
    "evidence": BUSINESS,
    "own_password": EVERYONE,
    "second_factor": EVERYONE,
    "second_factor_reset": {"security_admin"},
    "people": {"admin"},
    "person": {"admin"},
    "person_reset": {"admin"},
    "person_active": {"admin"},
    "enterprises:list": BUSINESS,
    "enterprises:detail": BUSINESS,
    "enterprises:add": STATISTICS,
    "enterprises:change": STATISTICS,
    "enterprises:honour": STATISTICS,
    "enterprises:rename": STATISTICS,
    "enterprises:duplicates": STATISTICS,
    "ladder:home": BUSINESS,
    "ladder:firm": BUSINESS,
    "ladder:dossier": BUSINESS,
    "ladder:listing": BUSINESS,
    "ladder:state": STATISTICS,
    "ladder:move": STATISTICS,
    "returns:center": STATISTICS,
    "returns:period": STATISTICS,
    "returns:template": STATISTICS,
    "returns:remind": STATISTICS,
    "returns:review": STATISTICS,
    "returns:bulletin": STATISTICS,
    "returns:filing": STATISTICS,
    "returns:send": STATISTICS | {"firm"},
    "returns:file": STATISTICS | {"firm"},
    "returns:columns": STATISTICS | {"firm"},
    "returns:undo": STATISTICS | {"firm"},
    "returns:stop": STATISTICS | {"firm"},
    "returns:accounts": {"admin"},
    "returns:account_new": {"admin"},
    "returns:account": {"admin"},
    "returns:mine": {"firm"},
    "returns:fill": {"firm"},
    "delegations": EVERYONE,
    "delegation_withdraw": EVERYONE,
    "security": {"security_admin"},
    "grant_decide": {"security_admin"},
    "backup": {"admin"},
    "audit": {"audit_admin"},
    "audit_line": {"audit_admin"},
    "audit_verify": {"audit_admin"},
    "projects:list": BUSINESS,
    "projects:detail": BUSINESS,
    "projects:schedule": BUSINESS,
    "projects:node_list": BUSINESS,
    "projects:map": BUSINESS,
    "projects:add": SITE,
    "projects:gate": SITE,
    "projects:withdraw": SITE,
    "projects:nodes": BUSINESS,
    "projects:lay_out": SITE,
    "projects:close_nodes": SITE,
    "projects:move_node": SITE,
    "projects:reopen_node": SITE,
    "plan:home": BUSINESS,
    "plan:wall": BUSINESS,
    "plan:item": BUSINESS,
    "plan:cascade": BUSINESS,
    "plan:themes": BUSINESS,
    "plan:shares": BUSINESS,
    "plan:share": BUSINESS,
    "plan:share_reading": BUSINESS,
    "plan:department": BUSINESS,
    "plan:editions": BUSINESS,
    "plan:edition": BUSINESS,
    "plan:amend": KEEPER,
    "plan:draft": SUPERVISOR,
    "plan:review": SUPERVISOR,
    "plan:adopt": SUPERVISOR,
    "plan:target": KEEPER,
    "plan:readings": BUSINESS,
    "plan:reading": BUSINESS,
    "plan:duty": KEEPER,
    "plan:close": KEEPER,
    "plan:reopen": KEEPER,
    "supervision:list": BUSINESS,
    "supervision:mine": SUPERVISOR,
    "supervision:new": SUPERVISOR,
    "supervision:letter": BUSINESS,
    "supervision:letter_pdf": BUSINESS,
    "supervision:letters": BUSINESS,
    "supervision:letters_new": SUPERVISOR,
    "supervision:letters_zip": SUPERVISOR,
    "supervision:letters_pdf": SUPERVISOR,
    "supervision:outgoing_pdf": BUSINESS,
    "supervision:outgoing": BUSINESS,
    "supervision:meeting": SUPERVISOR,
    "supervision:minutes": SUPERVISOR,
    "supervision:bulletins": BUSINESS,
    "supervision:bulletin": BUSINESS,
    "supervision:issue": SUPERVISOR,
    "supervision:bulletin_docx": BUSINESS,
    "supervision:bulletin_pdf": BUSINESS,
    "supervision:questions": BUSINESS,
    "supervision:answer": BUSINESS,
    "supervision:burden": BUSINESS,
    "supervision:tables": BUSINESS,
    "supervision:table_new": BUSINESS,
    "supervision:table": BUSINESS,
    "supervision:table_xlsx": BUSINESS,
    "supervision:table_firms": BUSINESS,
    "supervision:figure": BUSINESS,
    "reports:draft": BUSINESS,
    "reports:intakes": KEEPER,
    "reports:new": KEEPER,
    "reports:review": KEEPER,
    "reports:accept": KEEPER,
    "reports:compare": KEEPER,
    "reports:table": KEEPER,
    "reports:table_import": KEEPER,
    "reports:changes": KEEPER,
    "reports:undo": KEEPER,
    "reports:same": KEEPER,
    "reports:plan": KEEPER,
    "reports:give_back": KEEPER,
    "reports:decide": KEEPER,
    "reports:edit": KEEPER,
    "reports:split": KEEPER,
    "reports:progress": KEEPER,
    "reports:progress_docx": KEEPER,
    "reports:progress_pdf": KEEPER,
    "reports:memory": KEEPER,
    "reports:workshop": KEEPER,
    "reports:workshop_new": KEEPER,
    "reports:workshop_draft": KEEPER,
    "reports:workshop_docx": KEEPER,
    "reports:workshop_last_year": KEEPER,
    "reports:workshop_pdf": KEEPER,
    "reports:workshop_freeze": KEEPER,
    "reports:workshop_section": KEEPER,
    "reports:workshop_passage": KEEPER,
    "reports:edition": KEEPER,
    "reports:edition_docx": KEEPER,
    "reports:edition_pdf": KEEPER,
    "mail:address": EVERYONE,
    "cases:mine": BUSINESS,
    "cases:list": BUSINESS,
    "cases:detail": BUSINESS,
    "cases:step": BUSINESS,
    "cases:clock": BUSINESS,
    "cases:cosign": BUSINESS,
    "cases:bottlenecks": BUSINESS,
    "cases:calendar": DECIDER,
    "cases:definitions": DECIDER,
    "cases:definition": DECIDER,
    "approvals:applications": BUSINESS,
    "approvals:new": BUSINESS,
    "approvals:take_in": BUSINESS,
    "approvals:application": BUSINESS,
    "approvals:papers": BUSINESS,
    "approvals:agent": BUSINESS,
    "approvals:paper": BUSINESS,
    "approvals:map": BUSINESS,
    "approvals:items": BUSINESS,
    "approvals:item": BUSINESS,
    "approvals:seal": BUSINESS,
    "approvals:delegations": BUSINESS,
    "approvals:delegate": DECIDER,
    "approvals:certificates": BUSINESS,
    "approvals:ratings": BUSINESS,
    "approvals:call_back": BUSINESS,
    "approvals:agent_tasks": SITE,
    "approvals:invitations": BUSINESS,
    "approvals:of_my_firm": EVERYONE,
    "approvals:letter": BUSINESS,
    "approvals:letter_pdf": BUSINESS,
}
# Pages that more may read than write: who may send their form, where the page alone decides.
MAY_WRITE = {"plan:cascade": KEEPER, "approvals:item": DECIDER}
# The same of pages of an object, sent for one of a department that is nobody's here.
MAY_WRITE_OBJECT = {
    "plan:item": KEEPER,
    "plan:shares": KEEPER,
    "plan:share": KEEPER,
    "plan:share_reading": KEEPER,
    "plan:reading": KEEPER,
    "supervision:answer": set(),
}
OPEN_TO_ALL = {
    *("login", "login_code", "language", "enter_demo"),
    *("approvals:guides", "approvals:guide", "approvals:apply", "approvals:result"),
    *("approvals:progress", "approvals:rate", "approvals:verify"),
    "plan:pledges",
    *("reports:published", "reports:published_site"),
    *("approvals:invited", "approvals:consent"),
}
ARGUMENTS = {
    "year_switch": [2020],
    "year_close": [2020],
    "year_reopen": [2020],
    "import_new": ["projects"],
    "import_template": ["projects"],
    "import_run": ["projects", 1],
    "import_columns": ["projects", 1],
    "import_undo": ["projects", 1],
    "definition": ["projects_started"],
    "number": ["projects_started", "2021"],
    "entry": [1],
    "evidence": [1],
    "person": [1],
    "person_reset": [1],
    "person_active": [1],
    "enterprises:detail": [A_FIRM],
    "enterprises:change": [A_FIRM],
    "enterprises:honour": [A_FIRM],
    "enterprises:rename": [A_FIRM],
    "ladder:firm": [A_FIRM],
    "ladder:state": [A_FIRM],
    "ladder:dossier": [A_FIRM],
    "returns:period": ["monthly", "2021-05"],
    "returns:template": ["monthly", "2021-05"],
    "returns:remind": ["monthly", "2021-05"],
    "returns:bulletin": ["monthly", "2021-05"],
    "returns:review": ["monthly", "2021-05"],
    "returns:send": ["monthly", "2021-05"],
    "returns:fill": ["monthly", "2021-05"],
    "returns:account": [1],
    "returns:filing": [1],
    "returns:file": [1],
    "returns:columns": [1],
    "returns:undo": [1],
    "returns:stop": [1],
    "delegation_withdraw": [1],
    "grant_decide": [1],
    "second_factor_reset": [1],
    "audit_line": [1],
    "projects:detail": [1],
    "projects:gate": [1, "start"],
    "projects:withdraw": [1, "start"],
    "projects:nodes": [1],
    "projects:lay_out": [1],
    "projects:close_nodes": [1],
    "projects:move_node": [1, "start"],
    "projects:reopen_node": [1, "start"],
    "plan:item": [1],
    "plan:shares": [1],
    "plan:share": [1],
    "plan:share_reading": [1],
    "plan:department": ["economy"],
    "plan:edition": [2021, 1],
    "plan:draft": [1],
    "plan:review": [1],
    "plan:adopt": [1],
    "plan:target": [1],
    "plan:reading": ["gdp"],
    "plan:duty": ["gdp"],
    "plan:close": [1],
    "plan:reopen": [1],
    "supervision:letter": [1],
    "supervision:letter_pdf": [1],
    "supervision:letters_zip": [2021, 1],
    "supervision:letters_pdf": [2021, 1],
    "supervision:outgoing": [1],
    "supervision:outgoing_pdf": [1],
    "supervision:bulletin": [2021, 5],
    "supervision:issue": [2021, 5],
    "supervision:bulletin_docx": [2021, 5],
    "supervision:bulletin_pdf": [2021, 5],
    "supervision:answer": [1],
    "supervision:table": [1],
    "supervision:table_xlsx": [1],
    "supervision:table_firms": [1],
    "supervision:figure": [1],
    "reports:review": [1],
    "reports:accept": [1],
    "reports:compare": [1],
    "reports:table": [1],
    "reports:table_import": [1],
    "reports:changes": [1],
    "reports:undo": [1],
    "reports:same": [1],
    "reports:plan": [1],
    "reports:give_back": [1],
    "reports:decide": [1],
    "reports:edit": [1],
    "reports:split": [1],
    "reports:progress": [2021],
    "reports:progress_docx": [2021],
    "reports:progress_pdf": [2021],
    "reports:workshop_draft": [1],
    "reports:workshop_docx": [1],
    "reports:workshop_last_year": [1],
    "reports:workshop_pdf": [1],
    "reports:workshop_freeze": [1],
    "reports:workshop_section": [1],
    "reports:workshop_passage": [1],
    "reports:edition": [1],
    "reports:edition_docx": [1],
    "reports:edition_pdf": [1],
    "cases:detail": [1],
    "cases:step": [1, "accept"],
    "cases:clock": [1],
    "cases:definition": ["approvals.permit", 1],
    "cases:cosign": [1],
    "approvals:take_in": ["item", "firm_change"],
    "approvals:application": [1],
    "approvals:papers": [1],
    "approvals:agent": [1],
    "approvals:paper": [1],
    "approvals:map": [1],
    "approvals:item": ["firm_change"],
    "approvals:call_back": [1],
    "approvals:letter": ["X"],
    "approvals:letter_pdf": ["X"],
}


def every_route(resolver: URLResolver, prefix: str = "") -> dict[str, object]:
    """Return every named route with its view."""
    found = {}
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            space = f"{part.namespace or part.app_name}:" if part.app_name else ""
            found |= every_route(part, f"{prefix}{space}")
        elif isinstance(part, URLPattern):
            found[f"{prefix}{part.name}"] = part.callback
    return found


ROUTES = every_route(get_resolver())
PUBLIC_ARGUMENTS = {
    "approvals:guide": ["x"],
    "approvals:apply": ["x"],
    "approvals:progress": ["x", "1"],
    "approvals:rate": [1, "1"],
    "approvals:verify": ["x"],
    "approvals:invited": ["x"],
    "reports:published": [1],
    "reports:published_site": [1],
}


def test_every_route_is_in_the_table():
    assert set(ROUTES) == set(MAY_OPEN) | OPEN_TO_ALL


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_every_route_declares_a_policy(route: str):
    assert policy_of(ROUTES[route]) is not None


def test_the_page_of_rights_is_the_one_that_the_routes_declare(changde: Zone):
    page = Path(__file__).parents[2] / "docs" / "reference" / "rights.md"
    assert page.read_text("utf-8") == "\n".join(rights(changde)) + "\n", "run `make docs`"


def test_every_role_is_in_the_table():
    assert set(ROLES) == EVERYONE


# How a method is told from another hangs on no role: one of the business, the firms, each duty.
OF_EACH_KIND = ("leader", "officer", "firm", "admin", "security_admin", "audit_admin")


def wrong_cells(role: str, methods: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """Open every route of the table as a role; return the cells that differ from it."""
    client, wrong = sign_in(role), []
    for method in methods:
        may = MAY_OPEN if method != "post" else MAY_OPEN | MAY_WRITE
        for route in sorted(MAY_OPEN):
            answer = getattr(client, method)(reverse(route, args=ARGUMENTS.get(route)))
            is_refused = answer.status_code == 403
            if is_refused == (role in may[route]):
                wrong.append((route, method, answer.status_code))
            if route in ("logout", "person_reset") and method != "get":
                client = sign_in(role)
    return wrong


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_only_the_roles_of_the_table_pass(zone: Zone, role: str):
    assert wrong_cells(role, ("get", "post")) == []


@pytest.mark.any_database
@pytest.mark.parametrize("role", OF_EACH_KIND)
def test_a_head_is_refused_like_the_page_itself(changde: Zone, role: str):
    assert wrong_cells(role, ("head",)) == []


@pytest.mark.any_database
@pytest.mark.parametrize("role", ["", *OF_EACH_KIND])
def test_no_route_takes_another_method(changde: Zone, role: str):
    client = sign_in(role) if role else Client()
    wrong = [
        (route, method, answer.status_code)
        for method in ("put", "patch", "delete")
        for route in sorted(ROUTES)
        if (answer := getattr(client, method)(address_of(route))).status_code != 405
    ]
    assert wrong == []
    assert client.put("/").headers["Allow"] == "GET, HEAD, POST"


def address_of(route: str) -> str:
    """Return an address of a route, also of those that are open to all."""
    return reverse(route, args=ARGUMENTS.get(route, PUBLIC_ARGUMENTS.get(route)))


def to_the_login(client: Client) -> list[str]:
    """Return the routes that do not send this client to the login."""
    passed = []
    for route in sorted(MAY_OPEN):
        answer = client.get(reverse(route, args=ARGUMENTS.get(route)))
        if not answer.headers.get("Location", "").startswith("/login/?next="):
            passed.append(route)
    return passed


def test_a_stranger_is_sent_to_the_login(zone: Zone):
    assert to_the_login(Client()) == []


def test_somebody_who_left_is_sent_to_the_login(zone: Zone):
    client = sign_in("leader")
    Person.objects.filter(role="leader").update(is_active=False)

    assert to_the_login(client) == []


# Whose objects a route shows: each is there for its department's people, 404 for others.
OBJECTS = {
    "projects:detail": ("project", []),
    "projects:gate": ("project", ["start"]),
    "projects:withdraw": ("project", ["sign"]),
    "projects:nodes": ("project", []),
    "projects:lay_out": ("project", []),
    "projects:close_nodes": ("project", []),
    "projects:move_node": ("project", ["start"]),
    "projects:reopen_node": ("project", ["start"]),
    "approvals:map": ("project", []),
    "approvals:application": ("application", []),
    "approvals:papers": ("application", []),
    "approvals:agent": ("application", []),
    "approvals:paper": ("paper", []),
    "approvals:call_back": ("rating", []),
    "approvals:letter": ("letter", []),
    "approvals:letter_pdf": ("letter", []),
    "plan:item": ("item", []),
    "plan:shares": ("item", []),
    "plan:share": ("share", []),
    "plan:share_reading": ("share", []),
    "plan:department": ("department", []),
    "plan:target": ("item", []),
    "plan:close": ("item", []),
    "plan:reopen": ("item", []),
    "enterprises:detail": ("firm", []),
    "enterprises:change": ("firm", []),
    "enterprises:honour": ("firm", []),
    "enterprises:rename": ("firm", []),
    "ladder:firm": ("firm", []),
    "ladder:dossier": ("firm", []),
    "ladder:state": ("firm", []),
    "entry": ("entry", []),
    "evidence": ("evidence", []),
    "import_run": ("run", []),
    "import_columns": ("run", []),
    "import_undo": ("run", []),
}
# Routes with an argument that are no department's: why everybody who may open them sees all.
OF_THE_ZONE = {
    "definition": "the zone's dictionary",
    "plan:edition": "the zone's plan as published",
    **dict.fromkeys(
        ("plan:draft", "plan:review", "plan:adopt"),
        "the zone's plan before it is adopted: those see it who steer the zone",
    ),
    "plan:reading": "the zone's number",
    "plan:duty": "the zone's number",
    **dict.fromkeys(
        ("returns:period", "returns:review", "returns:bulletin", "returns:remind"),
        "the statistician collects from every firm of the zone",
    ),
    **dict.fromkeys(
        ("returns:template", "returns:send", "returns:fill", "returns:file", "returns:columns"),
        "a firm has its own only (tests/returns/test_pages.py); the statistician has all",
    ),
    "returns:undo": "as the file that is taken back",
    "returns:stop": "as the file that is stopped",
    "returns:filing": "the statistician has all",
    "number": "the zone's number; its facts are in the scope test of disclosure",
    "import_new": "a template, no object",
    "import_template": "a template; filled, it leaves out what is hidden (tested below)",
    "year_switch": "the zone's year",
    "year_close": "the zone's year",
    "year_reopen": "the zone's year",
    "person": "the system administrator keeps everybody",
    "person_reset": "the system administrator keeps everybody",
    "person_active": "the system administrator keeps everybody",
    "returns:account": "the system administrator keeps everybody's",
    "delegation_withdraw": "only one's own is found (tests/org/test_scopes.py)",
    "grant_decide": "the security administrator decides all requests",
    "second_factor_reset": "the security administrator keeps everybody's",
    "audit_line": "the audit administrator reads the whole chain",
}
# Work across departments: one case passes many desks; who may act is the engine's (tests/cases).
ACROSS_DEPARTMENTS = ("cases:", "approvals:", "reports:", "supervision:")


def test_every_route_to_an_object_says_whose_it_is():
    with_argument = {route for route in MAY_OPEN if route in ARGUMENTS}
    across = {route for route in with_argument if route.startswith(ACROSS_DEPARTMENTS)}
    assert with_argument == set(OBJECTS) | set(OF_THE_ZONE) | (across - set(OBJECTS))
    assert not set(OBJECTS) & set(OF_THE_ZONE)
    for route in ROUTES:
        assert address_of(route), route  # a route with an argument is not reversed without one


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("role", sorted(BUSINESS))
def test_an_object_of_another_scope_is_not_there(zone: Zone, role: str, method: str):
    client = sign_in(role)
    mine = Person.objects.get(role=role).department
    for other in (False, True):
        lead = Department.objects.exclude(pk=mine.pk).first() if other else mine
        made = make_objects(lead)
        for route, (kind, more) in OBJECTS.items():
            if role not in MAY_OPEN[route] or (kind == "run" and role not in SITE):
                continue
            arguments = ["projects"] if kind == "run" else []
            answer = getattr(client, method)(reverse(route, args=[*arguments, made[kind], *more]))
            put_away(answer)
            is_hidden = other and role in OWN_DEPARTMENT
            assert (answer.status_code == 404) == is_hidden, (route, role, other)


def put_away(answer: HttpResponse) -> None:
    """Close the file of an answer, and not the connection of the test with it."""
    request_finished.disconnect(close_old_connections)
    try:
        answer.close()
    finally:
        request_finished.connect(close_old_connections)


@pytest.mark.parametrize("role", sorted(BUSINESS))
def test_a_form_is_refused_to_who_may_only_read_its_page(zone: Zone, role: str):
    client = sign_in(role)
    lead = Department.objects.last()
    assert Person.objects.get(role=role).department != lead
    made = make_objects(lead)
    filed = next(one for one in zone.indicators.values() if cell_of(one))
    goal = Item.objects.create(
        plan=Plan.objects.get(), number=9, kind="target", text="目标", lead=lead,
        due_on=date(2021, 12, 31),
    )  # fmt: skip
    Target.objects.create(
        item=goal, name="目标", indicator=filed.id, measure="level", op=">=", value=1,
        unit=filed.unit, period_id="2021",
    )  # fmt: skip
    asked = Question.objects.create(
        item_id=made["item"], department=lead, year=2021, month=5, asked_on=TODAY, due_on=TODAY
    )
    made |= {"reading": filed.id, "answer": asked.pk, "shares": made["item"]}
    made |= {"share_reading": made["share"]}
    for route, may in MAY_WRITE_OBJECT.items():
        answer = client.post(reverse(route, args=[made[route.partition(":")[2]]]), {"x": "1"})
        is_hidden = role in OWN_DEPARTMENT and route != "plan:reading"
        wanted = (404,) if is_hidden else (200, 302, 422) if role in may else (403,)
        assert answer.status_code in wanted, (route, answer.status_code)


@pytest.mark.parametrize("role", sorted(BUSINESS))
def test_a_figure_is_answered_only_by_the_department_that_was_asked(zone: Zone, role: str):
    client = sign_in(role)
    mine = Person.objects.get(role=role).department
    other = Department.objects.exclude(pk=mine.pk).first()
    asker = add_person(account="asker", name="问", role="appraisal", department=None)[0]
    for lead, wanted in ((mine, {422}), (other, {404} if role in OWN_DEPARTMENT else {403})):
        table = DataRequest.objects.create(
            title="表", period_id="2021", asked_by=asker, asked_on=TODAY, due_on=TODAY
        )
        figure = Figure.objects.create(request=table, order=1, heading="数", department=lead)
        for data in ({"x": "1"}, {"answer": "12"}):
            answer = client.post(reverse("supervision:figure", args=[figure.pk]), data)
            assert answer.status_code in wanted, (role, lead, data)
    assert not Figure.objects.exclude(answered_by=None).exists()


# Pages whose form is refused where its policy lets the page be read: each is tested above.
DECIDES_ITSELF = {*MAY_WRITE, *MAY_WRITE_OBJECT, "plan:themes", "supervision:figure"}


def test_every_page_that_refuses_its_own_form_is_in_a_table():
    refusing = {
        route
        for route, view in ROUTES.items()
        if "PermissionDenied" in inspect.getsource(inspect.unwrap(view))
    }
    refusing -= {"evidence"}  # a file is refused, not a form
    assert refusing <= DECIDES_ITSELF


def test_a_filled_template_and_an_import_leave_other_scopes_alone(zone: Zone):
    client = sign_in("investment_officer")
    mine = Person.objects.get(role="investment_officer").department
    other = Department.objects.exclude(pk=mine.pk).first()
    make_objects(mine, other)
    data = client.get(reverse("import_template", args=["projects"]), {"filled": 1}).content
    codes = [str(row[0]) for row in load_workbook(io.BytesIO(data)).active.values]
    assert f"R-{mine.pk}" in codes and f"R-{other.pk}" not in codes

    pasted = "项目编号\t项目名称\t类别\t总投资（亿元）\t500强投资\t责任单位\n"
    pasted += f"R-{other.pk}\t改名\t产业\t1\t否\t{mine.name}\n"
    page = client.post(reverse("import_new", args=["projects"]), {"pasted": pasted}, follow=True)
    assert "不在您的数据范围内" in page.content.decode()
    client.post(page.redirect_chain[-1][0])
    assert Project.objects.get(code=f"R-{other.pk}").name == f"R-{other.pk}"


def somebody_else() -> Person:
    found = Person.objects.filter(account="sender").first()
    return found or add_person(account="sender", name="乙", role="firm", department=None)[0]


def make_objects(*leads: Department) -> dict[str, int]:
    """Make a project and a task of each department; return those of the last one."""
    made, items = {}, []
    for lead in leads:
        code = f"R-{lead.pk}"
        project = add_project(
            code=code,
            name=code,
            investor="",
            kind="产业",
            investment=Decimal(yi(1)),
            is_top500=False,
            lead=lead.pk,
        )
        items.append(NewItem("task", "", f"任务{code}", date(2021, 12, 31), lead.pk))
        proof = [keep_file(data=code.encode(), name="签约.txt")]
        gate = {"gate_id": "sign", "by": "甲", "today": TODAY, "proof": proof, "version": 1}
        pass_gate(project_id=project.pk, on=date(2021, 6, 1), **gate)
        entry = Entry.objects.order_by("-number").first()
        made |= {"project": project.pk, "entry": entry.number, "evidence": entry.evidence.get().pk}
        body = f"91430799MA4L{Enterprise.objects.count():05}"
        firm = Newcomer(
            code=body + check_character(body),
            name=code,
            kind="company",
            registered_on=date(2018, 3, 1),
            department=lead.pk,
        )
        register([firm], occasion=Occasion(by="甲", reason="登记", known_on=TODAY))
        run = ImportRun.objects.create(
            importer="projects",
            name=code,
            person=somebody_else(),
            on=TODAY,
            state=ImportRun.State.DONE,
            changes=[{"key": code, "before": None, "after": {"code": code}}],
        )
        made |= {"firm": firm.code, "run": run.pk} | applied_for(project, lead)
    plan = draft_plan(year=2021, title="计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=date(2021, 6, 30))
    item = plan.items.last()
    share = Share.objects.create(item=item, department=item.lead, role="lead")
    return made | {"item": item.pk, "share": share.pk, "department": item.lead_id}


def applied_for(project: Project, lead: Department) -> dict[str, int | str]:
    """Make what an application for a project leaves at the counter."""
    code = project.code
    application = Application.objects.create(
        number=f"A{code}", title=f"申请{code}", applicant=code, phone="1234",
        project=project, received_on=TODAY,
    )  # fmt: skip
    paper = Paper.objects.create(application=application, material="m", name="材料")
    kept = keep_file(data=code.encode(), name="决定书.docx")
    kind, _ = Definition.objects.get_or_create(
        id="kind-1", defaults={"type": "kind", "version": 1, "content": {}, "kept_on": TODAY}
    )
    case = Case.objects.create(
        number=f"C{code}", definition=kind, title=f"办件{code}", department=lead,
        opened_on=TODAY, received_on=TODAY,
    )  # fmt: skip
    letter = Letter.objects.create(
        number=f"文{code}", kind="决定书", title=f"文书{code}", application=application, case=case,
        code=code.upper(), sha256=kept.sha256, size=kept.size, issued_by="甲", issued_on=TODAY,
    )  # fmt: skip
    SealUse.objects.create(
        number=SealUse.objects.count() + 1, letter=letter, used_by="甲", used_on=TODAY
    )
    Certificate.objects.create(
        number=f"证{code}", name=f"证照{code}", item="x", holder=code, case=case, issued_on=TODAY
    )
    rating = Rating.objects.create(case=case, grade=1, rated_on=TODAY, call_due_on=TODAY)
    asked = (
        Person.objects.filter(account=f"asks-{lead.pk}").first()
        or add_person(account=f"asks-{lead.pk}", name="丁", role="officer", department=lead)[0]
    )
    Invitation.objects.create(
        firm=f"企业{code}", credit_code=A_FIRM, digest=code, invited_by=asked, invited_on=TODAY,
        expires_at=timezone.now(),
    )  # fmt: skip
    return {
        "application": application.pk,
        "paper": paper.pk,
        "rating": rating.pk,
        "letter": letter.code,
    }


# Lists and pictures that leave out what is of another scope.
SCOPED = {
    "projects:list": "",
    "projects:schedule": "?show=all",
    "projects:map": "?plot=P-1",
    "plan:home": "",
    "find": "?text=R-",
    "approvals:applications": "",
    "approvals:certificates": "",
    "approvals:ratings": "",
    "approvals:seal": "",
    "approvals:invitations": "",
    "approvals:new_of_bundle": "",
}


def two_scopes(
    zone: Zone, monkeypatch: pytest.MonkeyPatch, role: str
) -> tuple[Client, Department, Department]:
    """Return somebody, their department and another; each has an object of every kind."""
    client = sign_in(role)
    mine = Person.objects.get(role=role, account=f"test-{role}").department
    other = Department.objects.exclude(pk=mine.pk).first()
    make_objects(mine, other)
    plots = read_plots(zone)
    one = replace(plots.plots[0], id="P-1", projects=(f"R-{mine.pk}", f"R-{other.pk}"))
    plots = replace(plots, plots=(one,))
    monkeypatch.setattr("jingkai.projects.views.read_plots", lambda zone: plots)
    return client, mine, other


@pytest.mark.parametrize("address", SCOPED)
def test_lists_pictures_and_search_hide_other_scopes(
    zone: Zone, monkeypatch: pytest.MonkeyPatch, address: str
):
    path = (
        reverse("approvals:take_in", args=["item", next(iter(zone.approvals.items))])
        if address == "approvals:new_of_bundle"
        else reverse(address) + SCOPED[address]
    )
    client, mine, other = two_scopes(zone, monkeypatch, "officer")
    page = client.get(path).content.decode()
    assert f"R-{mine.pk}" in page
    assert f"R-{other.pk}" not in page

    whole = sign_in("leader").get(path).content.decode()
    assert f"R-{mine.pk}" in whole
    assert f"R-{other.pk}" in whole


def test_what_is_handed_out_of_a_picture_hides_other_scopes(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
):
    client, mine, other = two_scopes(zone, monkeypatch, "officer")
    for reader, is_whole in ((client, False), (sign_in("leader"), True)):
        asked = {"chart": "schedule", "show": "all", "rows": "all"}
        drawn = reader.get(reverse("projects:schedule"), asked | {"as": "svg"}).content.decode()
        assert f"R-{mine.pk}" in drawn
        assert (f"R-{other.pk}" in drawn) == is_whole
        for path, more in (("schedule", {}), ("map", {"chart": "map", "plot": "P-1"})):
            data = reader.get(reverse(f"projects:{path}"), asked | more | {"as": "xlsx"}).content
            told = str(list(load_workbook(io.BytesIO(data)).active.values))
            if path == "schedule":
                assert (f"R-{other.pk}" in told) == is_whole
            else:
                assert f"{1 + is_whole} 个项目" in told


def test_the_wall_shows_somebody_their_own_projects_and_tasks(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
):
    client, _mine, _other = two_scopes(zone, monkeypatch, "officer")
    own = client.get(reverse("wall")).content.decode()
    whole = sign_in("leader").get(reverse("wall")).content.decode()

    assert "在库 1 个项目" in own
    assert "在库 2 个项目" in whole
    assert "数据范围" in own
    assert "数据范围" not in whole


def test_cases_and_applications_of_another_scope_are_not_named_behind_entries(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
):
    client, mine, other = two_scopes(zone, monkeypatch, "officer")
    numbers = {}
    for lead in (mine, other):
        case = Case.objects.get(number=f"CR-{lead.pk}")
        application = Application.objects.get(number=f"AR-{lead.pk}")
        closed = {"kind": "k", "item": None, "department": lead.pk, "outcome": "办结", "trips": 1}
        done = {"bundle": "b", "items": 1, "used": 1, "trips": 1, "pace": None}
        for kind, subject, values, title in (
            (case_closed, f"case:{case.pk}", closed, case.title),
            (bundle_finished, f"application:{application.pk}", done, application.title),
        ):
            fact = NewFact(kind, subject=subject, on=TODAY, key=f"k:{subject}", values=values)
            made = record(fact, by="甲", reason=f"办结：{title}", known_on=TODAY)
            numbers[lead.pk, kind.id] = made.number
    for (lead, _kind), number in numbers.items():
        for reader, is_there in ((client, lead == mine.pk), (sign_in("leader"), True)):
            answer = reader.get(reverse("entry", args=[number]))
            assert answer.status_code == (200 if is_there else 404)
            assert (f"R-{lead}" in answer.content.decode()) == is_there
            listed = reader.get(reverse("entries")).content.decode()
            assert (f"办件R-{lead}" in listed and f"申请R-{lead}" in listed) == is_there
            assert f"办件R-{lead}" not in listed or is_there
    hidden = hidden_subjects(Person.objects.get(account="test-officer"))
    behind = list(Fact.objects.filter(entry__number__in=numbers.values()).order_by("pk"))
    told = leave_out([one.pk for one in behind], hidden)
    assert told == [one.pk for one in behind if one.entry.number in
                    {n for (lead, _kind), n in numbers.items() if lead == mine.pk}]  # fmt: skip
    assert hidden_subjects(Person.objects.get(account="test-leader")) == []


def test_a_schedule_without_any_project_offers_no_condition_to_clear(zone: Zone):
    client = sign_in("officer")
    path = reverse("projects:schedule")
    html = client.get(path).content.decode()
    assert "数据范围内还没有项目" in html
    assert "清除条件" not in html

    make_objects(Person.objects.get(account="test-officer").department)
    html = client.get(path, {"kind": "基础设施"}).content.decode()
    assert "数据范围内还没有项目" not in html


def test_a_right_taken_away_is_gone_at_the_next_request(zone: Zone):
    client = sign_in("appraisal")
    assert client.get(reverse("reports:new")).status_code == 200

    Person.objects.filter(role="appraisal").update(role="officer")

    assert client.get(reverse("reports:new")).status_code == 403


def test_the_role_switch_exists_only_in_the_demo(zone: Zone, settings):
    sign_in("officer")
    settings.IS_DEMO = False
    assert Client().post("/demo/enter/", {"account": "test-officer"}).status_code == 404

    settings.IS_DEMO = True
    assert Client().post("/demo/enter/", {"account": "test-officer"}).status_code == 302
