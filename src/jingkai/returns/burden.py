"""How much firms are asked: cells to fill, cells held, reminders."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from jingkai.enterprises.queries import Enterprise, list_enterprises
from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnForm
from jingkai.org.queries import Visible
from jingkai.returns.models import Filing, Reminder
from jingkai.returns.rules import to_date_sources

__all__ = [
    "FirmAsked",
    "FirmBurden",
    "asked_cells",
    "asked_of",
    "firm_burden",
]


def asked_cells(form: ReturnForm, trade: str, *, carried: int = 0) -> tuple[int, int]:
    """Return how many cells a firm of a profession must fill, and how many the office fills.

    `carried` are the cells that open as they were the last time: stocks, and what it has not.
    """
    totals = to_date_sources(form)
    open_cells = sum(one.is_for(trade) and one.id not in totals for one in form.columns)
    asked = open_cells - carried
    # Code, name, profession and period stand in the sheet already, and what does not apply.
    return asked, 4 + len(form.columns) - asked


def asked_of(form: ReturnForm, period: Period) -> tuple[int, int, int]:
    """Return how many firms filed for themselves, how many cells they were asked, how many held."""
    told = Filing.objects.filter(form=form.id, period_id=period.id).aggregate(
        firms=Count("firm", distinct=True), asked=Sum("asked"), held=Sum("held")
    )
    return told["firms"] or 0, told["asked"] or 0, told["held"] or 0


@dataclass(frozen=True)
class FirmAsked:
    """What one firm was asked in a month: returns, cells to fill, cells held, reminders."""

    firm: Enterprise
    returns: int
    asked: int
    held: int
    reminders: int


@dataclass(frozen=True)
class FirmBurden:
    """What firms were asked in a month, the most burdened of them by name."""

    firms: int
    asked: int
    held: int
    reminders: int
    most: Sequence[FirmAsked]

    @property
    def each(self) -> Decimal | None:
        """Return how many cells a firm that filed was asked, on average."""
        return round(Decimal(self.asked) / self.firms, 1) if self.firms else None


def firm_burden(month: Period, visible: Visible, most: int = 20) -> FirmBurden:
    """Return what the firms that somebody sees were asked in a month.

    A return that was sent back and filed again was asked twice.
    """
    seen = list_enterprises(visible).order_by().values("pk")
    sent = Filing.objects.filter(
        sent_on__gte=month.first, sent_on__lte=month.last, asked__gt=0, firm__in=seen
    ).order_by()
    chased = Reminder.objects.filter(on__gte=month.first, on__lte=month.last, firm__in=seen)
    chased = chased.order_by()
    total = sent.aggregate(firms=Count("firm", distinct=True), asked=Sum("asked"), held=Sum("held"))
    top = list(
        sent.values("firm")
        .annotate(returns=Count("pk"), cells=Sum("asked"), known=Sum("held"))
        .order_by("-cells", "firm")[:most]
    )
    keys = [one["firm"] for one in top]
    firms = Enterprise.objects.in_bulk(keys)
    reminders = dict(chased.filter(firm__in=keys).values_list("firm").annotate(times=Count("pk")))
    return FirmBurden(
        firms=total["firms"] or 0,
        asked=total["asked"] or 0,
        held=total["held"] or 0,
        reminders=chased.count(),
        most=[
            FirmAsked(
                firms[one["firm"]],
                one["returns"],
                one["cells"],
                one["known"],
                reminders.get(one["firm"], 0),
            )
            for one in top
        ],
    )
