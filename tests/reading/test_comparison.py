"""Three invented years of one zone: every target and project has its verdict."""

import pytest

from jingkai.reading import read
from jingkai.reading.comparison import CannotCompare, Comparison, compare

REVIEW = "一、{last}年工作回顾\n{done}\n二、{year}年重点工作\n{plan}\n"


def report(year: int, plan: str, done: str = "工作有序开展。") -> dict:
    text = REVIEW.format(last=year - 1, year=year, done=done, plan=plan)
    return read(text, year=year).to_json()


FIRST = report(
    2019,
    "力争引进企业20家，完成固定资产投资30亿元，完成税收5亿元。\n"
    "确保云溪大道开工建设。\n确保青禾电机生产基地签约。\n确保滨湖水厂开工建设。\n确保向阳小学建成。",
)
SECOND = report(
    2020,
    "力争引进企业25家，完成固定资产投资30亿元，新建厂房3万平方米。\n"
    "确保云溪大道开工建设。\n确保青禾电机生产基地项目开工建设。",
    done="滨湖水厂开工建设。向阳小学竣工。引进企业18家。",
)
THIRD = report(
    2021,
    "力争引进企业22家，完成固定资产投资30亿元。\n"
    "确保云溪大道工程开工建设。\n确保青禾电机生产基地竣工投产。\n确保南山仓储物流园开工建设。",
    done="引进企业26家。青禾电机生产基地开工建设。",
)


@pytest.fixture(scope="module")
def three() -> Comparison:
    return compare([SECOND, THIRD, FIRST])


@pytest.mark.parametrize(
    ("indicator", "verdict", "before", "now"),
    [
        ("企业", "lowered", 25, 22),
        ("固定资产投资", "kept", 30e8, 30e8),
        ("厂房", "dropped", 30_000, None),
    ],
)
def test_a_target_stands_beside_that_of_the_year_before(three, indicator, verdict, before, now):
    found = next(one for one in three.targets if indicator in one.indicator)

    assert (found.verdict, found.before, found.now) == (verdict, before, now)


def test_what_was_reached_stands_beside_the_promise(three):
    found = next(one for one in three.targets if "企业" in one.indicator)

    assert found.reached == 26
    assert found.years == (2019, 2020, 2021)


def test_raised_and_new_targets_of_two_years():
    found = {one.indicator: one.verdict for one in compare([FIRST, SECOND]).targets}

    assert next(v for k, v in found.items() if "企业" in k) == "raised"
    assert next(v for k, v in found.items() if "厂房" in k) == "new"
    assert next(v for k, v in found.items() if "税收" in k) == "dropped"


@pytest.mark.parametrize(
    ("name", "verdict", "years"),
    [
        ("云溪大道工程", "repeated", (2019, 2020, 2021)),
        ("青禾电机生产基地", "advanced", (2019, 2020, 2021)),
        ("滨湖水厂", "done", (2019,)),
        ("向阳小学", "done", (2019,)),
        ("南山仓储物流园", "new", (2021,)),
    ],
)
def test_a_project_has_its_verdict_and_the_years_that_announced_it(three, name, verdict, years):
    found = {one.name: one for one in three.projects}

    assert name in found, sorted(found)
    assert (found[name].verdict, found[name].years) == (verdict, years)


def test_a_project_under_way_is_kept_and_one_never_named_again_is_dropped():
    before = report(2020, "确保云溪大道开工建设。\n确保滨湖水厂开工建设。")
    now = report(2021, "加快云溪大道建设。", done="云溪大道开工建设。")

    found = {one.name: one.verdict for one in compare([before, now]).projects}

    assert found == {"云溪大道": "kept", "滨湖水厂": "dropped"}


def test_other_names_of_a_project_are_told(three):
    found = next(one for one in three.projects if one.name == "云溪大道工程")

    assert found.other_names == ("云溪大道",)


def test_two_reports_of_one_year_are_refused():
    with pytest.raises(CannotCompare, match="都是 2021 年"):
        compare([THIRD, THIRD])
    with pytest.raises(CannotCompare, match="两份以上"):
        compare([THIRD])


def test_a_review_without_a_plan_drops_nothing():
    before = report(2020, "力争引进企业20家。确保云溪大道开工建设。确保滨湖水厂开工建设。")
    now = read("一、2020年工作回顾\n引进企业26家。云溪大道开工建设。\n", year=2021).to_json()

    found = compare([before, now])

    assert not found.has_plan
    assert [(one.verdict, one.before, one.reached) for one in found.targets] == [("unsaid", 20, 26)]
    assert {one.name: one.verdict for one in found.projects} == {
        "云溪大道": "done",
        "滨湖水厂": "unsaid",
    }
