"""What is said in report language is read back as the same plan."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingkai.reading import read
from jingkai.reading.phrases import (
    CannotSay,
    PlainDeed,
    PlainNumber,
    PlainProject,
    say_amount,
    say_deed,
    say_number,
    say_project,
    say_report,
)
from jingkai.reading.quantities import COUNTERS, FIXED, quantities

YEAR = 2031
MONEY = ("规模工业增加值", "固定资产投资", "一般公共预算收入", "技工贸总收入", "税收", "进出口总额")
RATES = ("城镇登记失业率", "高新技术产业增加值占比", "绿化覆盖率", "万元产值能耗", "项目开工率")
SETS = (("高新技术企业", "家"), ("亿元以上项目", "个"), ("发明专利", "件"), ("标准化厂房", "栋"))
AREAS = ("闲置土地", "标准化厂房", "公共绿地")
RANKED = ("综合考核", "营商环境评价", "进出口总额")
NAMES = (
    "青禾电机生产基地",
    "云湖大道",
    "南塘污水处理厂",
    "白鹭冷链物流园",
    "松岭变电站",
    "长桥大桥",
)
DEEDS = ("出台产业链扶持办法", "组建项目服务专班", "建立企业诉求清单", "开展安全生产整治行动")
LEADS = ("经发局", "招商服务中心", "应急管理局")


def short(top: int, places: int) -> st.SearchStrategy[Decimal]:
    """Return figures above zero with a few decimals."""
    return st.integers(1, top).map(lambda n: Decimal(n) / 10**places)


amounts = st.builds(lambda n, scale: n * scale, short(99999, 2), st.sampled_from([10**4, 10**8]))
bounds = st.sampled_from(["=", ">=", ">", "~", "<="])
numbers = st.one_of(
    st.builds(
        PlainNumber,
        indicator=st.sampled_from(MONEY),
        value=amounts,
        unit=st.sampled_from(["CNY", "USD"]),
        op=bounds,
    ),
    st.builds(
        PlainNumber,
        indicator=st.sampled_from(MONEY),
        measure=st.just("growth"),
        value=short(9999, 2),
        unit=st.just("percent"),
        op=bounds,
        direction=st.sampled_from([None, "down"]),
    ),
    st.builds(
        PlainNumber,
        indicator=st.sampled_from(RATES),
        measure=st.just("share"),
        value=short(9999, 2),
        unit=st.just("percent"),
        op=bounds,
    ),
    st.builds(
        PlainNumber,
        indicator=st.sampled_from(RATES),
        measure=st.just("change"),
        value=short(999, 2),
        unit=st.just("percentage_point"),
        op=bounds,
        direction=st.sampled_from([None, "down"]),
    ),
    st.builds(
        lambda of, value, op, measure: PlainNumber(
            indicator=of[0], counter=of[1], value=value, unit="count", op=op, measure=measure
        ),
        st.sampled_from(SETS),
        st.integers(1, 99999).map(Decimal),
        bounds,
        st.sampled_from(["level", "change"]),
    ),
    st.builds(
        PlainNumber,
        indicator=st.sampled_from(AREAS),
        value=st.integers(1, 9999).map(lambda n: round(Decimal(n) * 2000 / 3, 4)),
        unit=st.just("m2"),
        op=bounds,
        printed=st.just("亩"),
    ),
    st.builds(
        PlainNumber,
        indicator=st.sampled_from(RANKED),
        measure=st.just("rank"),
        value=st.integers(1, 200).map(Decimal),
        unit=st.just("rank"),
        op=st.sampled_from(["=", "<="]),
    ),
)
ACTIONS = ("sign", "plan", "start", "build", "complete", "produce", "upgrade", "apply")
planned = st.builds(
    PlainProject,
    name=st.sampled_from(NAMES),
    action=st.sampled_from(ACTIONS),
    month=st.none() | st.integers(1, 12),
)
done = st.builds(PlainProject, name=st.sampled_from(NAMES), action=st.sampled_from(ACTIONS))
deeds = st.builds(
    PlainDeed,
    deed=st.sampled_from(DEEDS),
    lead=st.none() | st.sampled_from(LEADS),
    month=st.none() | st.integers(1, 12),
)


def as_read(one) -> tuple:
    counter = one.counter if one.unit == "count" else None
    said = (one.indicator, one.measure, one.op, round(float(one.value), 4), one.unit)
    return (*said, counter, one.direction)


def month(number: int | None) -> str | None:
    return f"{YEAR}-{number:02d}" if number else None


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(numbers, max_size=3),
    st.lists(done, max_size=2),
    st.lists(numbers, max_size=4),
    st.lists(planned, max_size=3),
    st.lists(deeds, max_size=2),
)
def test_a_plan_that_is_said_is_read_back(results, finished, targets, projects, tasks):
    text = say_report(
        "青石经开区工作报告",
        YEAR,
        results=results,
        done=finished,
        targets=targets,
        projects=projects,
        deeds=tasks,
    )

    found = read(text, year=YEAR)

    said = {kind: [s for s in found.statements if s.kind == kind] for kind in ("result", "target")}
    assert [as_read(s) for s in said["result"]] == [as_read(one) for one in results]
    assert [as_read(s) for s in said["target"]] == [as_read(one) for one in targets]
    assert {s.period for s in said["result"]} <= {str(YEAR - 1)}
    assert {s.period for s in said["target"]} <= {str(YEAR)}
    named = [(p.name, p.action, p.status, p.period) for p in found.projects]
    assert named == [
        *((p.name, p.action, "done", str(YEAR - 1)) for p in finished),
        *((p.name, p.action, "planned", month(p.month) or str(YEAR)) for p in projects),
    ]
    asked = [(t.text, t.lead, t.due) for t in found.tasks][len(targets) + len(projects) :]
    assert asked == [(say_deed(one) + "。", one.lead, month(one.month)) for one in tasks]


@pytest.mark.parametrize("printed", sorted(FIXED))
@given(figure=st.integers(1, 10**6))
def test_an_amount_goes_round_in_every_unit(printed: str, figure: int):
    unit, factor = FIXED[printed]
    value = Decimal(figure) / 100 * factor
    if printed == "亩":
        value = round(value, 4)

    (found,) = quantities(say_amount(value, unit, printed=printed))

    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize("counter", sorted(COUNTERS))
@given(figure=st.integers(1, 10**9))
def test_a_count_goes_round_with_every_counter(counter: str, figure: int):
    (found,) = quantities(say_amount(Decimal(figure), "count", counter))

    assert (found.value, found.counter) == (figure, counter)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (dict(indicator="税收", value="800000000", unit="CNY", op=">"), "税收突破8亿元"),
        (
            dict(indicator="税收", value="5.5", unit="percent", measure="growth", op="~"),
            "税收增长5.5%左右",
        ),
        (
            dict(indicator="税收", value="8", unit="percent", measure="growth", op=">="),
            "税收增长8%以上",
        ),
        (
            dict(indicator="失业率", value="3", unit="percent", measure="share", op="<="),
            "失业率控制在3%以内",
        ),
        (
            dict(indicator="入规企业", value="20", unit="count", counter="家", measure="change"),
            "新增入规企业20家",
        ),
        (dict(indicator="闲置土地", value="266666.6667", unit="m2", printed="亩"), "闲置土地400亩"),
        (
            dict(indicator="综合考核", value="3", unit="rank", measure="rank", op="<="),
            "综合考核进入全市前3位",
        ),
    ],
)
def test_a_number_is_said_as_reports_say_it(one: dict, said: str):
    assert say_number(PlainNumber(**{**one, "value": Decimal(one["value"])})) == said


def test_what_has_no_phrase_is_refused_and_named():
    with pytest.raises(CannotSay, match="<"):
        say_number(PlainNumber(indicator="税收", value=Decimal(1), unit="CNY", op="<"))
    with pytest.raises(CannotSay, match="paint"):
        say_project(PlainProject(name="云湖大道", action="paint"))
    with pytest.raises(CannotSay, match="亩"):
        say_amount(Decimal(1), "CNY", printed="亩")
