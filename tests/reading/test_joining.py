"""Names of one project are found alike, each with its reason; sisters are not."""

import pytest

from jingkai.reading.joining import find_alike, likeness


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("青禾电机生产基地", "青禾电机生产基地", "同名"),
        ("青禾电机生产基地", "青禾电机生产基地项目", "去掉括号"),
        ("云溪大道（北段）建设工程", "云溪大道", "去掉括号"),
        ("“青禾”电机基地一期", "青禾电机基地", "去掉括号"),
        ("青禾电机", "青禾电机生产基地", "包含"),
        ("滨湖人民医院", "区滨湖人民医院", "包含"),
        ("多源实验平台", "多源综合实验验证平台", "简称"),
        ("云帆新能源生产基地", "云帆新能源产业园", "开头相同"),
        ("云溪污水处理厂提标改造", "云溪污水处置厂提标改造", "字面相近"),
    ],
)
def test_two_names_of_one_project_are_alike_for_a_reason(one: str, other: str, why: str):
    found = likeness(one, other)

    assert found is not None
    assert why in found[1]
    assert likeness(other, one) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青禾电机基地一期", "青禾电机基地二期"),
        ("青禾电机基地", "青禾电机基地二期"),
        ("云溪大道东延", "云溪大道西延"),
        ("青禾产业园", "青禾产业园污水处理厂"),
        ("第二小学", "第三小学"),
        ("国道107", "国道108"),
        ("云溪路", "云桥路"),
        ("人民医院门诊楼", "人民医院住院楼"),
        ("东湖小学", "东湖小学附属幼儿园"),
        ("二期工程", "二期工程"),
    ],
)
def test_sisters_and_neighbours_are_not_alike(one: str, other: str):
    assert likeness(one, other) is None


def test_each_name_is_asked_once_about_its_likest_predecessor():
    names = ["青禾电机", "第二小学", "青禾电机生产基地", "青禾电机生产基地项目"]

    found = find_alike(names)

    assert [(one.first, one.second) for one in found] == [(0, 2), (2, 3)]
    assert found[1].score > found[0].score
