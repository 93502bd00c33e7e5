"""What a service refuses is read in the reader's language: kept as words, said where it shows."""

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from lxml import html

from jingkai.cases.models import Case
from jingkai.cases.services import find_case_types
from jingkai.kernel.zone import Zone, current_zone
from jingkai.org.rules import ROLES
from tests.approvals.test_pages import client_of, counter, world
from tests.conftest import sign_in
from tests.web.english import chinese_outside_data, data_of
from tests.web.test_locks import frozen, lived
from tests.web.test_rights import put_away
from tools.stops import list_stops, prepare

__all__ = ["counter", "frozen", "lived", "world"]

CHINESE = re.compile(r"[一-鿿]")
SOURCE = Path(__file__).resolve().parents[2] / "src" / "jingkai"
# Whose refusals are kept as words; the pages of these are pressed below.
SAID = (
    *("approvals", "backup", "cases", "enterprises", "kernel", "ladder", "ledger", "mail", "org"),
    *("plan", "projects", "reading", "reports", "returns", "supervision", "web"),
)
# Here a text is read by whoever writes a zone package or stands at the server's command line.
AT_THE_COMMAND_LINE = {
    "kernel/geometry.py",
    "kernel/items.py",
    "kernel/parameters.py",
    "kernel/units.py",
    "org/sealing.py",
    "reading/phrases.py",
}


def plain_refusals(path: Path) -> Iterator[str]:
    """Yield where a module raises a Chinese text that is no words."""
    tree = ast.parse(path.read_text("utf-8"))
    kept = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args):
            continue
        said = node.exc.args[0]
        said = kept.get(said.id, said) if isinstance(said, ast.Name) else said
        is_text = isinstance(said, ast.Constant | ast.JoinedStr | ast.BinOp)
        if is_text and CHINESE.search(ast.unparse(said)):
            yield f"{path.relative_to(SOURCE)}:{node.lineno} {ast.unparse(said)[:40]}"


@pytest.mark.parametrize("context", SAID)
def test_a_refusal_is_raised_with_words(context: str):
    found = [
        one
        for path in sorted((SOURCE / context).rglob("*.py"))
        if path.relative_to(SOURCE).as_posix() not in AT_THE_COMMAND_LINE
        for one in _spoken(path)
    ]

    assert not found, "keep the text with its values: Words(…)\n" + "\n".join(found)


def _spoken(path: Path) -> Iterator[str]:
    """Yield what is plain, but for a text that is translated where it is raised."""
    return (one for one in plain_refusals(path) if not re.search(r" _\(", one))


@pytest.mark.parametrize(
    ("raised", "is_plain"),
    [
        ('raise X("不行。")', True),
        ('raise X(f"{name}不行。")', True),
        ('raise X("不行。" + name)', True),
        ('what = "不行。"\nraise X(what)', True),
        ('raise X(Words("不行。"))', False),
        ('raise X(_("%(name)s不行。") % told)', False),
        ('raise X(b"x")', False),
        ("raise X(refusal.args[0])", False),
    ],
)
def test_what_counts_as_a_plain_refusal(raised: str, is_plain: bool, tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.SOURCE", tmp_path)
    module = tmp_path / "module.py"
    module.write_text(raised)

    assert bool(list(_spoken(module))) is is_plain


def test_the_modules_of_the_command_line_are_there_and_need_it():
    assert all(any(plain_refusals(SOURCE / one)) for one in AT_THE_COMMAND_LINE)


def test_no_value_of_words_is_a_chinese_text_of_the_house():
    found = [
        f"{path.relative_to(SOURCE)}:{node.lineno} {one.arg}={ast.unparse(one.value)}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Words"
        for one in node.keywords
        if any(map(_is_chinese, _branches(one.value)))
    ]

    assert not found, "say it as words of its own\n" + "\n".join(found)


def _branches(value: ast.expr) -> Iterator[ast.expr]:
    """Yield what a value may be: either side of a choice."""
    if isinstance(value, ast.IfExp):
        yield from (*_branches(value.body), *_branches(value.orelse))
    elif isinstance(value, ast.BoolOp):
        yield from (one for side in value.values for one in _branches(side))
    else:
        yield value


def _is_chinese(value: ast.expr) -> bool:
    is_text = isinstance(value, ast.Constant | ast.JoinedStr)
    return is_text and bool(CHINESE.search(ast.unparse(value)))


def ways_to_fill(form: html.FormElement) -> Iterator[dict[str, str]]:
    """Yield what somebody may send with a form: nothing, well filled, wrong, out of date."""
    stands = dict(form.form_values())
    hidden = {name: one for name, one in stands.items() if _kind(form, name) == "hidden"}
    names = dict.fromkeys(one.name for one in form.inputs if one.name)
    well = {name: stands.get(name) or _guess(form, name, GOOD) for name in names}
    wrong = {name: _guess(form, name, WRONG) for name in names} | hidden
    late = well | {name: "9999" for name in ("version", "since") if name in stands}
    for button in form.xpath(".//button[@name]") or [None]:
        told = {} if button is None else {button.get("name"): button.get("value", "")}
        for way in (hidden, well, wrong, late):
            yield {name: value for name, value in (way | told).items() if value is not None}


GOOD = {"date": "2021-05-06", "number": "1", "checkbox": "on", "file": None}
WRONG = {"date": "1999-01-01", "number": "-1", "checkbox": None, "file": None}


def _kind(form: html.FormElement, name: str) -> str:
    field = form.inputs[name]
    return getattr(field, "type", None) or getattr(field, "tag", "") or ""


def _guess(form: html.FormElement, name: str, by_kind: dict[str, str | None]) -> str | None:
    field = form.inputs[name]
    if hasattr(field, "value_options"):
        return next(iter(sorted(field.value_options, reverse=by_kind is GOOD)), None)
    return by_kind.get(_kind(form, name), "x")


def test_no_form_answers_an_english_reader_in_chinese(zone: Zone, lived: dict, frozen: dict):
    for role in ROLES:
        sign_in(role)
    prepare()
    clients: dict[str, Client] = {}
    walk = Walk(zone)
    for stop in list_stops():
        context, is_named, _ = stop.name.partition(":")
        if is_named and context not in SAID:
            continue
        if stop.role not in clients:
            clients[stop.role] = sign_in(stop.role) if stop.role else Client()
        walk.press_all(clients[stop.role], stop.path)

    assert walk.refused > 100, "too few forms were refused to say anything"
    assert not walk.wrong, "\n".join(walk.wrong)


def test_no_form_of_the_counter_answers_an_english_reader_in_chinese(world: dict):
    counter, walk = world["counter"], Walk(current_zone())
    work = Case.objects.get(pk=world["case"]).work.get()
    staff = [counter.chief, counter.officer(work.department_id)]
    paths = [
        *(reverse("cases:detail", args=[world[one]]) for one in ("case", "closed")),
        *(reverse("approvals:application", args=[world[one]]) for one in ("waiting", "running")),
        *(reverse(name) for name in ("approvals:delegate", "approvals:invitations")),
        reverse("approvals:item", args=["construction_permit"]),
        reverse("approvals:call_back", args=[world["rating"]]),
        reverse("approvals:take_in", args=["bundle", "land_to_start"]),
    ]
    for client in map(client_of, staff):
        for path in paths:
            walk.press_all(client, path)
    outside = [
        reverse("approvals:apply", args=["open_enterprise"]),
        reverse("approvals:progress", args=[world["number"], "1234"]),
        reverse("approvals:result"),
    ]
    stranger = client_of(None)
    for path in outside:
        walk.press_all(stranger, path)

    assert walk.refused > 50, "too few forms were refused to say anything"
    assert not walk.wrong, "\n".join(walk.wrong)


class Walk:
    """Press every button of pages as an English reader; keep what answers in Chinese."""

    # What ends the visit, is the way back to Chinese, or shows a report, which is Chinese itself.
    _LEFT_ALONE = ("/logout", "/language", "/reports/workshop", "/reports/passages")

    def __init__(self, zone: Zone) -> None:
        self.zone, self.data = zone, data_of(zone)
        # A law is cited as it is written.
        self.clauses = {one.basis for kind in find_case_types().values() for one in kind.pauses}
        self.pressed: set[tuple[object, ...]] = set()
        self.refused = 0
        self.wrong: list[str] = []

    def press_all(self, client: Client, path: str) -> None:
        """Send every form of a page in every way, twice where it went well."""
        client.cookies["django_language"] = "en"
        page = client.get(path)
        if not self._is_page(page):
            return
        for form in html.document_fromstring(page.content.decode()).forms:
            action = str(form.get("action") or path)
            if form.method != "POST" or action.startswith(self._LEFT_ALONE):
                continue
            # The same form stands on many pages: of each person once is enough.
            same = (id(client), resolve(action.partition("?")[0]).view_name, *sorted(form.fields))
            if same in self.pressed:
                continue
            self.pressed.add(same)
            for told in ways_to_fill(form):
                self._press(client, action, told)

    def _press(self, client: Client, action: str, told: dict[str, str]) -> None:
        cookies = deepcopy(client.cookies)
        with transaction.atomic():  # afterwards nothing of it happened
            for _time in ("first", "again"):
                answer = client.post(action, told)
                went_well = answer.status_code in (302, 303)
                if went_well:
                    answer = client.get(answer.headers["Location"])
                self.refused += answer.status_code == 422
                if self._is_page(answer):
                    self.wrong += [f"{one}   <- {action} {told}" for one in self._find(answer)]
                if not went_well:
                    break
                told = told | {"once": ""}
            transaction.set_rollback(True)
        client.cookies = cookies

    def _find(self, answer: HttpResponse) -> list[str]:
        """Return what is no data, of what is kept by now: a press may have added some."""
        found = self._outside(answer)
        if found:
            self.data = data_of(self.zone)
            found = self._outside(answer)
        return found

    def _outside(self, answer: HttpResponse) -> list[str]:
        found = chinese_outside_data(answer.content.decode(), self.data)
        return [one for one in found if not any(clause in one for clause in self.clauses)]

    def _is_page(self, answer: HttpResponse) -> bool:
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if is_page and answer.content:
            return True
        put_away(answer)
        return False
