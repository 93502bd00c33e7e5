"""Projects: how many were signed, broke ground and came into production."""

from ibis import _

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.units import fen, yi
from zones.base.askers import HEADLINE

SIGN = {"gate": "sign", "amount": yi(1), "kind": "产业", "top500": "否"}
START = SIGN | {"gate": "start"}
COMMISSION = SIGN | {"gate": "commission"}
FULL_OUTPUT = SIGN | {"gate": "full_output"}
GATE_BASIS = "园区项目统计惯例：按节点发生日期计，一个项目一个节点只计一次(K)"

projects_signed = Indicator(
    id="projects_signed",
    name="签约项目",
    english="Projects signed",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=_.gate == "sign"),
    words="当期签订正式投资协议的项目个数；意向书、框架协议不计。",
    asked_by=(HEADLINE,),
    basis=GATE_BASIS,
    aliases=("签约项目数", "新签约项目", "引进项目"),
    examples={
        "只数签约节点": ([SIGN, SIGN | {"amount": 1}, START], 2),
        "没有签约就是 0": ([START], 0),
    },
)
projects_signed_100m = Indicator(
    id="projects_signed_100m",
    name="亿元以上签约项目",
    english="Projects signed of at least 100 million yuan",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=(_.gate == "sign") & (_.amount >= yi(1))),
    words="签约项目中总投资达到1亿元的个数，正好1亿元也计。",
    basis=GATE_BASIS,
    aliases=("亿元项目", "亿元以上项目", "引进亿元项目"),
    part_of="projects_signed",
    examples={
        "正好1亿元计入，差一分不计": ([SIGN, SIGN, SIGN | {"amount": yi(1) - fen(1)}, START], 2),
        "没有亿元项目就是 0": ([SIGN | {"amount": 1}], 0),
    },
)
projects_signed_1b = Indicator(
    id="projects_signed_1b",
    name="十亿元以上签约项目",
    english="Projects signed of at least 1 billion yuan",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=(_.gate == "sign") & (_.amount >= yi(10))),
    words="签约项目中总投资达到10亿元的个数，正好10亿元也计。",
    basis=GATE_BASIS,
    aliases=("十亿元项目", "10亿元以上项目", "十亿元以上项目"),
    part_of="projects_signed_100m",
    examples={
        "正好10亿元计入，差一分不计": (
            [
                SIGN | {"amount": yi(10)},
                SIGN | {"amount": yi(11)},
                SIGN | {"amount": yi(26)},
                SIGN | {"amount": yi(10) - fen(1)},
                START | {"amount": yi(10)},
            ],
            3,
        ),
    },
)
projects_signed_top500 = Indicator(
    id="projects_signed_top500",
    name="500强企业签约项目",
    english="Projects signed with Fortune or China Top 500 investors",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=(_.gate == "sign") & (_.top500 == "是")),
    words="投资方或其控股母公司为世界、中国或民营500强的签约项目个数。",
    basis=GATE_BASIS,
    aliases=("500强投资项目", "500强企业投资项目", "500强项目"),
    part_of="projects_signed",
    examples={
        "只数500强投资的": (
            [SIGN | {"top500": "是"}, SIGN | {"top500": "是"}, SIGN, START | {"top500": "是"}],
            2,
        ),
        "没有写明的不计": ([{"gate": "sign", "amount": yi(1), "kind": "产业"}], 0),
    },
)
signed_investment = Indicator(
    id="signed_investment",
    name="签约项目总投资",
    english="Investment of projects signed",
    unit="亿元",
    over="projects.gate_passed",
    by=("department",),
    value=_.amount.sum(where=_.gate == "sign"),
    words="当期签约项目协议总投资之和，不等于统计口径的固定资产投资。",
    asked_by=(HEADLINE,),
    basis=GATE_BASIS,
    aliases=("签约总投资", "签约金额"),
    examples={
        "只加签约项目": ([SIGN, SIGN | {"amount": yi(2)}, START], yi(3)),
    },
)
projects_started = Indicator(
    id="projects_started",
    name="新开工项目",
    english="Projects that broke ground",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=_.gate == "start"),
    words="当期主体工程动工并有施工许可或桩基照片为凭的项目个数。",
    asked_by=(HEADLINE,),
    basis=GATE_BASIS,
    aliases=("开工项目", "新开工项目数"),
    examples={
        "只数开工节点": ([START, START | {"kind": "民生"}, SIGN, COMMISSION], 2),
        "没有开工就是 0": ([SIGN], 0),
    },
)
large_industrial_started = Indicator(
    id="large_industrial_started",
    name="新开工亿元以上产业项目",
    english="Industrial projects of at least 100 million yuan that broke ground",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=(_.gate == "start") & (_.kind == "产业") & (_.amount >= yi(1))),
    words="新开工项目中类别为产业、总投资达到1亿元的个数。",
    basis=GATE_BASIS,
    aliases=("亿元以上产业项目", "亿元以上新开工项目", "开工亿元以上产业项目"),
    part_of="projects_started",
    examples={
        "正好1亿元的产业项目计入": (
            [
                START,
                START | {"amount": yi(3)},
                START | {"amount": yi(8)},
                START | {"amount": yi(1) - fen(1)},
                START | {"kind": "基础设施"},
                COMMISSION,
            ],
            3,
        ),
    },
)
projects_commissioned = Indicator(
    id="projects_commissioned",
    name="投产项目",
    english="Projects that came into production",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=_.gate == "commission"),
    words="当期竣工并开始生产或运营的项目个数，以首张销售发票或竣工备案为凭。",
    asked_by=(HEADLINE,),
    basis=GATE_BASIS,
    aliases=("竣工投产项目", "投产项目数", "新投产项目"),
    examples={
        "只数投产节点": ([COMMISSION, START, FULL_OUTPUT], 1),
        "没有投产就是 0": ([START], 0),
    },
)
large_industrial_commissioned = Indicator(
    id="large_industrial_commissioned",
    name="投产亿元以上产业项目",
    english="Industrial projects of at least 100 million yuan that came into production",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=(_.gate == "commission") & (_.kind == "产业") & (_.amount >= yi(1))),
    words="投产项目中类别为产业、总投资达到1亿元的个数。",
    basis=GATE_BASIS,
    aliases=("亿元以上产业项目", "亿元以上投产项目"),
    part_of="projects_commissioned",
    examples={
        "正好1亿元的产业项目计入": (
            [
                COMMISSION,
                COMMISSION | {"amount": yi(3)},
                COMMISSION | {"amount": yi(8)},
                COMMISSION | {"amount": yi(1) - fen(1)},
                COMMISSION | {"kind": "民生"},
                START,
            ],
            3,
        ),
    },
)
projects_at_full_output = Indicator(
    id="projects_at_full_output",
    name="达效项目",
    english="Projects at full output",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=_.gate == "full_output"),
    words="当期达到设计产能或协议约定产出的项目个数。",
    basis=GATE_BASIS,
    aliases=("达产达效项目", "达产项目"),
    examples={
        "只数达效节点": ([FULL_OUTPUT, FULL_OUTPUT, COMMISSION], 2),
    },
)
