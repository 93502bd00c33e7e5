"""The economy: the headline numbers that the statistics office feeds back."""

from decimal import Decimal

from ibis import _

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.units import wan, yi

gdp = Indicator(
    id="gdp",
    name="地区生产总值",
    english="Gross domestic product",
    unit="亿元",
    over="plan.reading",
    value=_.amount.sum(where=_.subject == "indicator:gdp"),
    adds_up="stock",
    words="本区常住单位一定时期生产活动的最终成果，按当年价；季度反馈，年度有初核和终核。",
    basis="国家统计局《国民经济核算统计报表制度》，地区统一核算(K)",
    aliases=(
        "GDP",
        "生产总值",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:gdp", "amount": yi(143)},
                {"subject": "indicator:others", "amount": 1},
            ],
            yi(143),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:gdp", "rate": 1}], None),
    },
)
gdp_growth = Indicator(
    id="gdp_growth",
    name="地区生产总值增速",
    english="Growth of gross domestic product",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:gdp"),
    adds_up="stock",
    measure="growth",
    words="按不变价计算，以上级统计部门反馈数为准，不用两年总量相除。",
    basis="国家统计局《国民经济核算统计报表制度》，不变价增速(K)",
    aliases=(
        "地区生产总值",
        "GDP",
        "生产总值",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:gdp", "rate": Decimal("5.2")},
                {"subject": "indicator:others", "rate": 1},
            ],
            Decimal("5.2"),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:gdp", "amount": 1}], None),
    },
)
industry_value_added_growth = Indicator(
    id="industry_value_added_growth",
    name="规模工业增加值增速",
    english="Growth of above-scale industrial value added",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:industry_value_added"),
    adds_up="stock",
    measure="growth",
    words="年主营业务收入2000万元以上工业法人企业的增加值，可比价，只公布增速。",
    basis="国家统计局《工业统计报表制度》",
    aliases=(
        "规模工业增加值",
        "规模以上工业增加值",
        "规上工业增加值",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:industry_value_added", "rate": Decimal("6.3")},
                {"subject": "indicator:others", "rate": 1},
            ],
            Decimal("6.3"),
        ),
        "没有报这一项就是未报": (
            [{"subject": "indicator:industry_value_added", "amount": 1}],
            None,
        ),
    },
)
industry_output_growth = Indicator(
    id="industry_output_growth",
    name="规模工业总产值增速",
    english="Growth of gross output of above-scale industry",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:industry_output"),
    adds_up="stock",
    measure="growth",
    words="同口径企业比较，不等于两年公布总量相除。",
    basis="国家统计局《工业统计报表制度》(K)",
    aliases=(
        "规模工业总产值",
        "规模以上工业总产值",
        "规上工业总产值",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:industry_output", "rate": Decimal("2.5")},
                {"subject": "indicator:others", "rate": 1},
            ],
            Decimal("2.5"),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:industry_output", "amount": 1}], None),
    },
)
industry_output_five_year_growth = Indicator(
    id="industry_output_five_year_growth",
    name="规模工业总产值五年累计增幅",
    english="Five-year growth of gross industrial output",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:industry_output_since_2020"),
    adds_up="stock",
    measure="growth",
    words="期末一年与2020年相比的累计增幅；翻一番即增长100%。",
    basis="园区五年规划目标口径(K)",
    aliases=("规模工业总产值翻番",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:industry_output_since_2020", "rate": Decimal("12.5")},
                {"subject": "indicator:others", "rate": 1},
            ],
            Decimal("12.5"),
        ),
        "没有报这一项就是未报": (
            [{"subject": "indicator:industry_output_since_2020", "amount": 1}],
            None,
        ),
    },
)
fixed_investment = Indicator(
    id="fixed_investment",
    name="固定资产投资",
    english="Fixed-asset investment",
    unit="亿元",
    over="plan.reading",
    value=_.amount.sum(where=_.subject == "indicator:fixed_investment"),
    adds_up="stock",
    words="计划总投资500万元以上项目与房地产开发当年完成额，按项目所在地，先入库后有数。",
    basis="国家统计局《固定资产投资统计报表制度》",
    aliases=(
        "固定资产投资额",
        "全社会固定资产投资",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:fixed_investment", "amount": wan(2037000)},
                {"subject": "indicator:others", "amount": 1},
            ],
            wan(2037000),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:fixed_investment", "rate": 1}], None),
    },
)
fixed_investment_growth = Indicator(
    id="fixed_investment_growth",
    name="固定资产投资增速",
    english="Growth of fixed-asset investment",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:fixed_investment"),
    adds_up="stock",
    measure="growth",
    words="按可比口径公布，以反馈数为准。",
    basis="国家统计局《固定资产投资统计报表制度》(K)",
    aliases=(
        "固定资产投资",
        "全社会固定资产投资",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:fixed_investment", "rate": Decimal("11.6")},
                {"subject": "indicator:others", "rate": 1},
            ],
            Decimal("11.6"),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:fixed_investment", "amount": 1}], None),
    },
)
budget_revenue = Indicator(
    id="budget_revenue",
    name="一般公共预算收入",
    english="General public budget revenue",
    unit="亿元",
    over="plan.reading",
    value=_.amount.sum(where=_.subject == "indicator:budget_revenue"),
    adds_up="stock",
    words="地方一般公共预算收入年初累计，不含上级转移支付和债券收入。",
    basis="《预算法》第二十七条及地方财政收入旬月报口径(K)",
    aliases=(
        "地方一般公共预算收入",
        "公共财政预算收入",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:budget_revenue", "amount": wan(188200)},
                {"subject": "indicator:others", "amount": 1},
            ],
            wan(188200),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:budget_revenue", "rate": 1}], None),
    },
)
budget_revenue_growth = Indicator(
    id="budget_revenue_growth",
    name="一般公共预算收入增速",
    english="Growth of general public budget revenue",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:budget_revenue"),
    adds_up="stock",
    measure="growth",
    words="年初累计与上年同期的比较，名义值。",
    basis="《预算法》第二十七条及地方财政收入旬月报口径(K)",
    aliases=(
        "一般公共预算收入",
        "地方一般公共预算收入",
        "公共财政预算收入",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:budget_revenue", "rate": Decimal("4.1")},
                {"subject": "indicator:others", "rate": 1},
            ],
            Decimal("4.1"),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:budget_revenue", "amount": 1}], None),
    },
)
industry_tax_growth = Indicator(
    id="industry_tax_growth",
    name="工业税收增速",
    english="Growth of tax paid by industry",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:industry_tax"),
    adds_up="stock",
    measure="growth",
    words="工业企业入库税收年初累计的同比，税务部门口径。",
    basis="税务部门分行业税收月报(K)",
    aliases=("工业税收",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:industry_tax", "rate": 15},
                {"subject": "indicator:others", "rate": 1},
            ],
            15,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:industry_tax", "amount": 1}], None),
    },
)
rd_share = Indicator(
    id="rd_share",
    name="研发经费投入占GDP比重",
    english="R&D spending as a share of GDP",
    unit="%",
    over="plan.reading",
    value=_.share.sum(where=_.subject == "indicator:rd_share"),
    adds_up="stock",
    measure="share",
    words="全社会研发经费内部支出除以地区生产总值；终值晚一年公布。",
    basis="国家统计局《研究与试验发展(R&D)投入统计规范》(K)",
    aliases=(
        "全社会研发经费投入占GDP比重",
        "研发投入强度",
        "R&D经费投入强度",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:rd_share", "share": Decimal("4.2")},
                {"subject": "indicator:others", "share": 1},
            ],
            Decimal("4.2"),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:rd_share", "rate": 1}], None),
    },
)
trade_income = Indicator(
    id="trade_income",
    name="技工贸总收入",
    english="Income from technology, industry and trade",
    unit="亿元",
    over="plan.reading",
    value=_.amount.sum(where=_.subject == "indicator:trade_income"),
    adds_up="stock",
    words="区内企业技术、产品销售和商品贸易收入合计，年初累计。",
    basis="科技部火炬统计口径，园区沿用(K)",
    aliases=("技工贸收入",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:trade_income", "amount": yi(1216)},
                {"subject": "indicator:others", "amount": 1},
            ],
            yi(1216),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:trade_income", "rate": 1}], None),
    },
)
trade_income_growth = Indicator(
    id="trade_income_growth",
    name="技工贸总收入增速",
    english="Growth of income from technology, industry and trade",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:trade_income"),
    adds_up="stock",
    measure="growth",
    words="年初累计的同比。",
    basis="科技部火炬统计口径，园区沿用(K)",
    aliases=(
        "技工贸总收入",
        "技工贸收入",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:trade_income", "rate": Decimal("8.5")},
                {"subject": "indicator:others", "rate": 1},
            ],
            Decimal("8.5"),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:trade_income", "amount": 1}], None),
    },
)
trade_income_five_year_growth = Indicator(
    id="trade_income_five_year_growth",
    name="技工贸收入五年累计增幅",
    english="Five-year growth of income from technology, industry and trade",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:trade_income_since_2020"),
    adds_up="stock",
    measure="growth",
    words="期末一年与2020年相比的累计增幅；翻一番即增长100%。",
    basis="园区五年规划目标口径(K)",
    aliases=("技工贸收入翻番",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:trade_income_since_2020", "rate": Decimal("9.5")},
                {"subject": "indicator:others", "rate": 1},
            ],
            Decimal("9.5"),
        ),
        "没有报这一项就是未报": (
            [{"subject": "indicator:trade_income_since_2020", "amount": 1}],
            None,
        ),
    },
)
foreign_capital_growth = Indicator(
    id="foreign_capital_growth",
    name="实际利用外资增速",
    english="Growth of foreign capital actually used",
    unit="%",
    over="plan.reading",
    value=_.rate.sum(where=_.subject == "indicator:foreign_capital"),
    adds_up="stock",
    measure="growth",
    words="以股权等形式当期真正到账的外资，不是合同额；商务部门确认。",
    basis="商务部外商投资统计制度",
    aliases=(
        "实际利用外资",
        "实际使用外资",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:foreign_capital", "rate": 12},
                {"subject": "indicator:others", "rate": 1},
            ],
            12,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:foreign_capital", "amount": 1}], None),
    },
)
