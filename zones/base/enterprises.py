"""Firms: the statistical roll, what the firms on it return, and the titles they win."""

from ibis import _

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.readings import reading
from jingkai.kernel.units import fen, wan, yi
from zones.base.askers import ASSESSMENT, HEADLINE, MONTHLY

ROLL = "国家统计局一套表调查单位管理规定(K)"
INDUSTRY = "国家统计局《工业统计报表制度》(K)"
# What the register says of a firm; numbers that may be told of a single firm are kept by all of it.
BY = ("industry", "size", "ownership", "chain", "park")
ENTER = {"step": "enter", "trade": "industry", "change": 1}
LEAVE = {"step": "leave", "trade": "industry", "change": -1}

industrial_firms = Indicator(
    id="industrial_firms",
    name="规模工业企业总数",
    english="Above-scale industrial firms",
    unit="家",
    over="enterprises.roll_changed",
    value=_.change.sum(where=_.trade == "industry"),
    adds_up="balance",
    words="期末在统计名录库中的规模以上工业法人企业数：入库的减去退库的。",
    asked_by=(HEADLINE,),
    basis="国家统计局《统计单位划分及具体处理办法》与一套表名录库(K)",
    aliases=(
        "在库规模工业企业",
        "规上工业企业总数",
    ),
    examples={
        "入库三家、退库一家，别的专业不算": (
            [ENTER, ENTER, ENTER, LEAVE, ENTER | {"trade": "services"}],
            2,
        ),
        "没有名录库就是0": ([], 0),
    },
)
new_industrial_firms = Indicator(
    id="new_industrial_firms",
    name="新增规模工业企业",
    english="Firms newly above scale in industry",
    unit="家",
    over="enterprises.roll_changed",
    value=_.count(where=(_.step == "enter") & (_.trade == "industry")),
    words="当期新纳入统计名录库的规模以上工业企业，退库不扣减。",
    asked_by=(HEADLINE,),
    basis=ROLL,
    aliases=(
        "规模工业企业",
        "新增规上工业企业",
        "规上工业企业",
    ),
    examples={
        "退库不扣减，别的专业不算": ([ENTER, ENTER, LEAVE, ENTER | {"trade": "commerce"}], 2),
    },
)
four_above_firms = Indicator(
    id="four_above_firms",
    name="四上企业总数",
    english="Firms above the four statistical thresholds",
    unit="家",
    over="enterprises.roll_changed",
    value=_.change.sum(
        where=_.trade.isin(
            ["industry", "construction", "commerce", "catering", "real_estate", "services"]
        )
    ),
    adds_up="balance",
    words="规上工业、有资质建筑业与房地产、限上批零住餐、规上服务业企业合计，期末在库数。",
    asked_by=(HEADLINE,),
    basis=ROLL,
    aliases=("四上企业",),
    examples={
        "六个专业相加，退库扣减": (
            [
                ENTER,
                ENTER,
                LEAVE,
                *[
                    ENTER | {"trade": trade}
                    for trade in ("construction", "commerce", "catering", "real_estate", "services")
                ],
                ENTER | {"trade": "farming"},
            ],
            6,
        ),
    },
)
new_four_above_firms = Indicator(
    id="new_four_above_firms",
    name="新增四上企业",
    english="Firms newly above the four statistical thresholds",
    unit="家",
    over="enterprises.roll_changed",
    value=_.count(where=_.step == "enter"),
    words="当期新纳入统计名录库的企业，各专业合计，退库不扣减。",
    asked_by=(HEADLINE,),
    basis=ROLL,
    aliases=("新增四上单位",),
    examples={"退库不扣减": ([ENTER, LEAVE, ENTER | {"trade": "commerce"}], 2)},
)
market_entities_added = Indicator(
    id="market_entities_added",
    name="新增市场主体",
    english="Market entities added",
    unit="家",
    over="enterprises.registered",
    value=_.count(where=_.kind.isin(["company", "household", "cooperative"])),
    words="当期新登记的企业、个体工商户和农民专业合作社，不扣注销。",
    basis="《市场主体登记管理条例》登记口径(K)",
    aliases=("市场主体",),
    examples={
        "三类主体都算，别的登记不算": (
            [
                {"kind": "company"},
                {"kind": "household"},
                {"kind": "cooperative"},
                {"kind": "branch"},
            ],
            3,
        ),
    },
)
new_provincial_giants = Indicator(
    id="new_provincial_giants",
    name="新增省级小巨人企业",
    english="Firms newly recognised as provincial little giants",
    unit="家",
    over="enterprises.recognised",
    value=_.count(where=(_.title == "provincial_giant") & (_.is_first == "是")),
    words="当年新认定的省级专精特新小巨人企业，复核通过的不计，以公布文件为准。",
    basis="省工业和信息化厅年度认定文件(K)",
    aliases=(
        "省级小巨人企业",
        "省级专精特新小巨人企业",
    ),
    examples={
        "复核的不计，别的称号不计": (
            [
                {"title": "provincial_giant", "is_first": "是"},
                {"title": "provincial_giant", "is_first": "是"},
                {"title": "provincial_giant", "is_first": "否"},
                {"title": "national_giant", "is_first": "是"},
            ],
            2,
        ),
    },
)
new_national_giants = Indicator(
    id="new_national_giants",
    name="新增国家级小巨人企业",
    english="Firms newly recognised as national little giants",
    unit="家",
    over="enterprises.recognised",
    value=_.count(where=(_.title == "national_giant") & (_.is_first == "是")),
    words="当年新列入国家级专精特新小巨人名单的企业，复核通过的不计。",
    basis="工业和信息化部年度公告(K)",
    aliases=("国家级小巨人企业",),
    examples={
        "复核的不计，省级的不计": (
            [
                {"title": "national_giant", "is_first": "是"},
                {"title": "national_giant", "is_first": "是"},
                {"title": "national_giant", "is_first": "否"},
                {"title": "provincial_giant", "is_first": "是"},
            ],
            2,
        ),
    },
)
new_hightech_firms = Indicator(
    id="new_hightech_firms",
    name="新增高新技术企业",
    english="Firms newly recognised as high-tech",
    unit="家",
    over="enterprises.recognised",
    value=_.count(where=(_.title == "hightech") & (_.is_first == "是")),
    words="当年首次认定的高新技术企业，重新认定不计。",
    asked_by=(HEADLINE, ASSESSMENT),
    basis="《高新技术企业认定管理办法》(国科发火〔2016〕32号)(K)",
    aliases=("高新技术企业",),
    examples={
        "重新认定的不计，别的称号不计": (
            [
                {"title": "hightech", "is_first": "是"},
                {"title": "hightech", "is_first": "是"},
                {"title": "hightech", "is_first": "是"},
                {"title": "hightech", "is_first": "否"},
                {"title": "tech_sme", "is_first": "是"},
            ],
            3,
        ),
    },
)
firms_tax_100m = Indicator(
    id="firms_tax_100m",
    name="税收过亿元企业",
    english="Firms paying more than 100 million yuan in tax",
    unit="家",
    over="enterprises.monthly_return",
    value=_.count(where=_.tax_to_date > yi(1)),
    adds_up="stock",
    words="年初累计入库税收超过1亿元的企业数，按集团在本区的法人分别算。",
    asked_by=(HEADLINE, MONTHLY),
    basis="税务部门重点税源口径(K)",
    aliases=("税收过亿企业",),
    part_of="firms_tax_10m",
    examples={
        "正好1亿元不算超过": (
            [{"tax_to_date": yi(1)}, {"tax_to_date": yi(1) + fen(1)}, {"tax_to_date": yi(2)}],
            2,
        ),
    },
)
firms_tax_10m = Indicator(
    id="firms_tax_10m",
    name="税收过千万企业",
    english="Firms paying more than 10 million yuan in tax",
    unit="家",
    over="enterprises.monthly_return",
    value=_.count(where=_.tax_to_date > wan(1000)),
    adds_up="stock",
    words="年初累计入库税收超过1000万元的企业数，含过亿元的。",
    asked_by=(HEADLINE, MONTHLY),
    basis="税务部门重点税源口径(K)",
    aliases=("税收过千万元企业",),
    examples={
        "正好1000万元不算，过亿的也算": (
            [
                {"tax_to_date": wan(1000)},
                {"tax_to_date": wan(1000) + fen(1)},
                {"tax_to_date": yi(2)},
            ],
            2,
        ),
    },
)
industry_output = Indicator(
    id="industry_output",
    name="规模工业总产值",
    english="Gross output of above-scale industry",
    unit="亿元",
    over="enterprises.monthly_return",
    value=_.output.sum(where=_.trade == "industry"),
    by=BY,
    words="规模以上工业企业当年价总产值，按各企业月报相加，1—2月合并报。",
    asked_by=(HEADLINE, MONTHLY),
    basis=INDUSTRY,
    aliases=(
        "规模以上工业总产值",
        "规上工业总产值",
    ),
    examples={
        "只加工业企业": (
            [
                {"trade": "industry", "output": yi(2)},
                {"trade": "industry", "output": yi(1)},
                {"trade": "services", "output": 1},
            ],
            yi(3),
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "revenue": 1}], None),
    },
)
industry_revenue = Indicator(
    id="industry_revenue",
    name="规模工业营业收入",
    english="Revenue of above-scale industry",
    unit="亿元",
    over="enterprises.monthly_return",
    value=_.revenue.sum(where=_.trade == "industry"),
    words="规模以上工业企业营业收入，按各企业月报相加，1—2月合并报。",
    asked_by=(MONTHLY,),
    basis=INDUSTRY,
    aliases=("规模以上工业营业收入",),
    examples={
        "只加工业企业": (
            [
                {"trade": "industry", "revenue": yi(2)},
                {"trade": "commerce", "revenue": 1},
            ],
            yi(2),
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "output": 1}], None),
    },
)
four_above_revenue = Indicator(
    id="four_above_revenue",
    name="四上企业营业收入",
    english="Revenue of the firms above the four statistical thresholds",
    unit="亿元",
    over="enterprises.monthly_return",
    value=_.revenue.sum(),
    by=BY,
    words="在库企业营业收入，各专业按企业月报相加。",
    asked_by=(MONTHLY,),
    basis=ROLL,
    aliases=("营业收入",),
    examples={
        "各专业相加": (
            [
                {"trade": "industry", "revenue": yi(2)},
                {"trade": "commerce", "revenue": yi(1)},
            ],
            yi(3),
        ),
        "没有报这一项就是未报": ([{"trade": "commerce", "tax": 1}], None),
    },
)
industry_tax = Indicator(
    id="industry_tax",
    name="规模工业税收",
    english="Tax paid by above-scale industry",
    unit="亿元",
    over="enterprises.monthly_return",
    value=_.tax.sum(where=_.trade == "industry"),
    words="规模以上工业企业入库税收，按各企业月报相加。",
    asked_by=(HEADLINE, ASSESSMENT, MONTHLY),
    basis="税务部门入库口径(K)",
    aliases=("规模以上工业税收",),
    examples={
        "只加工业企业": (
            [{"trade": "industry", "tax": wan(900)}, {"trade": "services", "tax": 1}],
            wan(900),
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "output": 1}], None),
    },
)
research_spending = Indicator(
    id="research_spending",
    name="企业研发投入",
    english="Research and development spending of firms",
    unit="亿元",
    over="enterprises.monthly_return",
    value=_.research.sum(),
    words="在库企业研发费用，按企业月报相加。",
    asked_by=(ASSESSMENT, MONTHLY),
    basis="国家统计局《企业研发活动统计报表制度》(K)",
    aliases=("研发投入", "研发费用"),
    examples={
        "各专业相加": (
            [
                {"trade": "industry", "research": wan(300)},
                {"trade": "services", "research": wan(20)},
            ],
            wan(320),
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "output": 1}], None),
    },
)
industry_value_added = Indicator(
    id="industry_value_added",
    name="规模工业增加值总量",
    english="Value added of above-scale industry",
    unit="亿元",
    over="enterprises.monthly_return",
    value=_.value_added.sum(where=_.trade == "industry"),
    words="规模以上工业企业现价增加值，按企业月报相加；公布的增速按可比价，另由统计部门核定。",
    asked_by=(MONTHLY,),
    basis=INDUSTRY,
    aliases=("规上工业增加值总量",),
    examples={
        "只加工业企业": (
            [
                {"trade": "industry", "value_added": yi(1)},
                {"trade": "services", "value_added": 1},
            ],
            yi(1),
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "output": 1}], None),
    },
)
firm_research_intensity = Indicator(
    id="firm_research_intensity",
    name="企业研发投入强度",
    english="Research spending of firms as a share of their revenue",
    unit="%",
    adds_up="ratio",
    numerator="research_spending",
    denominator="four_above_revenue",
    measure="share",
    words="在库企业研发费用除以营业收入，先各自相加再相除；不等于全社会研发经费占地区生产总值的比重。",
    asked_by=(ASSESSMENT,),
    basis="国家统计局《企业研发活动统计报表制度》(K)",
    aliases=("研发费用占营业收入比重",),
    examples={
        "先加后除": (
            [
                {"numerator": wan(300), "denominator": yi(1)},
                {"numerator": wan(100), "denominator": yi(3)},
            ],
            1,
        ),
        "没有营业收入就没有比重": ([{"numerator": wan(300)}], None),
    },
)
industry_exports = Indicator(
    id="industry_exports",
    name="规模工业出口交货值",
    english="Export deliveries of above-scale industry",
    unit="亿元",
    over="enterprises.monthly_return",
    value=_.exports.sum(where=_.trade == "industry"),
    words="规模以上工业企业交付出口的产品价值，按企业月报相加。",
    asked_by=(ASSESSMENT, MONTHLY),
    basis=INDUSTRY,
    aliases=("出口交货值",),
    examples={
        "只加工业企业": (
            [{"trade": "industry", "exports": yi(1)}, {"trade": "commerce", "exports": 1}],
            yi(1),
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "output": 1}], None),
    },
)
industry_power = Indicator(
    id="industry_power",
    name="规模工业用电量",
    english="Electricity used by above-scale industry",
    unit="万千瓦时",
    over="enterprises.monthly_return",
    value=_.power.sum(where=_.trade == "industry"),
    words="规模以上工业企业用电量，按企业月报相加。",
    asked_by=(MONTHLY,),
    basis="供电部门抄表口径(K)",
    aliases=("工业用电量",),
    examples={
        "只加工业企业": (
            [{"trade": "industry", "power": 52000}, {"trade": "services", "power": 1}],
            52000,
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "output": 1}], None),
    },
)
industry_energy = Indicator(
    id="industry_energy",
    name="规模工业综合能源消费量",
    english="Energy used by above-scale industry",
    unit="吨标准煤",
    over="enterprises.monthly_return",
    value=_.energy.sum(where=_.trade == "industry"),
    direction="down",
    words="规模以上工业企业综合能源消费量，当量值，按企业月报相加。",
    asked_by=(ASSESSMENT, MONTHLY),
    basis="国家统计局《能源统计报表制度》(K)",
    aliases=("综合能源消费量",),
    examples={
        "只加工业企业": (
            [{"trade": "industry", "energy": 120}, {"trade": "services", "energy": 1}],
            120,
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "output": 1}], None),
    },
)
firm_investment = Indicator(
    id="firm_investment",
    name="企业固定资产投资完成额",
    english="Fixed investment done by firms",
    unit="亿元",
    over="enterprises.monthly_return",
    value=_.investment.sum(),
    words="在库企业自报的投资完成额；不等于统计部门按项目在地统计的固定资产投资。",
    asked_by=(MONTHLY,),
    basis="企业月报口径(K)",
    aliases=("企业投资完成额",),
    examples={
        "各专业相加": (
            [
                {"trade": "industry", "investment": wan(80)},
                {"trade": "real_estate", "investment": wan(500)},
            ],
            wan(580),
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "output": 1}], None),
    },
)
four_above_staff = Indicator(
    id="four_above_staff",
    name="四上企业从业人员",
    english="People employed by firms above the four thresholds",
    unit="人",
    over="enterprises.monthly_return",
    value=_.staff.sum(),
    adds_up="stock",
    words="报告期末在库企业从业人员，按当月报来的企业相加。",
    asked_by=(MONTHLY,),
    basis=ROLL,
    aliases=("从业人员",),
    examples={
        "各专业相加": (
            [{"trade": "industry", "staff": 320}, {"trade": "commerce", "staff": 15}],
            335,
        ),
        "没有报这一项就是未报": ([{"trade": "industry", "output": 1}], None),
    },
)
ten_billion_parks = reading(
    "quantity",
    id="ten_billion_parks",
    name="百亿专业园区(企业)",
    english="Specialised parks or firms with output over 10 billion yuan",
    unit="家",
    adds_up="stock",
    words="年产值超过100亿元的专业园区或单个企业数。",
    basis="园区五年规划目标口径(K)",
    aliases=(
        "百亿专业园区",
        "百亿园区",
    ),
    sample=2,
)
national_research_platforms = Indicator(
    id="national_research_platforms",
    name="国家级科研平台",
    english="National research platforms",
    unit="个",
    over="enterprises.recognised",
    value=_.change.sum(
        where=_.title.isin(
            ["national_tech_centre", "national_engineering_centre", "national_key_lab"]
        )
    ),
    adds_up="balance",
    words="期末有效的国家级重点实验室、工程研究中心、企业技术中心：批复的减去撤销的，复评不计。",
    asked_by=(ASSESSMENT,),
    basis="科技部、国家发展改革委批复文件(K)",
    aliases=("国家级创新平台",),
    examples={
        "三类都算，撤销扣减，复评和省级的不算": (
            [
                {"title": "national_tech_centre", "change": 1},
                {"title": "national_engineering_centre", "change": 1},
                {"title": "national_key_lab", "change": 1},
                {"title": "national_key_lab", "change": 1},
                {"title": "national_key_lab", "change": -1},
                {"title": "national_tech_centre", "change": 0},
                {"title": "provincial_tech_centre", "change": 1},
            ],
            3,
        ),
        "没有平台就是0": ([], 0),
    },
)
national_standards = Indicator(
    id="national_standards",
    name="参与制定国家标准",
    english="National standards that firms helped to write",
    unit="项",
    over="enterprises.recognised",
    value=_.change.sum(where=_.title == "national_standard"),
    words="区内企业当期参与制定、已发布的国家标准项数，按标准和企业各计一次，撤销扣减。",
    asked_by=(ASSESSMENT,),
    basis="国家标准全文公开的起草单位(K)",
    aliases=("国家标准",),
    examples={
        "行业标准不计，撤销扣减": (
            [
                {"title": "national_standard", "change": 1},
                {"title": "national_standard", "change": 1},
                {"title": "national_standard", "change": 1},
                {"title": "national_standard", "change": -1},
                {"title": "industry_standard", "change": 1},
            ],
            2,
        ),
        "没有标准就是0": ([], 0),
    },
)
listed_firms_five_year_growth = reading(
    "rate",
    id="listed_firms_five_year_growth",
    subject="listed_firms_since_2020",
    name="上市企业数五年累计增幅",
    english="Five-year growth of the number of listed firms",
    unit="%",
    adds_up="stock",
    measure="growth",
    words="期末上市企业数与2020年相比的累计增幅；翻一番即增长100%。",
    asked_by=(ASSESSMENT,),
    basis="园区五年规划目标口径(K)",
    aliases=(
        "企业上市",
        "上市企业数量",
    ),
    sample=50,
)
