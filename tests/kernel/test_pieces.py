"""The classic mistakes of statistics, and the silent wrong numbers: each one a test."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from ibis import _

from jingkai.kernel.dimensions import Belonging, Belongings
from jingkai.kernel.examples import derived_value, example_value
from jingkai.kernel.expressions import expression_problems
from jingkai.kernel.facttypes import NOT_APPLICABLE, FactType, count, label, money
from jingkai.kernel.figures import (
    attainment,
    average_growth,
    contribution,
    growth,
    on_the_way,
    rank,
    ratio,
    seasonal_curve,
    share,
    turn,
)
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.months import Span
from jingkai.kernel.periods import parse_period
from jingkai.kernel.pieces import PieceCode, Row, Spans, Sums, by_subject, scale_of, sum_within
from jingkai.kernel.scaled import OutOfRange, to_scaled
from jingkai.kernel.units import exact

FILING = FactType(
    id="test.filing",
    name="月报",
    english="Filing",
    subject="firm",
    grain="return",
    columns={
        "output": money("产值"),
        "tax": money("税收"),
        "staff": count("从业人员", "人"),
        "size": label("规模"),
    },
)
OUTPUT = Indicator(
    id="output",
    name="产值",
    unit="亿元",
    over=FILING.id,
    value=_.output.sum(),
    adds_up="cumulative",
)
STAFF = replace(OUTPUT, id="staff", unit="人", value=_.staff.sum(), adds_up="stock")
FLOW = replace(OUTPUT, id="flow", adds_up="flow")


def filed(firm: str, period: str, keys: dict[str, str] | None = None, **values: int) -> Row:
    span = Span.of(parse_period(period))
    on = parse_period(period).last
    scaled = to_scaled(FILING, values) | {"subject": f"firm:{firm}", "on": on}
    return Row(hash((firm, period)) % 10**9, f"firm:{firm}", span, scaled, keys or {})


def value(
    indicator: Indicator,
    rows: Sequence[Row],
    period: str,
    part: str = "",
    by: str = "",
    key: str = "",
) -> Decimal | None:
    code, sums = PieceCode([indicator], FILING), Sums()
    for row in rows:
        code.add_row(sums, row)
    for together in by_subject(rows).values():
        code.add_subject(sums, together)
    spans = {
        Span(*cell[4:]): kept
        for cell, kept in sums.items()
        if (cell[0], *cell[2:4]) == (code.ids[0] + part, by, key)
    }
    scale = scale_of(indicator, FILING)
    found = sum_within(indicator, Spans(spans), Span.of(parse_period(period)), scale)
    return found.value if found else None


def test_a_cumulative_series_is_not_summed_twice() -> None:
    rows = [filed("a", "2021-01..02", output=20), filed("a", "2021-01..03", output=33)]

    assert value(OUTPUT, rows, "2021-01..03") == 33
    assert value(OUTPUT, rows, "2021-03") == 13


def test_a_cumulative_return_is_differenced_firm_by_firm_when_some_have_not_filed() -> None:
    rows = [
        filed("a", "2021-04", output=40),
        filed("a", "2021-05", output=50),
        filed("b", "2021-04", output=400),
    ]

    # On totals May would be 50 − 440.
    assert value(OUTPUT, rows, "2021-05") == 10


def test_a_firm_that_missed_a_month_shows_it_in_the_quarter_and_not_in_one_month() -> None:
    rows = [
        filed("a", "2021-03", output=30),
        filed("a", "2021-05", output=52),
        filed("a", "2021-06", output=63),
    ]

    assert value(OUTPUT, rows, "2021Q2") == 33
    assert value(OUTPUT, rows, "2021-05") is None
    assert value(OUTPUT, rows, "2021-06") == 11


def test_january_that_is_filed_with_february() -> None:
    rows = [filed("a", "2021-02", output=21), filed("a", "2021-03", output=33)]

    assert value(OUTPUT, rows, "2021-01") is None
    assert value(OUTPUT, rows, "2021-02") is None
    assert value(OUTPUT, rows, "2021-01..02") == 21
    assert value(OUTPUT, rows, "2021-03") == 12


def test_a_new_year_begins_from_nothing() -> None:
    rows = [filed("a", "2020-12", output=120), filed("a", "2021-02", output=20)]

    assert value(OUTPUT, rows, "2021-01..02") == 20
    assert value(OUTPUT, rows, "2020") == 120


def test_a_negative_month_of_a_cumulative_series_stands() -> None:
    rows = [filed("a", "2021-03", output=30), filed("a", "2021-04", output=25)]

    assert value(OUTPUT, rows, "2021-04") == -5


def test_a_back_dated_filing_shifts_only_the_months_it_splits() -> None:
    rows = [
        filed("a", "2021-03", output=30),
        filed("a", "2021-05", output=52),
        filed("a", "2021-06", output=63),
    ]
    late = [*rows, filed("a", "2021-04", output=41)]

    assert value(OUTPUT, late, "2021-04") == 11
    assert value(OUTPUT, late, "2021-05") == 11
    for period in ("2021-06", "2021Q2", "2021-01..06", "2021-01..03"):
        assert value(OUTPUT, late, period) == value(OUTPUT, rows, period)


def test_a_yearly_filing_is_not_taken_for_its_last_month() -> None:
    rows = [filed("a", "2020", output=120)]

    assert value(FLOW, rows, "2020") == 120
    assert value(FLOW, rows, "2020-12") is None
    assert value(FLOW, rows, "2020Q4") is None


def test_missing_is_not_zero_and_not_applicable_is_neither() -> None:
    text = FILING.encode({"output": NOT_APPLICABLE, "tax": 0})

    assert FILING.decode(text) == {"output": None, "tax": 0, "staff": None, "size": None}
    assert FILING.not_applicable(text) == {"output"}
    assert FILING.decode_scaled(text)["output"] is None
    assert value(FLOW, [filed("a", "2021-03", tax=0)], "2021-03") is None
    assert value(FLOW, [filed("a", "2021-03", output=0)], "2021-03") == 0


def test_a_sum_without_its_count_would_turn_unfiled_into_zero() -> None:
    code, sums = PieceCode([FLOW], FILING), Sums()
    row = filed("a", "2021-03", output=5)
    code.add_row(sums, row)
    code.add_row(sums, row, -1)

    assert list(sums.values()) == [(0, 0)]
    assert sum_within(FLOW, Spans({row.span: (0, 0)}), row.span, 2) is None


def test_averages_of_ratios_are_ratios_of_sums() -> None:
    per_head = Indicator(
        id="r",
        name="人均",
        unit="万元/人",
        adds_up="ratio",
        numerator="output",
        denominator="staff",
    )
    rows = [{"numerator": 100, "denominator": 1}, {"numerator": 100, "denominator": 99}]

    assert derived_value(per_head, rows) == 2
    assert derived_value(per_head, [{"numerator": 5, "denominator": None}]) is None
    assert derived_value(replace(per_head, unit="%"), [{"numerator": 1, "denominator": 4}]) == 25


def test_growth_of_a_negative_base_is_not_said_but_its_turn_is() -> None:
    assert growth(Decimal(5), Decimal(-5)) is None
    assert turn(Decimal(5), Decimal(-5)) == "扭亏"
    assert turn(Decimal(-3), Decimal(-5)) == "减亏"
    assert turn(Decimal(-7), Decimal(-5)) == "增亏"
    assert turn(Decimal(-7), Decimal(5)) == "由盈转亏"
    assert turn(Decimal(7), Decimal(5)) == ""
    assert turn(None, Decimal(5)) == ""


def test_a_stock_is_its_last_value_and_never_added_over_months() -> None:
    rows = [filed("a", "2021-02", staff=10), filed("a", "2021-03", staff=12)]

    assert value(STAFF, rows, "2021Q1") == 12
    assert value(STAFF, rows, "2021-02") == 10


def test_a_stock_sums_only_who_filed_unless_it_is_carried() -> None:
    carried = replace(STAFF, carry=2)
    rows = [
        filed("a", "2021-01", staff=10),
        filed("b", "2021-01", staff=5),
        filed("a", "2021-03", staff=12),
        filed("a", "2021-04", staff=13),
    ]

    assert value(STAFF, rows, "2021-03") == 12
    assert value(carried, rows, "2021-02") == 15
    assert value(carried, rows, "2021-03") == 17
    assert value(carried, rows, "2021-04") == 13


def test_a_yearly_report_outranks_the_month_that_it_ends_with() -> None:
    rows = [filed("a", "2020-12", staff=10), filed("a", "2020", staff=11)]

    assert value(STAFF, rows, "2020") == 11


def test_growth_of_a_changed_panel_compares_the_same_firms() -> None:
    same = replace(OUTPUT, same_scope=True)
    rows = [
        filed("stays", "2020-05", output=100),
        filed("stays", "2021-05", output=110),
        filed("new", "2021-05", output=900),
        filed("gone", "2020-05", output=500),
    ]

    assert value(same, rows, "2021-01..05", "/same") == 110
    assert value(same, rows, "2021-01..05", "/base") == 100


def test_a_firm_that_moves_takes_only_its_later_months_along() -> None:
    by_park = replace(OUTPUT, by=("park",))
    moves = Belongings.of(
        [
            Belonging("firm:a", date(2020, 1, 1), {"park": "东园", "size": "大型"}),
            Belonging("firm:a", date(2021, 4, 15), {"park": "西园"}),
        ]
    )
    rows = [
        filed("a", period, moves.keys("firm:a", parse_period(period).last), output=output)
        for period, output in (("2021-03", 30), ("2021-04", 41), ("2021-05", 52))
    ]

    assert moves.keys("firm:a", date(2021, 4, 14)) == {"park": "东园", "size": "大型"}
    assert moves.keys("firm:a", date(2021, 4, 15)) == {"park": "西园", "size": "大型"}
    assert moves.keys("firm:a", date(2019, 1, 1)) == {}
    assert value(by_park, rows, "2021-01..05", by="park", key="东园") == 30
    assert value(by_park, rows, "2021-01..05", by="park", key="西园") == 22
    assert value(by_park, rows, "2021-01..05") == 52


def test_a_small_rate_keeps_every_place() -> None:
    levy = replace(FLOW, value=(_.output * exact("0.00015")).sum())
    code, sums = PieceCode([levy], FILING), Sums()
    code.add_row(sums, filed("a", "2021-03", output=1))

    assert expression_problems(levy.value, FILING) == []
    assert list(sums.values()) == [(100 * 15, 1)]  # 0.00015 at scale 2 + 5
    assert scale_of(levy, FILING) == 7
    assert "exact" in expression_problems(_.output.sum(where=_.tax > Decimal("0.5")), FILING)[0]
    assert "exact" in expression_problems((_.output * Decimal("0.00015")).sum(), FILING)[0]


def test_a_product_that_overflows_fails_its_own_row() -> None:
    squared = replace(FLOW, value=(_.output * _.output * _.output).sum())
    code = PieceCode([squared], FILING)

    code.check(filed("a", "2021-03", output=10**6).values)
    with pytest.raises(OutOfRange, match="核对单位"):
        code.check(filed("a", "2021-03", output=10**15).values)


def test_means_and_divisions_do_not_load() -> None:
    assert "平均值" in expression_problems(_.output.mean(), FILING)[0]
    assert "除法" in expression_problems((_.output / 2).sum(), FILING)[0]
    assert "小数" in expression_problems(_.output.sum(where=_.tax > 0.5), FILING)[0]


def test_unknown_logic_is_three_valued() -> None:
    not_large = replace(FLOW, value=_.output.sum(where=~(_.tax > 10)))
    either = replace(FLOW, value=_.output.sum(where=(_.tax > 10) | (_.output > 1)))
    untaxed = replace(FLOW, value=_.output.sum(where=_.tax.isnull()))
    rows = [filed("a", "2021-03", output=5)]

    assert value(not_large, rows, "2021-03") is None
    assert value(either, rows, "2021-03") == 5
    assert value(untaxed, rows, "2021-03") == 5


def test_ranks_are_shared_and_the_unfiled_have_none() -> None:
    numbers = {"甲": Decimal(5), "乙": Decimal(7), "丙": Decimal(7), "丁": None}

    assert [rank(numbers, key) for key in "甲乙丙丁"] == [3, 1, 1, None]
    assert rank(numbers, "甲", is_smaller_better=True) == 1
    place = Indicator(id="p", name="名次", unit="位", adds_up="rank", of="output", by=("park",))
    assert derived_value(place, [{"key": "甲", "value": 5}, {"key": "乙", "value": 7}]) == 2


def test_shares_and_contributions_need_every_part() -> None:
    assert share(Decimal(1), Decimal(8)) == Decimal("12.5")
    assert share(Decimal(1), Decimal(0)) is None
    assert ratio(Decimal(1), Decimal(0)) is None
    part, base = (Decimal(30), Decimal(20)), (Decimal(120), Decimal(100))
    assert contribution(*part, *base) == (50, 10)
    assert contribution(None, Decimal(1), *base) == (None, None)


def test_average_growth_is_the_root_of_the_whole() -> None:
    assert average_growth(Decimal(121), Decimal(100), 2) == 10
    assert average_growth(Decimal(121), Decimal(0), 2) is None


def test_a_falling_target_is_reached_by_the_share_of_its_way() -> None:
    assert attainment(Decimal(8), Decimal(6), falling_from=Decimal(10)) == 50


def test_an_interim_target_bends_the_way() -> None:
    way = [
        (date(2020, 12, 31), Decimal(0)),
        (date(2021, 12, 31), Decimal(40)),
        (date(2022, 12, 31), Decimal(100)),
    ]

    assert on_the_way(way, date(2021, 12, 31)) == 40
    assert on_the_way(way, date(2022, 7, 2)) == Decimal(40) + Decimal(60) * Decimal(183) / 365
    assert on_the_way(way, date(2020, 1, 1)) is None
    assert on_the_way(way, date(2030, 1, 1)) == 100


def test_a_seasonal_curve_is_made_of_whole_years_only() -> None:
    even = [Decimal(1)] * 12
    late = [Decimal(0)] * 11 + [Decimal(12)]

    assert seasonal_curve([even, late])[5] == 25
    assert seasonal_curve([[None, *even[1:]]]) == ()


def test_an_example_is_computed_like_the_numbers() -> None:
    rows = [
        {"subject": "firm:a", "period": "2021-02", "output": 20},
        {"subject": "firm:a", "period": "2021-03", "output": 33},
    ]

    assert example_value(OUTPUT, FILING, rows) == 33
