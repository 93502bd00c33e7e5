"""English is complete: every Chinese string of the pages has its translation."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from jingkai.kernel.deadlines import Limit, Pause, find_deadline
from jingkai.kernel.periods import Period
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Named, Words
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Notice, Person
from jingkai.org.rules import ROLES
from jingkai.org.services import WrongPassword, tell
from jingkai.web.language import speak, spoken_period, spoken_refusal, unit_word
from tests.conftest import sign_in
from tests.web.english import chinese_outside_data, data_of
from tests.web.test_locks import frozen, lived
from tests.web.test_rights import put_away
from tools.stops import list_stops, prepare
from tools.texts import CATALOGUE, collect, load

__all__ = ["frozen", "lived"]

CHINESE = re.compile(r"[一-鿿]")
SOURCE = Path(__file__).resolve().parents[2] / "src" / "jingkai"


def test_every_text_has_english():
    missing = [one.id for one in collect() if one.id and not one.string]

    assert not missing, "run: python tools/texts.py collect, then fill django.po"


def test_english_texts_are_english():
    assert not [one.id for one in load() if one.id and CHINESE.search(str(one.string))]


def test_the_catalogue_has_no_text_that_nobody_uses():
    used = {one.id for one in collect()}

    assert {one.id for one in load()} <= used, f"{CATALOGUE.name} keeps dead texts"


def test_templates_print_no_chinese_outside_the_catalogue():
    outside = []
    for template in SOURCE.glob("*/templates/**/*.html"):
        text = template.read_text("utf-8")
        text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
        outside += [(template.name, line) for line in text.splitlines() if CHINESE.search(line)]

    assert outside == [("frame.html", outside[0][1])], "only the mark of the product is a sign"


@pytest.mark.parametrize(
    ("period", "chinese", "english"),
    [
        (Period.year(2021), "2021年", "2021"),
        (Period.months(2021, 5, 5), "2021年5月", "May 2021"),
        (Period.months(2021, 1, 6), "2021年1—6月", "Jan–Jun 2021"),
        (Period(date(2021, 1, 1), date(2025, 12, 31)), "2021—2025年", "2021–2025"),
    ],
)
def test_a_period_is_said_in_the_readers_language(period: Period, chinese: str, english: str):
    assert spoken_period(period) == chinese
    with override("en"):
        assert spoken_period(period) == english


def test_a_unit_keeps_its_factor_in_english():
    with override("en"):
        assert [unit_word("万元"), unit_word("亩")] == ["10,000 yuan", get_unit("亩").english]
    assert unit_word("万元") == "万元"


def test_what_the_counter_says_of_its_items_is_said_in_english_too(changde: Zone):
    book = changde.approvals
    for one in book.items.values():
        for words in ("result", "note", "undertaking"):
            said, english = getattr(one, words), getattr(one, f"{words}_english")
            assert bool(said) == bool(english), (one.id, words)
            assert not CHINESE.search(english), (one.id, words)
        assert len(one.conditions_english) == len(one.conditions), one.id
        assert not CHINESE.search(one.fee_words[1])
    for bundle in book.bundles.values():
        assert bundle.summary_english and not CHINESE.search(bundle.summary_english)
    for fact in book.facts.values():
        assert fact.choices_english.keys() == fact.choices.keys()


def test_an_english_reader_gets_the_items_in_english(changde: Zone):
    client = sign_in("leader")
    client.cookies["django_language"] = "en"
    html = client.get(reverse("approvals:item", args=["construction_permit"])).content.decode()
    assert "Free of charge" in html
    assert "Construction permit" in html
    assert "Work begins within three months of the permit." in html
    listed = client.get(reverse("approvals:items")).content.decode()
    assert "个工作日" not in listed


def test_what_somebody_was_told_is_read_in_their_language(zone: Zone):
    client = sign_in("officer")
    place = Department.objects.get(pk=Person.objects.get(role="officer").department_id)
    month = Period.months(2021, 5, 5)
    text = Words("%(period)s督查通报（第 %(number)s 期）已印发。", period=month, number=5)
    tell(departments=[place.pk], text=text, url="/x/", on=date(2021, 6, 1))
    assert Notice.objects.get().text == "2021年5月督查通报（第 5 期）已印发。"
    assert "2021年5月督查通报（第 5 期）已印发。" in client.get("/").content.decode()
    client.cookies["django_language"] = "en"
    assert (
        "The supervision bulletin of May 2021 (no. 5) is out." in client.get("/").content.decode()
    )


def test_the_arithmetic_of_a_due_day_is_said_in_english(changde: Zone):
    pause = Pause(date(2021, 9, 29), date(2021, 9, 30), Named("专家评审", "expert review"))
    found = find_deadline(Limit(10), date(2021, 9, 27), changde.calendar, pauses=[pause])
    with override("en"):
        said = [speak(one) for one in found.words]
    assert said[0] == "2021-09-27 accepted (the day itself does not count)"
    assert said[1] == "plus working days: 10"
    assert "(expert review)" in said[2]
    assert not CHINESE.search("".join(said))


def test_a_refusal_is_said_in_the_language_of_who_reads_it():
    refusal = WrongPassword(Words("原密码不对。忘记了请找系统管理员重置。"))

    with override("en"):
        assert spoken_refusal(refusal).startswith("The old password is wrong.")
        assert spoken_refusal(ValueError("3.14")) == "3.14", "one with a plain text says that"
        assert spoken_refusal(ValueError()) == ""
    assert spoken_refusal(refusal) == str(refusal) == "原密码不对。忘记了请找系统管理员重置。"


def test_no_page_in_english_says_anything_in_chinese_but_data(
    zone: Zone, lived: dict, frozen: dict
):
    for role in ROLES:
        sign_in(role)
    prepare()
    clients: dict[str, Client] = {}
    said = {}
    data = data_of(zone)
    for stop in list_stops():
        if stop.role not in clients:
            clients[stop.role] = sign_in(stop.role) if stop.role else Client()
            clients[stop.role].cookies["django_language"] = "en"
        answer = clients[stop.role].get(stop.path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            said[stop.name, stop.role] = chinese_outside_data(answer.content.decode(), data)
        else:
            put_away(answer)
    assert len(said) > 90
    wrong = [f"{page} {role}: {found}" for (page, role), found in said.items() if found]
    assert not wrong, "\n".join(wrong)
