"""The shapes of lights as outlines: the same on every screen, on paper and in grey."""

__all__ = ["FLAG", "outline"]

FLAG = 8.0  # pixels of a side
# Where the outline begins inside its box, and how it goes on from there.
_SHAPES = {
    "■": (0, 0, "h8v8h-8z"),
    "◆": (4, -0.4, "l4.4,4.4-4.4,4.4-4.4-4.4z"),
    "▲": (4, 0, "l4.4,8h-8.8z"),
    "●": (0, 4, "a4,4 0 1,0 8,0a4,4 0 1,0-8,0z"),
    "○": (0, 4, "a4,4 0 1,0 8,0a4,4 0 1,0-8,0zm1.5,0a2.5,2.5 0 1,1 5,0a2.5,2.5 0 1,1-5,0z"),
    "◇": (4, -0.4, "l4.4,4.4-4.4,4.4-4.4-4.4zm0,2.2l-2.2,2.2 2.2,2.2 2.2-2.2z"),
    "✓": (0, 4.4, "l1.3-1.3 1.8,1.8 3.7-4.3 1.4,1.2-5,5.9z"),
    "⟲": (8, 4.4, "a4,4 0 1,1-4-4v-1.6l3.4,2.5-3.4,2.5v-1.6a2.2,2.2 0 1,0 2.2,2.2z"),
    "⚑": (0.6, 0, "h1.3v.4l6,2.3-6,2.3v3h-1.3z"),
}


def outline(shape: str, x: float, y: float) -> str:
    """Return the outline of a shape whose box begins at a place; a square where it is unknown."""
    right, down, rest = _SHAPES.get(shape, _SHAPES["■"])
    return f"M{x + right:.1f},{y + down:.1f}{rest}"
