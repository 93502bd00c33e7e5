"""What a scan answers: exact pieces as columns, one block for each query."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from jingkai.engines.plans import PLACE, Plan
from jingkai.kernel.pieces import Sums

__all__ = ["Answer", "Block"]


@dataclass(frozen=True)
class Block:
    """The answer to one query: a row for each place, the columns that its plan names."""

    plan: Plan
    table: pa.Table

    def add_to(self, sums: Sums) -> None:
        """Put the pieces that have something in them among others."""
        places = list(zip(*(self.table[name].to_pylist() for name in PLACE), strict=True))
        names = dict.fromkeys((*self.plan.totals, *self.plan.presents))
        columns = {name: self.table[name].to_pylist() for name in names}
        for piece, total, present in zip(
            self.plan.pieces, self.plan.totals, self.plan.presents, strict=True
        ):
            for (area, key, first, last), amount, count in zip(
                places, columns[total], columns[present], strict=True
            ):
                if count:
                    cell = (piece, area, self.plan.dimension, key, first, last)
                    sums[cell] = (int(amount), int(count))


@dataclass
class Answer:
    """The pieces of several definitions, in columns until somebody wants them one by one."""

    blocks: list[Block] = field(default_factory=list)

    def extend(self, blocks: Sequence[Block]) -> None:
        """Take in the answers to more queries."""
        self.blocks += blocks

    def sums(self) -> Sums:
        """Return the pieces with something in them."""
        sums: Sums = {}
        for block in self.blocks:
            block.add_to(sums)
        return sums
