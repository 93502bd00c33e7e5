"""A number among the words of its sentence, and what earlier words hand on to it."""

import re
from dataclasses import dataclass
from functools import cached_property

from jingkai.reading.nouns import CLOSING, MARKS, OPENING
from jingkai.reading.quantities import Quantity

__all__ = ["DEFINITE", "Handed", "Number", "clause_start"]

# 2万平方米市场开工, 8公里道路建成通车: a fixed thing is described, its size promised by nobody.
DEFINITE = re.compile(r"[^,，。；;、0-9以左]{2,12}(?:建成|正式运营|完工|竣工|投产|开工|投入|交付)")


@dataclass(frozen=True)
class Number:
    """A quantity in its sentence; its clause begins after the number before it at the earliest."""

    text: str
    item: Quantity
    begin: int
    ends: int  # where the number before it ends
    unit: str
    is_target: bool
    is_promised: bool
    range_end: int | None = None  # of the low number of a range: where the high number ends
    run: int = 1  # how many numbers of one kind follow one another here: 24座和12座 are 2

    @cached_property
    def before(self) -> str:
        """Return the words of its clause up to the number."""
        return self.text[self.begin : self.item.at]

    @cached_property
    def since(self) -> str:
        """Return the words between the number before it and itself."""
        return self.text[self.ends : self.item.at]

    @cached_property
    def after(self) -> str:
        """Return the rest of the sentence behind the number, or behind the range it opens."""
        return self.text[self.range_end or self.item.end :]


@dataclass
class Handed:
    """What a number hands on to the later numbers of its sentence."""

    subject: str = ""
    named: tuple[str, ...] = ()  # every subject so far
    shared: tuple[str, ...] = ()  # the subjects of 甲、乙分别增长
    told: tuple[str, ...] = ()  # the subjects that shared, after each has its number
    taken: int = 0  # how many of the shared have their number
    is_adding: bool = False  # 新增20家、小巨人2家: the verb holds on down the list
    is_growing: bool = False
    is_falling: bool = False
    is_stock: bool = False
    whole: str | None = None  # what the numbers after 其中 are part of
    last: str | None = None


def clause_start(text: str, upto: int) -> int:
    """Return where the clause of a number begins; brackets and quotes hide their commas."""
    depth = 0
    for at in range(upto, 0, -1):
        char = text[at - 1]
        if char in CLOSING:
            depth += 1
        elif char in OPENING and depth:
            depth -= 1
        elif not depth and char in MARKS:
            return at
    return 0
