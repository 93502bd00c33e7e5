"""Draw what waits for what: boxes in columns by how many steps lie before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from django.utils.translation import gettext as _

from jingkai.approvals.queries import BranchView, layers
from jingkai.web.language import spoken

__all__ = ["Box", "Drawing", "Edge", "draw"]

WIDTH, HEIGHT, ACROSS, DOWN = 168, 52, 44, 14


@dataclass(frozen=True)
class Box:
    """One item: where it stands and how it looks."""

    x: int
    y: int
    name: str
    lines: tuple[str, ...]
    word: str
    shape: str
    tone: str
    is_dashed: bool
    url: str


@dataclass(frozen=True)
class Edge:
    """A line from what is waited for to what waits."""

    path: str


@dataclass(frozen=True)
class Drawing:
    """The whole picture, with the words for who cannot see it."""

    width: int
    height: int
    boxes: list[Box]
    edges: list[Edge]
    text: str


def draw(branches: Sequence[BranchView], links: dict[str, str]) -> Drawing:
    """Return the picture of an application's items."""
    known = {view.branch.item: view for view in branches}
    graph = {
        item: [need for need in view.branch.needs if need in known] for item, view in known.items()
    }
    columns = layers(graph)
    place: dict[str, tuple[int, int]] = {}
    tallest = max((len(column) for column in columns), default=0)
    for left, column in enumerate(columns):
        top = (tallest - len(column)) * (HEIGHT + DOWN) // 2
        for row, item in enumerate(column):
            place[item] = (left * (WIDTH + ACROSS) + 2, top + row * (HEIGHT + DOWN) + 2)
    edges = [_edge(place[need], place[item]) for item, needs in graph.items() for need in needs]
    boxes = [_box(known[item], place[item], links.get(item, "")) for item in place]
    told = "；".join(
        f"{one.name}：{one.word}" + (f"，等{'、'.join(known_names)}" if known_names else "")
        for one, known_names in zip(boxes, (known[item].waits for item in place), strict=True)
    )
    return Drawing(
        width=len(columns) * (WIDTH + ACROSS) - ACROSS + 4,
        height=tallest * (HEIGHT + DOWN) - DOWN + 4,
        boxes=boxes,
        edges=edges,
        text=told,
    )


def _edge(start: tuple[int, int], end: tuple[int, int]) -> Edge:
    x1, y1 = start[0] + WIDTH, start[1] + HEIGHT // 2
    x2, y2 = end[0], end[1] + HEIGHT // 2
    middle = x2 - ACROSS // 2
    return Edge(f"M{x1} {y1} H{middle} V{y2} H{x2}")


def _box(view: BranchView, at: tuple[int, int], url: str) -> Box:
    word, tone = spoken(view.light.word, view.light.english), view.light.tone
    shape = view.light.shape
    if view.branch.state == view.branch.State.WAITING:
        word, tone, shape = _("等前置"), "neutral", "○"
    elif view.branch.state == view.branch.State.REFUSED:
        word, tone, shape = _("未准予"), "late", "■"
    elif view.branch.state == view.branch.State.ENDED:
        word, tone, shape = _("已终止"), "neutral", "○"
    elif view.branch.state == view.branch.State.GRANTED:
        word, tone, shape = _("已出证"), "good", "✓"
    if view.is_deferred:
        word = f"{word}·{_('容缺')}"
    if view.left is not None and view.branch.state == view.branch.State.RUNNING:
        word = _("%(word)s 剩 %(left)s 天") % {"word": word, "left": view.left}
    name = spoken(view.item.name, view.item.english)
    return Box(
        at[0], at[1], name, _fold(name), word, shape, tone,
        view.is_deferred, url,
    )  # fmt: skip


def _fold(name: str) -> tuple[str, ...]:
    """Return a name in at most two lines: of twelve characters, or of twice as many letters."""
    if name.isascii():
        return tuple(wrap(name, 24, max_lines=2, placeholder="…"))
    if len(name) <= 12:
        return (name,)
    rest = name[12:]
    return (name[:12], rest if len(rest) <= 12 else f"{rest[:11]}…")
