"""Show a page inside the frame: menu, search, person, business date."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

import jingkai
from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import list_years, working_year
from jingkai.org.rules import ROLES, Permission
from jingkai.web.addresses import query_with
from jingkai.web.charts import hand_out
from jingkai.web.language import is_english, spoken

__all__ = ["Lock", "MenuEntry", "Page", "Step", "list_entries_for", "panels", "show", "year_asked"]


QUICK = 4


class Page(Protocol):
    """What a template is given: plain values, and the template's own name."""

    template: str
    # A page of something that cannot be changed now has a `lock: Lock | None` beside it; the
    # frame draws it above the content, and templates leave out what writes (`page_frame.lock`).


@dataclass(frozen=True)
class MenuEntry:
    """A page that a context offers in the sidebar, in the words staff know."""

    group: str
    label: str
    url_name: str
    permission: Permission | None
    order: int = 50


@dataclass(frozen=True)
class Step:
    """Something that a context tells somebody to do next."""

    text: str
    url: str


@dataclass(frozen=True)
class Link:
    """An entry of the menu as the frame draws it."""

    label: str
    url: str
    current: str  # as aria-current says it: "page", "true" for a page below it, or nothing
    count: int | None = None


@dataclass
class Group:
    """Entries under one heading."""

    title: str
    entries: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Lock:
    """What cannot be changed now and why, since when, by whom, and where to go on.

    `stamp` is what each sheet says when the page is printed.
    """

    what: str
    since: str
    by: str
    todo: Step | None = None
    stamp: str = ""


@dataclass(frozen=True)
class YearSwitch:
    """The year that a page shows, whether it is closed, and the same page of other years."""

    year: int
    is_closed: bool
    links: list[Link]


@dataclass(frozen=True)
class Frame:
    """Everything around a page."""

    zone_name: str
    person: str
    role: str
    department: str
    menu: list[Group]
    quick: list[Link]
    today: Any
    demo: bool
    language: str
    languages: list[tuple[str, str]]
    version: str
    notices: list[Any]
    path: str
    is_signed_in: bool
    year: YearSwitch | None
    lock: Lock | None


def show(request: HttpRequest, page: Page, *, status: int = 200) -> HttpResponse:
    """Render a page in its frame, or give out the chart of it that the address asks for."""
    if "chart" in request.GET and hasattr(page, "charts"):
        return hand_out(request, page.charts)
    context = {
        "page": page,
        "page_frame": _frame(request, page),
        "csp_nonce": str(request.csp_nonce),
    }
    return render(request, page.template, context, status=status)


def panels(name: str) -> list[Any]:
    """Return what the shell and every context offer under this name in panels.py, in order."""
    offered = []
    for context in ["web", *settings.CONTEXTS]:
        if find_spec(f"jingkai.{context}.panels"):
            found = getattr(import_module(f"jingkai.{context}.panels"), name, None)
            if found is not None:
                offered.append(found)
    return offered


def _frame(request: HttpRequest, page: Page) -> Frame:
    zone = current_zone()
    person = getattr(request, "user", None)
    is_signed_in = bool(person and person.is_authenticated)
    english = is_english()
    department = person.department if is_signed_in else None
    role = ROLES[person.role] if is_signed_in else None
    menu = _menu(request, person) if is_signed_in else []
    return Frame(
        zone_name=spoken(zone.name, zone.english),
        person=person.name if is_signed_in else "",
        role="" if role is None else spoken(role.name, role.english),
        department="" if department is None else spoken(department.name, department.english),
        menu=menu,
        quick=[entry for group in menu for entry in group.entries][:QUICK],
        today=getattr(request, "today", None),
        demo=zone.is_demo,
        language="en" if english else "zh-hans",
        languages=settings.LANGUAGES,
        version=jingkai.__version__,
        notices=list(messages.get_messages(request)),
        path=request.get_full_path(),
        is_signed_in=is_signed_in,
        year=_year(request, person, page) if is_signed_in else None,
        lock=getattr(page, "lock", None),
    )


def _year(request: HttpRequest, person: Any, page: Page) -> YearSwitch | None:
    """Return the year on view: the page's own where it is of one, else the working year.

    A page that is there for every year says for which in `by_year`.
    """
    if not person.may(Permission.SEE_PLAN):
        return None
    kept = {one.year: one for one in list_years()}
    current = next((one.year for one in kept.values() if one.is_current), request.today.year)
    known = getattr(page, "by_year", ())
    year = _own_year(page) or current
    return YearSwitch(
        year=year,
        is_closed=year in kept and kept[year].closed_on is not None,
        links=[
            Link(
                str(one),
                request.path + query_with(request, year=str(one)),
                "true" if one == year else "",
            )
            for one in known
        ],
    )


def year_asked(request: HttpRequest) -> int:
    """Return the year that a page is asked for: the one chosen, else the working year."""
    wanted = request.POST.get("year", request.GET.get("year", ""))
    return int(wanted) if wanted.isdecimal() and len(wanted) == 4 else working_year(request.today)


def _own_year(page: Page) -> int | None:
    """Return the year that a page is of, where it is of one or of a period."""
    year, period = getattr(page, "year", None), getattr(page, "period", None)
    if isinstance(year, int):
        return year
    if isinstance(period, str):
        with suppress(BadPeriod):
            period = parse_period(period)
    return period.last.year if isinstance(period, Period) else None


# The order of work: mine, what was promised, what is built, what is granted, for whom, what is
# said of it. A group that a context adds stands before the record and the system.
_GROUPS = ("我的", "计划", "项目", "政务服务", "企业", "", "报告", "数据", "系统")
_OWN_ENTRIES = [
    MenuEntry("我的", "工作台", "home", None, 0),
    MenuEntry("我的", "查一查", "find", None, 3),
    MenuEntry("报告", "驾驶舱", "wall", Permission.SEE_PLAN, 60),
    MenuEntry("数据", "指标字典", "dictionary", Permission.SEE_FACTS, 79),
    MenuEntry("数据", "账本", "entries", Permission.SEE_FACTS, 80),
    MenuEntry("数据", "导入", "imports", None, 81),
    MenuEntry("计划", "工作年度", "years", Permission.SEE_PLAN, 16),
    MenuEntry("系统", "组织人员", "people", Permission.MANAGE_PEOPLE, 90),
    MenuEntry("系统", "备份", "backup", Permission.KEEP_BACKUP, 91),
    MenuEntry("系统", "权限矩阵", "security", Permission.KEEP_SECURITY, 92),
    MenuEntry("系统", "审计", "audit", Permission.SEE_AUDIT, 95),
]


def menu_words() -> list[str]:
    """Return every word of the menu and of what is found, for the translators."""
    entries = [*_OWN_ENTRIES, *(entry for offered in panels("MENU") for entry in offered)]
    words = [word for entry in entries for word in (entry.group, entry.label)]
    return [*words, *(one.title for offered in panels("SEARCH") for one in offered)]


def list_entries_for(person: Any) -> list[MenuEntry]:
    """Return the entries of the menu that the person may open, in order."""
    entries = [*_OWN_ENTRIES, *(entry for offered in panels("MENU") for entry in offered)]
    open_to = [one for one in entries if one.permission is None or person.may(one.permission)]
    return sorted(open_to, key=lambda one: (_place(one.group), one.order))


def _place(group: str) -> int:
    return _GROUPS.index(group if group in _GROUPS else "")


def _menu(request: HttpRequest, person: Any) -> list[Group]:
    entries = [(entry, reverse(entry.url_name)) for entry in list_entries_for(person)]
    # A page that is no entry itself belongs to the entry whose address its own begins with.
    above = [url for _entry, url in entries if url != "/" and request.path.startswith(url)]
    current = max(above, key=len, default="")
    groups: dict[str, Group] = {}
    for entry, url in entries:
        group = groups.setdefault(entry.group, Group(_(entry.group)))
        is_here = "page" if url == request.path else "true" if url == current else ""
        group.entries.append(Link(_(entry.label), url, is_here))
    return list(groups.values())


def hidden_subjects(person: Any) -> list[QuerySet[Any]]:
    """Return the subjects of facts that a person does not see, asked of who owns them.

    Each is a query and not yet answered: the database leaves the facts out itself.
    """
    asked = [offer(person) for offer in panels("HIDDEN")]
    return [one for one in asked if one is not None]


Describe = Callable[[list[str]], dict[str, tuple[str, str]]]


def describe_subjects(subjects: list[str]) -> dict[str, tuple[str, str]]:
    """Return the name and page of each fact subject, asked of the context that owns it."""
    described: dict[str, tuple[str, str]] = {}
    for offered in panels("SUBJECTS"):
        for kind, describe in offered.items():
            described |= describe([s for s in subjects if s.startswith(f"{kind}:")])
    return described
