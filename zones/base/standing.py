"""Standing: ranks in the assessments of the nation and the province; a smaller rank is better."""

from ibis import _

from jingkai.kernel.indicators import Indicator

national_assessment_rank = Indicator(
    id="national_assessment_rank",
    name="国家级经开区考核排名",
    english="Rank in the national assessment of development zones",
    unit="位",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:national_assessment_rank"),
    adds_up="stock",
    measure="rank",
    direction="down",
    words="商务部综合发展水平考核评价公布的名次。",
    basis="商务部《国家级经济技术开发区综合发展水平考核评价办法》",
    aliases=(
        "国家级经开区考核",
        "国家级经开区综合考评",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:national_assessment_rank", "quantity": 98},
                {"subject": "indicator:others", "quantity": 1},
            ],
            98,
        ),
        "没有报这一项就是未报": (
            [{"subject": "indicator:national_assessment_rank", "area": 1}],
            None,
        ),
    },
)
provincial_park_rank = Indicator(
    id="provincial_park_rank",
    name="全省重点园区考核排名",
    english="Rank in the provincial assessment of parks",
    unit="位",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:provincial_park_rank"),
    adds_up="stock",
    measure="rank",
    direction="down",
    words="省级主管部门公布的园区综合评价名次。",
    basis="省级园区综合评价办法(K)",
    aliases=(
        "全省重点园区考核",
        "省级园区综合评价",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:provincial_park_rank", "quantity": 18},
                {"subject": "indicator:others", "quantity": 1},
            ],
            18,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:provincial_park_rank", "area": 1}], None),
    },
)
