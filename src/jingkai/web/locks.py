"""The lock of a page whose year is closed."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.org.queries import find_closing
from jingkai.org.rules import Permission
from jingkai.org.services import check_year_open
from jingkai.web.pages.errors import Refused
from jingkai.web.shell import Lock, Step

__all__ = ["lock_of_year", "refuse_closed", "refuse_locked"]


def lock_of_year(request: HttpRequest, year: int) -> Lock | None:
    """Return what a page of a closed year says, and where the year is opened again."""
    closing = find_closing(year)
    if closing is None:
        return None
    what = _(
        "%(year)s年已关闭，这一页只能查看。确需改动，请考核督查写明原因、重新打开这个年度。"
    ) % {"year": year}
    todo = None
    if request.user.may(Permission.KEEP_YEARS):
        todo = Step(_("去重新打开"), f"{reverse('years')}?reopen={year}")
    elif request.user.may(Permission.SEE_PLAN):
        todo = Step(_("看工作年度"), reverse("years"))
    stamp = _("%(year)s年已关闭") % {"year": year}
    return Lock(what, str(closing.closed_on), closing.closed_by, todo, stamp)


def refuse_closed(request: HttpRequest, year: int) -> None:
    """Refuse a form of a closed year before anything of it is looked at.

    Its service refuses it too; here what was typed is given back whole, right or wrong.
    """
    if request.method == "POST":
        check_year_open(year)


def refuse_locked(request: HttpRequest, lock: Lock | None) -> None:
    """Refuse a form of what is frozen, in the words of its lock."""
    if request.method == "POST" and lock is not None:
        raise Refused(lock.what)
