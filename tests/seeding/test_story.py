"""The demo zone as its ledger tells it, on the day of the report and today."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DEMO_ZONE, TINY_ZONE
from tests.houses import House, run_python

# Its ledger is asked once: all that look at the answer go to the same worker.
pytestmark = pytest.mark.xdist_group("demo")
ASK = """
import json, sys
from datetime import date
from jingkai.cli.main import open_house
open_house()
from jingkai.kernel.periods import parse_period
from jingkai.kernel.zone import current_zone
from jingkai.enterprises.models import Enterprise
from jingkai.ledger.models import Entry, Fact
from jingkai.ledger.queries import Ledger, find_broken_entry
from jingkai.plan.models import Plan
from jingkai.ledger.rules import fact_line
import hashlib
told = {}
for known in (date(2021, 2, 4), date(2021, 6, 30)):
    ledger = Ledger(known, sees_single=True)
    for asked in sys.argv[1:]:
        name, _, period = asked.partition("@")
        value = ledger.number(current_zone().indicators[name], parse_period(period)).value
        told[f"{asked}@{known}"] = None if value is None else str(value)
facts = [fact_line(one) for one in Fact.objects.order_by("pk")]
told["digest"] = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
told["facts"] = len(facts)
told["types"] = sorted(Fact.objects.values_list("type", flat=True).distinct())
told["corrected"] = Fact.objects.filter(corrects__isnull=False).count()
told["backfilled"] = Entry.objects.filter(is_backfilled=True).count()
told["broken"] = find_broken_entry() is not None
told["firms"] = Enterprise.objects.count()
told["vouched"] = Enterprise.objects.exclude(code_confirmed_by="").count()
told["plans"] = sorted(Plan.objects.filter(adopted_on__isnull=False).values_list("year", flat=True))
told["invented"] = Plan.objects.filter(is_invented=False).count()
print(json.dumps(told))
"""
YI, WAN = Decimal(100_000_000), Decimal(10_000)
PUBLISHED = {
    "gdp@2020": 143 * YI,
    "gdp_growth@2020": Decimal("5.2"),
    "industry_output@2020": 445 * YI,
    "industry_output_growth@2020": Decimal("2.5"),
    "fixed_investment@2020": Decimal("203.7") * YI,
    "fixed_investment_growth@2020": Decimal("11.6"),
    "budget_revenue@2020": Decimal("18.82") * YI,
    "industry_tax_growth@2020": Decimal(15),
    "trade_income@2020": 1216 * YI,
    "special_bonds@2020": Decimal("6.39") * YI,
    "reward_funds@2020": 5100 * WAN,
    "tax_relief@2020": 6500 * WAN,
    "industrial_firms@2020": Decimal(197),
    "market_entities_added@2016..2020": Decimal(5015),
    "firms_tax_100m@2020": Decimal(4),
    "firms_tax_10m@2020": Decimal(19),
    "new_provincial_giants@2020": Decimal(4),
    "new_national_giants@2020": Decimal(2),
    "projects_signed_100m@2020": Decimal(35),
    "projects_signed_1b@2020": Decimal(7),
    "projects_signed_top500@2020": Decimal(3),
    "national_standards@2020": Decimal(2),
    "national_research_platforms@2020": Decimal(0),
    "built_area@2020": Decimal("14.87") * 1_000_000,
    "workshop_area@2016..2020": Decimal(250) * 10_000,
    "national_assessment_rank@2020": Decimal(100),
    "provincial_park_rank@2020": Decimal(18),
}
MORE_THAN = {"four_above_firms@2020": 300, "projects_signed@2020": 100}
SO_FAR = {
    "projects_started@2021": Decimal(13),
    "projects_commissioned@2021": Decimal(11),
    "new_industrial_firms@2021": Decimal(11),
    "new_provincial_giants@2021": Decimal(2),
}


def ask(house: House, *asked: str) -> dict[str, Any]:
    """Ask the ledger of a house."""
    said: dict[str, Any] = json.loads(run_python(ASK, *asked, **house.environment))
    return said


@pytest.fixture(scope="module")
def told(lived_in: Callable[[str], House]) -> dict[str, Any]:
    """Return what the ledger of the demo zone answers."""
    asked = [*PUBLISHED, *MORE_THAN, *SO_FAR, "industry_output@2021"]
    return ask(lived_in(DEMO_ZONE), *asked)


@pytest.mark.parametrize("asked", PUBLISHED)
def test_every_published_result_is_in_the_ledger_on_the_day_it_was_published(
    told: dict[str, Any], asked: str
):
    assert Decimal(told[f"{asked}@2021-02-04"]) == PUBLISHED[asked]


@pytest.mark.parametrize("asked", MORE_THAN)
def test_what_was_published_as_more_than_is_more(told: dict[str, Any], asked: str):
    assert Decimal(told[f"{asked}@2021-02-04"]) > MORE_THAN[asked]


@pytest.mark.parametrize("asked", PUBLISHED)
def test_later_corrections_leave_the_published_results_as_they_were(
    told: dict[str, Any], asked: str
):
    assert told[f"{asked}@2021-06-30"] == told[f"{asked}@2021-02-04"]


@pytest.mark.parametrize("asked", SO_FAR)
def test_half_of_2021_stands_where_the_demo_wants_it(told: dict[str, Any], asked: str):
    assert Decimal(told[f"{asked}@2021-06-30"]) == SO_FAR[asked]


def test_slips_of_the_last_month_are_still_in_its_number(told: dict[str, Any]):
    so_far, true = Decimal(told["industry_output@2021@2021-06-30"]), Decimal("189.6") * YI

    assert so_far != true
    assert abs(so_far / true - 1) < Decimal("0.02")


def test_the_ledger_lived_through_the_years_in_order(told: dict[str, Any]):
    assert not told["broken"]
    assert told["backfilled"] == 0, "everything was recorded when it became known"
    assert told["facts"] > 15_000
    assert told["corrected"] > 100
    assert told["firms"] > 5500
    assert told["vouched"] == 2
    assert {
        "enterprises.registered",
        "enterprises.attribute_set",
        "enterprises.renamed",
        "enterprises.roll_changed",
        "enterprises.recognised",
        "enterprises.closed",
        "enterprises.monthly_return",
        "plan.reading",
        "projects.gate_passed",
        "projects.node_closed",
    } <= set(told["types"])


def test_the_plans_of_past_years_are_there_and_marked_as_invented(told: dict[str, Any]):
    assert told["plans"] == [2018, 2019, 2020, 2021]
    assert told["invented"] == 0


def test_two_seedings_of_a_zone_record_the_same_facts(
    lived_in: Callable[[str], House], tmp_path: Path
):
    again = House(TINY_ZONE, tmp_path)
    again.fill()
    first, second = ask(lived_in(TINY_ZONE)), ask(again)

    assert first["digest"] == second["digest"]
    assert first["facts"] > 100
