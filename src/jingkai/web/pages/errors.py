"""Pages that say what went wrong, that nothing was lost, and what to do."""

from dataclasses import dataclass
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jingkai.org.queries import find_expired_delegation
from jingkai.org.rules import Permission
from jingkai.web.shell import show

__all__ = [
    "Refused",
    "broken",
    "form_expired",
    "locked_out",
    "no_permission",
    "not_found",
    "refused",
]


class Refused(Exception):
    """A request that cannot be carried out; the message says why and what to do."""


@dataclass
class ErrorPage:
    """What happened and what to do."""

    title: str
    what: str
    todo: str
    number: str
    state: str
    template: str = "web/error.html"


def no_permission(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: say whom to ask."""
    page = ErrorPage(
        title=_("您没有这个页面的权限"),
        what=_expired(request, exception) or _("您的角色不包含这项工作。"),
        todo=_("需要的话，请联系系统管理员调整角色；您刚才的操作没有被执行。"),
        number=_request_number(request),
        state="no-permission",
    )
    return show(request, page, status=403)


def _expired(request: HttpRequest, exception: Exception | None) -> str:
    """Say that a colleague's delegation allowed this until it ran out."""
    wanted = exception.args[0] if exception and exception.args else None
    if not (isinstance(wanted, Permission) and request.user.is_authenticated):
        return ""
    over = find_expired_delegation(request.user, wanted, request.today)
    if over is None:
        return ""
    told = {"who": over.giver.name, "on": over.withdrawn_on or over.until_on}
    return _("%(who)s给您的授权已于 %(on)s 到期或收回，不再有效。") % told


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    page = ErrorPage(
        title=_("没有这个页面"),
        what=_("地址可能写错了，或者内容已不在您的范围内。"),
        todo=_("请从菜单进入。"),
        number=_request_number(request),
        state="not-found",
    )
    return show(request, page, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500: our fault, nothing half-stored."""
    page = ErrorPage(
        title=_("系统出错了"),
        what=_("这次操作没有完成，也没有留下半截数据。"),
        todo=_("请稍后重试；若再出现，请把下面的编号告诉系统管理员。"),
        number=_request_number(request),
        state="error",
    )
    return show(request, page, status=500)


def refused(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Answer 422 with the refusal's own words."""
    page = ErrorPage(
        title=_("这一步不能这样做"),
        what=str(problem),
        todo=_("请返回上一页改正后再试，已填的内容还在。"),
        number=_request_number(request),
        state="error",
    )
    return show(request, page, status=422)


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: object
) -> HttpResponse:
    """Answer 429 to the sixth wrong password."""
    page = ErrorPage(
        title=_("这个账号暂时锁定"),
        what=_("密码连续错了 5 次。"),
        todo=_("请 15 分钟后再试；急用请找系统管理员重置密码。"),
        number=_request_number(request),
        state="locked",
    )
    return show(request, page, status=429)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token does not fit: signed out meanwhile, or opened long ago."""
    page = ErrorPage(
        title=_("页面已过期"),
        what=_("这张表单打开得太久，或者登录状态变了。"),
        todo=_("请返回上一页，刷新后再提交一次。"),
        number=_request_number(request),
        state="error",
    )
    return show(request, page, status=403)


def _request_number(request: HttpRequest) -> str:
    """Return the number under which the audit chain keeps this request."""
    return getattr(request, "number", "") or uuid4().hex[:8].upper()
