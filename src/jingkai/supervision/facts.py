"""What supervision tells the ledger: an answer to a figure that no indicator defines."""

from jingkai.kernel.facttypes import FactType, label

__all__ = ["figure_answer"]

figure_answer = FactType(
    id="supervision.figure_answer",
    name="临时要数答复",
    english="Answer to a figure asked for once",
    subject="figure",
    grain="return",
    columns={"answer": label("答复")},
)
