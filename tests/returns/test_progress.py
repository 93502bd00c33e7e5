"""A large sheet is read and written beside the pages: followed, left, stopped, refused."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jingkai.enterprises.models import Enterprise
from jingkai.jobs.models import Job
from jingkai.jobs.services import run_due_jobs
from jingkai.ledger.queries import list_entries
from jingkai.returns import beside, sheetviews
from jingkai.returns.models import ReturnFile
from tests.conftest import sign_in
from tests.returns.test_pages import text, upload
from tests.returns.world import (
    TODAY,
    code_of,
    columns_here,
    form_here,
    found_firms,
    held,
    paper,
    period_here,
    row,
)


@pytest.fixture
def office(zone, monkeypatch) -> Client:
    """Return the statistician's client in a house where every sheet is a large one."""
    found_firms("industry", "industry", "commerce")
    monkeypatch.setattr(sheetviews, "LARGE", 10)
    return sign_in("statistician")


def work() -> None:
    """Do what was promised."""
    run_due_jobs(now=timezone.now(), limit=3)


def file_page(office: Client) -> tuple[ReturnFile, str]:
    """Return the newest sheet and its page."""
    file = ReturnFile.objects.latest("pk")
    return file, text(office.get(reverse("returns:file", args=[file.pk])))


def firm() -> Enterprise:
    """Return the first firm."""
    return Enterprise.objects.get(code=code_of(1))


def test_a_large_sheet_is_read_followed_and_filed(office):
    form = form_here()
    shown = text(upload(office, paper(row(tax_to_date=5000), row(code_of(2), tax_to_date=5000))))
    assert "正在读取" in shown and "data-underway" in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    assert "月报.xlsx</a> 读取中" in text(office.get(reverse("returns:center")))

    work()
    file, shown = file_page(office)
    assert "新增 2，修改 0，不变 0，出错 0" in shown and "data-underway" not in shown
    assert "读取中" not in text(office.get(reverse("returns:center")))
    shown = text(office.post(reverse("returns:file", args=[file.pk]), follow=True))
    assert "正在写入" in shown and held(form, firm()) is None

    work()
    file, shown = file_page(office)
    assert "2 家没有疑问，已写入账本" in shown
    assert held(form, firm())["revenue"] == 1_100_000
    office.post(reverse("returns:undo", args=[file.pk]))
    assert held(form, firm()) is None


def test_it_says_how_far_it_is(office, monkeypatch):
    heard = []
    say = beside._say

    def listen(file, *told):
        say(file, *told)
        heard.append(file_page(office)[1])

    monkeypatch.setattr(beside, "_say", listen)
    upload(office, paper(row(tax_to_date=5000)))
    work()

    columns = [page for page in heard if "逐列核对 3/" in page]
    assert len(columns) == 1 and 'value="3" max=' in columns[0] and "共 2 行" in columns[0]


def test_a_sheet_that_is_stopped_is_neither_read_nor_written(office):
    upload(office, paper(row(tax_to_date=5000)))
    file = ReturnFile.objects.latest("pk")
    where = reverse("returns:stop", args=[file.pk])
    assert "什么都没有写入" in text(office.post(where, follow=True))
    work()
    assert file_page(office)[0].state == ReturnFile.State.STOPPED

    upload(office, paper(row(tax_to_date=5000)))
    work()
    file = ReturnFile.objects.latest("pk")
    office.post(reverse("returns:file", args=[file.pk]))
    office.post(reverse("returns:stop", args=[file.pk]))
    work()
    file, shown = file_page(office)
    assert file.state == ReturnFile.State.DRAFT and "确认报送 1 家" in shown
    assert held(form_here(), firm()) is None


def test_stopped_in_the_middle_it_writes_nothing(office, monkeypatch):
    upload(office, paper(row(tax_to_date=5000)))
    work()
    file = ReturnFile.objects.latest("pk")
    office.post(reverse("returns:file", args=[file.pk]))
    before = list_entries().count()
    opened = beside._opened

    def stopped(file):
        table = opened(file)
        office.post(reverse("returns:stop", args=[file.pk]))
        return table

    monkeypatch.setattr(beside, "_opened", stopped)
    work()

    assert list_entries().count() == before
    assert Job.objects.latest("pk").state == Job.State.DONE
    assert file_page(office)[0].state == ReturnFile.State.DRAFT


def test_what_cannot_be_read_is_said_on_its_page(office):
    upload(office, b"PK\x03\x04 no workbook")
    work()
    _file, shown = file_page(office)
    assert "工作簿损坏" in shown and "没有读入" in shown


def test_what_fails_leaves_nothing_and_says_so(office, monkeypatch):
    def fail(*told, **more):
        raise RuntimeError("disk")

    monkeypatch.setattr(beside, "look_at", fail)
    upload(office, paper(row(tax_to_date=5000)))
    work()

    file, shown = file_page(office)
    assert file.state == ReturnFile.State.STOPPED and "没有做完，什么都没有写入" in shown
    assert Job.objects.latest("pk").state == Job.State.FAILED


def test_a_sheet_that_was_kept_in_the_form_before_is_to_be_sent_again(office):
    upload(office, paper(row(tax_to_date=5000)))
    work()
    made, _shown = file_page(office)
    other = ReturnFile.objects.create(form="x", person_id=made.person_id, on=TODAY, size=1)
    moved = import_module("jingkai.returns.migrations.0005_sheets_looked_at_anew")
    moved.stop_kept_drafts(apps, None)

    other.refresh_from_db()
    assert other.state == ReturnFile.State.DRAFT, "a small one is looked at when it is opened"
    other.delete()
    file, shown = file_page(office)
    assert file.state == ReturnFile.State.STOPPED and "请重新上传" in shown


def test_columns_matched_by_hand_are_read_again(office):
    upload(office, paper(row(tax_to_date=5000), revenue="卖了多少"))
    work()
    file, shown = file_page(office)
    assert f"没有这些列：{form_here().column('revenue').head}" in shown
    place = str(columns_here().index("revenue"))
    places = {key: str(at) for key, at in file.places.items()} | {"revenue": place}
    shown = text(office.post(reverse("returns:columns", args=[file.pk]), places, follow=True))
    assert "正在读取" in shown
    work()
    assert "确认报送 1 家" in file_page(office)[1]


def test_nobody_else_follows_or_stops_it(office):
    upload(office, paper(row(tax_to_date=5000)))
    file = ReturnFile.objects.latest("pk")
    other = sign_in("admin")
    assert other.get(reverse("returns:file", args=[file.pk])).status_code in (403, 404)
    assert other.post(reverse("returns:stop", args=[file.pk])).status_code in (403, 404)
    file.refresh_from_db()
    assert file.state == ReturnFile.State.READING
    assert period_here().id == file.period_id
