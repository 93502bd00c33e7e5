"""The lake gives the kept pieces, whatever way its files were cut, joined or written anew."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from jingkai.engines.sources import UnknownEngine, open_engine
from jingkai.kernel.facttypes import FactType, money
from jingkai.kernel.months import Span
from jingkai.kernel.periods import parse_period
from jingkai.kernel.pieces import scale_of
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.kept import add_up
from jingkai.ledger.lake import (
    compact_lake,
    digest_lake,
    extend_lake,
    find_disagreeing,
    open_source,
    rebuild_lake,
    scan,
)
from jingkai.ledger.live import list_live_rows
from jingkai.ledger.models import Fact, LakeFile, LakeMark
from jingkai.ledger.services import AlreadyRecorded, Correction, NewFact, NotRecordable, Withdrawal
from tests.engines.oracle import Found, second_opinion
from tests.ledger.filings import BELONGS, FILING, INDICATORS, VISIT, filing_zone
from tests.ledger.test_kept import DIRECT, FIRST, _filled, _line, acts, file, put

OVER_FILING = [one for one in DIRECT if one.over == FILING.id]


@pytest.fixture
def lake(changde: Zone, settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.LAKE_ROOT = tmp_path / "lake"
    settings.ENGINE = "duckdb://"
    LakeMark.objects.get_or_create(pk=1)
    with filing_zone(changde):
        yield tmp_path / "lake"


def lake_equals_ledger(day: date) -> None:
    for kind in (FILING, VISIT):
        over = [one for one in DIRECT if one.over == kind.id]
        wanted = add_up(over, kind, known_on=day)
        assert _filled(scan(over, known_on=day).sums()) == _filled(wanted)


def oracle_pieces(day: date) -> Found:
    """Return what the second opinion makes of the live rows, in scaled totals by piece."""
    rows = [
        {
            "subject": row.subject,
            "first": row.span.first,
            "last": row.span.last,
            "park": row.keys.get("park"),
            "stage": row.keys.get("stage"),
            "size": row.keys.get("size"),
            **_unscaled(FILING, row.values),
        }
        for row in list_live_rows(FILING, known_on=day)
    ]
    return {cell: kept for cell, kept in second_opinion(rows).items() if kept[1]}


def _unscaled(kind: FactType, values: Any) -> dict[str, Any]:
    return {
        key: None if values[key] is None else Decimal(values[key]).scaleb(-column.scale)
        for key, column in kind.columns.items()
        if column.kind == "measure"
    }


def as_opinion(sums: Any) -> Found:
    """Return pieces of the product in the words of the second opinion."""
    said: Found = {}
    for (piece, _, dimension, key, first, last), (total, present) in _filled(sums).items():
        name, _, part = piece.partition("#")[0], "", piece.partition("/")[2]
        scale = scale_of(INDICATORS[name], FILING)
        own = f"{name}/{part}" if part else name
        said[own, dimension, key, first, last] = (Decimal(total).scaleb(-scale), present)
    return said


def _moved(park: str, on: date) -> NewFact:
    return NewFact(BELONGS, "firm:a", {"park": park}, on=on, key=f"move:{on.day}")


LEFT_THE_PARK = [
    (("file", file("a", "2020-02")), 0, False),
    (("file", _moved("", date(2020, 1, 2))), 0, False),
    (("file", _moved("东园", date(2020, 1, 1))), 0, False),
    (
        ("file", NewFact(VISIT, "firm:a", {"kind": "甲"}, on=date(2020, 1, 2), key="visit:0")),
        0,
        False,
    ),
]


@example(LEFT_THE_PARK, [], False)
@given(st.lists(acts, max_size=12), st.lists(st.integers(0, 12), max_size=3), st.booleans())
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@pytest.mark.usefixtures("lake")
def test_ledger_lake_and_second_opinion_agree(history: Any, cuts: Any, is_joined: bool) -> None:
    with transaction.atomic():
        day = FIRST
        for step, ((act, what), days, _) in enumerate(history):
            day += timedelta(days=days)
            try:
                put(_line(act, what, day), on=day)
            except (AlreadyRecorded, NotRecordable):
                continue
            if step in cuts:
                extend_lake()
        if is_joined:
            extend_lake()
            compact_lake()
        for back in (0, 1, 3, 6):
            then = day - timedelta(days=back)
            lake_equals_ledger(then)
            wanted = add_up(OVER_FILING, FILING, known_on=then)
            assert as_opinion(wanted) == oracle_pieces(then)
        transaction.set_rollback(True)


def some_history() -> None:
    put(
        file("a", "2020-03", output=90, tax=2, staff=3),
        file("a", "2021-03", output=100, tax=3, staff=4, stage="快报"),
        file("b", "2021-03", output=20000, tax=5, staff=5),
    )
    put(file("a", "2021-04", output=150, tax=4, staff=4), on=FIRST + timedelta(days=1))
    put(
        Correction(
            Fact.objects.get(subject="firm:a", period_id="2021-03"), {"output": Decimal(110)}
        ),
        on=FIRST + timedelta(days=2),
    )
    from jingkai.ledger.services import NewFact

    put(
        NewFact(BELONGS, "firm:a", {"park": "东园"}, on=date(2021, 4, 1), key="1"),
        on=FIRST + timedelta(days=3),
    )
    put(Withdrawal(Fact.objects.get(subject="firm:b")), on=FIRST + timedelta(days=4))


def test_a_rebuilt_lake_has_the_same_digest_and_the_same_answers(lake: Path) -> None:
    for upto in (1, 3, 4, 5):
        if upto == 1:
            some_history()
        extend_lake(to=upto)
    before = digest_lake()
    answers = scan(DIRECT, known_on=FIRST + timedelta(days=9)).sums()

    assert rebuild_lake() == before
    assert scan(DIRECT, known_on=FIRST + timedelta(days=9)).sums() == answers
    lake_equals_ledger(FIRST + timedelta(days=3))
    compact_lake()
    assert digest_lake() == before


def test_readers_keep_their_files_for_two_compactions(lake: Path) -> None:
    put(file("a", "2021-03", tax=3))
    extend_lake()
    put(file("a", "2021-04", tax=4))
    extend_lake()
    held = open_source(FILING, [])
    (old,) = held.files.values()

    compact_lake()
    compact_lake()

    assert all(Path(one).exists() for one in old)
    found = open_engine("duckdb://").scan([INDICATORS["large"]], held, FIRST).sums()
    assert found == scan([INDICATORS["large"]], known_on=FIRST).sums()
    compact_lake()
    assert not any(Path(one).exists() for one in old)
    assert {path.name for path in lake.rglob("*.parquet")} == {
        Path(one.path).name for one in LakeFile.objects.all()
    }


def test_files_of_two_schemas_are_read_together_by_name_and_type(lake: Path) -> None:
    from dataclasses import replace

    from ibis import _

    from jingkai.kernel.zone import installed

    put(file("a", "2021-03", tax=3))
    extend_lake()
    wider = replace(FILING, columns={"profit": money("利润"), **FILING.columns})
    profit = replace(INDICATORS["large"], id="profit", value=_.profit.sum())
    zone = current_zone()
    own = replace(
        zone,
        fact_types=dict(zone.fact_types) | {FILING.id: wider},
        indicators=dict(zone.indicators) | {"profit": profit},
    )
    with installed(own):
        from jingkai.ledger.services import NewFact

        put(
            NewFact(
                wider,
                "firm:b",
                {"profit": Decimal("0.01"), "tax": 5},
                period=parse_period("2021-03"),
            )
        )
        extend_lake()
        flow = INDICATORS["flow"]
        march = Span.of(parse_period("2021-03"))
        sums = scan([flow, profit], known_on=FIRST).sums()
        by_name = {cell[0].partition("#")[0]: kept for cell, kept in sums.items() if not cell[2]}

        assert march.first == 24254
        assert by_name == {"flow": (800, 2), "profit": (1, 1)}


def test_what_is_above_the_watermark_is_in_the_answer(lake: Path) -> None:
    put(file("a", "2021-03", tax=3))
    extend_lake()
    put(Withdrawal(Fact.objects.get()))

    assert scan([INDICATORS["flow"]], known_on=FIRST).sums() == {}
    assert LakeMark.objects.get().entry == 1


def test_what_a_scan_finds_otherwise_is_named(lake: Path) -> None:
    some_history()
    extend_lake()
    assert find_disagreeing(on=FIRST + timedelta(days=9)) == []

    LakeFile.objects.filter(kind="superseded", type=FILING.id).delete()

    assert any(name.startswith("ytd#") for name in find_disagreeing(on=FIRST + timedelta(days=9)))


def test_an_unknown_engine_is_refused_by_name() -> None:
    with pytest.raises(UnknownEngine, match="duckdb://"):
        open_engine("oracle://x")


# Spark's own client leaves sockets to the garbage collector.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_spark_gives_the_same_pieces(lake: Path, settings: Any) -> None:
    pytest.importorskip("pyspark", reason="needs the extra spark and Java 17")
    some_history()
    extend_lake(to=3)
    day = FIRST + timedelta(days=3)
    ours = scan(OVER_FILING, known_on=day).sums()
    settings.ENGINE = "spark://local[2]"

    assert scan(OVER_FILING, known_on=day).sums() == ours
