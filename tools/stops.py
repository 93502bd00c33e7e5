"""Where the tour stops: every page that the routes of the product declare, with an example each.

A page without parameters needs nothing here. A page with a parameter that is not known yet needs
one line in PARAMETERS or EXAMPLES; until it has one, the tour does not start and a test fails.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jingkai.approvals.queries import list_bundles
from jingkai.kernel.zone import current_zone
from jingkai.org.rules import ROLES, Permission
from jingkai.projects.rules import GATES
from jingkai.web.access import Policy, policy_of

__all__ = [
    "Route",
    "Stop",
    "find_accounts",
    "list_routes",
    "list_stops",
    "list_visits",
    "prepare",
]

REPORT = """试游园区2020年工作总结及2021年工作计划

一、2020年工作回顾

全年签约项目42个，完成规模工业总产值128.6亿元，同比增长4.1%。

二、2021年重点工作

1.突出实体，聚焦项目推进。力争全年新开工项目30个，其中亿元以上产业项目15个。建立项目周调度台账；编制要素保障清单。确保试游电机生产基地竣工投产。

2.突出服务，聚焦营商环境。制定企业诉求办理办法，推行首问负责。
"""
FAVOURITES = ("appraisal", "project_officer", "statistician", "leader")


@dataclass(frozen=True)
class Route:
    """A route as it is declared: its name, its parameters, and who may open it."""

    name: str
    parameters: tuple[str, ...]
    policy: Permission | Policy | None


@dataclass(frozen=True)
class Stop:
    """A page to be looked at: its address, and the role that opens it ("" for a stranger)."""

    name: str
    path: str
    role: str


def list_routes() -> list[Route]:
    """Return every route of the product in the order of the URL configuration."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for one in patterns:
        if isinstance(one, URLResolver):
            namespace = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from _walk(one.url_patterns, namespace)
        elif isinstance(one, URLPattern) and one.name:
            name = f"{prefix}{one.name}"
            yield Route(name, tuple(one.pattern.converters), policy_of(one.callback))


def _last(model: str, field: str = "pk", **wanted: Any) -> Callable[[], list[Any]]:
    """Find the newest row that is like this."""

    def find() -> list[Any]:
        rows = apps.get_model(model).objects.filter(**wanted).order_by("-pk")
        return list(rows.values_list(field, flat=True)[:1])

    return find


def _definitions() -> list[dict[str, Any]]:
    kept = apps.get_model("cases.Definition").objects.order_by("type", "-version")
    return [{"kind": one.type, "version": one.version} for one in kept[:1]]


def _editions() -> list[dict[str, Any]]:
    kept = apps.get_model("plan.Edition").objects.select_related("plan").order_by("-pk")
    return [{"year": one.plan.year, "number": one.number} for one in kept[:1]]


def _importers() -> list[dict[str, Any]]:
    from jingkai.web.importers import list_importers

    return [{"importer_id": one.id, "role": _holder(one.permission)} for one in list_importers()]


def _runs() -> list[dict[str, Any]]:
    runs = apps.get_model("web.ImportRun").objects.filter(name__startswith="tour").order_by("pk")
    return [
        {"importer_id": one.importer, "run_id": one.pk, "role": one.person.role} for one in runs
    ]


def _returns() -> list[dict[str, Any]]:
    """Return the newest period of what the zone collects first."""
    forms = list(current_zone().returns.values())[:1]
    today = settings.BUSINESS_CLOCK.today()
    return [{"form_id": one.id, "period_id": one.latest(today).id} for one in forms]


def find_accounts() -> dict[str, str]:
    """Return one account for each role, the first that the zone has."""
    people = apps.get_model("org.Person").objects.order_by("-pk")
    return dict(people.values_list("role", "account"))


def _entrances() -> list[dict[str, Any]]:
    book = current_zone().approvals
    bundles = [{"what": "bundle", "ident": one} for one in list(book.bundles)[:1]]
    return bundles + [{"what": "item", "ident": one} for one in list(book.items)[:1]]


def _progress() -> list[dict[str, Any]]:
    """Take one application of each state."""
    found = {
        one.state: {"number": one.number, "phone": one.phone[-4:]}
        for one in apps.get_model("approvals.Application").objects.order_by("pk")
    }
    return list(found.values())


def _each(model: str, field: str, parameter: str) -> Callable[[], list[dict[str, Any]]]:
    """Take one row for each value of a field, so that every state is seen."""

    def find() -> list[dict[str, Any]]:
        rows = apps.get_model(model).objects.order_by("pk").values_list(field, "pk")
        return [{parameter: key} for key in dict(rows).values()]

    return find


def _asked_figures() -> list[dict[str, Any]]:
    figures = apps.get_model("supervision.Figure").objects.exclude(department=None)
    return [{"figure_id": key} for key in figures.order_by("-pk").values_list("pk", flat=True)[:1]]


def _gates() -> list[dict[str, Any]]:
    return [
        {"project_id": key, "gate_id": next(iter(GATES))} for key in _last("projects.Project")()
    ]


PARAMETERS: dict[str, Callable[[], list[Any]]] = {
    "application_id": _last("approvals.Application"),
    "bundle_id": lambda: [one.id for one in list_bundles(only_open=True)][:1],
    "case_id": _last("cases.Case"),
    "change_set_id": _last("reports.ChangeSet"),
    "code": _last("enterprises.Enterprise", "code"),
    "cosign_id": _last("cases.Cosign"),
    "delegation_id": _last("org.Delegation"),
    "department": _last("org.Department"),
    "evidence_id": _last("ledger.Evidence"),
    "file_id": _last("returns.ReturnFile"),
    "form_id": lambda: [*current_zone().returns][:1],
    "indicator": _last("plan.ReadingDuty", "indicator"),
    "indicator_id": lambda: [one for one in current_zone().indicators if "started" in one][:1],
    "intake_id": _last("reports.Intake"),
    "item_id": _last("plan.Item", kind="target"),
    "month": lambda: [5],
    "paper_id": _last("approvals.Paper"),
    "period_id": lambda: ["2021"],
    "plan_id": _last("plan.Plan", adopted_on=None),
    "person_id": _last("org.Person"),
    "project_id": _last("projects.Project"),
    "proposal_id": _last("reports.Proposal"),
    "rating_id": _last("approvals.Rating"),
    "request_id": _last("org.GrantRequest"),
    "table_id": _last("supervision.DataRequest"),
    "tie_id": _last("returns.FirmUser"),
    "token": list,  # an invitation's is never kept
    "year": _last("plan.Plan", "year"),
}
EXAMPLES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "home": lambda: [{"role": one} for one in ROLES],
    "find": lambda: [{"role": "appraisal", "query": "?text=项目"}],
    "cases:definition": _definitions,
    **dict.fromkeys(
        [
            f"returns:{one}"
            for one in ("period", "fill", "template", "send", "remind", "bulletin", "review")
        ],
        _returns,
    ),
    "plan:edition": _editions,
    "import_new": _importers,
    "import_template": list,  # a file
    "import_run": _runs,
    "import_columns": _runs,
    "import_undo": list,  # forms only: the pages they stand on are in the tour
    "enter_demo": list,
    "entry": lambda: [{"number": one} for one in _last("ledger.Entry", "number")()],
    "audit_line": lambda: [{"number": one} for one in _last("audit.AuditLine", "number")()],
    "approvals:take_in": _entrances,
    "approvals:application": _each("approvals.Application", "state", "application_id"),
    "approvals:item": lambda: [
        {"item_id": one} for one in list(current_zone().approvals.items)[:1]
    ],
    "approvals:letter": lambda: [{"code": one} for one in _last("approvals.Letter", "code")()],
    "approvals:verify": lambda: [{"code": one} for one in _last("approvals.Letter", "code")()],
    "approvals:progress": _progress,
    "approvals:rate": list,
    "cases:detail": _each("cases.Case", "item", "case_id"),
    "cases:step": list,
    "supervision:letter": list,  # a file
    **dict.fromkeys(["supervision:letters_zip", "supervision:outgoing"], list),  # files
    **dict.fromkeys(["supervision:letters_pdf", "supervision:outgoing_pdf"], list),  # files
    **dict.fromkeys(["supervision:letter_pdf", "approvals:letter_pdf"], list),  # files
    "supervision:table_xlsx": list,  # a file
    "supervision:table_firms": list,  # a file
    "supervision:figure": _asked_figures,
    "year_reopen": list,  # only a closed year has one
    "plan:item": lambda: [
        {"item_id": one} for kind in ("target", "task") for one in _last("plan.Item", kind=kind)()
    ],
    "projects:gate": _gates,
    **dict.fromkeys(["projects:move_node", "projects:reopen_node"], list),  # forms of nodes
    "projects:withdraw": _gates,
}


def list_stops() -> list[Stop]:
    """Return the pages of the tour; LookupError names a page that has no example yet."""
    return list(chain.from_iterable(map(_stops, list_routes())))


def list_visits() -> list[Stop]:
    """Return every page of the tour once for each role that may open it."""
    policies = {route.name: route.policy for route in list_routes()}
    visits = {
        Stop(stop.name, stop.path, role): None
        for stop in list_stops()
        for role in _holders(policies[stop.name], stop.role)
    }
    return list(visits)


def _holders(policy: Permission | Policy | None, told: str) -> list[str]:
    if policy is Policy.PUBLIC:
        return [told]
    if policy is Policy.SIGNED_IN:
        return list(dict.fromkeys([told, *ROLES]))
    return [role for role in ROLES if policy in ROLES[role].permissions]


def _stops(route: Route) -> Iterator[Stop]:
    examples = _examples(route)
    for example in examples:
        told = dict(example)
        role = told.pop("role", None)
        query = told.pop("query", "")
        path = reverse(route.name, kwargs=told) + query
        yield Stop(route.name, path, _holder(route.policy) if role is None else role)


def _examples(route: Route) -> list[dict[str, Any]]:
    if route.name in EXAMPLES:
        return EXAMPLES[route.name]()
    example = {}
    for parameter in route.parameters:
        find = finder(route.name, parameter)
        if find is None:
            raise LookupError(
                f"{route.name}: tools/stops.py has no example of “{parameter}”. "
                f"Add one to PARAMETERS, or one for the whole page to EXAMPLES."
            )
        found = find()
        if not found:
            return []
        example[parameter] = found[0]
    return [example]


def finder(name: str, parameter: str) -> Callable[[], list[Any]] | None:
    """Return what finds an example: one that is told, else the newest row of the model so named."""
    if parameter in PARAMETERS:
        return PARAMETERS[parameter]
    word = parameter.removesuffix("_id").replace("_", "")
    named = [one for one in apps.get_models() if one._meta.model_name == word]
    own = [one for one in named if one._meta.app_label == name.partition(":")[0]]
    for model in own or named:
        if parameter.endswith("_id"):
            return _last(model._meta.label)
    return None


def _holder(policy: Permission | Policy | None) -> str:
    """Return the role that opens a page: a favourite where it may, else the first that may."""
    if policy is Policy.PUBLIC:
        return ""
    for role in (*FAVOURITES, *ROLES):
        if policy is Policy.SIGNED_IN or policy in ROLES[role].permissions:
            return role
    raise LookupError(f"no role holds {policy}")


def prepare() -> None:
    """Let the demo zone hold what only comes by hand: a report in review, tables under way."""
    from jingkai.reports.services import accept_all, take_in
    from jingkai.web.importers import list_importers

    today = current_zone().business_date or date.today()
    if not apps.get_model("reports.Intake").objects.exists():
        intake = take_in(data=REPORT.encode(), name="tour.txt", by="林书衡", on=today)
        accept_all(intake_id=intake.pk, confidence=0.9, by="林书衡", on=today)
    if not _runs():
        for importer in list_importers():
            _stage(importer, today)


def _stage(importer: Any, today: date) -> None:
    """Send a table with a row that changes, one that is new and one that is wrong, if any are."""
    from jingkai.reading.tables import open_table
    from jingkai.web.imports import find_head, match_columns
    from jingkai.web.services import match_import, stage_import

    rows = [
        [
            "是" if one is True else str(one or "否" if one is False else one or "")
            for one in row.values()
        ]
        for row in importer.current(lock=False).values()
    ]
    if len(rows) < 2:
        return
    keys = [one.key for one in importer.columns]
    place = next(
        at
        for at, one in enumerate(importer.columns)
        if one.kind == "text" and one.key != importer.key
    )
    changed, wrong = [*rows[0]], ["" for _ in keys]
    changed[place] += "（改）"
    wrong[place] = "只有这一格"
    new = [one.example or old for one, old in zip(importer.columns, rows[-1], strict=True)]
    lines = [[one.head for one in importer.columns], changed, rows[1], new, wrong]
    text = "\n".join("\t".join(line) for line in lines)
    table = open_table(text.encode(), "tour.tsv")
    account = find_accounts()[_holder(importer.permission)]
    person = apps.get_model("org.Person").objects.get(account=account)
    run = stage_import(importer=importer, table=table, name="tour.tsv", by=person, on=today)
    headings = [cell.text for cell in table.rows[find_head(table, importer)]]
    match_import(run=run, places=match_columns(headings, importer, {}), headings=headings)
