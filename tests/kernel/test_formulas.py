"""A number says how it is made."""

from ibis import _

from jingkai.kernel.formulas import formula_in_words
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.units import yi
from jingkai.plan.facts import reading
from jingkai.projects.facts import gate_passed


def said(value: object, fact_type=gate_passed) -> str:
    indicator = Indicator(id="x", name="x", unit="个", over=fact_type.id, value=value)
    return str(formula_in_words(indicator, fact_type))


def test_a_count_says_its_conditions_in_words():
    assert said(_.count(where=(_.gate == "start") & (_.amount >= yi(1)))) == (
        "计数“项目过节点”，条件：节点为开工 且 总投资≥1亿元"
    )


def test_a_sum_says_its_column():
    text = said(_.amount.sum(where=_.subject == "indicator:gdp"), reading)

    assert text == "合计“读数”的金额，条件：对象为indicator:gdp"


def test_alternatives_negations_and_lists_are_told():
    assert "之一" in said(_.count(where=_.kind.isin(["产业", "民生"])))
    assert "或" in said(_.count(where=(_.gate == "start") | (_.gate == "sign")))
    assert "不是" in said(_.count(where=~(_.top500 == "是")))
