"""Land and premises: what is built up, built, offered and earned."""

from jingkai.kernel.readings import reading
from jingkai.kernel.units import mu, wan

built_area = reading(
    "area",
    id="built_area",
    name="建成区面积",
    english="Built-up area",
    unit="平方公里",
    adds_up="stock",
    words="期末已连片开发建设、设施基本具备的区域面积。",
    basis="《城市规划基本术语标准》(GB/T 50280-98)(K)",
    aliases=("建成区",),
    sample=14870000,
)
workshop_area = reading(
    "area",
    id="workshop_area",
    name="新建标准化厂房",
    english="Standard workshops newly built",
    unit="万平方米",
    words="当期竣工的标准化厂房建筑面积，以竣工备案为准。",
    basis="园区载体建设统计惯例(K)",
    aliases=(
        "标准化厂房",
        "标准厂房",
        "新建标准厂房",
    ),
    sample=50000,
)
commercial_land = reading(
    "area",
    id="commercial_land",
    name="推出商业土地",
    english="Commercial land offered",
    unit="亩",
    words="当期公告出让的商业、住宅等经营性用地面积。",
    basis="《招标拍卖挂牌出让国有建设用地使用权规定》(国土资源部令第39号)(K)",
    aliases=(
        "商业土地",
        "经营性土地",
    ),
    sample=mu(150),
)
land_proceeds = reading(
    "amount",
    id="land_proceeds",
    name="商业土地收益",
    english="Proceeds of commercial land",
    unit="亿元",
    words="经营性用地出让后实际入库的价款。",
    basis="《国有土地使用权出让收支管理办法》(财综〔2006〕68号)(K)",
    aliases=(
        "土地收益",
        "土地出让收益",
    ),
    sample=wan(12000),
)
stock_land = reading(
    "area",
    id="stock_land",
    name="存量土地",
    english="Land in stock",
    unit="亩",
    adds_up="stock",
    direction="down",
    words="期末已征未供和供而未用的建设用地面积；越少说明盘活越好。",
    basis="自然资源部门批而未供、闲置土地台账口径(K)",
    aliases=("存量建设用地",),
    sample=mu(6000),
)
