from datetime import date

import pytest

from jingkai.enterprises.rules import (
    Interval,
    find_likenesses,
    find_objection,
    intervals,
    name_core,
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
    assert "校验位" in (find_objection("91430799MA4L000010") or "")
    assert find_objection("91430799MA4L000010", confirmed_by="孙听雪") is None
    assert "17位" in (find_objection("91430799MA4L00001", confirmed_by="孙听雪") or "")


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
