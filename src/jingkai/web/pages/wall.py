"""驾驶舱: pictures of the ordinary pages on a large screen; it shows nobody's name."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jingkai.documents.charts import DARK
from jingkai.org.queries import visible_departments
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.charts import ChartView, show_chart
from jingkai.web.numbers import read_ledger
from jingkai.web.shell import panels, show

# Six tiles fill 1920×1080; so wide a drawing prints its smallest type at 28 pixels there.
_TILES, _WIDTH = 6, 236


@dataclass
class WallPage:
    """Screens of six tiles, changed slowly."""

    title: str
    screens: list[list[ChartView]]
    is_partial: bool = False
    template: str = "web/wall.html"


@needs(Permission.SEE_PLAN)
def wall(request: HttpRequest) -> HttpResponse:
    """Show the wall."""
    ledger, seen = read_ledger(request), visible_departments(request.user)
    drawn = [chart for offer in panels("WALL") for chart in offer(ledger, seen)]
    tiles = [show_chart(request, chart, wide=_WIDTH, palette=DARK) for chart in drawn]
    screens = split_screens(tiles)
    return show(request, WallPage(_("驾驶舱"), screens, is_partial=seen is not None))


def split_screens(tiles: list[Any]) -> list[list[Any]]:
    """Split tiles into screens; each is full, for the last one begins where it can end full."""
    firsts = [max(0, min(start, len(tiles) - _TILES)) for start in range(0, len(tiles), _TILES)]
    return [tiles[first : first + _TILES] for first in firsts]
