"""Kept pieces equal what is added up anew, on every day that anything was known."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.zone import Zone
from jingkai.ledger.kept import add_up, keep, read_kept
from jingkai.ledger.models import Entry, Fact, KeptDefinition, PieceDelta
from jingkai.ledger.queries import Ledger, list_live_facts, read_vectors
from jingkai.ledger.services import (
    AlreadyRecorded,
    Correction,
    NewFact,
    NotRecordable,
    Withdrawal,
    drop_abandoned,
    record,
)
from tests.ledger.filings import BELONGS, FILING, INDICATORS, VISIT, filing_zone

FIRST = date(2021, 7, 1)
DIRECT = [one for one in INDICATORS.values() if not one.is_derived]


@pytest.fixture
def filing(changde: Zone) -> Iterator[Zone]:
    with filing_zone(changde) as zone:
        yield zone


def file(firm: str, period: str, area: str = "", **values: Any) -> NewFact:
    return NewFact(FILING, f"firm:{firm}", values, period=parse_period(period), area=area)


def put(*lines: Any, on: date = FIRST, **more: Any) -> Entry:
    return record(*lines, by="甲", reason="试", known_on=on, **more)


def kept_equals_added_up(day: date) -> None:
    keep(DIRECT)
    for kind in (FILING, VISIT):
        over = [one for one in DIRECT if one.over == kind.id]
        wanted = add_up(over, kind, known_on=day)
        names = list(KeptDefinition.objects.filter(type=kind.id).values_list("piece", flat=True))
        found, _ = read_kept(names, known_on=day)
        assert _filled(found) == _filled(wanted)


def vectors_equal_what_is_kept() -> None:
    names = list(KeptDefinition.objects.values_list("piece", flat=True))
    kept, _ = read_kept(names, known_on=date.max)
    found = {
        (piece, area, "", "", first, last): (int(total), int(present))
        for piece, vector in read_vectors(names).items()
        for (area, first, last), total, present in zip(
            vector.places, vector.totals, vector.presents, strict=True
        )
    }
    assert _filled(found) == _filled({cell: sums for cell, sums in kept.items() if not cell[2]})


def _filled(sums: Any) -> Any:
    return {cell: kept for cell, kept in sums.items() if kept != (0, 0)}


amounts = st.one_of(st.none(), st.integers(-(10**12), 10**12).map(lambda n: Decimal(n).scaleb(-2)))
filings = st.builds(
    lambda firm, period, output, tax, staff, stage: (
        "file",
        file(firm, period, output=output, tax=tax, staff=staff, stage=stage),
    ),
    st.sampled_from("abc"),
    st.sampled_from(
        [
            "2020-02",
            "2020-03",
            "2020-04",
            "2020-12",
            "2020",
            "2021-01",
            "2021-02",
            "2021-03",
            "2021-04",
            "2021-01..04",
            "2021-05",
            "2021Q2",
        ]
    ),
    amounts,
    amounts,
    st.one_of(st.none(), st.integers(0, 5)),
    st.sampled_from([None, "快报", "终核"]),
)
moves = st.builds(
    lambda firm, on, park, number: (
        "file",
        NewFact(BELONGS, f"firm:{firm}", {"park": park}, on=on, key=f"move:{number}"),
    ),
    st.sampled_from("abc"),
    st.dates(date(2020, 1, 1), date(2021, 6, 30)),
    st.sampled_from(["东园", "西园", ""]),
    st.integers(0, 10**9),
)
visits = st.builds(
    lambda firm, on, kind, number: (
        "file",
        NewFact(VISIT, f"firm:{firm}", {"kind": kind}, on=on, key=f"visit:{number}"),
    ),
    st.sampled_from("abc"),
    st.dates(date(2020, 1, 1), date(2021, 6, 30)),
    st.sampled_from(["甲", "乙", "丙", None]),
    st.integers(0, 10**9),
)
changes = st.builds(
    lambda act, nth, output, staff: (act, (nth, {"output": output, "tax": output, "staff": staff})),
    st.sampled_from(["correct", "withdraw"]),
    st.integers(0, 30),
    amounts,
    st.one_of(st.none(), st.integers(0, 5)),
)
acts = st.tuples(
    st.one_of(filings, filings, moves, visits, changes), st.integers(0, 2), st.booleans()
)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@given(st.lists(acts, max_size=14), st.integers(0, 8))
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@pytest.mark.usefixtures("filing")
def test_kept_equals_recomputed_on_every_day(history: Any, kept_from: int) -> None:
    with transaction.atomic():
        day = FIRST
        for step, ((act, what), days, is_late) in enumerate(history):
            if step == kept_from:
                keep(DIRECT)
            day += timedelta(days=days)
            known_on, is_backfilled = (day - timedelta(days=3), True) if is_late else (day, False)
            try:
                put(_line(act, what, day), on=known_on, is_backfilled=is_backfilled)
            except (AlreadyRecorded, NotRecordable):
                continue
        keep(DIRECT)
        for back in range(8):
            kept_equals_added_up(day - timedelta(days=back))
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.usefixtures("filing")
def test_vectors_catch_up_with_what_was_told_since():
    keep(DIRECT)
    put(file("a", "2021-04", output=7, staff=2))
    vectors_equal_what_is_kept()
    put(file("a", "2021-05", output=9), file("b", "2021-04", output=1), on=FIRST)
    vectors_equal_what_is_kept()

    # A filing before changes by how much the later one raised the year's total.
    earlier = FIRST - timedelta(days=5)
    put(file("a", "2021-03", output=4, staff=1), on=earlier, is_backfilled=True)
    vectors_equal_what_is_kept()
    put(file("b", "2021-05", output=3), on=FIRST + timedelta(days=1))
    vectors_equal_what_is_kept()


def _line(act: str, what: Any, day: date) -> Any:
    if act == "file":
        return what
    nth, values = what
    live = list(list_live_facts(types=[FILING.id, VISIT.id, BELONGS.id], known_on=day))
    if not live:
        raise NotRecordable("nothing yet")
    fact = live[nth % len(live)]
    if act == "withdraw":
        return Withdrawal(fact)
    if fact.type == FILING.id:
        return Correction(fact, values)
    return Correction(fact, {"kind": "乙"} if fact.type == VISIT.id else {"park": "南园"})


def test_a_correction_changes_every_number_and_the_past_stays_known(filing: Zone) -> None:
    put(file("a", "2021-03", output=300, tax=3, staff=2), on=date(2021, 4, 10))
    put(file("a", "2021-04", output=410, tax=4, staff=3), on=date(2021, 5, 10))
    march, april = Period.months(2021, 3, 3), Period.months(2021, 4, 4)
    ytd = INDICATORS["ytd"]
    assert Ledger(FIRST).number(ytd, april).value == 110

    put(Correction(Fact.objects.get(period_id="2021-03"), {"output": Decimal(350)}))

    assert Ledger(FIRST).number(ytd, april).value == 60
    assert Ledger(date(2021, 6, 1)).number(ytd, april).value == 110
    assert Ledger(FIRST).number(INDICATORS["flow"], march).value is None
    kept_equals_added_up(FIRST)


def test_a_withdrawn_return_is_unfiled_again_and_not_zero(filing: Zone) -> None:
    put(file("a", "2021-03", tax=3))
    march = Period.months(2021, 3, 3)
    assert Ledger(FIRST).number(INDICATORS["flow"], march).value == 3

    put(Withdrawal(Fact.objects.get()))

    assert Ledger(FIRST).number(INDICATORS["flow"], march).value is None


def test_numbers_by_dimension_add_up_to_the_whole_and_move_with_the_firm(filing: Zone) -> None:
    put(
        file("a", "2021-03", tax=3),
        file("b", "2021-03", tax=4),
        NewFact(BELONGS, "firm:a", {"park": "东园"}, on=date(2020, 1, 1), key="1"),
    )
    flow, march = INDICATORS["flow"], Period.months(2021, 3, 3)

    by_park = Ledger(FIRST).numbers_by(flow, march, "park")
    assert {key: one.value for key, one in by_park.items()} == {"": 4, "东园": 3}

    put(NewFact(BELONGS, "firm:b", {"park": "东园"}, on=date(2021, 3, 31), key="2"))
    by_park = Ledger(FIRST).numbers_by(flow, march, "park")
    assert by_park["东园"].value == 7
    kept_equals_added_up(FIRST)


def test_ratios_and_ranks_are_made_of_kept_sums(filing: Zone) -> None:
    put(
        *(
            file(firm, "2021-03", output=output, staff=staff)
            for firm, output, staff in (("a", 100, 1), ("b", 100, 99))
        ),
        *(
            NewFact(BELONGS, f"firm:{firm}", {"park": park}, on=date(2020, 1, 1), key=firm)
            for firm, park in (("a", "东园"), ("b", "西园"))
        ),
    )
    quarter = Period.months(2021, 1, 3)
    ledger = Ledger(FIRST)

    assert ledger.number(INDICATORS["per_head"], quarter).value == 2
    place = INDICATORS["place"]
    assert ledger.number(place, quarter, dimension="park", key="东园").value == 1
    assert len(ledger.facts_behind(INDICATORS["per_head"], quarter)) == 4


def test_growth_of_a_changed_panel_compares_the_firms_that_filed_both(filing: Zone) -> None:
    put(
        file("stays", "2020-04", output=100),
        file("stays", "2021-04", output=110),
        file("new", "2021-04", output=900),
    )
    number = Ledger(FIRST).number(INDICATORS["ytd"], Period.months(2021, 1, 4))

    assert number.value == 1010
    assert number.same_scope == (110, 100)
    assert number.yoy == 10


def test_many_lines_are_staged_and_published_at_once(filing: Zone) -> None:
    keep(DIRECT)
    lines = [file(f"f{n}", "2021-03", output=n, tax=1, staff=2) for n in range(6000)]

    entry = put(*lines)

    assert (entry.number, entry.facts.count()) == (1, 6000)
    assert Ledger(FIRST).number(INDICATORS["flow"], Period.months(2021, 3, 3)).value == 6000
    kept_equals_added_up(FIRST)


def test_a_refused_import_leaves_nothing(filing: Zone) -> None:
    put(file("f2999", "2021-03", tax=1))
    lines = [file(f"f{n}", "2021-03", tax=1) for n in range(3000)]

    with pytest.raises(AlreadyRecorded, match="更正"):
        put(*lines)

    assert (Entry.objects.count(), Fact.objects.count()) == (1, 1)
    assert put(file("g", "2021-03", tax=1)).number == 2


def test_what_a_crashed_import_staged_is_cleared_when_the_next_house_opens(filing: Zone) -> None:
    staged = {
        "actor": "甲",
        "reason": "导入",
        "known_on": FIRST,
        "content_digest": "",
        "previous_digest": "",
    }
    long_ago = timezone.now() - timedelta(hours=7)
    for recorded_at in (long_ago, timezone.now()):
        entry = Entry.objects.create(recorded_at=recorded_at, **staged)
        Fact.objects.create(
            entry=entry,
            type=FILING.id,
            subject=f"firm:{entry.pk}",
            last_month=24254,
            period_id="2021-03",
            values='{"tax":"1.00"}',
        )
    put(file("b", "2021-03", tax=1))

    assert drop_abandoned() == 1

    assert Entry.objects.filter(number=None).count() == 1, "an import that may still be running"
    assert Fact.objects.count() == 2
    assert put(file("c", "2021-03", tax=1)).number == 2


def test_what_is_staged_is_not_seen(filing: Zone) -> None:
    entry = Entry.objects.create(
        actor="甲",
        reason="导入",
        known_on=FIRST,
        recorded_at="2021-07-01T00:00Z",
        content_digest="",
        previous_digest="",
    )
    Fact.objects.create(
        entry=entry,
        type=FILING.id,
        subject="firm:a",
        last_month=24254,
        period_id="2021-03",
        values='{"tax":"1.00"}',
    )

    assert list(list_live_facts(types=[FILING.id], known_on=FIRST)) == []
    assert Ledger(FIRST).number(INDICATORS["flow"], Period.months(2021, 3, 3)).value is None


def test_a_row_that_would_overflow_is_refused_by_name(filing: Zone) -> None:
    big = Decimal(10) ** 15
    put(file("a", "2021-03", output=big, tax=big, stage="快报"))

    with pytest.raises(NotRecordable, match="超出"):
        record_overflow(filing)


def record_overflow(zone: Zone) -> None:
    from dataclasses import replace

    from ibis import _

    from jingkai.kernel.zone import installed

    cube = replace(INDICATORS["flow"], id="cube", value=(_.tax * _.tax * _.output).sum())
    own = replace(zone, indicators=dict(zone.indicators) | {"cube": cube})
    big = Decimal(10) ** 15
    with installed(own):
        put(file("b", "2021-03", output=big, tax=big))


def test_the_log_of_deltas_is_append_only(filing: Zone) -> None:
    keep(DIRECT)
    put(file("a", "2021-03", tax=1))
    assert PieceDelta.objects.exists()

    for change in ("UPDATE ledger_piecedelta SET present = 9", "DELETE FROM ledger_piecedelta"):
        with pytest.raises(DatabaseError, match="只追加"), transaction.atomic():
            connection.cursor().execute(change)
