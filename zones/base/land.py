"""Land and premises: what is built up, built, offered and earned."""

from ibis import _

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.units import mu, wan

built_area = Indicator(
    id="built_area",
    name="建成区面积",
    english="Built-up area",
    unit="平方公里",
    over="plan.reading",
    value=_.area.sum(where=_.subject == "indicator:built_area"),
    adds_up="stock",
    words="期末已连片开发建设、设施基本具备的区域面积。",
    basis="《城市规划基本术语标准》(GB/T 50280-98)(K)",
    aliases=("建成区",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:built_area", "area": 14870000},
                {"subject": "indicator:others", "area": 1},
            ],
            14870000,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:built_area", "amount": 1}], None),
    },
)
workshop_area = Indicator(
    id="workshop_area",
    name="新建标准化厂房",
    english="Standard workshops newly built",
    unit="万平方米",
    over="plan.reading",
    value=_.area.sum(where=_.subject == "indicator:workshop_area"),
    words="当期竣工的标准化厂房建筑面积，以竣工备案为准。",
    basis="园区载体建设统计惯例(K)",
    aliases=(
        "标准化厂房",
        "标准厂房",
        "新建标准厂房",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:workshop_area", "area": 50000},
                {"subject": "indicator:others", "area": 1},
            ],
            50000,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:workshop_area", "amount": 1}], None),
    },
)
commercial_land = Indicator(
    id="commercial_land",
    name="推出商业土地",
    english="Commercial land offered",
    unit="亩",
    over="plan.reading",
    value=_.area.sum(where=_.subject == "indicator:commercial_land"),
    words="当期公告出让的商业、住宅等经营性用地面积。",
    basis="《招标拍卖挂牌出让国有建设用地使用权规定》(国土资源部令第39号)(K)",
    aliases=(
        "商业土地",
        "经营性土地",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:commercial_land", "area": mu(150)},
                {"subject": "indicator:others", "area": 1},
            ],
            mu(150),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:commercial_land", "amount": 1}], None),
    },
)
land_proceeds = Indicator(
    id="land_proceeds",
    name="商业土地收益",
    english="Proceeds of commercial land",
    unit="亿元",
    over="plan.reading",
    value=_.amount.sum(where=_.subject == "indicator:land_proceeds"),
    words="经营性用地出让后实际入库的价款。",
    basis="《国有土地使用权出让收支管理办法》(财综〔2006〕68号)(K)",
    aliases=(
        "土地收益",
        "土地出让收益",
    ),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:land_proceeds", "amount": wan(12000)},
                {"subject": "indicator:others", "amount": 1},
            ],
            wan(12000),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:land_proceeds", "rate": 1}], None),
    },
)
stock_land = Indicator(
    id="stock_land",
    name="存量土地",
    english="Land in stock",
    unit="亩",
    over="plan.reading",
    value=_.area.sum(where=_.subject == "indicator:stock_land"),
    adds_up="stock",
    direction="down",
    words="期末已征未供和供而未用的建设用地面积；越少说明盘活越好。",
    basis="自然资源部门批而未供、闲置土地台账口径(K)",
    aliases=("存量建设用地",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:stock_land", "area": mu(6000)},
                {"subject": "indicator:others", "area": 1},
            ],
            mu(6000),
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:stock_land", "amount": 1}], None),
    },
)
