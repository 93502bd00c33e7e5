"""The one list of the house: search form, toolbar, table, totals, pages, export, bulk actions.

A context declares a `ListOf` and its view is one line: `return show_list(request, LIST, rows)`.
Everything a person does with the list comes to that one address: filters, `sort`, `page` and
`export` by GET, own settings and bulk actions by POST.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.audit.services import note
from jingkai.kernel.zone import current_zone
from jingkai.org.rules import ROLES, Permission
from jingkai.web.addresses import query_with
from jingkai.web.columns import Cell, Column
from jingkai.web.export import XLSX, attach, file_name, list_as_csv, list_as_xlsx
from jingkai.web.filters import Filter, FilterField
from jingkai.web.importers import find_importer
from jingkai.web.language import spoken_refusal
from jingkai.web.queries import find_setting, list_searches
from jingkai.web.services import (
    SearchRefused,
    forget_search,
    keep_search,
    set_columns,
    set_density,
)
from jingkai.web.shell import Page, show
from jingkai.web.sources import pick_rows, sort_rows, sum_rows

__all__ = ["BulkAction", "ListOf", "ListPage", "ListView", "show_list"]

ROWS_A_PAGE = 50
MOST_EXPORTED = 50_000
_ROWS = gettext_lazy("条")


@dataclass(frozen=True)
class BulkAction:
    """Something that can be done to many rows at once.

    `run` is called once, in one transaction, with the rows and keyword arguments `by`, `on`,
    `request_number` and the cleaned fields of `form`; it returns what to tell the person. It
    refuses with an exception named in `refusals`, and then nothing was done.
    """

    id: str
    label: Any
    permission: Permission
    run: Callable[..., str]
    form: type[forms.Form] | None = None
    refusals: tuple[type[Exception], ...] = (ValueError,)


@dataclass(frozen=True)
class ListOf:
    """A list as a context declares it.

    `add` is (label, url name, permission) of the page that makes a new row; `importer` the id of
    an importer in the context's panels. `empty` says what will stand here. `exports_all` gives
    out every column, whatever the person sees. `rows` is what its rows are called where the name
    is that of the page: 指标 in the 指标字典.
    """

    id: str
    name: Any
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    sort: str = ""
    empty: Any = ""
    add: tuple[Any, str, Permission] | None = None
    importer: str = ""
    bulk: Sequence[BulkAction] = ()
    key: Callable[[Any], str] = lambda row: str(row.pk)
    exports_all: bool = False
    measure: Any = _ROWS
    rows: Any = ""


@dataclass(frozen=True)
class Head:
    """A column's head with the address that sorts by it."""

    key: str
    text: str
    url: str
    direction: str
    is_figure: bool


@dataclass(frozen=True)
class Row:
    """A row: its key, its cells, the page it opens."""

    key: str
    cells: list[Cell]
    url: str


@dataclass(frozen=True)
class Search:
    """A kept search as the page offers it."""

    id: int
    name: str
    query: str
    is_mine: bool
    is_shared: bool


@dataclass
class ListView:
    """A list as the template draws it."""

    id: str
    name: str
    count: int
    fields: list[FilterField]
    heads: list[Head]
    rows: list[Row]
    totals: list[str]
    found: PageOf
    query: str
    sort: str
    is_filtered: bool
    is_dense: bool
    searches: list[Search]
    choices: list[tuple[str, str, bool]]
    bulk: list[tuple[str, str]]
    add: tuple[str, str] | None
    import_url: str
    template_url: str
    empty: str
    row_name: str
    path: str
    measure: str
    export_query: str = ""


@dataclass
class ListPage:
    """A page that is one list."""

    list: ListView
    template: str = "web/list.html"


@dataclass
class BulkPage:
    """核对: what a bulk action will do, before it does."""

    title: str
    list_name: str
    rows: list[str]
    keys: list[str]
    action: str
    label: str
    path: str
    form: forms.Form | None
    errors: list[str] = field(default_factory=list)
    template: str = "web/bulk.html"


def show_list(
    request: HttpRequest,
    spec: ListOf,
    rows: Any,
    *,
    page: Callable[[ListView], Page] = ListPage,
) -> HttpResponse:
    """Answer everything a list is asked: show it, give it out, keep settings, act on many rows.

    `rows` is a query set or a sequence, already within what the person may see. `page` wraps the
    list when the page shows more than it.
    """
    if request.method == "POST":
        return _act(request, spec, rows)
    narrowed, fields = _narrow(request, spec, rows)
    setting = find_setting(spec.id, request.user)
    wanted = request.GET.get("columns", "").split(",") if request.GET.get("columns") else []
    columns = _chosen(spec, wanted or (setting.columns if setting else []))
    ordered, sort = _ordered(spec, narrowed, request.GET.get("sort", spec.sort))
    if suffix := request.GET.get("export"):
        given = list(spec.columns) if spec.exports_all else columns
        return _export(request, spec, given, ordered, suffix)
    view = _view(request, spec, columns, ordered, fields, sort)
    view.is_dense = bool(setting and setting.is_dense)
    return show(request, page(view))


def _narrow(request: HttpRequest, spec: ListOf, rows: Any) -> tuple[Any, list[FilterField]]:
    fields = []
    for one in spec.filters:
        text, error = request.GET.get(one.name, "").strip().replace("\0", ""), ""
        choices = [("", _("全部")), *one.choices()] if one.choices else []
        if text and choices and text not in {str(value) for value, _word in choices}:
            error = _("没有这个选项，请重新选择。")
        elif text:
            try:
                rows = one.narrow(rows, text)
            except ValueError as problem:
                error = spoken_refusal(problem)
        fields.append(FilterField(one.name, str(one.label), one.kind, text, choices, error))
    return rows, fields


def _chosen(spec: ListOf, keys: Sequence[str]) -> list[Column]:
    """Return the columns wanted; the first column names the row and always stands."""
    first, *others = spec.columns
    known = {column.key: column for column in others}
    wanted = [known[key] for key in keys if key in known]
    return [first, *(wanted or [column for column in others if not column.is_hidden])]


def _ordered(spec: ListOf, rows: Any, sort: str) -> tuple[Any, str]:
    key, down = sort.lstrip("-"), sort.startswith("-")
    column = next((one for one in spec.columns if one.key == key and one.sort), None)
    return (sort_rows(rows, column, down=down), sort) if column else (rows, "")


def _view(
    request: HttpRequest,
    spec: ListOf,
    columns: list[Column],
    rows: Any,
    fields: list[FilterField],
    sort: str,
) -> ListView:
    found = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    query = _without(request.GET, "page", "export")
    shown = [_row(spec, columns, row) for row in found]
    totals = sum_rows(rows, columns) if found.paginator.count else {}
    may_import = bool(spec.importer) and request.user.may(find_importer(spec.importer).permission)
    return ListView(
        id=spec.id,
        name=str(spec.name),
        count=found.paginator.count,
        fields=fields,
        heads=[_head(request, column, shown, place, sort) for place, column in enumerate(columns)],
        rows=shown,
        totals=[
            column.text(totals[column.key]) if column.key in totals else "" for column in columns
        ]
        if totals
        else [],
        found=found,
        query=query,
        sort=sort,
        is_filtered=any(one.value for one in fields),
        is_dense=False,
        searches=[
            Search(
                one.pk,
                one.name,
                one.query,
                one.person_id == request.user.pk,
                one.department_id is not None,
            )
            for one in list_searches(spec.id, request.user)
        ],
        choices=[(one.key, one.head, one in columns) for one in spec.columns[1:]],
        bulk=[(one.id, str(one.label)) for one in spec.bulk if request.user.may(one.permission)],
        add=(str(spec.add[0]), reverse(spec.add[1]))
        if spec.add and request.user.may(spec.add[2])
        else None,
        import_url=reverse("import_new", args=[spec.importer]) if may_import else "",
        template_url=reverse("import_template", args=[spec.importer]) if may_import else "",
        empty=str(spec.empty),
        row_name=str(spec.rows or spec.name),
        path=request.path,
        measure=str(spec.measure),
        export_query=_without(request.GET, "page", "export", "columns"),
    )


def _row(spec: ListOf, columns: list[Column], row: Any) -> Row:
    cells = [column.cell(row) for column in columns]
    return Row(spec.key(row), cells, cells[0].url)


def _head(request: HttpRequest, column: Column, rows: list[Row], place: int, sort: str) -> Head:
    direction = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "")
    order = f"-{column.key}" if direction == "ascending" else column.key
    is_figure = any(row.cells[place].is_figure for row in rows)
    return Head(
        column.key,
        column.head,
        query_with(request, without=["page"], sort=order) if column.sort else "",
        direction,
        is_figure,
    )


def _export(
    request: HttpRequest, spec: ListOf, columns: list[Column], rows: Any, suffix: str
) -> HttpResponse:
    everything, person, zone = list(rows[: MOST_EXPORTED + 1]), request.user, current_zone()
    if len(everything) > MOST_EXPORTED:
        most = {"count": f"{MOST_EXPORTED:,}"}
        messages.error(request, _("一次最多导出 %(count)s 行，请先缩小条件。") % most)
        return redirect(f"{request.path}?{_without(request.GET, 'page', 'export')}")
    suffix = "csv" if suffix == "csv" else "xlsx"
    name = file_name(
        unit=zone.name, table=str(spec.name), on=request.today, by=person.name, suffix=suffix
    )
    if suffix == "csv":
        data, kind = list_as_csv(everything, columns), "text/csv; charset=utf-8"
    else:
        kind = XLSX
        data = list_as_xlsx(
            everything,
            columns,
            title=str(spec.name),
            source=zone.name,
            on=request.today,
            by=person.name,
        )
    filters = {one.name: request.GET[one.name] for one in spec.filters if request.GET.get(one.name)}
    told = {
        "list": spec.id,
        "file": name,
        "filters": filters,
        "sort": request.GET.get("sort", spec.sort),
        "columns": [column.key for column in columns],
        "rows": len(everything),
        "role": person.role,
        "scope": person.scope or ROLES[person.role].scope,
    }
    note(act="exported", object=request.path, detail=told)
    return attach(data, name=name, kind=kind)


def _act(request: HttpRequest, spec: ListOf, rows: Any) -> HttpResponse:
    told, query = request.POST, request.GET.urlencode()
    back = redirect(f"{request.path}?{query}" if query else request.path)
    act = told.get("act", "")
    if act == "bulk":
        return _bulk(request, spec, rows)
    if act == "columns":
        keys = [column.key for column in _chosen(spec, told.getlist("column"))[1:]]
        set_columns(list_id=spec.id, columns=keys, by=request.user)
    elif act == "density":
        set_density(list_id=spec.id, is_dense=told.get("dense") == "1", by=request.user)
    elif act == "forget" and told.get("search", "").isdecimal():
        forget_search(search_id=int(told["search"]), by=request.user)
    elif act == "keep":
        try:
            keep_search(
                list_id=spec.id,
                name=told.get("name", ""),
                query=_without(QueryDict(told.get("query", "")), "page", "export", "act"),
                by=request.user,
                is_shared=told.get("shared") == "1",
            )
        except SearchRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已保存，在“常用查询”里。"))
    return back


def _bulk(request: HttpRequest, spec: ListOf, rows: Any) -> HttpResponse:
    told = request.POST
    action = next((one for one in spec.bulk if one.id == told.get("bulk")), None)
    if action is None or not request.user.may(action.permission):
        raise PermissionDenied
    picked = pick_rows(rows, told.getlist("pick"), spec.key)
    if not picked:
        messages.error(request, _("请先在表里勾选要处理的行。"))
        return redirect(request.get_full_path())
    is_sure = told.get("sure") == "1"
    form = action.form(told if is_sure else None) if action.form else None
    page = BulkPage(
        title=_("%(label)s：%(count)s %(measure)s")
        % {"label": action.label, "count": len(picked), "measure": spec.measure},
        list_name=str(spec.name),
        rows=[spec.columns[0].cell(row).text for row in picked],
        keys=[spec.key(row) for row in picked],
        action=action.id,
        label=str(action.label),
        path=request.get_full_path(),
        form=form,
    )
    if is_sure and (form is None or form.is_valid()):
        try:
            with transaction.atomic():
                done = action.run(
                    picked,
                    by=request.user,
                    on=request.today,
                    request_number=getattr(request, "number", ""),
                    **(form.cleaned_data if form else {}),
                )
        except action.refusals as refusal:
            page.errors.append(spoken_refusal(refusal))
        else:
            messages.success(request, done)
            return redirect(request.get_full_path())
    return show(request, page, status=422 if is_sure else 200)


def _without(asked: QueryDict, *names: str) -> str:
    kept = asked.copy()
    for name in names:
        kept.pop(name, None)
    for name in [one for one in kept if not any(kept.getlist(one))]:
        kept.pop(name)
    return kept.urlencode()
