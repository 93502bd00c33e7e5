"""What the register tells the ledger: who a firm is over time, and what it returns each month."""

from jingkai.enterprises.rules import ATTRIBUTES, ENDINGS, KINDS, TRADES
from jingkai.kernel.facttypes import (
    FactType,
    count,
    label,
    money,
    number,
    restricted,
    zone_label,
)

__all__ = [
    "attribute_set",
    "closed",
    "monthly_return",
    "recognised",
    "registered",
    "renamed",
    "roll_changed",
]

_TRADE = label("统计专业", **TRADES)

registered = FactType(
    id="enterprises.registered",
    name="设立登记",
    english="Registration",
    subject="enterprise",
    grain="event",
    columns={
        "kind": label("主体类型", **KINDS),
        "industry": label("行业代码"),
        "capital": money("注册资本"),
    },
)
closed = FactType(
    id="enterprises.closed",
    name="退出",
    english="Cancellation or other ending",
    subject="enterprise",
    grain="event",
    columns={
        "ending": label("退出方式", **ENDINGS),
        "kind": label("主体类型", **KINDS),
        "into": label("并入主体代码"),
    },
)
renamed = FactType(
    id="enterprises.renamed",
    name="名称变更",
    english="Change of name",
    subject="enterprise",
    grain="event",
    columns={"old": label("原名称"), "new": label("新名称")},
)
attribute_set = FactType(
    id="enterprises.attribute_set",
    name="属性变动",
    english="Attribute in force from a day",
    subject="enterprise",
    grain="event",
    columns={"attribute": label("属性", **ATTRIBUTES), "value": label("值")},
)
roll_changed = FactType(
    id="enterprises.roll_changed",
    name="名录库变动",
    english="Entry on or removal from the statistical roll",
    subject="enterprise",
    grain="event",
    columns={
        "step": label("变动", enter="入库", leave="退库"),
        "trade": _TRADE,
        "change": count("户数", "家"),
    },
)
# A title, platform, brand or standard given to a firm, and its revocation: `change` is 1 when it
# is first given, 0 when it is renewed, -1 when it is taken away.
recognised = FactType(
    id="enterprises.recognised",
    name="资质认定",
    english="Title recognised",
    subject="enterprise",
    grain="event",
    columns={
        "title": zone_label("称号", "titles"),
        "is_first": label("首次认定", 是="是", 否="否"),
        "document": label("文号"),
        "about": label("名称或编号"),
        "until": label("有效期至"),
        "change": count("持有变动", "个"),
    },
)
# One row is one firm and the months that the return is for: 2021-03, or 2021-01..02 where January
# is filed with February. The measures are those months' own, but for what is named to date.
monthly_return = FactType(
    id="enterprises.monthly_return",
    name="企业月报",
    english="Monthly return of a firm",
    subject="enterprise",
    grain="return",
    columns={
        "trade": _TRADE,
        "output": money("工业总产值"),
        "revenue": money("营业收入"),
        "value_added": money("增加值"),
        "tax": restricted(money("入库税收")),
        "tax_to_date": restricted(money("年初累计入库税收")),
        "research": money("研发费用"),
        "investment": money("固定资产投资完成额"),
        "exports": money("出口交货值"),
        "power": number("用电量", "千瓦时", 0),
        "energy": number("综合能源消费量", "吨标准煤", 2),
        "staff": count("期末从业人员", "人"),
    },
)
