"""Numbers that this zone has published once, each as its report gave it."""

from ibis import _

from jingkai.kernel.indicators import Indicator

top500_investors = Indicator(
    id="top500_investors",
    name="引进500强投资企业",
    english="Investors among the 500 largest companies brought in",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:top500_investors"),
    words="五年里来区投资的三类500强企业数，按企业计，同一家只计一次；与签约项目数不同。",
    basis="常德经开区2020年工作总结及2021年工作计划(2021年2月4日)",
    aliases=("500强投资企业",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:top500_investors", "quantity": 3},
                {"subject": "indicator:others", "quantity": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:top500_investors", "area": 1}], None),
    },
)

roads_built = Indicator(
    id="roads_built",
    name="建成道路条数",
    english="Roads built",
    unit="条",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:roads_built"),
    words="当期建成通车的园区道路条数。",
    basis="常德经开区2020年工作总结及2021年工作计划(2021年2月4日)",
    aliases=("道路", "建成道路"),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:roads_built", "quantity": 3},
                {"subject": "indicator:others", "quantity": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:roads_built", "area": 1}], None),
    },
)

road_length = Indicator(
    id="road_length",
    name="建成道路里程",
    english="Length of roads built",
    unit="公里",
    over="plan.reading",
    value=_.length.sum(where=_.subject == "indicator:road_length"),
    words="当期建成通车的园区道路长度，按中心线计。",
    basis="常德经开区2020年工作总结及2021年工作计划(2021年2月4日)",
    aliases=("道路", "建成道路"),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:road_length", "length": 3},
                {"subject": "indicator:others", "length": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:road_length", "area": 1}], None),
    },
)

pipes_laid = Indicator(
    id="pipes_laid",
    name="铺设管网",
    english="Pipes laid",
    unit="公里",
    over="plan.reading",
    value=_.length.sum(where=_.subject == "indicator:pipes_laid"),
    words="当期铺设的给水、雨水、污水、燃气等管线长度合计。",
    basis="常德经开区2020年工作总结及2021年工作计划(2021年2月4日)",
    aliases=("管网", "各类管网"),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:pipes_laid", "length": 3},
                {"subject": "indicator:others", "length": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:pipes_laid", "area": 1}], None),
    },
)

satisfaction_rank = Indicator(
    id="satisfaction_rank",
    name="产业立市行动满意度测评名次",
    english="Rank in the city's satisfaction survey on industry first",
    unit="位",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:satisfaction_rank"),
    adds_up="stock",
    measure="rank",
    direction="down",
    words="市政协对各县市区落实产业立市行动的满意度测评名次。",
    basis="常德经开区2020年工作总结及2021年工作计划(2021年2月4日)",
    aliases=("产业立市三年行动计划满意度测评", "满意度测评"),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:satisfaction_rank", "quantity": 3},
                {"subject": "indicator:others", "quantity": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:satisfaction_rank", "area": 1}], None),
    },
)

rail_park_investment = Indicator(
    id="rail_park_investment",
    name="中车工业园项目投资",
    english="Investment in the rail industry park",
    unit="亿元",
    over="plan.reading",
    value=_.amount.sum(where=_.subject == "indicator:rail_park_investment"),
    words="项目公布的总投资。",
    basis="常德经开区2020年工作总结及2021年工作计划(2021年2月4日)",
    aliases=("常德中车工业园项目投资",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:rail_park_investment", "amount": 3},
                {"subject": "indicator:others", "amount": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:rail_park_investment", "area": 1}], None),
    },
)

rail_park_output = Indicator(
    id="rail_park_output",
    name="中车工业园项目达产产值",
    english="Output of the rail industry park at full production",
    unit="亿元",
    over="plan.reading",
    value=_.amount.sum(where=_.subject == "indicator:rail_park_output"),
    words="项目公布的达产后年产值；“过百亿”按公布的界限记为100亿元。",
    basis="常德经开区2020年工作总结及2021年工作计划(2021年2月4日)",
    aliases=("常德中车工业园项目产值",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:rail_park_output", "amount": 3},
                {"subject": "indicator:others", "amount": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:rail_park_output", "area": 1}], None),
    },
)

rail_park_years = Indicator(
    id="rail_park_years",
    name="中车工业园项目建设用时",
    english="Years from start of construction to trial production of the rail park",
    unit="年",
    over="plan.reading",
    value=_.years.sum(where=_.subject == "indicator:rail_park_years"),
    direction="down",
    words="从主体工程开工到试生产所用的年数。",
    basis="常德经开区2020年工作总结及2021年工作计划(2021年2月4日)",
    aliases=("主体工程开工到试生产",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:rail_park_years", "years": 3},
                {"subject": "indicator:others", "years": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:rail_park_years", "area": 1}], None),
    },
)

stationed_staff = Indicator(
    id="stationed_staff",
    name="驻企帮扶干部",
    english="Staff stationed with firms",
    unit="名",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:stationed_staff"),
    words="暖企行动中派驻企业和在建项目的干部人数。",
    basis="常德经开区2020年工作总结及2021年工作计划(2021年2月4日)",
    aliases=("帮扶干部", "干部"),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:stationed_staff", "quantity": 3},
                {"subject": "indicator:others", "quantity": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:stationed_staff", "area": 1}], None),
    },
)
