"""A refusal of a return is read in English by who reads English: no Chinese but what is data."""

import io
import re
from html import unescape

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from jingkai.enterprises.models import Enterprise
from jingkai.kernel.zone import Zone
from jingkai.org.models import Person
from jingkai.returns import sheetviews
from jingkai.returns.models import Filing, FirmUser, ReturnFile
from jingkai.returns.services import let_file
from tests.conftest import sign_in
from tests.returns.test_pages import answers, firm, form, here, office, text, upload
from tests.returns.test_progress import work
from tests.returns.world import TODAY, cell, code_of, found_firms, paper, period_here, row, write
from tests.web.english import chinese_outside_data, data_of

__all__ = ["firm", "form", "office"]

# What people wrote into a cell stands on the page as they wrote it.
TYPED = "约300|一百二十三|300亩|合计|月报|统计员|大单|1200元"


def english(client: Client) -> Client:
    """Let somebody read in English."""
    client.cookies["django_language"] = "en"
    return client


def in_chinese(answer: HttpResponse, zone: Zone) -> list[str]:
    """Return what an answer says in Chinese that nobody's data says."""
    data = data_of(zone).pattern
    return chinese_outside_data(text(answer), re.compile(f"{data}|{TYPED}"))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"output": "约300", "staff": ""}, "is a rough figure; enter the exact one"),
        ({"output": "一百二十三"}, "write it in digits"),
        ({"output": "300亩"}, "does not fit this column"),
        ({"output": "1e400"}, "is too large to be right"),
        ({"revenue": "-5"}, "Check it and put it right."),
        ({"revenue": "much"}, "One sentence is enough"),
        ({"revenue": "off"}, "say whether the unit is right"),
    ],
)
def test_a_form_that_is_refused_says_so_in_english(firm, zone, told, said):
    figures = {"much": str(write("revenue", 9000)), "off": str(write("revenue", 10_800_000))}
    told = {key: figures.get(value, value) for key, value in told.items()}
    answer = english(firm).post(reverse("returns:fill", args=here()), answers() | told)

    assert answer.status_code == 422
    assert said in text(answer)
    assert in_chinese(answer, zone) == []


def test_a_form_of_a_period_under_review_is_refused_in_english(firm, zone):
    where = reverse("returns:fill", args=here())
    firm.post(where, answers(), follow=True)
    answer = english(firm).post(where, answers())

    assert answer.status_code == 422 and "is under review" in text(answer)
    assert in_chinese(answer, zone) == []


def wrong_sheet() -> bytes:
    """Return a sheet with many things wrong."""
    return paper(
        row(output="约300", tax="1200元", staff=None),
        row(code_of(2), revenue=-5),
        row(code_of(2)),
        row(code_of(3), output=5),
        row(code_of(77)),
        row("12345"),
        row("合计"),
        row("91430799000000000"),
    )


def test_a_sheet_with_mistakes_is_looked_at_in_english(office, zone):
    shown = upload(english(office), wrong_sheet())
    said = text(shown)
    for words in (
        "is a rough figure",
        "do not leave it blank",
        "keep one row only",
        "Firms of this profession",
        "The enterprise register has no code",
        "is no credit code of 18 characters",
        "is a row of totals and was left out",
    ):
        assert words in said, words
    assert in_chinese(shown, zone) == []

    file = ReturnFile.objects.latest("pk")
    refused = office.post(reverse("returns:file", args=[file.pk]))
    assert refused.status_code == 422 and "nothing was written" in text(refused)
    assert in_chinese(refused, zone) == []


@pytest.mark.parametrize("is_large", [False, True])
def test_what_a_workbook_hides_is_said_in_english(office, zone, monkeypatch, is_large):
    if is_large:
        monkeypatch.setattr(sheetviews, "LARGE", 10)
    book = openpyxl.load_workbook(io.BytesIO(paper(row(), row(code_of(2)))))
    book.worksheets[0].row_dimensions[2].hidden = True
    book.create_sheet("月报2")
    out = io.BytesIO()
    book.save(out)
    upload(english(office), out.getvalue())
    work()
    shown = office.get(reverse("returns:file", args=[ReturnFile.objects.latest("pk").pk]))
    assert "only the first" in text(shown) and "hidden" in text(shown)
    assert in_chinese(shown, zone) == []

    refused = upload(office, b"PK\x03\x04 no workbook")
    work()
    if is_large:
        refused = office.get(reverse("returns:file", args=[ReturnFile.objects.latest("pk").pk]))
    assert "The workbook is damaged" in text(refused)
    assert in_chinese(refused, zone) == []


@pytest.mark.parametrize("is_large", [False, True])
def test_a_sheet_read_for_nobody_is_seen_in_each_readers_language(
    office, zone, form, monkeypatch, is_large
):
    if is_large:
        monkeypatch.setattr(sheetviews, "LARGE", 10)
    off = 10_800_000
    told = [row(revenue=9000), row(code_of(2), revenue=1200), row(code_of(3), output=None)]
    upload(office, paper(*told))
    work()
    file = ReturnFile.objects.latest("pk")
    where = reverse("returns:file", args=[file.pk])
    assert bool(file.seen) == is_large

    revenue = form.column("revenue")
    assert revenue.heading in text(office.get(where))
    seen = english(office).get(where)
    question = next(
        one for one in form.checks if one.kind == "jump" and one.columns == ("revenue",)
    )
    assert revenue.english in text(seen) and question.english in unescape(text(seen))
    assert in_chinese(seen, zone) == []

    upload(office, paper(row(revenue=off)))
    work()
    where = reverse("returns:file", args=[ReturnFile.objects.latest("pk").pk])
    seen = office.get(where)
    assert f"<code>{cell('revenue', 2)}</code>" in text(seen) and "Taken" not in text(seen)
    assert in_chinese(seen, zone) == []
    refused = office.post(where, {"act": "units"})
    assert refused.status_code == 422 and "say whether the unit is right" in text(refused)
    assert in_chinese(refused, zone) == []


def test_a_large_sheet_that_cannot_be_taken_says_why_in_english(office, zone, monkeypatch):
    monkeypatch.setattr(sheetviews, "LARGE", 10)
    same = paper(row())
    upload(office, same)
    work()
    file = ReturnFile.objects.latest("pk")
    office.post(reverse("returns:file", args=[file.pk]))
    Filing.objects.create(
        form=file.form,
        period_id=file.period_id,
        firm=Enterprise.objects.get(code=code_of(1)),
        values="{}",
        sent_by="甲",
        sent_on=TODAY,
    )
    work()

    refused = english(office).get(reverse("returns:file", args=[file.pk]))
    assert "wait for review" in text(refused)
    assert in_chinese(refused, zone) == []


def test_what_the_office_decides_twice_is_refused_in_english(office, firm, zone):
    much = str(write("revenue", 9000))
    firm.post(reverse("returns:fill", args=here()), answers() | {"revenue": much, "why": "大单"})
    found = Filing.objects.get()
    Filing.objects.update(findings=[{**one, "answer": ""} for one in found.findings])
    where = reverse("returns:filing", args=[found.pk])

    refused = english(office).post(where, {"act": "accept"})
    assert refused.status_code == 422 and "has not explained yet" in text(refused)
    assert in_chinese(refused, zone) == []
    for act in ("explain", "back"):
        assert in_chinese(office.post(where, {"act": act}), zone) == []

    told = {"act": "back", "remark": "大单"}
    office.post(where, told)
    refused = office.post(where, told)
    assert refused.status_code == 422 and "dealt with already" in text(refused)
    assert in_chinese(refused, zone) == []
    refused = office.post(reverse("returns:review", args=here()), {"filing": found.pk}, follow=True)
    assert "dealt with already" in text(refused)
    assert in_chinese(refused, zone) == []


def test_an_account_that_cannot_be_tied_is_refused_in_english(zone):
    sign_in("firm")
    first, second = found_firms("industry", "industry")
    Enterprise.objects.filter(pk=second.pk).update(closed_on=TODAY, ending="cancelled")
    admin, person = english(sign_in("admin")), Person.objects.get(role="firm")
    new = reverse("returns:account_new")

    refused = admin.post(new, {"person": person.pk, "code": second.code})
    assert refused.status_code == 422 and "check the credit code" in text(refused)
    assert in_chinese(refused, zone) == []

    tie = let_file(person=person, firm=first, by="甲", on=TODAY)
    FirmUser.objects.filter(pk=tie.pk).update(until_on=TODAY)
    refused = admin.post(reverse("returns:account", args=[tie.pk]), follow=True)
    assert "ended on" in text(refused)
    assert in_chinese(refused, zone) == []


def test_a_bulletin_that_is_out_is_refused_in_english(office, zone):
    where = reverse("returns:bulletin", args=here())
    office.post(where, {"act": "issue"}, follow=True)
    refused = english(office).post(where, {"act": "issue"}, follow=True)
    assert "went out today already" in text(refused) and period_here().name not in text(refused)
