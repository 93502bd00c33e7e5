"""Charts on paper: the SVG of a chart as a picture of 300 dpi."""

import re

import resvg_py

from jingkai.documents.charts import Chart, draw
from jingkai.documents.pictures import PRINT_DPI

__all__ = ["print_chart"]

_WIDTH = 590  # pixels of 1/96 inch: the 156 mm of the text area
_SCALE = PRINT_DPI / 96
_FALL_BACK = "Noto Sans CJK SC"


def print_chart(chart: Chart) -> bytes:
    """Return a chart as PNG for the text area of an official document."""
    svg = draw(chart, width=_WIDTH)
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    wide = round(float(size[1] if size else _WIDTH) * _SCALE)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, width=wide, background="white", font_family=_FALL_BACK
        )
    )
