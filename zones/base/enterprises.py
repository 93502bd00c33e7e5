"""Firms: how many there are of each rank, and how many joined it."""

from ibis import _

from jingkai.kernel.indicators import Indicator

industrial_firms = Indicator(
    id="industrial_firms",
    name="规模工业企业总数",
    english="Above-scale industrial firms",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:industrial_firms"),
    adds_up="stock",
    words="期末在统计名录库中的规模以上工业法人企业数。",
    basis="国家统计局《统计单位划分及具体处理办法》与一套表名录库(K)",
    aliases=(
        "在库规模工业企业",
        "规上工业企业总数",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:industrial_firms", "quantity": 197},
                {"subject": "indicator:others", "quantity": 1},
            ],
            197,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:industrial_firms", "area": 1}], None),
    },
)
new_industrial_firms = Indicator(
    id="new_industrial_firms",
    name="新增规模工业企业",
    english="Firms newly above scale in industry",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:new_industrial_firms"),
    words="当期新纳入统计名录库的规模以上工业企业，退库不扣减。",
    basis="国家统计局一套表调查单位管理规定(K)",
    aliases=(
        "规模工业企业",
        "新增规上工业企业",
        "规上工业企业",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:new_industrial_firms", "quantity": 6},
                {"subject": "indicator:others", "quantity": 1},
            ],
            6,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:new_industrial_firms", "area": 1}], None),
    },
)
four_above_firms = Indicator(
    id="four_above_firms",
    name="四上企业总数",
    english="Firms above the four statistical thresholds",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:four_above_firms"),
    adds_up="stock",
    words="规上工业、有资质建筑业与房地产、限上批零住餐、规上服务业企业合计。",
    basis="国家统计局一套表调查单位管理规定(K)",
    aliases=("四上企业",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:four_above_firms", "quantity": 301},
                {"subject": "indicator:others", "quantity": 1},
            ],
            301,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:four_above_firms", "area": 1}], None),
    },
)
market_entities_added = Indicator(
    id="market_entities_added",
    name="新增市场主体",
    english="Market entities added",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:market_entities_added"),
    words="当期新登记的企业和个体工商户，不扣注销。",
    basis="《市场主体登记管理条例》登记口径(K)",
    aliases=("市场主体",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:market_entities_added", "quantity": 5015},
                {"subject": "indicator:others", "quantity": 1},
            ],
            5015,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:market_entities_added", "area": 1}], None),
    },
)
new_provincial_giants = Indicator(
    id="new_provincial_giants",
    name="新增省级小巨人企业",
    english="Firms newly recognised as provincial little giants",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:new_provincial_giants"),
    words="当年新认定的省级专精特新小巨人企业，以公布文件为准。",
    basis="省工业和信息化厅年度认定文件(K)",
    aliases=(
        "省级小巨人企业",
        "省级专精特新小巨人企业",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:new_provincial_giants", "quantity": 4},
                {"subject": "indicator:others", "quantity": 1},
            ],
            4,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:new_provincial_giants", "area": 1}], None),
    },
)
new_national_giants = Indicator(
    id="new_national_giants",
    name="新增国家级小巨人企业",
    english="Firms newly recognised as national little giants",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:new_national_giants"),
    words="当年新列入国家级专精特新小巨人名单的企业。",
    basis="工业和信息化部年度公告(K)",
    aliases=("国家级小巨人企业",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:new_national_giants", "quantity": 2},
                {"subject": "indicator:others", "quantity": 1},
            ],
            2,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:new_national_giants", "area": 1}], None),
    },
)
new_hightech_firms = Indicator(
    id="new_hightech_firms",
    name="新增高新技术企业",
    english="Firms newly recognised as high-tech",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:new_hightech_firms"),
    words="当年首次认定的高新技术企业，重新认定不计。",
    basis="《高新技术企业认定管理办法》(国科发火〔2016〕32号)(K)",
    aliases=("高新技术企业",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:new_hightech_firms", "quantity": 3},
                {"subject": "indicator:others", "quantity": 1},
            ],
            3,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:new_hightech_firms", "area": 1}], None),
    },
)
firms_tax_100m = Indicator(
    id="firms_tax_100m",
    name="税收过亿元企业",
    english="Firms paying more than 100 million yuan in tax",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:firms_tax_100m"),
    adds_up="stock",
    words="全年入库税收超过1亿元的企业数，按集团在本区的法人分别算。",
    basis="税务部门重点税源口径(K)",
    aliases=("税收过亿企业",),
    part_of="firms_tax_10m",
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:firms_tax_100m", "quantity": 4},
                {"subject": "indicator:others", "quantity": 1},
            ],
            4,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:firms_tax_100m", "area": 1}], None),
    },
)
firms_tax_10m = Indicator(
    id="firms_tax_10m",
    name="税收过千万企业",
    english="Firms paying more than 10 million yuan in tax",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:firms_tax_10m"),
    adds_up="stock",
    words="全年入库税收超过1000万元的企业数，含过亿元的。",
    basis="税务部门重点税源口径(K)",
    aliases=("税收过千万元企业",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:firms_tax_10m", "quantity": 19},
                {"subject": "indicator:others", "quantity": 1},
            ],
            19,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:firms_tax_10m", "area": 1}], None),
    },
)
ten_billion_parks = Indicator(
    id="ten_billion_parks",
    name="百亿专业园区(企业)",
    english="Specialised parks or firms with output over 10 billion yuan",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:ten_billion_parks"),
    adds_up="stock",
    words="年产值超过100亿元的专业园区或单个企业数。",
    basis="园区五年规划目标口径(K)",
    aliases=(
        "百亿专业园区",
        "百亿园区",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:ten_billion_parks", "quantity": 2},
                {"subject": "indicator:others", "quantity": 1},
            ],
            2,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:ten_billion_parks", "area": 1}], None),
    },
)
national_research_platforms = Indicator(
    id="national_research_platforms",
    name="国家级科研平台",
    english="National research platforms",
    unit="个",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:national_research_platforms"),
    adds_up="stock",
    words="国家部委批复的重点实验室、工程(技术)研究中心、企业技术中心等。",
    basis="科技部、国家发展改革委批复文件(K)",
    aliases=("国家级创新平台",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:national_research_platforms", "quantity": 2},
                {"subject": "indicator:others", "quantity": 1},
            ],
            2,
        ),
        "没有报这一项就是未报": (
            [{"subject": "indicator:national_research_platforms", "area": 1}],
            None,
        ),
    },
)
listed_firms_five_year_growth = Indicator(
    id="listed_firms_five_year_growth",
    name="上市企业数五年累计增幅",
    english="Five-year growth of the number of listed firms",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:listed_firms_since_2020"),
    adds_up="stock",
    measure="growth",
    words="期末上市企业数与2020年相比的累计增幅；翻一番即增长100%。",
    basis="园区五年规划目标口径(K)",
    aliases=(
        "企业上市",
        "上市企业数量",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:listed_firms_since_2020", "rate": 50},
                {"subject": "indicator:others", "rate": 1},
            ],
            50,
        ),
        "没有报这一项就是未报": (
            [{"subject": "indicator:listed_firms_since_2020", "amount": 1}],
            None,
        ),
    },
)
