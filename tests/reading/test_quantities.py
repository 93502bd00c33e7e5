"""Numerals and units in base units: one pattern, one example."""

from decimal import Decimal

import pytest

from jingkai.reading.quantities import han_number, quantities


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二十", "20"),
        ("二〇三一", "2031"),
        ("一百零五", "105"),
        ("两千三百", "2300"),
        ("十五点五", "15.5"),
    ],
)
def test_numerals_in_words_have_their_value(text: str, value: str):
    assert han_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value", "unit", "counter"),
    [
        ("203.7亿元", "20370000000", "CNY", None),
        ("12,345.6亿元", "1234560000000", "CNY", None),
        ("5100多万元", "51000000", "CNY", None),
        ("1.5亿美元", "150000000", "USD", None),
        ("40.8 2亿元", "4082000000", "CNY", None),
        ("400亩", "266666.6667", "m2", None),
        ("14.87平方公里", "14870000", "m2", None),
        ("3公顷", "30000", "m2", None),
        ("60多公里", "60000", "m", None),
        ("13亿斤", "650000000", "kg", None),
        ("0.5千克", "0.5", "kg", None),
        ("百分之六", "6", "percent", None),
        ("三成", "30", "percent", None),
        ("5‰", "0.5", "percent", None),
        ("1.5个百分点", "1.5", "percentage_point", None),
        ("30个", "30", "count", "个"),
        ("1.2万人次", "12000", "count", "人次"),
        ("122万千瓦", "1220000", "count", "千瓦"),
        ("2000PF", "2000", "count", "PF"),
        ("翻一番", "100", "percent", None),
        ("翻两番", "300", "percent", None),
        ("零的突破", "1", "count", None),
    ],
)
def test_quantities_come_in_base_units(text: str, value: str, unit: str, counter: str | None):
    (found,) = quantities(text)

    assert (found.value, found.unit, found.counter) == (Decimal(value), unit, counter)
    assert (found.at, found.end) == (0, len(text))


def test_more_than_is_told_from_about():
    assert quantities("60多公里")[0].more
    assert not quantities("60公里")[0].more
