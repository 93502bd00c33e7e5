"""What the ledger itself records: what a subject belongs to, from a day on."""

from jingkai.kernel.dimensions import DIMENSIONS
from jingkai.kernel.facttypes import ANY, FactType, label

__all__ = ["belongs"]

belongs = FactType(
    id="ledger.belongs",
    name="归属",
    english="What a subject belongs to from a day on",
    subject=ANY,
    grain="event",
    columns={dimension: label(name) for dimension, name in DIMENSIONS.items()},
)
