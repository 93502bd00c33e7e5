"""A unit's own wall: what it took of the plan and where its parts stand."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.lights import LATE_TONES, Light
from jingkai.kernel.units import Unit, get_unit
from jingkai.org.queries import Department, visible_departments
from jingkai.org.rules import Permission
from jingkai.plan.cascading import ROLES
from jingkai.plan.models import Item
from jingkai.plan.panels import points
from jingkai.plan.queries import find_plan
from jingkai.plan.sharecells import pace_of, said_of, source_of, weight_of
from jingkai.plan.sharing import ShareLine, list_share_lines, list_shares
from jingkai.web.access import needs
from jingkai.web.language import spoken
from jingkai.web.locks import lock_of_year
from jingkai.web.numbers import Bullet, read_ledger
from jingkai.web.shell import Lock, show, year_asked


@dataclass(frozen=True)
class ShareTile:
    """A share on the wall of a unit: its own number, pace and light."""

    name: str
    url: str
    light: Light
    value: str
    promised: str
    words: str
    source: str
    bullet: Bullet | None
    is_invented: bool


@dataclass
class DepartmentPage:
    """A unit's own wall: what it took of the plan and where its parts stand."""

    title: str
    id: str
    name: str
    year: int
    tiles: list[ShareTile]
    lock: Lock | None
    tasks: list[ShareTile] = field(default_factory=list)
    template: str = "plan/department.html"


@needs(Permission.SEE_PLAN)
def department(request: HttpRequest, department: str) -> HttpResponse:
    """Show a unit's own wall: its parts with their own pace and light."""
    sees = visible_departments(request.user)
    found = Department.objects.filter(pk=department).first()
    if found is None or (sees is not None and found.pk not in sees):
        raise Http404
    year = year_asked(request)
    plan = find_plan(year)
    mine = list_shares(plan, department=found.pk) if plan else []
    lines = list_share_lines(mine, read_ledger(request))
    name = spoken(found.name, found.english)
    late = sum(line.light.tone in LATE_TONES for line in lines)
    words = {"name": name, "year": year, "count": len(lines), "late": late}
    page = DepartmentPage(
        title=_("%(name)s %(year)s年承担 %(count)s 项，%(late)s 项滞后") % words,
        id=found.pk,
        name=name,
        year=year,
        tiles=[_tile(line) for line in lines if line.standing or line.source],
        lock=lock_of_year(request, year),
        tasks=[_tile(line) for line in lines if not (line.standing or line.source)],
    )
    return show(request, page)


def _tile(line: ShareLine) -> ShareTile:
    share, standing = line.share, line.standing
    target = share.item.target if share.item.kind == Item.Kind.TARGET else None
    unit = get_unit(target.unit) if target else None
    weight = f" {weight_of(share.weight)}%" if share.weight is not None else ""
    words = [f"{_(ROLES[share.role])}{weight}"]
    if standing and standing.pace is not None:
        words.append(pace_of(line))
    if standing and standing.gap is not None:
        words.append(f"{_('脱幅')} {points(standing.gap)}")
    return ShareTile(
        name=target.name if target else share.item.text,
        url=reverse("plan:share", args=[share.pk]),
        light=line.light,
        value=said_of(line.value, unit) if unit else "",
        promised=said_of(share.value, unit) if unit and share.value is not None else "",
        words=" · ".join(words),
        source=source_of(line),
        bullet=_bullet(line, unit),
        is_invented=share.is_invented,
    )


def _bullet(line: ShareLine, unit: Unit | None) -> Bullet | None:
    goal, actual = line.share.value, line.value
    if goal is None or unit is None or line.standing is None:
        return None
    most = max(goal, actual or Decimal(0)) * Decimal("1.1")
    if most <= 0:
        return None
    expected = line.standing.expected
    done, pace = (None if one is None else float(one / most) for one in (actual, expected))
    return Bullet(
        done=done,
        pace=pace,
        target=float(goal / most),
        text=f"{line.share.item.target.name}：{said_of(actual, unit)} / {said_of(goal, unit)}",
        tone=line.light.tone,
    )
