"""Read 临时要数: match headings with what is held, say who can know the rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from jingkai.enterprises.panels import FIRM_COLUMNS
from jingkai.enterprises.queries import Enterprise, list_enterprises
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, Number, find_returns, subjects_of
from jingkai.org.queries import Person, visible_departments
from jingkai.org.rules import Permission
from jingkai.plan.queries import cell_of, find_plan, list_duties, list_leads
from jingkai.returns.queries import fact_type_of, list_forms
from jingkai.supervision.models import DataRequest, Figure
from jingkai.web.columns import Column

__all__ = [
    "MOST_HEADINGS",
    "Wanted",
    "count_figures",
    "describe_figures",
    "find_figure",
    "find_request",
    "firm_columns_of",
    "is_filed",
    "list_figures",
    "list_requests",
    "list_roll",
    "list_unseen_figures",
    "match",
    "may_answer",
    "split_headings",
]

MOST_HEADINGS = 60
LONGEST = 80
_UNIT_BEHIND = re.compile(r"[(\uff08][^()\uff08\uff09]*[)\uff09]$")
_MEASURES = ("level", "growth", "share", "rank")
# A table with one of these is a list of firms.
_FIRM_KEYS = ("name", "code")
_FIRM_WORDS = {"name": ("企业名称", "单位名称", "单位详细名称"), "code": ("信用代码",)}


@dataclass(frozen=True)
class Wanted:
    """A heading of a table: what is held for it, or who can know.

    `same_as` is the same heading of the same period that was asked before: nobody is asked twice.
    """

    heading: str
    indicator: Indicator | None = None
    number: Number | None = None
    firm_column: str = ""
    department: str = ""
    person: Person | None = None
    words: tuple[str, ...] = ()
    same_as: Figure | None = None

    @property
    def is_held(self) -> bool:
        """Tell whether nobody needs to be asked; what is held back is held too."""
        if self.firm_column or self.same_as:
            return True
        return self.number is not None and (self.number.value is not None or self.number.is_hidden)


def split_headings(text: str) -> list[str]:
    """Return the headings pasted: one a line, or a row of cells; each once."""
    parts = (" ".join(one.split()) for one in re.split(r"[\t\r\n]+", text))
    return list(dict.fromkeys(one[:LONGEST] for one in parts if one))


def match(headings: Sequence[str], period: Period, *, ledger: Ledger, by: Person) -> list[Wanted]:
    """Return what is held for each heading in a period, and who can know the rest."""
    columns = _firm_columns(headings, period, by)
    rest = {one: _find_indicator(one) for one in headings if one not in columns}
    known = [one for one in rest.values() if one]
    ledger.prepare(known)
    ids = [one.id for one in known]
    duties, plan = list_duties(ids), find_plan(period.last.year)
    leads = list_leads(plan, ids) if plan else {}
    before = _asked_before(headings, period, by)
    made = []
    for heading in headings:
        if heading in columns:
            made.append(Wanted(heading, firm_column=columns[heading].key))
            continue
        indicator = rest[heading]
        duty = duties.get(indicator.id) if indicator else None
        department = (duty.person.department_id or "") if duty else ""
        words: tuple[str, ...] = ()
        if not department:
            department = leads.get(indicator.id, "") if indicator else ""
        if not department:
            said = f"{heading} {indicator.name}" if indicator else heading
            found = current_zone().match_duties(said)
            department, words = found[0] if found else ("", ())
        number = ledger.number(indicator, period) if indicator else None
        is_told = number is not None and (number.value is not None or number.is_hidden)
        made.append(
            Wanted(
                heading,
                indicator,
                number,
                department=department,
                person=duty.person if duty and duty.person.department_id else None,
                words=words,
                same_as=None if is_told else before.get(heading),
            )
        )
    return made


def _asked_before(headings: Sequence[str], period: Period, by: Person) -> dict[str, Figure]:
    found = Figure.objects.filter(
        heading__in=headings,
        department__isnull=False,
        request__period_id=period.id,
        request__in=list_requests(by).values("pk"),
    )
    return {one.heading: one for one in found.order_by("pk")}


def _find_indicator(heading: str) -> Indicator | None:
    zone = current_zone()
    for text in dict.fromkeys((heading, _UNIT_BEHIND.sub("", heading))):
        for measure in _MEASURES:
            if found := zone.find_indicator(text, measure):
                return found
    return None


def is_filed(figure: Figure) -> bool:
    """Tell whether the answer is filed as a reading of an indicator."""
    indicator = current_zone().indicators.get(figure.indicator)
    return indicator is not None and cell_of(indicator) is not None


def firm_columns_of(headings: Sequence[str], period: Period, by: Person) -> list[Column]:
    """Return the columns of a list of firms that these headings ask for, as somebody may see it."""
    return list(_firm_columns(headings, period, by).values())


def list_roll(by: Person) -> QuerySet[Enterprise]:
    """Return the firms of such a list: in operation, on the statistical roll, seen by who asks."""
    found = list_enterprises(visible_departments(by))
    return found.filter(closed_on=None).exclude(trade="")


def _firm_columns(headings: Sequence[str], period: Period, by: Person) -> dict[str, Column]:
    if not by.may(Permission.SEE_FIRMS):
        return {}
    with override("zh-hans"):  # headings are matched alike, whatever language the reader chose
        register = {
            _plain(word): one
            for one in FIRM_COLUMNS
            for word in (str(one.heading), *_FIRM_WORDS.get(one.key, ()))
        }
    if not any(_plain(one) in register and register[_plain(one)].key in _FIRM_KEYS
               for one in headings):  # fmt: skip
        return {}
    returned = _return_columns(headings, period, by)
    found: dict[str, Column] = {}
    for heading in headings:
        if known := register.get(_plain(heading)) or returned.get(_plain(heading)):
            found[heading] = known
    return found


def _return_columns(headings: Sequence[str], period: Period, by: Person) -> dict[str, Column]:
    """Return the measures of returns filed for exactly this period that are asked for."""
    asked = {_plain(one) for one in headings}
    found: dict[str, Column] = {}
    sees_tax = by.may(Permission.SEE_FIRM_TAX)
    for form in list_forms():
        fact = fact_type_of(form)
        names = {_plain(word): one for one in form.columns for word in (one.heading, *one.names)}
        wanted = {name: one for name, one in names.items() if name in asked}
        if not wanted:
            continue
        subjects = [one.subject for one in list_roll(by)]
        told = {
            subject: fact.decode(one.values)
            for subject, one in find_returns(
                type_id=fact.id, subjects=subjects, period=period
            ).items()
            if not one.is_void
        }
        if not told:
            continue
        for name, one in wanted.items():
            is_open = sees_tax or not fact.columns[one.id].is_restricted
            found.setdefault(
                name,
                Column(
                    f"{form.id}.{one.id}",
                    one.heading,
                    _reader(told if is_open else {}, one.id),
                    unit=one.unit,
                    missing="未报" if is_open else _("不公开"),
                ),
            )
    return found


def _reader(told: dict[str, dict[str, Any]], column: str) -> Any:
    def read(firm: Any) -> Any:
        value = told.get(firm.subject, {}).get(column)
        return None if isinstance(value, str) else value

    return read


def _plain(heading: str) -> str:
    return _UNIT_BEHIND.sub("", "".join(heading.split()))


def list_requests(person: Person) -> QuerySet[DataRequest]:
    """Return the tables that somebody needs, within what a person sees: own, asked, or all."""
    found = DataRequest.objects.order_by("-pk").select_related("asked_by__department")
    found = found.annotate(
        wanted=Count("figures"),
        asked=Count("figures", filter=Q(figures__department__isnull=False)),
        answered=Count("figures", filter=Q(figures__answered_on__isnull=False)),
    )
    visible = visible_departments(person)
    if visible is None:
        return found
    own = [*visible, *([person.department_id] if person.department_id else [])]
    asked = Figure.objects.filter(department__in=own).values("request")
    return found.filter(Q(asked_by=person) | Q(asked_by__department__in=visible) | Q(pk__in=asked))


def find_request(request_id: int, person: Person) -> DataRequest | None:
    """Return a table that somebody needs, if a person sees it."""
    return list_requests(person).filter(pk=request_id).first()


def find_figure(figure_id: int, person: Person) -> Figure | None:
    """Return one figure of a table that a person sees."""
    found = Figure.objects.select_related("request", "department", "person", "answered_by")
    return found.filter(pk=figure_id, request__in=list_requests(person).values("pk")).first()


def may_answer(figure: Figure, by: Person) -> bool:
    """Tell whether somebody is the one who was asked: the person, or else the department."""
    if figure.department_id is None:
        return False
    if figure.person_id is not None:
        return figure.person_id == by.pk
    return figure.department_id == by.department_id


def count_figures(month: Period) -> tuple[dict[str, int], int, int]:
    """Return how many figures each department was asked in a month; all held, all asked."""
    figures = Figure.objects.filter(
        request__asked_on__gte=month.first, request__asked_on__lte=month.last
    )
    by_department = dict(
        figures.exclude(department=None)
        .values_list("department")
        .annotate(times=Count("pk"))
        .order_by()
    )
    asked = sum(by_department.values())
    return by_department, figures.count() - asked, asked


def list_figures(request: DataRequest) -> list[Figure]:
    """Return the figures of a table in their order."""
    return list(
        request.figures.select_related(
            "department", "person", "answered_by", "same_as__department", "same_as__answered_by",
            "same_as__person", "same_as__request",
        )
    )  # fmt: skip


def list_unseen_figures(person: Person) -> QuerySet[Any] | None:
    """Return the figures that somebody does not see, as subjects of facts; None who sees all."""
    if visible_departments(person) is None:
        return None
    seen = list_requests(person).order_by().values("pk")
    unseen = Figure.objects.exclude(request__in=seen).exclude(answered_on=None)
    return subjects_of("figure", unseen)


def describe_figures(ids: list[int]) -> dict[int, tuple[int, str]]:
    """Return the table and the words of figures, for pages that name one."""
    found = Figure.objects.filter(pk__in=ids).select_related("request")
    return {one.pk: (one.request_id, f"{one.request.title}：{one.heading}") for one in found}
