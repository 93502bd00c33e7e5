"""临时要数: what is held is given, only gaps go out, each to who can know, and answers are kept."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from jingkai.enterprises.models import Enterprise
from jingkai.enterprises.services import Newcomer, Occasion, register
from jingkai.kernel.creditcode import check_character
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.models import Entry, Fact
from jingkai.ledger.queries import Ledger
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department, Notice, Person
from jingkai.plan.models import ReadingDuty
from jingkai.plan.queries import cell_of
from jingkai.returns.models import Filing
from jingkai.supervision.desks import supervisor_department
from jingkai.supervision.figureasking import answer_figure, request_table
from jingkai.supervision.figures import (
    Wanted,
    list_requests,
    list_unseen_figures,
    match,
    split_headings,
)
from jingkai.supervision.models import DataRequest, Figure
from jingkai.supervision.refusals import QuestionRefused
from tests.conftest import TODAY
from tests.supervision.test_follow_ups import person
from tests.supervision.test_pages import client_of

MAY = Period.months(2021, 1, 5)
UNKNOWN = "充电桩保有量（个）"


@pytest.fixture
def people(zone: Zone) -> dict[str, Person]:
    desk = supervisor_department()
    first, second = Department.objects.exclude(pk=desk)[:2]
    return {
        "keeper": person("keeper", desk, "appraisal"),
        "doer": person("doer", first.pk, "officer"),
        "mate": person("mate", first.pk, "officer"),
        "other": person("other", second.pk, "officer"),
    }


def counted() -> Indicator:
    """Return a number that is 0 where nothing happened: it is held in every zone."""
    ledger = Ledger(TODAY)
    for one in current_zone().indicators.values():
        is_named = one.measure == "level" and current_zone().find_indicator(one.name) is one
        if is_named and ledger.number(one, MAY).value is not None:
            return one
    raise AssertionError("no number is held")


def filed_by_hand() -> Indicator | None:
    """Return a number that somebody files, if the zone has one."""
    for one in current_zone().indicators.values():
        if one.measure == "level" and cell_of(one) and current_zone().find_indicator(one.name):
            return one
    return None


def ask(headings: list[str], people: dict[str, Person], **changes: object) -> DataRequest:
    by = changes.pop("by", people["keeper"])
    wanted = match(headings, MAY, ledger=Ledger(TODAY), by=by)
    place = people.get("doer", by).department_id
    told = {
        "title": "省里要的表",
        "period": MAY,
        "wanted": wanted,
        "asked_of": dict.fromkeys(range(len(wanted)), place),
        "due_on": date(2021, 7, 7),
        "by": by,
        "on": TODAY,
    } | changes
    return request_table(**told)


def answer(figure: Figure, by: Person, **changes: object) -> Figure:
    told = {
        "value": None,
        "status": "快报",
        "answer": "120 个",
        "evidence": [keep_file(data=b"x", name="台账.xlsx")],
        "on": TODAY,
    } | changes
    return answer_figure(figure_id=figure.pk, by=by, **told)


def test_headings_come_one_a_line_or_as_a_row_of_cells():
    assert split_headings("甲\t乙 \t\t甲\r\n丙  丁\n") == ["甲", "乙", "丙 丁"]


def test_what_is_held_is_not_asked(people: dict):
    held = counted()
    request = ask([held.name, UNKNOWN], people)

    given, gap = request.figures.all()
    assert (given.indicator, given.department) == (held.id, None)
    assert gap.department_id == people["doer"].department_id
    assert Notice.objects.filter(
        department=gap.department_id, text__contains="还缺 1 个数"
    ).exists()
    assert not Notice.objects.exclude(department=gap.department_id).exists()


def test_a_unit_behind_the_heading_does_not_hide_the_number(people: dict):
    held = counted()
    (found,) = match(
        [f"{held.name}（{held.unit}）"], MAY, ledger=Ledger(TODAY), by=people["keeper"]
    )

    assert found.indicator == held


def test_a_gap_goes_to_the_department_whose_duty_it_is(people: dict):
    entry = next(one for one in current_zone().departments if one.duties)
    word = max(entry.duties, key=len)
    (found,) = match([f"{word}充电桩几个"], MAY, ledger=Ledger(TODAY), by=people["keeper"])

    assert not found.is_held
    assert found.department == current_zone().match_duties(f"{word}充电桩几个")[0][0]
    assert found.words


def test_an_answer_is_kept_with_its_source_and_not_asked_again(people: dict):
    (gap,) = ask([UNKNOWN], people).figures.all()
    done = answer(gap, people["doer"])

    entry = Entry.objects.get(number=done.entry)
    assert entry.evidence.get().name == "台账.xlsx"
    assert Fact.objects.get(entry=entry).subject == f"figure:{gap.pk}"
    (again,) = ask([UNKNOWN], people, due_on=None).figures.all()
    assert (again.same_as_id, again.department) == (gap.pk, None)
    corrected = answer(gap, people["doer"], answer="121 个")
    assert corrected.answer == "121 个"
    assert Fact.objects.filter(subject=f"figure:{gap.pk}").count() == 2


def test_a_number_with_a_person_goes_to_that_person_and_becomes_a_reading(changde: Zone):
    desk = supervisor_department()
    place = Department.objects.exclude(pk=desk).first().pk
    people = {
        "keeper": person("keeper", desk, "appraisal"),
        "doer": person("doer", place, "officer"),
        "mate": person("mate", place, "officer"),
    }
    filed = filed_by_hand()
    assert filed
    ReadingDuty.objects.create(indicator=filed.id, person=people["doer"])
    (gap,) = ask([filed.name], people, asked_of={}).figures.all()
    assert gap.person == people["doer"]

    with pytest.raises(QuestionRefused, match=people["doer"].name):
        answer(gap, people["mate"], value=Decimal(5))
    answer(gap, people["doer"], value=Decimal(5))

    number = Ledger(TODAY).number(filed, MAY)
    assert number.value is not None
    (found,) = match([filed.name], MAY, ledger=Ledger(TODAY), by=people["keeper"])
    assert found.is_held


def test_a_number_that_nobody_files_yet_is_filed_by_the_department_asked(changde: Zone):
    desk = supervisor_department()
    place = Department.objects.exclude(pk=desk).first().pk
    people = {
        "keeper": person("keeper", desk, "appraisal"),
        "doer": person("doer", place, "officer"),
    }
    filed = filed_by_hand()
    assert filed
    (gap,) = ask([filed.name], people).figures.all()
    answer(gap, people["doer"], value=Decimal(5))

    assert Ledger(TODAY).number(filed, MAY).value is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"period": Period.year(2021)}, "还没有结束"),
        ({"due_on": None}, "答复时限"),
        ({"due_on": date(2021, 6, 1)}, "答复时限"),
        ({"asked_of": {0: "nobody"}}, "选一个知道的部门"),
        ({"wanted": []}, "至少写一个"),
        ({"wanted": [Wanted(f"表头{one}") for one in range(61)]}, "最多 60"),
    ],
)
def test_a_table_that_cannot_be_asked_is_refused(people: dict, changes: dict, words: str):
    with pytest.raises(QuestionRefused, match=words):
        ask([UNKNOWN], people, **changes)


def test_only_supervision_sends_gaps_to_departments(people: dict):
    with pytest.raises(QuestionRefused, match="考核督查部门"):
        ask([UNKNOWN], people, by=people["other"])
    assert ask([counted().name], people, by=people["other"]).figures.count() == 1


@pytest.mark.parametrize(
    ("who", "changes", "words"),
    [
        ("other", {}, "问.*的"),
        ("keeper", {}, "问.*的"),
        ("doer", {"evidence": []}, "数据来源"),
        ("doer", {"answer": "  "}, "请写答复"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_refused(
    people: dict, who: str, changes: dict, words: str
):
    (gap,) = ask([UNKNOWN], people).figures.all()
    with pytest.raises(QuestionRefused, match=words):
        answer(gap, people[who], **changes)


def test_a_table_and_its_answers_are_seen_by_who_asked_and_who_was_asked(people: dict):
    request = ask([UNKNOWN], people)
    (gap,) = request.figures.all()
    answer(gap, people["doer"])

    assert [who for who in people if list_requests(people[who]).filter(pk=request.pk)] == [
        "keeper",
        "doer",
        "mate",
    ]
    assert list(list_unseen_figures(people["other"])) == [f"figure:{gap.pk}"]
    for name, arguments in (
        ("table", [request.pk]),
        ("table_xlsx", [request.pk]),
        ("figure", [gap.pk]),
    ):
        address = reverse(f"supervision:{name}", args=arguments)
        assert client_of(people["other"]).get(address).status_code == 404
        assert client_of(people["doer"]).get(address).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_from_pasting_to_the_workbook(people: dict, language: str):
    client, held = client_of(people["keeper"]), counted()
    client.cookies["django_language"] = language
    place = people["doer"].department_id
    told = {
        "title": "省里要的表",
        "period": MAY.id,
        "headings": f"{held.name}\t{UNKNOWN}",
        "due_on": "2021-07-07",
    }
    address = reverse("supervision:table_new")
    assert client.get(address).status_code == 200
    seen = client.post(address, told | {"do": "look"})
    assert seen.status_code == 200
    assert not DataRequest.objects.exists()
    assert reverse("number", args=[held.id, MAY.id]) in seen.content.decode()
    assert client.post(address, told | {"period": "五月"}).status_code == 422
    assert client.post(address, told | {"do": "keep", "ask1": place}).status_code == 302

    request = DataRequest.objects.get()
    (gap,) = request.figures.exclude(department=None)
    doer = client_of(people["doer"])
    form = reverse("supervision:figure", args=[gap.pk])
    table = reverse("supervision:table", args=[request.pk])
    assert form in doer.get(table).content.decode()
    assert form not in client.get(table).content.decode()
    said = {"answer": "120 个", "proof": SimpleUploadedFile("台账.txt", b"x")}
    assert doer.post(form, said).status_code == 302
    assert "120 个" in client.get(table).content.decode()
    assert request.title in client.get(reverse("supervision:tables")).content.decode()

    book = client.get(reverse("supervision:table_xlsx", args=[request.pk])).content
    cells = {
        str(cell.value) for row in load_workbook(BytesIO(book)).active.iter_rows() for cell in row
    }
    assert {held.name, UNKNOWN, "120 个"} <= cells
    assert any(people["doer"].name in one for one in cells)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_workbook_gives_a_value_in_the_unit_beside_it(changde: Zone, language: str):
    desk = supervisor_department()
    keeper = person("keeper", desk, "appraisal")
    gdp = changde.indicators["gdp"]
    assert gdp.unit == "亿元"
    ReadingDuty.objects.create(indicator=gdp.id, person=keeper)
    (gap,) = ask([gdp.name], {"keeper": keeper}, asked_of={}).figures.all()
    answer(gap, keeper, value=Decimal("57.25"))
    client = client_of(keeper)
    client.cookies["django_language"] = language

    book = client.get(reverse("supervision:table_xlsx", args=[gap.request_id])).content
    (row,) = (
        row
        for row in load_workbook(BytesIO(book)).active.iter_rows(values_only=True)
        if row[0] == gdp.name
    )
    assert row[1] == 57.25
    assert row[2] == ("亿元" if language == "zh-hans" else "100 million yuan")


def firm(name: str, department: str | None = None) -> str:
    body = f"91430799MA4L{Department.objects.count():03}{len(name):02}"
    code = body + check_character(body)
    told = Newcomer(
        code=code,
        name=name,
        kind="company",
        registered_on=date(2018, 3, 1),
        department=department,
    )
    (made,) = register([told], occasion=Occasion(by="甲", reason="登记", known_on=TODAY))
    type(made).objects.filter(pk=made.pk).update(trade="industry")
    return code


def test_headings_of_firms_ask_for_a_list_of_those_the_reader_sees(people: dict):
    firm("一号厂")
    firm("二号工厂厂", people["doer"].department_id)
    request = ask(["企业名称", "行业", UNKNOWN], people)
    columns = [one.firm_column for one in request.figures.all()]
    assert columns == ["name", "industry", ""]

    def names(who: str) -> set[str]:
        address = reverse("supervision:table_firms", args=[request.pk])
        book = client_of(people[who]).get(address).content
        rows = load_workbook(BytesIO(book)).active.iter_rows(values_only=True)
        return {"一号厂", "二号工厂厂"} & {str(cell) for row in rows for cell in row}

    assert names("doer") == names("keeper") == {"一号厂", "二号工厂厂"}
    Figure.objects.filter(heading=UNKNOWN).update(department=people["other"].department_id)
    assert names("other") == {"一号厂"}
    assert (
        "二号工厂厂"
        not in client_of(people["other"])
        .get(reverse("supervision:table", args=[request.pk]))
        .content.decode()
    )


def test_headings_are_matched_alike_in_english(people: dict):
    firm("一号厂")
    with override("en"):
        found = match(["企业名称", "行业"], MAY, ledger=Ledger(TODAY), by=people["keeper"])

    assert [one.firm_column for one in found] == ["name", "industry"]


def test_without_a_firm_heading_nothing_is_a_list(people: dict):
    found = match(["行业"], MAY, ledger=Ledger(TODAY), by=people["keeper"])
    assert found[0].firm_column == ""


def test_the_burden_says_what_was_held_what_was_asked_and_what_firms_filled(people: dict):
    ask([counted().name, UNKNOWN], people)
    code = firm("一号厂")
    hidden = firm("二号工厂厂", people["other"].department_id)
    enterprise = {one.code: one for one in Enterprise.objects.all()}
    for place, (key, asked) in enumerate(((code, 12), (code, 3), (hidden, 7))):
        Filing.objects.create(
            form="monthly",
            period_id=f"2021-0{place + 3}",
            firm=enterprise[key],
            values="{}",
            sent_by="乙",
            sent_on=TODAY,
            asked=asked,
            held=5,
        )
    address = f"{reverse('supervision:burden')}?month={TODAY:%Y-%m}"

    page = client_of(people["keeper"]).get(address).content.decode()
    assert "从账上直接给出 1 个，问部门 1 个" in page
    assert "2 家企业报送，共填 22 格，户均 11.0 格；系统代填 15 格" in page
    seen = client_of(people["doer"]).get(address).content.decode()
    assert "1 家企业报送，共填 15 格" in seen
    assert "二号工厂厂" not in seen
    earlier = client_of(people["keeper"]).get(f"{reverse('supervision:burden')}?month=2021-03")
    assert "没有企业报送" in earlier.content.decode()
