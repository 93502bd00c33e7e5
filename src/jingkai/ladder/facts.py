"""What the ladder tells the ledger: what a firm stated of itself, and its way to a listing."""

from jingkai.kernel.facttypes import FactType, label, number
from jingkai.ladder.rules import RECORDS, STAGES

__all__ = ["listing_moved", "stated"]

stated = FactType(
    id="ladder.stated",
    name="培育指标申报",
    english="Measure stated for the ladder",
    subject="enterprise",
    grain="event",
    columns={
        "measure": label("指标"),
        "value": number("数值", "个", 4),
        "proof": label("证明材料"),
    },
)
listing_moved = FactType(
    id="ladder.listing_moved",
    name="上市后备进展",
    english="Step of a listing candidate",
    subject="enterprise",
    grain="event",
    columns={
        "stage": label("阶段", **STAGES),
        "kind": label("记录", **RECORDS),
        "sponsor": label("保荐机构"),
        "note": label("服务记录"),
    },
)
