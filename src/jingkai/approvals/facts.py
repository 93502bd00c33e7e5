"""What the counter tells the ledger beside the clock of its cases."""

from jingkai.kernel.facttypes import FactType, count, label

__all__ = ["bundle_finished", "case_rated"]

case_rated = FactType(
    id="approvals.rated",
    name="办件评价",
    english="Case rated",
    subject="case",
    grain="event",
    columns={
        "item": label("事项"),
        "grade": count("评价", "个"),
        "satisfied": label("满意", 是="是", 否="否"),
    },
)
bundle_finished = FactType(
    id="approvals.bundle_finished",
    name="一件事办结",
    english="Bundle finished",
    subject="application",
    grain="event",
    columns={
        "bundle": label("一件事"),
        "items": count("事项数", "件"),
        "used": count("实际用时", "天"),
        "trips": count("跑动次数", "次"),
        "pace": label("快慢", 提前="提前", 按期="按期", 逾期="逾期"),
    },
)
