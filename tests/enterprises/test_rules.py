from datetime import date
from decimal import Decimal

import pytest

from jingkai.enterprises.rules import (
    Interval,
    find_likenesses,
    find_objection,
    intervals,
    name_core,
    size_of,
)

A, B, C = "91430799MA4L000018", "91430799MA4L000028", "91430799MA4L00105X"


def test_a_value_holds_until_the_next_one_is_set() -> None:
    changes = [
        (date(2019, 5, 1), "small"),
        (date(2018, 1, 1), "micro"),
        (date(2020, 1, 1), "small"),
        (date(2021, 1, 1), "unknown"),
    ]

    assert intervals(changes) == [
        Interval("micro", date(2018, 1, 1), date(2019, 5, 1)),
        Interval("small", date(2019, 5, 1), date(2021, 1, 1)),
        Interval("unknown", date(2021, 1, 1)),
    ]


def test_a_code_whose_check_fails_passes_when_somebody_vouches_for_it() -> None:
    assert "校验位" in str(find_objection("91430799MA4L000010"))
    assert find_objection("91430799MA4L000010", confirmed_by="孙听雪") is None
    assert "17位" in str(find_objection("91430799MA4L00001", confirmed_by="孙听雪"))


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("岱舆川机械有限公司", "岱舆川机械"),
        ("湖南岱舆川机械股份有限公司", "岱舆川机械"),
        ("岱舆川机械（常德）有限责任公司", "岱舆川机械"),
        ("常德市岱舆川机械集团有限公司", "岱舆川机械"),
        ("岱舆川市政工程有限公司", "岱舆川市政工程"),
        ("公司", "公司"),
    ],
)
def test_the_core_of_a_name_is_what_tells_firms_apart(name: str, core: str) -> None:
    assert name_core(name) == core


def test_alike_are_names_with_one_core_and_codes_one_slip_apart() -> None:
    found = find_likenesses(
        {
            A: "岱舆川机械有限公司",
            B: "员峤屿食品有限公司",
            C: "岱舆川机械（常德）有限公司",
            "91430799MA4L010018": "扶桑坪纸业有限公司",
            "91430799MA4L100018": "扶桑坪建材有限公司",
        }
    )

    said = {(one.code, one.other): one.why for one in found}
    assert said[(A, C)] == "名称除地名和组织形式外相同"
    assert said[(A, B)] == "代码只差一位"
    assert said[("91430799MA4L010018", "91430799MA4L100018")] == "代码只有相邻两位对调"
    assert (B, C) not in said


@pytest.mark.parametrize(
    ("staff", "revenue", "size"),
    [
        (1000, "40000", "large"),
        (999, "40000", "medium"),
        (1000, "39999.99", "medium"),
        (300, "2000", "medium"),
        (299, "900000", "small"),
        (20, "300", "small"),
        (19, "300", "micro"),
        (5000, "299", "micro"),
    ],
)
def test_a_factory_is_of_the_size_whose_every_bound_it_meets(
    staff: int, revenue: str, size: str
) -> None:
    assert size_of("industry", staff=staff, revenue_wan=Decimal(revenue)) == size


def test_each_profession_has_its_own_bounds() -> None:
    big = {"staff": 250, "revenue_wan": Decimal(50000)}

    assert size_of("commerce", **big) == "large"
    assert size_of("services", **big) == "small"
    assert size_of("construction", staff=1, revenue_wan=Decimal(80000)) == "large"
