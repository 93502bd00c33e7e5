"""查一查: the command box as a page; Ctrl+K shows the same answer in place."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jingkai.web.access import Policy, needs
from jingkai.web.find import Found, find_everything
from jingkai.web.shell import show


@dataclass
class FindPage:
    """What was asked and what was found."""

    title: str
    text: str
    groups: list[Found]
    template: str = "web/find.html"


@needs(Policy.SIGNED_IN)
def find(request: HttpRequest) -> HttpResponse:
    """Find pages, projects, people, codes and numbers."""
    text = request.GET.get("text", "").strip()
    groups = find_everything(text, request.user, request.today)
    count = sum(len(group.hits) for group in groups)
    title = _("找到 %(count)s 条") % {"count": count} if text else _("查一查")
    page = FindPage(title, text, groups)
    if request.headers.get("X-Command"):
        page.template = "web/found.html"
    return show(request, page)
