"""What the ladder keeps of firms is what judging each of them anew would say."""

from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from jingkai.audit.queries import broken_places
from jingkai.enterprises.models import Enterprise
from jingkai.enterprises.services import (
    Ending,
    Grant,
    MonthlyReturn,
    NotRegistrable,
    Occasion,
    Revocation,
    RollStep,
    change_roll,
    close,
    file_returns,
    recognise,
    revoke,
)
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import current_zone
from jingkai.ladder import kept
from jingkai.ladder.models import FirmStanding, Judgement
from jingkai.ladder.queries import find_ground, list_flows, list_standings, standings_of
from jingkai.ladder.services import state
from jingkai.ledger.services import NotRecordable
from tests.conftest import sign_in
from tests.returns.world import TODAY, code_of, found_firms

THEN = Occasion(by="甲", reason="试", known_on=TODAY)
STEP = Decimal("0.0001")


def judged_anew(day: date) -> dict[tuple[str, str], tuple]:
    """Return the standings worth keeping, each firm judged for itself."""
    found = {}
    for code in Enterprise.objects.filter(closed_on=None).values_list("code", flat=True):
        ground = find_ground([code], on=day)
        for one in standings_of(ground, code):
            if one.state in ("holds", "expiring", "expired", "revoked", "near", "ready"):
                percent = one.percent if one.state == "near" else None
                short = [
                    [each.condition.id, None if each.short is None else str(each.short)]
                    for each in one.verdicts
                    if each.state == "short"
                ]
                rounded = None if percent is None else percent.quantize(STEP, ROUND_DOWN)
                found[code, one.rung.id] = (one.state, rounded, short, one.expires)
    return found


def kept_now() -> dict[tuple[str, str], tuple]:
    """Return what is kept."""
    return {
        (one.enterprise.code, one.rung): (one.state, one.percent, one.short, one.expires)
        for one in FirmStanding.objects.select_related("enterprise").exclude(state="")
    }


ACTS = some.lists(
    some.tuples(
        some.sampled_from(
            ["grant", "renew", "revoke", "state", "file", "leave", "enter", "close", "judge"]
        ),
        some.integers(1, 4),
        some.integers(0, 1200),
    ),
    min_size=3,
    max_size=12,
)


def act(kind: str, code: str, number: int) -> None:
    """Do one thing to a firm; what the register refuses is left."""
    day = TODAY - timedelta(days=number)
    title = ("hightech", "provincial_giant", "provincial_tech_centre")[number % 3]
    firm = Enterprise.objects.get(code=code)
    try:
        match kind:
            case "grant" | "renew":
                recognise([Grant(code, title, day, kind == "grant")], occasion=THEN)
            case "revoke":
                revoke([Revocation(code, title, TODAY)], occasion=THEN)
            case "state":
                amount = Decimal(number + 500)
                told = {"measure": "revenue_to_date", "proof": "表", "by": "甲"}
                state(firm=firm, value=amount, on=TODAY, known_on=TODAY, **told)
            case "file":
                period = Period.months(2021, number % 5 + 1, number % 5 + 1)
                values = {"trade": "industry", "revenue": Decimal(number * 2000), "staff": 50}
                file_returns([MonthlyReturn(code, period, values)], occasion=THEN)
            case "leave" | "enter":
                step = RollStep(code, kind, firm.trade or "industry", max(day, date(2020, 2, 1)))
                change_roll([step], occasion=THEN)
            case "close":
                close([Ending(code, "cancelled", TODAY, "")], occasion=THEN)
    except (NotRegistrable, NotRecordable):
        pass


@pytest.mark.usefixtures("zone")
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS, days=some.integers(0, 400))
def test_what_is_kept_is_what_each_firm_would_be_judged(acts, days):
    with transaction.atomic():
        live_through(acts, days)
        transaction.set_rollback(True)


def live_through(acts, days) -> None:
    """Do the acts, and compare what is kept with judging every firm anew."""
    found_firms("industry", "commerce", "industry", "services")
    for kind, number, amount in acts:
        if kind == "judge":
            kept.bring_up_to_date(on=TODAY)
        else:
            act(kind, code_of(number), amount)
    kept.bring_up_to_date(on=TODAY)

    assert kept_now() == judged_anew(TODAY)
    later = TODAY + timedelta(days=days)
    kept.bring_up_to_date(on=later)
    assert kept_now() == judged_anew(later)
    incremental = _all_columns()
    kept.judge_all(on=later)
    assert _all_columns() == incremental


def _all_columns() -> list[tuple]:
    names = [one.name for one in FirmStanding._meta.fields if one.name != "id"]
    return sorted(FirmStanding.objects.values_list(*names), key=str)


def test_arrivals_and_departures_of_the_year(zone):
    found_firms("industry", "industry", "commerce")
    one, two, three = (code_of(number) for number in (1, 2, 3))
    recognise(
        [
            Grant(one, "hightech", date(2021, 3, 1)),
            Grant(two, "hightech", date(2018, 3, 1)),
            Grant(three, "hightech", date(2018, 5, 1)),
            Grant(three, "hightech", date(2021, 4, 1), False),
            Grant(one, "national_key_lab", date(2020, 3, 1), about="甲实验室"),
            Grant(one, "national_key_lab", date(2021, 3, 1), about="乙实验室"),
        ],
        occasion=THEN,
    )
    revoke([Revocation(one, "national_key_lab", TODAY, about="甲实验室")], occasion=THEN)
    change_roll([RollStep(two, "leave", "industry", date(2021, 5, 1))], occasion=THEN)
    close([Ending(two, "cancelled", TODAY, "")], occasion=THEN)
    kept.bring_up_to_date(on=TODAY)

    flows = {one.rung.id: (one.count, one.arrived, one.left) for one in list_flows(on=TODAY)}
    assert flows["hightech"] == (2, 1, 1)
    assert flows["above_scale_industry"] == (1, 0, 1)
    assert flows["limited_commerce"] == (1, 0, 0)
    assert flows["national_key_lab"] == (1, 1, 1)


def test_the_pyramid_of_the_roll_counts_every_firm_above_the_thresholds_once(zone):
    found_firms("industry", "commerce", "services", "services", "catering", "real_estate")
    kept.bring_up_to_date(on=TODAY)

    on_roll = [one for one in list_flows(on=TODAY) if one.rung.is_of_roll]
    assert sum(one.count for one in on_roll) == 6


def test_only_the_firms_that_an_entry_touched_are_judged_again(zone, monkeypatch):
    found_firms("industry", "commerce", "services")
    kept.bring_up_to_date(on=TODAY)
    seen = []
    true = kept._judge
    monkeypatch.setattr(
        kept, "_judge", lambda codes, **rest: (seen.append(sorted(codes)), true(codes, **rest))
    )
    recognise([Grant(code_of(2), "hightech", date(2021, 3, 1))], occasion=THEN)
    kept.bring_up_to_date(on=TODAY)
    kept.bring_up_to_date(on=TODAY)

    assert seen == [[code_of(2)]]


def test_many_changed_firms_are_left_to_the_job_and_the_page_says_so(zone, monkeypatch):
    found_firms("industry", "commerce", "services")
    client = sign_in("leader")
    client.get(reverse("ladder:home"))
    monkeypatch.setattr(kept, "AT_ONCE", 1)
    codes = [code_of(1), code_of(2)]
    recognise([Grant(one, "hightech", date(2021, 3, 1)) for one in codes], occasion=THEN)

    page = client.get(reverse("ladder:home")).content.decode()
    assert "有 2 家企业的记录刚变动" in page
    assert not list_standings(states=["holds"], rungs=["hightech"]).exists()
    kept.bring_up_to_date(on=TODAY)
    assert list_standings(states=["holds"], rungs=["hightech"]).count() == 2


@pytest.mark.parametrize("address", ["", "?rung=hightech", "?rung=above_scale_industry"])
def test_the_queries_of_the_ladder_do_not_grow_with_the_firms(zone, address):
    found_firms("industry", "commerce")
    client = sign_in("leader")
    where = reverse("ladder:home") + address
    client.get(where)
    with CaptureQueriesContext(connection) as few:
        client.get(where)
    trades = [*["industry"] * 20, *["commerce"] * 20]
    _found_more(trades)
    client.get(where)
    with CaptureQueriesContext(connection) as many:
        client.get(where)

    assert len(many) == len(few)
    assert not any("ledger_fact" in one["sql"] for one in many.captured_queries)


def _found_more(trades: list[str]) -> None:
    from jingkai.enterprises.services import Newcomer, register

    codes = [code_of(number) for number in range(100, 100 + len(trades))]
    day = date(2018, 3, 1)
    register(
        [Newcomer(code=one, name=f"另{one}", kind="company", registered_on=day) for one in codes],
        occasion=THEN,
    )
    change_roll(
        [
            RollStep(code, "enter", trade, date(2020, 2, 1))
            for code, trade in zip(codes, trades, strict=True)
        ],
        occasion=THEN,
    )
    recognise([Grant(one, "hightech", date(2021, 3, 1)) for one in codes], occasion=THEN)


def test_other_rules_judge_everybody_again(zone, monkeypatch):
    found_firms("industry")
    kept.bring_up_to_date(on=TODAY)
    FirmStanding.objects.all().delete()
    kept.bring_up_to_date(on=TODAY)
    assert not FirmStanding.objects.exists()
    monkeypatch.setattr(kept, "_digest", lambda ladder: "others")
    kept.bring_up_to_date(on=TODAY)

    assert FirmStanding.objects.exists()
    assert Judgement.objects.get().rules == "others"
    assert current_zone().ladder.rungs


@pytest.mark.parametrize("what", ["state", "gone", "invented"])
def test_a_kept_standing_that_somebody_changed_is_found_by_the_walk(zone, what):
    found_firms("industry", "industry")
    recognise([Grant(code_of(1), "hightech", date(2020, 3, 1))], occasion=THEN)
    kept.bring_up_to_date(on=TODAY)
    assert broken_places() == []

    its = FirmStanding.objects.filter(enterprise__code=code_of(1), rung="hightech")
    if what == "state":
        its.update(state="near")
    elif what == "gone":
        its.delete()
    else:
        other = Enterprise.objects.get(code=code_of(2))
        FirmStanding.objects.create(enterprise=other, rung="hightech", state="holds", holdings=1)
    (place,) = broken_places()
    assert "“hightech”上的判定和账本不符" in place

    # What an entry touched is judged again, and so it is no fault before.
    touched = code_of(2) if what == "invented" else code_of(1)
    recognise([Grant(touched, "hightech", date(2021, 3, 1))], occasion=THEN)
    assert broken_places() == []
    kept.bring_up_to_date(on=TODAY)
    assert broken_places() == []
