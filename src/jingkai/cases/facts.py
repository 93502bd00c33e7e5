"""What the handling of cases tells the ledger: acceptance, pauses, decision, close."""

from jingkai.kernel.facttypes import FactType, count, label

__all__ = ["case_accepted", "case_closed", "case_decided", "case_paused", "case_resumed"]

_WHAT = {"kind": label("办件类型"), "item": label("事项"), "department": label("承办部门")}

case_accepted = FactType(
    id="cases.accepted",
    name="办件受理",
    english="Case accepted",
    subject="case",
    grain="event",
    columns={
        **_WHAT,
        "how": label("受理方式", 当面="当面", 视为受理="视为受理"),
        "statutory": count("法定时限", "天"),
        "promised": count("承诺时限", "天"),
    },
)
case_paused = FactType(
    id="cases.paused",
    name="办件暂停计时",
    english="Clock of a case paused",
    subject="case",
    grain="event",
    columns={**_WHAT, "reason": label("暂停事由")},
)
case_resumed = FactType(
    id="cases.resumed",
    name="办件恢复计时",
    english="Clock of a case resumed",
    subject="case",
    grain="event",
    columns={**_WHAT, "reason": label("暂停事由"), "paused": count("暂停", "天")},
)
case_decided = FactType(
    id="cases.decided",
    name="办件决定",
    english="Case decided",
    subject="case",
    grain="event",
    columns={
        **_WHAT,
        "outcome": label("决定"),
        "statutory": count("法定时限", "天"),
        "promised": count("承诺时限", "天"),
        "used": count("实际用时", "天"),
        "pace": label("快慢", 提前="提前", 按期="按期", 逾期="逾期"),
    },
)
case_closed = FactType(
    id="cases.closed",
    name="办件办结",
    english="Case closed",
    subject="case",
    grain="event",
    columns={
        **_WHAT,
        "outcome": label("结果"),
        "trips": count("跑动次数", "次"),
    },
)
