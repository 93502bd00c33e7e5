"""What only this park counts."""

from ibis import _

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.units import fen, wan

BASIS = "溪口产业园2021年计划"
START = {"gate": "start", "amount": wan(500), "kind": "民生", "top500": "否"}

civil_works_started = Indicator(
    id="civil_works_started",
    name="民生工程开工",
    english="Civil works started",
    unit="项",
    over="projects.gate_passed",
    value=_.count(
        where=(_.gate == "start") & _.kind.isin(["民生", "基础设施"]) & (_.amount >= wan(500))
    ),
    words="开工的民生和基础设施工程，500万元以上。",
    basis=BASIS,
    examples={
        "正好500万元计入，产业项目不计": (
            [
                START,
                START | {"amount": wan(500) - fen(1)},
                START | {"kind": "产业"},
                START | {"kind": "基础设施"},
                START | {"gate": "sign"},
            ],
            2,
        ),
    },
)
workshops_let = Indicator(
    id="workshops_let",
    name="厂房出租面积",
    english="Workshop space let",
    unit="万平方米",
    over="plan.reading",
    value=_.area.sum(where=_.subject == "indicator:workshops_let"),
    adds_up="stock",
    words="期末已出租的厂房建筑面积。",
    basis=BASIS,
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:workshops_let", "area": 12000},
                {"subject": "indicator:others", "area": 1},
            ],
            12000,
        ),
        "没有报就是未报": ([{"subject": "indicator:workshops_let", "amount": 1}], None),
    },
)
firms_visited = Indicator(
    id="firms_visited",
    name="走访企业",
    english="Firms visited",
    unit="户",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:firms_visited"),
    words="当期走访的企业户数，同一户每月只计一次。",
    basis=BASIS,
    aliases=("走访企业户数",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:firms_visited", "quantity": 8},
                {"subject": "indicator:others", "quantity": 1},
            ],
            8,
        ),
        "没有报就是未报": ([{"subject": "indicator:firms_visited", "amount": 1}], None),
    },
)
