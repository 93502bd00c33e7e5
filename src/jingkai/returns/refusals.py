"""Why a return is not taken: named refusals, and what more than one step checks."""

from datetime import date

from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.words import Words
from jingkai.org.queries import is_closed_year_correctable, list_closed
from jingkai.org.services import check_year_open
from jingkai.returns.catalog import find_form
from jingkai.returns.models import ReturnFile

__all__ = [
    "LONGEST_REASON",
    "NotExplained",
    "ReturnRefused",
    "StillWrong",
    "TieRefused",
    "UnitNotSaid",
    "check_year",
    "form_of",
    "known_form",
]

LONGEST_REASON = 200


class ReturnRefused(ValueError):
    """A return that cannot be taken, decided or undone like this; the message says what to do."""


class TieRefused(ValueError):
    """An account that cannot file for a firm, or end to file for it, like this."""


class StillWrong(ReturnRefused):
    """A sheet with cells that must be put right first."""


class UnitNotSaid(ReturnRefused):
    """Figures off by 10⁴ or 10⁸ of which nobody said yet whether their unit is right."""


class NotExplained(ReturnRefused):
    """A return that raises a question which nobody answered yet."""


def check_year(period: Period, on: date) -> bool:
    """Tell whether the year of a period is closed; refuse whoever may not correct it then."""
    if not list_closed([period.last.year]):
        return False
    if not is_closed_year_correctable(on):
        check_year_open(period.last.year)
    return True


def form_of(file: ReturnFile) -> ReturnForm:
    """Return the return that a sheet is of."""
    return known_form(file.form)


def known_form(form_id: str) -> ReturnForm:
    """Return one of the zone's returns; refuse one that it collects no longer."""
    form = find_form(form_id)
    if form is None:
        raise ReturnRefused(Words("经开区没有“%(form)s”这张报表了；请联系统计员。", form=form_id))
    return form
