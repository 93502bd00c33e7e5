"""The ledger takes facts once, in order, and never forgets."""

import hashlib
import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from jingkai.kernel.facttypes import BadFact
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger import rules
from jingkai.ledger.models import Entry, Fact, LedgerHead
from jingkai.ledger.queries import Ledger, find_broken_entry, find_return
from jingkai.ledger.services import (
    AlreadyRecorded,
    Correction,
    NewFact,
    NotRecordable,
    Withdrawal,
    keep_file,
    record,
)
from jingkai.plan.facts import reading
from jingkai.projects.facts import gate_passed

JUNE = date(2021, 6, 30)


def started(number: int = 1, *, on: date = date(2021, 3, 1), amount: int = yi(2)) -> NewFact:
    values = {"gate": "start", "amount": Decimal(amount), "kind": "产业", "top500": "否"}
    key = f"project:{number}:start:1"
    return NewFact(gate_passed, f"project:{number}", values, on=on, key=key)


def filed(period: str = "2020", amount: int = yi(100)) -> NewFact:
    values = {"amount": Decimal(amount), "status": "快报"}
    return NewFact(reading, "indicator:gdp", values, period=parse_period(period))


def put(*lines, known_on: date = JUNE, **more) -> Entry:
    return record(*lines, by="甲", reason="试", known_on=known_on, **more)


def test_entries_are_numbered_without_gaps_and_chained(changde: Zone):
    entries = [put(started(number)) for number in (1, 2, 3)]

    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous_digest for entry in entries[1:]] == [e.digest for e in entries[:-1]]
    assert find_broken_entry() is None


def test_a_refused_entry_leaves_no_gap(changde: Zone):
    put(started(1))
    with pytest.raises(AlreadyRecorded):
        put(started(2), started(1))

    assert put(started(3)).number == 2
    assert Fact.objects.count() == 2


def test_a_return_is_filed_once_for_its_period(changde: Zone):
    put(filed())

    with pytest.raises(AlreadyRecorded, match="更正"):
        put(filed(amount=yi(101)))


def test_a_correction_restates_the_row_and_the_past_stays_known(changde: Zone):
    put(filed(amount=yi(100)), known_on=date(2021, 2, 4))
    first = find_return(type_id=reading.id, subject="indicator:gdp", period=Period.year(2020))
    put(Correction(first, {"amount": Decimal(yi(102))}), known_on=date(2021, 5, 6))
    gdp = current_zone().find_indicator("地区生产总值")

    in_march = Ledger(date(2021, 3, 1)).number(gdp, Period.year(2020))
    in_june = Ledger(JUNE).number(gdp, Period.year(2020))

    assert (in_march.value, in_june.value) == (yi(100), yi(102))


def test_a_fact_is_corrected_once_and_then_its_correction(changde: Zone):
    put(filed())
    first = find_return(type_id=reading.id, subject="indicator:gdp", period=Period.year(2020))
    put(Correction(first, {"amount": Decimal(yi(1))}))

    with pytest.raises(AlreadyRecorded, match="最新"):
        put(Correction(first, {"amount": Decimal(yi(2))}))

    latest = find_return(type_id=reading.id, subject="indicator:gdp", period=Period.year(2020))
    put(Correction(latest, {"amount": Decimal(yi(2))}))
    gdp = current_zone().find_indicator("地区生产总值")
    assert Ledger(JUNE).number(gdp, Period.year(2020)).value == yi(2)


def test_a_correction_is_not_known_before_what_it_corrects(changde: Zone):
    put(filed(), known_on=date(2021, 5, 1))
    first = find_return(type_id=reading.id, subject="indicator:gdp", period=Period.year(2020))

    with pytest.raises(NotRecordable, match="早于原记录"):
        put(Correction(first, {"amount": Decimal(1)}), known_on=date(2021, 4, 1))


def test_a_withdrawn_fact_counts_no_more_but_stays(changde: Zone):
    put(started(1), known_on=date(2021, 3, 2))
    put(Withdrawal(Fact.objects.select_related("entry").get()), known_on=date(2021, 4, 2))
    begun = current_zone().indicators["projects_started"]

    assert Ledger(date(2021, 3, 31)).number(begun, Period.year(2021)).value == 1
    assert Ledger(JUNE).number(begun, Period.year(2021)).value == 0
    assert Fact.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (NewFact(gate_passed, "project:1", {}, on=JUNE), "来源键"),
        (NewFact(gate_passed, "project:1", {}, period=Period.year(2021), key="k"), "发生日期"),
        (NewFact(gate_passed, "firm:1", {}, on=JUNE, key="k"), "对象应为"),
        (NewFact(gate_passed, "project:1", {}, on=date(2021, 7, 1), key="k"), "将来"),
        (NewFact(reading, "indicator:gdp", {}, on=JUNE, key="k"), "期间"),
        (NewFact(reading, "indicator:gdp", {}, period=Period.year(2022)), "将来"),
    ],
)
def test_lines_that_do_not_fit_their_type_are_refused(changde: Zone, line, message):
    with pytest.raises(NotRecordable, match=message):
        put(line)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e308", "0.001", "abc"])
def test_numbers_that_cannot_be_are_refused(changde: Zone, amount: str):
    with pytest.raises(BadFact, match="总投资"):
        put(NewFact(gate_passed, "project:1", {"amount": amount}, on=JUNE, key="k"))


def test_the_past_is_recorded_only_as_backfill(changde: Zone):
    put(started(1), known_on=date(2021, 5, 1))
    with pytest.raises(NotRecordable, match="补录"):
        put(started(2), known_on=date(2021, 4, 1))

    late = put(started(2), known_on=date(2021, 4, 1), is_backfilled=True)

    assert late.number == 2
    assert LedgerHead.objects.get().known_on == date(2021, 5, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_fact SET subject = 'project:9'",
        "DELETE FROM ledger_fact",
        "UPDATE ledger_entry SET actor = 'x'",
        "DELETE FROM ledger_entry",
    ],
)
def test_the_database_refuses_to_change_what_is_recorded(changde: Zone, statement: str):
    put(started(1))

    with pytest.raises(DatabaseError, match="只追加"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_cut_tail_is_found(changde: Zone):
    put(started(1))
    put(started(2))
    LedgerHead.objects.update(number=3)

    broken = find_broken_entry()

    assert broken is not None
    assert broken.number == 3


def test_evidence_is_kept_under_its_digest_and_in_the_chain(changde: Zone):
    kept = keep_file(data="施工许可证".encode(), name="../许可证.txt")
    entry = put(started(1), evidence=[kept, keep_file(data=b"x", name="b.txt")])

    assert kept.name == "许可证.txt"
    assert [one.name for one in entry.evidence.all()] == ["许可证.txt", "b.txt"]
    assert find_broken_entry() is None


def test_a_period_is_computed_with_the_definition_in_force_at_its_end(changde: Zone):
    from dataclasses import replace

    from ibis import _

    from jingkai.kernel.zone import installed

    old = replace(
        changde.indicators["projects_started"],
        value=_.count(where=(_.gate == "start") & (_.amount >= yi(5))),
        since=date(2015, 1, 1),
        until=date(2020, 12, 31),
    )
    new = replace(changde.indicators["projects_started"], since=date(2021, 1, 1))
    both = dict(changde.versions) | {"projects_started": (old, new)}
    put(started(1, on=date(2020, 3, 1)), started(2, on=date(2021, 3, 1)))

    with installed(replace(changde, versions=both)):
        ledger = Ledger(JUNE)

        assert ledger.number(new, Period.year(2020)).value == 0
        assert ledger.number(new, Period.year(2021)).value == 1


@pytest.mark.parametrize("count", [0, 1, rules.TOGETHER, rules.TOGETHER + 1, 2 * rules.TOGETHER])
def test_an_entry_is_digested_piece_by_piece_as_it_would_be_whole(count):
    head, evidence = ["甲", "报“月报”", False], [["s", "月报.xlsx", 1, ""]]
    facts = [["a", f"企业{n}", None, True, '{"x":"1"}'] for n in range(count)]

    whole = json.dumps([head, facts, evidence], ensure_ascii=False, separators=(",", ":"))
    expected = hashlib.sha256(whole.encode()).hexdigest()
    lines = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in facts]
    assert rules.content_digest(head, lines, evidence) == expected


def test_what_is_digested_of_a_fact_is_json_of_all_that_it_says():
    said = '{"kind":"“产业”\\"\\\\","amount":"1.00"}'
    event = Fact(type="a.b", subject="x:企业1", on=JUNE, key="k", values=said, corrects_id=7)
    event.is_void = True
    filed = Fact(type="a.b", area="甲", subject="x:1", period_id="2021-06", values='{"n":"1"}')

    assert json.loads(rules.fact_line(event)) == [
        *["a.b", "x:企业1", "2021-06-30", "", "k", said, 7, True]
    ]
    assert json.loads(rules.fact_line(filed)) == [
        *["a.b@甲", "x:1", "", "2021-06", "", '{"n":"1"}', None, False]
    ]
    filed.area = ""
    lines = rules.return_lines("a.b", "2021-06", ["x:1"], ['{"n":"1"}'])
    assert list(lines) == [rules.fact_line(filed)]
