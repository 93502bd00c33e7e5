"""Pages that say what went wrong, that nothing was lost, and what to do."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.documents.pdf import NoPrinter, PrintFailed
from jingkai.org.queries import find_expired_delegation, list_people
from jingkai.org.rules import PERMISSION_WORDS, ROLES, Permission
from jingkai.org.services import YearClosed
from jingkai.web.language import spoken_refusal
from jingkai.web.numbered import number_of
from jingkai.web.shell import show

__all__ = [
    "Refused",
    "broken",
    "done_already",
    "form_expired",
    "locked_out",
    "no_permission",
    "not_found",
    "not_printed",
    "outcome_unknown",
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
    docx: str = ""  # where the same document is to be had as docx
    typed: str = ""  # what somebody wrote into a form that was refused
    template: str = "web/error.html"


@dataclass(frozen=True)
class Answer:
    """What a page says when something could not be done: status, drawn state, words."""

    status: int
    state: str
    title: Any
    what: Any
    todo: Any


NO_PERMISSION = Answer(
    403,
    "no-permission",
    gettext_lazy("您没有这个页面的权限"),
    gettext_lazy("您的角色不包含这项工作。"),
    gettext_lazy("需要的话，请联系%(whom)s调整角色；您刚才的操作没有被执行。"),
)
NOT_FOUND = Answer(
    404,
    "not-found",
    gettext_lazy("没有这个页面"),
    gettext_lazy("地址可能写错了，或者内容已不在您的范围内。"),
    gettext_lazy("请从菜单进入。"),
)
BROKEN = Answer(
    500,
    "error",
    gettext_lazy("系统出错了"),
    gettext_lazy("这次操作没有完成，也没有留下半截数据。"),
    gettext_lazy("请稍后重试；若再出现，请把下面的编号告诉系统管理员。"),
)
REFUSED = Answer(
    422,
    "error",
    gettext_lazy("这一步不能这样做"),
    "",
    gettext_lazy("请返回上一页改正后再试，已填的内容还在。"),
)
YEAR_CLOSED = Answer(
    422,
    "locked",
    gettext_lazy("这个年度已关闭"),
    "",
    gettext_lazy("什么都没有写入。重新打开年度后再办，或改到在用的年度里办。"),
)
LOCKED_OUT = Answer(
    429,
    "locked",
    gettext_lazy("这个账号暂时锁定"),
    gettext_lazy("密码或验证码错了 5 次。"),
    gettext_lazy("请 15 分钟后再试；急用请找系统管理员重置密码。"),
)
DONE_ALREADY = Answer(
    200,
    "done",
    gettext_lazy("刚才已经办好"),
    gettext_lazy("这张表单已经提交过，第二次没有重复办理。"),
    gettext_lazy("结果在上一个页面；要再办一次，请从菜单重新进入。"),
)
OUTCOME_UNKNOWN = Answer(
    409,
    "error",
    gettext_lazy("上一次提交还没有结果"),
    gettext_lazy("同样的内容已经提交过一次，还在办理，或者中途断了。没有再办第二次。"),
    gettext_lazy("请先看看是否已经办成；没有的话，从菜单重新进入再填。"),
)
NO_PRINTER = Answer(
    503,
    "error",
    gettext_lazy("这台服务器不能生成 PDF"),
    gettext_lazy("服务器上没有安装 LibreOffice，PDF 由它把公文 docx 转成。"),
    gettext_lazy(
        "请管理员安装：Debian、Ubuntu 用 apt-get install libreoffice-writer-nogui fonts-noto-cjk，"
        "装好即可用，不必重启。现在可以先下载 docx，用 Word 或 WPS 另存为 PDF。"
    ),
)
NOT_PRINTED = Answer(
    503,
    "error",
    gettext_lazy("PDF 没有生成"),
    "",
    gettext_lazy("docx 不受影响，请先下载 docx；若再出现，请把下面的编号告诉系统管理员。"),
)
FORM_EXPIRED = Answer(
    403,
    "error",
    gettext_lazy("页面已过期"),
    gettext_lazy("这张表单打开得太久，或者登录状态变了。"),
    gettext_lazy("请返回上一页，刷新后再提交一次。"),
)


def no_permission(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: say whom to ask."""
    what = _expired(request, exception) or _lacking(exception)
    return _answer(request, NO_PERMISSION, what, whom=_whom_to_ask())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return _answer(request, NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500: our fault, nothing half-stored."""
    return _answer(request, BROKEN)


def refused(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Answer 422 with the refusal's own words."""
    is_closed = isinstance(problem, YearClosed)
    answer = YEAR_CLOSED if is_closed else REFUSED
    return _answer(request, answer, spoken_refusal(problem), typed=_typed(request))


# What a form carries of itself; nobody wrote it.
_CARRIED = {"csrfmiddlewaretoken", "once", "version", "since", "key", "act", "do", "year", "was"}


def _typed(request: HttpRequest) -> str:
    """Return what somebody wrote into the form, a line for each field, words before figures."""
    if request.method != "POST":
        return ""
    lists = request.POST.lists()
    told = [one.strip() for name, values in lists if name not in _CARRIED for one in values]
    return "\n".join(sorted((one for one in told if one), key=str.isascii))


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: object
) -> HttpResponse:
    """Answer 429 to the sixth wrong password."""
    return _answer(request, LOCKED_OUT)


def done_already(request: HttpRequest) -> HttpResponse:
    """Answer the second press of a form whose result was shown once."""
    return _answer(request, DONE_ALREADY)


def outcome_unknown(request: HttpRequest) -> HttpResponse:
    """Answer the second press of a form whose first press has not answered."""
    return _answer(request, OUTCOME_UNKNOWN)


def not_printed(request: HttpRequest, problem: NoPrinter | PrintFailed, docx: str) -> HttpResponse:
    """Answer who asked for a PDF that could not be printed; the docx is offered instead."""
    is_absent = isinstance(problem, NoPrinter)
    answer, what = (NO_PRINTER, "") if is_absent else (NOT_PRINTED, spoken_refusal(problem))
    return _answer(request, answer, what, docx=docx)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token does not fit: signed out meanwhile, or opened long ago."""
    return _answer(request, FORM_EXPIRED)


def _answer(
    request: HttpRequest,
    answer: Answer,
    what: str = "",
    docx: str = "",
    typed: str = "",
    **told: str,
) -> HttpResponse:
    """Show what happened, in its own words where the refusal has some."""
    page = ErrorPage(
        title=str(answer.title),
        what=what or str(answer.what),
        todo=str(answer.todo) % told if told else str(answer.todo),
        number=number_of(request),
        state=answer.state,
        docx=docx,
        typed=typed,
    )
    return show(request, page, status=answer.status)


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


def _lacking(refusal: Exception | None) -> str:
    """Say which right the page needs, where the policy told it."""
    needed = refusal.args[0] if refusal is not None and refusal.args else None
    if needed not in PERMISSION_WORDS:
        return ""
    return _("这个页面需要“%(right)s”，您的角色没有。") % {"right": _(PERMISSION_WORDS[needed])}


def _whom_to_ask() -> str:
    """Return the names of those who change roles."""
    managing = [role.id for role in ROLES.values() if Permission.MANAGE_PEOPLE in role.permissions]
    names = [one.name for one in list_people() if one.role in managing][:3]
    return _("系统管理员%(names)s") % {"names": f"（{'、'.join(names)}）" if names else ""}
