"""How rows lie on a wall sheet: how many columns and sheets, and how large a pixel is printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

__all__ = ["LEAST", "PAPERS", "Arrangement", "Paper", "arrange"]

# Millimetres of a pixel at least: the smallest figures, of ten pixels, are then 7 pt.
LEAST = 0.248
_NARROWEST = 1000  # pixels of a column at least
_MOST_COLUMNS = 4


@dataclass(frozen=True)
class Paper:
    """A landscape sheet in millimetres: its room within the margins, below its own heading."""

    id: str
    width: float
    height: float
    margin: float
    head: float
    gap: float

    @property
    def room(self) -> tuple[float, float]:
        """Return the width and height that columns have."""
        return self.width - 2 * self.margin, self.height - 2 * self.margin - self.head


PAPERS = {
    "a0": Paper("a0", 1189, 841, margin=15, head=60, gap=14),
    "a3": Paper("a3", 420, 297, margin=10, head=24, gap=6),
}


@dataclass(frozen=True)
class Arrangement:
    """Columns of a sheet, the pixels of a column's width, and which rows each sheet's columns hold.

    `scale` is the millimetres of a printed pixel.
    """

    scale: float
    columns: int
    width: float
    sheets: list[list[tuple[int, int]]]


def arrange(heights: Sequence[float], paper: Paper, *, head: float) -> Arrangement:
    """Lay rows of these heights on a paper: on one sheet as large as it goes, else on several.

    `head` is the height that every column begins with. No row is printed so small that its figures
    could not be read.
    """
    wide, high = paper.room
    best = None
    for columns in range(1, _MOST_COLUMNS + 1):
        column = (wide - paper.gap * (columns - 1)) / columns
        scale = column / _NARROWEST
        while scale >= LEAST:
            held = _fill(heights, high / scale - head)
            if len(held) <= columns:
                break
            scale *= 0.98
        else:
            continue
        if best is None or scale > best.scale:
            best = Arrangement(scale, columns, column / scale, [_even(heights, len(held))])
    if best:
        return best
    most = max(n for n in range(1, _MOST_COLUMNS + 1) if _column(paper, n) / LEAST >= _NARROWEST)
    held = _fill(heights, high / LEAST - head)
    sheets = [held[n : n + most] for n in range(0, len(held), most)]
    return Arrangement(LEAST, most, _column(paper, most) / LEAST, sheets)


def _column(paper: Paper, columns: int) -> float:
    return (paper.room[0] - paper.gap * (columns - 1)) / columns


def _fill(heights: Sequence[float], room: float) -> list[tuple[int, int]]:
    """Return from which to which row each column goes; every column holds at least one."""
    ends, begin = list(accumulate(heights, initial=0.0)), 0
    breaks = [0]
    for row in range(len(heights)):
        if ends[row + 1] - ends[begin] > room and row > begin:
            breaks.append(row)
            begin = row
    return list(pairwise([*breaks, len(heights)]))


def _even(heights: Sequence[float], columns: int) -> list[tuple[int, int]]:
    """Return the columns as even as they can be: the shortest room that needs no more of them."""
    room = sum(heights) / columns
    while len(_fill(heights, room)) > columns:
        room += min(heights) / 2
    return _fill(heights, room)
