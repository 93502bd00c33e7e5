"""What the pages of shares have in common: a row that can be typed into, and its words."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.lights import Light
from jingkai.kernel.units import Unit
from jingkai.kernel.words import Words
from jingkai.plan.cascading import Fault, Part, sums_of
from jingkai.plan.panels import paced_by, percent, points
from jingkai.plan.sharing import ShareLine, Whole
from jingkai.web.language import quantity, spoken

__all__ = [
    "COLUMNS",
    "LEAD_WEIGHT",
    "Row",
    "SumsView",
    "pace_of",
    "plain",
    "promised_of",
    "read_part",
    "row_of",
    "said_of",
    "say_sums",
    "source_of",
    "weight_of",
]

LEAD_WEIGHT = Decimal(60)
COLUMNS = {"holder": "单位", "role": "牵头或配合", "weight": "占比", "value": "分解数"}


@dataclass(frozen=True)
class Row:
    """One row that can be typed into: the texts as they stand in the fields."""

    name: str
    holder: str
    role: str
    weight: str
    value: str
    errors: Sequence[str] = ()
    title: str = ""
    unit: str = ""
    url: str = ""
    light: Light | None = None
    actual: str = ""
    gap: str = ""
    is_invented: bool = False


@dataclass(frozen=True)
class SumsView:
    """What the parts come to, in words."""

    weight: str
    weight_left: str
    value: str
    left: str
    is_even: bool
    why_not: str


def read_part(
    posted: Mapping[str, str], name: str, place: int, part: Part, unit: Unit | None
) -> tuple[Part, list[Fault]]:
    """Return a part with what was typed into its row, and what could not be read."""
    faults = []
    role = posted.get(f"role-{name}", part.role)
    numbers: dict[str, Decimal | None] = {}
    for column in ("weight", "value"):
        text = posted.get(f"{column}-{name}")
        if text is None:
            numbers[column] = getattr(part, column)
            continue
        try:
            numbers[column] = _read_number(text)
        except InvalidOperation:
            numbers[column] = None
            what = Words("“%(text)s”不是数，请只写数字。", text=text[:20])
            faults.append(Fault(place, column, what))
            continue
        value = numbers[column]
        if column == "value" and value is not None and unit is not None:
            kept = part.value
            # What is shown is rounded: who changes nothing keeps what was there.
            same = kept is not None and plain(kept, unit) == text
            numbers[column] = kept if same else unit.to_base(value)
        if column == "weight" and value is not None and abs(value) >= 1000:
            faults.append(Fault(place, column, Words("占比写 0 到 100 之间的数。")))
    weight = numbers["weight"]
    if weight is not None:
        weight = weight.quantize(Decimal("0.01")) if abs(weight) < 1000 else Decimal(0)
    return replace(part, role=role, weight=weight, value=numbers["value"]), faults


def _read_number(text: str) -> Decimal | None:
    """Return a number as it is typed: full-width, with commas or a percent sign; None for none."""
    bare = unicodedata.normalize("NFKC", text).replace(",", "").replace("%", "").strip()
    if not bare:
        return None
    number = Decimal(bare)
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise InvalidOperation
    return number


def plain(value: Decimal | None, unit: Unit | None) -> str:
    if value is None or unit is None:
        return ""
    text = f"{unit.from_base(value).quantize(Decimal('0.0001')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def weight_of(value: Decimal | None) -> str:
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def row_of(line: ShareLine, unit: Unit | None, name: str = "") -> Row:
    share, standing = line.share, line.standing
    who = share.person.name if share.person else ""
    return Row(
        name=name,
        holder=who or spoken(share.department.name, share.department.english),
        role=share.role,
        weight=weight_of(share.weight),
        value=plain(share.value, unit),
        unit=unit.id if unit else "",
        url=reverse("plan:share", args=[share.pk]),
        light=line.light,
        actual=said_of(line.value, unit) if unit else "",
        gap=points(standing.gap) if standing else "",
        is_invented=share.is_invented,
    )


def said_of(value: Decimal | None, unit: Unit | None) -> str:
    if value is None or unit is None:
        return _("未报")
    return "".join(quantity(value, unit.id))


def promised_of(whole: Whole) -> str:
    return "" if whole.value is None else said_of(whole.value, whole.unit)


def say_sums(parts: Sequence[Part], whole: Whole) -> SumsView:
    sums = sums_of(parts, whole.value, whole.adds)
    is_rate = whole.unit is not None and not whole.adds
    return SumsView(
        weight=f"{weight_of(sums.weight)}%",
        weight_left=f"{weight_of(sums.weight_left) or '0'}%",
        value=said_of(sums.value, whole.unit) if sums.value is not None else "",
        left=said_of(sums.left, whole.unit) if sums.left else "",
        is_even=sums.weight_left == 0 and not sums.left,
        why_not=_(
            "增速、比重、排名这类数不能相加：各单位各自承担自己的指标值，只有占比合计为 100%。"
        )
        if is_rate
        else "",
    )


def pace_of(line: ShareLine | None) -> str:
    if line is None or line.standing is None or line.standing.pace is None:
        return ""
    return f"{paced_by(line.standing)} {percent(line.standing.pace)}".strip()


def source_of(line: ShareLine) -> str:
    words = {
        "department": _("按账本里责任部门算出"),
        "reading": _("由承担单位报数"),
        "": "",
    }
    return words[line.source]
