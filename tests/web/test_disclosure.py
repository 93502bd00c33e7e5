"""The tax of one firm is told to few: not by a list, not by a total, not by two totals."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.http.response import HttpResponseBase
from django.urls import URLResolver, get_resolver, reverse
from openpyxl import load_workbook

from jingkai.cli.values import answer
from jingkai.enterprises.models import Enterprise
from jingkai.enterprises.services import (
    MonthlyReturn,
    Newcomer,
    Occasion,
    assign,
    file_returns,
    register,
)
from jingkai.kernel.creditcode import check_character
from jingkai.kernel.periods import Period
from jingkai.kernel.units import wan
from jingkai.kernel.zone import Zone, current_zone, installed
from jingkai.ledger.models import Entry, Evidence
from jingkai.ledger.queries import Ledger
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department, Person
from tests.conftest import TODAY, sign_in

# The firm that the attacker is after pays 12,345,600: no other sum has these digits.
SECRET, ODD = 12_345_600, ("1,234.56", "12,345,600", "12345600", "1234.56", "0.123456")
MAY, APRIL = Period.months(2021, 5, 5), Period.months(2021, 4, 4)
FEW = ("officer", "appraisal", "project_officer", "investment_officer", "counter")
MANY = ("leader", "statistician", "finance")


def code(number: int) -> str:
    body = f"91430799MA4L{number:05}"
    return body + check_character(body)


def occasion(known_on: date = TODAY, **more) -> Occasion:
    return Occasion(by="孙听雪", reason="月报", known_on=known_on, **more)


def firms(count: int) -> None:
    newcomers = [
        Newcomer(
            code=code(n), name=f"虚构{n}号有限公司", kind="company", registered_on=date(2018, 3, 1)
        )
        for n in range(count)
    ]
    register(newcomers, occasion=occasion(date(2021, 5, 1)))


def returned(numbers: Sequence[int], period: Period, known_on: date, **more) -> None:
    rows = [
        MonthlyReturn(
            code(n),
            period,
            {
                "trade": "industry",
                "output": Decimal(wan(9000)),
                "tax": Decimal(SECRET if n == 0 else wan(100)),
                "tax_to_date": Decimal(SECRET if n == 0 else wan(100)),
            },
        )
        for n in numbers
    ]
    file_returns(rows, occasion=occasion(known_on, **more))


@pytest.fixture
def zone_with_tax(zone: Zone) -> Iterator[Zone]:
    if "industry_tax" not in zone.indicators:
        pytest.skip("this zone counts no tax")
    yield zone


def shown(role: str, path: str, **query: str) -> str:
    found = sign_in(role).get(path, query)
    assert found.status_code == 200, (role, path)
    return found.content.decode()


def tells(html: str) -> bool:
    return any(digits in html for digits in ODD)


PAGE = "/numbers/industry_tax/"


@pytest.mark.parametrize("count", [1, 2])
def test_a_total_of_one_or_two_firms_is_covered(zone_with_tax: Zone, count: int):
    firms(count)
    returned(range(count), MAY, TODAY)
    total = "1,234.56" if count == 1 else "1,334.56"

    for role in FEW:
        for period in ("2021-05", "2021", "2021-01..05", "2021Q2"):
            html = shown(role, f"{PAGE}{period}/")
            assert "＊＊＊" in html and "不足 3 家" in html, (role, period)
            assert "0.12" not in html.replace(total, "") and "0.13" not in html, (role, period)
    for role in MANY:
        assert "0.1" in shown(role, f"{PAGE}2021-05/")
        assert "不足 3 家" not in shown(role, f"{PAGE}2021-05/")


def test_a_total_of_three_is_told_to_everybody(zone_with_tax: Zone):
    firms(3)
    returned(range(3), MAY, TODAY)

    for role in (*FEW, *MANY):
        assert "不足 3 家" not in shown(role, f"{PAGE}2021-05/"), role
    number = Ledger(TODAY).number(current_zone().indicators["industry_tax"], MAY)
    assert number.value == SECRET + 2 * wan(100)


def test_two_periods_that_differ_by_one_firm_are_not_both_told(zone_with_tax: Zone):
    firms(4)
    returned(range(1, 4), APRIL, date(2021, 5, 12))
    returned([0], MAY, TODAY)

    # April is told; the year with May in it would leave the one firm of May.
    assert "＊＊＊" not in shown("officer", f"{PAGE}2021-04/").partition("<h2>")[0]
    for period in ("2021-05", "2021-04..05", "2021", "2021Q2"):
        html = shown("officer", f"{PAGE}{period}/")
        assert "不足 3 家" in html and not tells(html), period
    ledger = Ledger(TODAY)
    number = ledger.number(current_zone().indicators["industry_tax"], Period.year(2021))
    assert number.value is None and number.is_hidden
    assert set(number.by_month) == {date(2021, 4, 30)}
    assert ledger.forecast(number.indicator, 2021) is None


def test_two_days_that_differ_by_one_return_tell_the_same(zone_with_tax: Zone):
    firms(5)
    returned(range(1, 5), MAY, date(2021, 6, 12))
    returned([0], MAY, date(2021, 6, 20))
    before, after = ({"known": day} for day in ("2021-06-19", "2021-06-20"))

    for role in FEW:
        pages = [shown(role, f"{PAGE}2021-05/", **query) for query in (before, after, {})]
        assert not any(map(tells, pages)), role
        assert len({page.partition("<h2>")[0].count("0.16") for page in pages}) == 1, role
        assert all("+0.12" not in page and "此后的变化" not in page for page in pages), role
    assert "此后的变化" in shown("statistician", f"{PAGE}2021-05/", **before)
    indicator = current_zone().indicators["industry_tax"]
    assert Ledger(date(2021, 6, 19)).number(indicator, MAY).value is None
    assert Ledger(date(2021, 6, 19), sees_single=True).number(indicator, MAY).value == wan(400)


def test_no_total_is_told_for_a_part_of_the_zone(zone_with_tax: Zone):
    """Grouped down: a breakdown of tax would leave a single firm of a park or industry."""
    split = replace(current_zone().indicators["industry_tax"], by=("industry",))
    zone = replace(zone_with_tax, indicators={**zone_with_tax.indicators, split.id: split})
    with installed(zone):
        firms(4)
        returned(range(4), MAY, TODAY)
        assert Ledger(TODAY).numbers_by(split, MAY, "industry") == {}
        part = Ledger(TODAY).number(split, MAY, dimension="industry", key="")
        assert part.value is None and part.text == "＊＊＊"
        assert Ledger(TODAY, sees_single=True).numbers_by(split, MAY, "industry")


def test_who_pays_more_than_a_limit_is_not_listed_nor_tried_out(zone_with_tax: Zone):
    firms(4)
    returned(range(4), MAY, TODAY)
    page, trial = "/numbers/firms_tax_10m/2021-05/", "/numbers/firms_tax_10m/"

    for role in FEW:
        assert "虚构0号" not in shown(role, page), role
        html = shown(role, trial, limit0="1234")
        assert "会变的数" not in html and 'name="limit0"' not in html, role
        book = sign_in(role).get(page, {"export": "xlsx"}).content
        values = [c for row in load_workbook(io.BytesIO(book)).active.values for c in row]
        assert "虚构0号有限公司" not in values, role
    assert "虚构0号" in shown("statistician", page)
    assert 'name="limit0"' in shown("statistician", trial)


def test_lists_exports_search_and_entries_do_not_tell(zone_with_tax: Zone):
    firms(3)
    returned(range(3), MAY, TODAY)
    last = Entry.objects.count()
    paths = [
        f"{PAGE}2021-05/",
        PAGE,
        reverse("entry", args=[last]),
        f"/enterprises/{code(0)}/",
        f"{reverse('find')}?text=1234.56万",
        f"{reverse('find')}?text=12345600",
        f"{reverse('enterprises:list')}?export=csv",
        f"{reverse('dictionary')}?export=csv",
        f"{reverse('entries')}?export=csv",
        reverse("wall"),
        reverse("plan:home"),
    ]
    for role in FEW:
        for path in paths:
            found = sign_in(role).get(path)
            text = found.content.decode()
            text = text.replace("text=1234.56", "").replace("1234.56万", "").replace("12345600", "")
            assert not tells(text), (role, path)
        book = sign_in(role).get(f"{PAGE}2021-05/", {"export": "xlsx"}).content
        values = " ".join(
            str(c) for row in load_workbook(io.BytesIO(book)).active.values for c in row
        )
        assert "虚构0号有限公司" in values and "＊＊＊" in values and not tells(values), role
    assert tells(shown("statistician", f"{PAGE}2021-05/"))


def test_the_file_of_the_returns_is_handed_to_few(zone_with_tax: Zone):
    firms(3)
    returned(range(3), MAY, TODAY, evidence=[keep_file(data=b"tax", name="月报.xlsx")])
    address = reverse("evidence", args=[Evidence.objects.get().pk])

    for role in FEW:
        assert sign_in(role).get(address).status_code == 403, role
    for role in MANY:
        found = sign_in(role).get(address)
        assert b"".join(found.streaming_content) == b"tax", role


def test_the_command_covers_single_firms_and_thin_totals(zone_with_tax: Zone):
    firms(3)
    returned(range(3), MAY, TODAY)

    def said(id: str = "industry_tax", known_on: date = TODAY, with_facts: bool = True) -> dict:
        return answer(id, "2021-05", known_on=known_on, with_facts=with_facts)

    told = said()
    assert told["value"] not in (None, "＊＊＊")
    assert len(told["facts"]) == 3
    assert all('"tax":"＊＊＊"' in one["values"] for one in told["facts"])
    assert all('"output":"90000000.00"' in one["values"] for one in told["facts"])
    assert not tells(json.dumps(told))
    assert said(known_on=date(2021, 6, 29))["value"] == "＊＊＊"
    assert said("firms_tax_10m")["facts"] == []
    assert '"tax":"＊＊＊"' in said("industry_output")["facts"][0]["values"]


# --- whose firms ---


def assigned(zone: Zone) -> tuple[Department, Department]:
    """Let the first firm lie with the officer's department, the second with another."""
    sign_in("officer")
    mine = Person.objects.get(role="officer").department
    other = Department.objects.exclude(pk=mine.pk).first()
    firms(3)
    assign({code(0): mine.pk, code(1): other.pk}, occasion=occasion())
    return mine, other


def test_a_firm_of_another_department_is_not_there(zone: Zone):
    assigned(zone)
    client = sign_in("officer")

    assert client.get(f"/enterprises/{code(0)}/").status_code == 200
    assert client.get(f"/enterprises/{code(1)}/").status_code == 404
    assert client.get(f"/enterprises/{code(2)}/").status_code == 200
    for path in (
        reverse("enterprises:list"),
        f"{reverse('enterprises:list')}?export=csv",
        f"{reverse('find')}?text=虚构",
    ):
        text = client.get(path).content.decode("utf-8-sig")
        assert "虚构0号" in text and "虚构2号" in text and "虚构1号" not in text, path
    assert "虚构1号" in sign_in("leader").get(reverse("enterprises:list")).content.decode()


def test_facts_entries_and_evidence_of_another_department_are_not_there(zone: Zone):
    assigned(zone)
    returned([0, 2], MAY, TODAY, evidence=[keep_file(data=b"ours", name="ours.xlsx")])
    returned([1], MAY, TODAY, evidence=[keep_file(data=b"theirs", name="theirs.xlsx")])
    theirs = Entry.objects.get(number=Entry.objects.count())
    client = sign_in("officer")
    page = "/numbers/industry_output/2021-05/"

    html = client.get(page).content.decode()
    assert "虚构0号" in html and "虚构1号" not in html
    assert "另有 1 条是别的部门的" in html
    book = load_workbook(io.BytesIO(client.get(page, {"export": "xlsx"}).content)).active
    names = [str(row[0]) for row in book.values]
    assert any("虚构0号" in one for one in names) and not any("虚构1号" in one for one in names)
    assert client.get(reverse("entry", args=[theirs.number])).status_code == 404
    evidence = theirs.evidence.get()
    assert client.get(reverse("evidence", args=[evidence.pk])).status_code == 404
    assert sign_in("leader").get(reverse("entry", args=[theirs.number])).status_code == 200
    assert "虚构1号" in sign_in("leader").get(page).content.decode()


def test_who_keeps_a_firm_is_in_the_audit_with_what_was_before(zone: Zone):
    from jingkai.audit.models import AuditLine

    mine, other = assigned(zone)
    assign({code(0): other.pk}, occasion=occasion())

    line = AuditLine.objects.filter(act="enterprises.assigned").order_by("-number").first()
    assert json.loads(line.detail)["before"] == {code(0): mine.pk}
    assert line.object == f"enterprise:{code(0)}"
    assert Enterprise.objects.get(code=code(0)).department == other


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every page of the house that a firm's code, or nothing, leads to: name, address."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            space = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from addresses(one, space)
        elif one.name and set(one.pattern.converters) <= {"code"}:
            args = [code(0)] if one.pattern.converters else []
            yield prefix + one.name, reverse(prefix + one.name, args=args)


def body(found: HttpResponseBase) -> str:
    """Return what a page or a file says, whatever it is made of."""
    data = b"".join(found.streaming_content) if found.streaming else found.content
    if data[:2] != b"PK":
        return data.decode("utf-8", "replace")
    book = load_workbook(io.BytesIO(data))
    return " ".join(str(cell) for page in book for row in page.values for cell in row)


# As the page of a firm rounds it.
ANY_FORM = (*ODD, "1,235")


@pytest.mark.parametrize("role", ["officer", "counter"])
def test_no_page_list_or_export_tells_a_firm_when_it_is_filtered_to_it(
    zone_with_tax: Zone, role: str
):
    firms(4)
    returned(range(4), MAY, TODAY)
    client, told, seen = sign_in(role), [], 0
    its = f"text={code(0)}&code={code(0)}&firm={code(0)}&name=虚构0号"
    # The machine's own pages (health, copies, security) speak of no firm and open files beside.
    own = ("dictionary", "entries", "find", "wall", "home")
    wheres = {one for name, one in addresses(get_resolver()) if ":" in name or name in own}
    for where in sorted(wheres):
        for query in ("", its, f"{its}&export=csv", f"{its}&export=xlsx"):
            found = client.get(f"{where}?{query}")
            if found.status_code != 200:
                break
            seen += 1
            said = body(found)
            if any(one in said for one in ANY_FORM):
                told.append(f"{where}?{query}")

    assert told == []
    assert seen > 100


def test_the_walk_would_see_the_tax_of_a_firm(zone_with_tax: Zone):
    firms(4)
    returned(range(4), MAY, TODAY)
    page = sign_in("statistician").get(reverse("enterprises:detail", args=[code(0)]))

    said = body(page)
    assert any(one in said for one in ANY_FORM)
