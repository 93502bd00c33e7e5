"""Letters to several departments: numbered without gaps, kept as they went out, given as docx."""

import io
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest
from django.db import transaction
from django.urls import reverse
from docx import Document

from jingkai.documents.pdf import print_pdf
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Notice, Person
from jingkai.supervision.correspondence import NewLetters, send_letters, write_outgoing
from jingkai.supervision.desks import supervisor_department
from jingkai.supervision.models import FollowUp, OutgoingLetter
from jingkai.supervision.refusals import LettersRefused
from jingkai.supervision.services import NewFollowUp, follow_up
from tests.conftest import sign_in
from tests.documents.paper import PRINTS, characters, fake, printer
from tests.supervision.test_follow_ups import person

ISSUED, DUE, TODAY = date(2021, 6, 1), date(2021, 6, 15), date(2021, 6, 30)
ANSWER = date(2021, 7, 7)


@pytest.fixture
def keeper(zone: Zone) -> Person:
    return person("keeper", supervisor_department(), "appraisal")


@pytest.fixture
def late(keeper: Person) -> list[FollowUp]:
    """Two open follow-ups of one department and one of another, all due on 15 June."""
    first, second = Department.objects.exclude(pk=supervisor_department())[:2]
    told = [("请修路", first), ("请种树", first), ("请清淤", second)]
    return [
        follow_up(new=NewFollowUp(instruction=words, lead=one.pk, due_on=DUE), by=keeper, on=ISSUED)
        for words, one in told
    ]


def kind(zone: Zone, *, lists: bool) -> str:
    return next(one.id for one in zone.supervision.letters if one.lists is lists)


def remind(zone: Zone, late: list[FollowUp], by: Person, on: date = TODAY) -> list[OutgoingLetter]:
    new = NewLetters(
        template=kind(zone, lists=True),
        follow_ups=[one.pk for one in late],
        answer_by=on + timedelta(days=7),
    )
    return send_letters(new=new, by=by, on=on)


def test_each_department_gets_one_letter_and_the_next_number(
    zone: Zone, late: list[FollowUp], keeper: Person
):
    first = remind(zone, late, keeper)
    second = remind(zone, late[2:], keeper)
    of_next_year = remind(zone, late[:1], keeper, date(2022, 1, 4))

    assert [one.to_id for one in first] == [late[0].lead_id, late[2].lead_id]
    assert [one.serial for one in (*first, *second, *of_next_year)] == [1, 2, 3, 1]
    assert [one.batch for one in (*first, *second)] == [1, 1, 3]
    style = zone.supervision.letter_number
    assert first[1].number == style.format(year=2021, number=2)
    assert of_next_year[0].number == style.format(year=2022, number=1)
    assert {one.pk for one in first[0].follow_ups.all()} == {late[0].pk, late[1].pk}
    notice = Notice.objects.filter(department_id=late[2].lead_id, text__contains=first[1].number)
    assert notice.count() == 1


def test_letters_that_are_taken_back_leave_no_gap(zone: Zone, late: list[FollowUp], keeper: Person):
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        remind(zone, late, keeper)
        raise Stop

    assert [one.serial for one in remind(zone, late[2:], keeper)] == [1]


def test_a_letter_is_printed_as_it_went_out(zone: Zone, late: list[FollowUp], keeper: Person):
    letter, _ = remind(zone, late, keeper)
    FollowUp.objects.filter(pk=late[0].pk).update(instruction="别的事")
    letter = OutgoingLetter.objects.get(pk=letter.pk)
    document = Document(io.BytesIO(write_outgoing(letter)))
    words = [one.text for one in document.paragraphs]
    cells = [[one.text for one in row.cells] for row in document.tables[0].rows]

    assert zone.issuer in words and letter.number in words
    assert f"{letter.to.name}：" in words
    assert cells[1][:2] == [late[0].number, "请修路"] and cells[1][3] == "15"
    assert len(cells) == 3
    foot = "".join(cell.text for row in document.tables[-1].rows for cell in row.cells)
    assert "印发" in foot + "".join(words)
    assert write_outgoing(letter) == write_outgoing(letter)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"follow_ups": []}, "至少选一件"),
        ({"template": "x"}, "函的种类"),
        ({"answer_by": TODAY}, "至少留一天"),
        ({"lists": False}, "请填写内容"),
        ({"lists": False, "words": "停电", "follow_ups": []}, "主送单位"),
        ({"office": True}, "没有选中的事项"),
        ({"follow_ups": [999999]}, "已经销号"),
    ],
)
def test_what_cannot_go_out_is_refused_and_takes_no_number(
    zone: Zone, late: list[FollowUp], keeper: Person, changes: dict, words: str
):
    changes = dict(changes)
    told = {"template": kind(zone, lists=changes.pop("lists", True)), "answer_by": ANSWER}
    told |= {"follow_ups": [one.pk for one in late]}
    if changes.pop("office", False):
        told["departments"] = [supervisor_department()]
    with pytest.raises(LettersRefused, match=words):
        send_letters(new=NewLetters(**(told | changes)), by=keeper, on=TODAY)

    assert not OutgoingLetter.objects.exists()


def test_only_supervisors_send(zone: Zone, late: list[FollowUp]):
    doer = person("doer", late[0].lead_id, "officer")
    with pytest.raises(LettersRefused, match="督查部门"):
        remind(zone, late[:1], doer)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_send_list_and_hand_out(zone: Zone, late: list[FollowUp], language: str):
    client = sign_in("appraisal")
    client.cookies["django_language"] = language
    address = reverse("supervision:letters_new")
    assert late[0].number in client.get(address).content.decode()
    told = {"template": kind(zone, lists=True), "follow_ups": [one.pk for one in late]}

    wrong = client.post(address, told | {"answer_by": "2021-06-30"})
    assert wrong.status_code == 422 and "2021-06-30" in wrong.content.decode()
    page = client.post(address, told | {"answer_by": "2021-07-07"}, follow=True)
    letters = list(OutgoingLetter.objects.order_by("serial"))
    html = page.content.decode()
    taken = reverse("supervision:letters_zip", args=[2021, 1])
    assert taken in html and all(one.number in html for one in letters)

    with ZipFile(io.BytesIO(client.get(taken).content)) as package:
        assert package.namelist() == [f"{one.number}_{one.to.name}.docx" for one in letters]
    one = client.get(reverse("supervision:outgoing", args=[letters[0].pk])).content
    assert one == write_outgoing(letters[0])


def test_a_department_sees_its_own_letters_and_no_other(
    zone: Zone, late: list[FollowUp], keeper: Person
):
    mine, other = remind(zone, late, keeper)
    client = sign_in("appraisal")
    client.force_login(person("doer", mine.to_id, "officer"))
    html = client.get(reverse("supervision:letters")).content.decode()

    assert mine.number in html and other.number not in html
    assert client.get(reverse("supervision:outgoing", args=[mine.pk])).status_code == 200
    assert client.get(reverse("supervision:outgoing", args=[other.pk])).status_code == 404
    assert client.get(reverse("supervision:letters_zip", args=[2021, 1])).status_code == 403


def test_letters_go_out_as_pdf_one_by_one_and_as_a_batch(
    zone: Zone,
    late: list[FollowUp],
    keeper: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    letters = remind(zone, late, keeper)
    client = sign_in("appraisal")
    one = reverse("supervision:outgoing_pdf", args=[letters[0].pk])
    batch = reverse("supervision:letters_pdf", args=[2021, 1])
    html = client.get(reverse("supervision:letters"), {"sent": "2021-1"}).content.decode()
    assert one in html and batch in html

    fake(tmp_path, monkeypatch, PRINTS)
    answer = client.get(one)
    assert (answer.content, answer.headers["Content-Type"]) == (b"PK", "application/pdf")
    with ZipFile(io.BytesIO(client.get(batch).content)) as package:
        assert package.namelist() == [f"{each.number}_{each.to.name}.pdf" for each in letters]

    monkeypatch.setenv("PATH", "")
    for address, instead in (
        (one, reverse("supervision:outgoing", args=[letters[0].pk])),
        (batch, reverse("supervision:letters_zip", args=[2021, 1])),
    ):
        answer = client.get(address)
        assert answer.status_code == 503
        told = answer.content.decode()
        assert "apt-get install libreoffice-writer-nogui" in told and instead in told


@printer
def test_a_letter_is_printed_on_a4_with_red_head_number_and_imprint(
    zone: Zone, late: list[FollowUp], keeper: Person
):
    letter = remind(zone, late, keeper)[0]
    printed = pypdfium2.PdfDocument(print_pdf(write_outgoing(letter)))
    pages = [characters(page) for page in printed]
    first, last = pages[0], pages[-1]
    text = "".join(one[0] for one in first)
    head = first[text.index(letter.content["issuer"])]
    number = first[text.index(letter.number)]
    body = [one for one in first if 60 < one[2] < 250]

    assert printed[0].get_width() * 25.4 / 72 == pytest.approx(210, abs=0.5)
    assert head[4] < number[4]  # the number stands below the red head
    assert min(one[1] for one in body) > 27 and max(one[3] for one in body) < 210 - 24.5
    assert max(one[4] for one in last if one[4] < 270) == pytest.approx(297 - 35, abs=4)
