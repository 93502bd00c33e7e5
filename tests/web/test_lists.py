"""One list everywhere: found, sorted, summed, given out, kept, acted on, by who may."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.org.rules import Permission
from jingkai.projects.lists import PROJECTS
from jingkai.projects.models import Project
from jingkai.projects.services import add_project
from jingkai.web import lists
from jingkai.web.columns import Column
from jingkai.web.export import file_name, inert
from jingkai.web.models import ListSetting, SavedSearch
from jingkai.web.sources import sort_rows, sum_rows
from tests.conftest import sign_in

LIST = "/projects/"


@pytest.fixture
def projects(zone: Zone) -> list[Project]:
    """Three projects, one of them with a name that a spreadsheet would run."""
    lead = Department.objects.first().pk
    told = [("A-1", "甲厂", 3), ("B-2", "=cmd|'/C calc'!A0", 1), ("C-3", "丙厂", 2)]
    return [
        add_project(
            code=code,
            name=name,
            investor="",
            kind="产业",
            investment=Decimal(yi(size)),
            is_top500=False,
            lead=lead,
        )
        for code, name, size in told
    ]


def names_in(html: str) -> list[str]:
    """Return the codes in the order of the rows."""
    return [one for one in ("A-1", "B-2", "C-3") if f">{one}<" in html]


def order_in(html: str) -> list[str]:
    return sorted(names_in(html), key=lambda code: html.index(f">{code}<"))


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({}, ["A-1", "B-2", "C-3"]),
        ({"text": "丙"}, ["C-3"]),
        ({"text": "b-2"}, ["B-2"]),
        ({"kind": "民生"}, []),
        ({"stage": "start"}, []),
        ({"page": "999999999999"}, ["A-1", "B-2", "C-3"]),
        ({"page": "-1", "sort": "nothing"}, ["A-1", "B-2", "C-3"]),
        ({"sort": "investment"}, ["B-2", "C-3", "A-1"]),
        ({"sort": "-investment"}, ["A-1", "C-3", "B-2"]),
    ],
)
def test_a_list_answers_its_form_and_its_heads(projects, query: dict, codes: list[str]):
    html = sign_in("officer").get(LIST, query).content.decode()

    assert order_in(html) == codes


def test_the_total_is_of_all_rows_found_not_of_the_page(projects, monkeypatch):
    monkeypatch.setattr(lists, "ROWS_A_PAGE", 1)

    html = sign_in("officer").get(LIST).content.decode()

    assert "1 / 3" in html
    assert '<td class="figure">6</td>' in html


def test_an_empty_list_says_what_will_stand_there(zone: Zone):
    empty = sign_in("project_officer").get(LIST).content.decode()
    nothing = sign_in("project_officer").get(LIST, {"text": "没有"}).content.decode()

    assert "这里逐个列出" in empty
    assert reverse("projects:add") in empty
    assert "清除条件" in nothing


def test_a_list_asks_as_often_for_many_rows_as_for_few(projects):
    client, lead = sign_in("officer"), Department.objects.first()
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    Project.objects.bulk_create(
        Project(code=f"N{n}", name=f"项目{n}", kind="产业", investment=1, lead=lead)
        for n in range(200)
    )
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(few) <= 12


def test_a_workbook_has_all_rows_found_as_plain_values(projects, zone: Zone, monkeypatch):
    monkeypatch.setattr(lists, "ROWS_A_PAGE", 1)

    answer = sign_in("officer").get(LIST, {"export": "xlsx", "sort": "-investment"})

    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0][:5] == ("项目名称", "项目编号", "投资主体", "类别", "总投资（亿元）")
    assert [row[4] for row in rows[1:]] == [3, 2, 1]
    assert {cell.data_type for row in sheet.iter_rows(min_row=4) for cell in row} <= {"s", "n"}
    assert "=cmd|'/C calc'!A0" in [row[0] for row in rows]


def test_csv_opens_in_excel_and_runs_nothing(projects):
    answer = sign_in("officer").get(LIST, {"export": "csv", "text": "cmd"})

    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][0] == "'=cmd|'/C calc'!A0"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_texts_that_would_run_are_made_inert(text: str):
    assert inert(text) == f"'{text}"


def test_the_file_says_whose_what_when_and_who():
    name = file_name(unit="某区", table="项目/清单", on=date(2021, 3, 1), by="李", suffix="xlsx")

    assert name == "某区_项目清单_2021-03_李.xlsx"


def test_a_search_is_kept_and_shared_with_the_department(projects):
    client = sign_in("officer")
    told = {"act": "keep", "name": "我的", "query": "text=丙&page=2", "shared": "1"}

    client.post(LIST, told)

    mate, stranger = sign_in("project_officer"), sign_in("admin")
    kept = SavedSearch.objects.get()
    assert kept.query == "text=%E4%B8%99"
    assert "我的" in mate.get(LIST).content.decode()
    mate.post(LIST, {"act": "forget", "search": kept.pk})
    assert SavedSearch.objects.exists(), "another's search stays"
    assert stranger.get(LIST).status_code == 403
    client.post(LIST, {"act": "forget", "search": kept.pk})
    assert not SavedSearch.objects.exists()


def test_a_search_that_is_not_shared_stays_ones_own(projects):
    sign_in("officer").post(LIST, {"act": "keep", "name": "只给自己", "query": "text=丙"})

    assert "只给自己" not in sign_in("project_officer").get(LIST).content.decode()


def test_columns_and_density_are_ones_own(projects):
    client = sign_in("officer")

    client.post(LIST, {"act": "columns", "column": ["top500", "nothing"]})
    client.post(LIST, {"act": "density", "dense": "1"})

    html = client.get(LIST).content.decode()
    assert "“500强”企业投资</a></th>" in html.replace(
        '<span class="sort" aria-hidden="true"></span>', ""
    )
    assert "A-1" not in html.split("<tbody>")[1]
    assert "data dense" in html
    assert ListSetting.objects.get().columns == ["top500"]


def test_rows_without_a_table_are_sorted_and_summed_alike():
    column = Column("n", "数", lambda row: row, sort="n", total="n")
    rows = [3, None, 1]

    assert sort_rows(rows, column, down=False) == [1, 3, None]
    assert sort_rows(rows, column, down=True) == [3, 1, None]
    assert sum_rows(rows, [column]) == {"n": 4}


def _raise_all(rows, *, by, on, request_number):
    for row in rows:
        Project.objects.filter(pk=row.pk).update(investor="改过")
        if row.code == "C-3":
            raise ValueError("丙厂不能改。")
    return "改了。"


@pytest.mark.parametrize(("codes", "is_done"), [(["A-1", "B-2"], True), (["A-1", "C-3"], False)])
def test_many_rows_are_acted_on_at_once_or_not_at_all(projects, codes: list[str], is_done: bool):
    action = lists.BulkAction("mark", "改主体", Permission.RECORD_PROJECTS, _raise_all)
    spec = lists.ListOf("t", "表", PROJECTS.columns, bulk=[action])
    keys = [str(one.pk) for one in projects if one.code in codes]

    asked = _post(spec, {"act": "bulk", "bulk": "mark", "pick": keys})
    assert "改主体：2 条" in asked.content.decode()
    assert not Project.objects.filter(investor="改过").exists(), "核对 comes first"
    answer = _post(spec, {"act": "bulk", "bulk": "mark", "pick": [*keys, "x"], "sure": "1"})

    assert answer.status_code == (302 if is_done else 422)
    assert Project.objects.filter(investor="改过").count() == (2 if is_done else 0)


def _post(spec: lists.ListOf, told: dict):
    request = RequestFactory().post("/x/", told)
    client = sign_in("project_officer")
    request.session, request.today = client.session, date(2021, 6, 30)
    request.csp_nonce = ""
    from django.contrib.messages.storage.fallback import FallbackStorage

    from jingkai.org.models import Person

    request.user = Person.objects.get(role="project_officer")
    request._messages = FallbackStorage(request)
    return lists.show_list(request, spec, Project.objects.all())
