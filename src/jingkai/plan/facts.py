"""What the plan tells the ledger: readings of numbers that nobody here computes."""

from jingkai.kernel.facttypes import FactType, area, count, label, money, number, percent

__all__ = ["reading", "share_reading"]

reading = FactType(
    id="plan.reading",
    name="读数",
    english="Reading of a number computed elsewhere",
    subject="indicator",
    grain="return",
    columns={
        "amount": money("金额"),
        "rate": percent("增速"),
        "share": percent("比重"),
        "quantity": count("数量"),
        "area": area("面积"),
        "length": number("长度", "米", 0),
        "years": number("年数", "年", 1),
        "status": label("状态", 快报="快报", 初核="初核", 终核="终核"),
    },
    revision="status",
)

share_reading = FactType(
    id="plan.share_reading",
    name="分解数读数",
    english="Reading of a share that was handed down",
    subject="share",
    grain="return",
    columns={
        "amount": money("金额"),
        "rate": percent("增速或比重"),
        "quantity": count("数量"),
        "area": area("面积"),
        "length": number("长度", "米", 0),
    },
)
