"""Any number opens: formula, period, facts, file and cell, what was known then; the dictionary."""

from datetime import date
from decimal import Decimal

import pytest

from jingkai.kernel.periods import Period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.ledger.models import Fact
from jingkai.ledger.services import Correction, NewFact, Withdrawal, keep_file, record
from jingkai.org.models import Department
from jingkai.plan.facts import reading
from jingkai.projects.facts import gate_passed
from tests.conftest import sign_in


def gate(number: int, amount: int, on: date = date(2021, 3, 1)) -> NewFact:
    values = {"gate": "sign", "amount": Decimal(amount), "kind": "产业", "top500": "否"}
    key = f"project:{number}:sign:1"
    return NewFact(gate_passed, f"project:{number}", values, on=on, key=key)


def put(*lines, on: date = date(2021, 6, 30), **more) -> None:
    record(*lines, by="统计专班", reason="记账", known_on=on, **more)


def page(address: str) -> str:
    response = sign_in("leader").get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_number_as_known_earlier_says_what_changed_since(changde: Zone):
    put(gate(1, yi(2)), gate(2, yi(3)), on=date(2021, 3, 5))
    put(Withdrawal(Fact.objects.get(subject="project:2")), on=date(2021, 5, 6))

    then = page("/numbers/projects_signed/2021/?known=2021-04-01")

    assert ">2</span>" in then
    assert "此后的变化" in then
    assert "−1" in then
    assert "2021-05-06" in then
    assert "此后没有变化" in page("/numbers/projects_signed/2021/?known=2021-05-07")


def test_the_facts_of_a_number_are_paged_and_given_out(changde: Zone):
    put(*(gate(number, yi(1)) for number in range(30)))

    assert "1 / 2" in page("/numbers/projects_signed/2021/")
    response = sign_in("leader").get("/numbers/projects_signed/2021/?export=xlsx")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert len(response.content) > 4000


def test_a_fact_names_its_file_row_and_cells(changde: Zone):
    kept = keep_file(data=b"x", name="月报.xlsx")
    kept = type(kept)(kept.name, kept.sha256, kept.size, "", {"amount": "C"})
    line = NewFact(
        reading, "indicator:gdp", {"amount": Decimal(yi(40))}, period=Period.year(2020), row=12
    )
    put(line, evidence=[kept])

    assert "C12" in page("/numbers/gdp/2020/")


def test_revisions_are_told_and_never_go_back(changde: Zone):
    put(
        NewFact(
            reading,
            "indicator:gdp",
            {"amount": Decimal(yi(40)), "status": "快报"},
            period=Period.year(2020),
        ),
        on=date(2021, 2, 4),
    )
    first = Fact.objects.select_related("entry").get()
    put(Correction(first, {"amount": Decimal(yi(41)), "status": "终核"}), on=date(2021, 5, 6))

    assert "快报 2021-02-04 → 终核 2021-05-06" in page("/numbers/gdp/2020/")
    last = Fact.objects.select_related("entry").get(corrects=first)
    with pytest.raises(ValueError, match="终核"):
        put(Correction(last, {"amount": Decimal(yi(42)), "status": "初核"}))


@pytest.mark.parametrize(("period", "kind"), [("2021", "全年"), ("2021-03", "当月")])
def test_the_kind_of_period_is_said(changde: Zone, period: str, kind: str):
    put(gate(1, yi(2)))

    shown = page(f"/numbers/projects_signed/{period}/")

    assert (kind if period != "2021" else "累计") in shown


def test_every_definition_opens(zone: Zone):
    for name in zone.indicators:
        shown = page(f"/numbers/{name}/")
        assert "试算" in shown
        assert "版本" in shown


def test_a_dry_run_lists_the_numbers_that_would_change(changde: Zone):
    put(gate(1, yi(1)), gate(2, yi(2)))

    shown = page("/numbers/projects_signed_100m/?limit0=15000")

    assert "会变 2 个数" in shown
    assert "2021年3月" in shown
    assert Fact.objects.count() == 2
    assert "没有数会变" in page("/numbers/projects_signed_100m/?limit0=9999")
    assert "界线应是数字" in page("/numbers/projects_signed_100m/?limit0=x")


def test_a_count_opens_in_english_with_its_months(changde: Zone):
    put(*(gate(n, yi(2), on=date(2021, month, 1)) for n, month in enumerate((2, 3, 4))))
    client = sign_in("leader")
    client.cookies["django_language"] = "en"

    shown = client.get("/numbers/projects_signed/2021/")

    assert shown.status_code == 200
    assert "Projects signed: 0 in 2021-06" in shown.content.decode()


def test_a_number_is_broken_down_by_the_department_that_leads(changde: Zone):
    belongs = changde.fact_types["ledger.belongs"]
    lead = Department.objects.get(pk="projects")
    said = NewFact(
        belongs, "project:1", {"department": lead.pk}, on=date(2021, 1, 1), key="belongs:1"
    )
    put(said)
    put(gate(1, yi(2)), gate(2, yi(1)))

    shown = page("/numbers/projects_signed/2021/")

    assert "按责任部门" in shown
    assert lead.name in shown
    assert "未归属" in shown


@pytest.mark.parametrize(
    "address", ["/numbers/projects_started/", "/numbers/projects_started/2021/"]
)
def test_the_plan_curve_stands_with_the_number_and_its_definition(changde: Zone, address: str):
    shown = page(address)

    assert "本区自定的进度曲线" in shown and "没有公布的依据" in shown
    assert "6月 46%" in shown
    assert "进度曲线" not in page("/numbers/projects_signed/")


def test_the_dictionary_is_searched_by_alias_and_basis(changde: Zone):
    assert "地区生产总值" in page("/numbers/?text=GDP")
    assert "没有符合条件的指标" in page("/numbers/?text=没有的词")
