"""核稿: what a draft says against what the record says, number by number."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from docx import Document

from jingkai.documents import Remark, RemarksRefused, remark_docx, remarked_text
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department
from jingkai.projects.services import add_project, pass_gate
from jingkai.reading import read
from jingkai.reports.checking import Claim, Known, Named, Names, Verdict, check_claim, overlapping
from jingkai.reports.record import check_draft
from tests.conftest import sign_in

TODAY = date(2021, 6, 30)


def claim(quote: str, value: str, *, op: str = "=", unit: str = "count", **more) -> Claim:
    told = {"indicator": "企业", "measure": "level", "period": "2020", "is_target": False}
    told |= {"whole": None, "sentence": (0, 50), "at": 0} | more
    return Claim(quote=quote, value=Decimal(value), op=op, unit=unit, **told)


def known(value: str | None, *, op: str = "=", unit: str = "count", shown: str = "") -> Known:
    number = None if value is None else Decimal(value)
    return Known(
        name="企业", value=number, op=op, unit=unit, shown=shown or f"{value}", period="", url=""
    )


def named(name: str, *aliases: str, measure: str = "level", is_target: bool = False) -> Named:
    return Named(
        id=name,
        name=name,
        names=(name, *aliases),
        measure=measure,
        unit="count",
        is_target=is_target,
    )


@pytest.mark.parametrize(
    ("said", "recorded", "verdict"),
    [
        (claim("18.82亿元", "1882000000", unit="money"), "1882134567", Verdict.AGREES),
        (claim("18.82亿元", "1882000000", unit="money"), "1882500000", Verdict.AGREES),
        (claim("18.82亿元", "1882000000", unit="money"), "1882500001", Verdict.DIFFERS),
        (claim("300家", "300", op=">"), "300", Verdict.AGREES),
        (claim("300家", "300", op=">"), "399", Verdict.AGREES),
        (claim("300家", "300", op=">"), "400", Verdict.DIFFERS),
        (claim("300家", "300", op=">"), "299", Verdict.DIFFERS),
        (claim("15%", "15", op=">=", unit="percent"), "15.9", Verdict.AGREES),
        (claim("15%", "15", op=">=", unit="percent"), "16", Verdict.DIFFERS),
        (claim("30公里", "30", op="~"), "35", Verdict.AGREES),
        (claim("30公里", "30", op="~"), "36", Verdict.DIFFERS),
        (claim("100位", "100", op="<=", unit="rank"), "100", Verdict.AGREES),
        (claim("100位", "100", op="<=", unit="rank"), "101", Verdict.DIFFERS),
        (claim("零的突破", "1", op=">="), "2", Verdict.AGREES),
        (claim("零的突破", "1", op=">="), "0", Verdict.DIFFERS),
        (claim("4家", "4"), None, Verdict.UNKNOWN),
    ],
)
def test_a_claim_is_held_against_the_record_as_coarsely_as_it_is_printed(
    said: Claim, recorded: str | None, verdict: Verdict
):
    assert check_claim(said, [known(recorded, unit=said.unit)]).verdict is verdict


@pytest.mark.parametrize(
    ("said", "record", "doubt"),
    [
        (
            claim("18.82万元", "188200", unit="money"),
            known("1882000000", unit="money", shown="18.82亿元"),
            "疑似“万”“亿”写错",
        ),
        (claim("1.43亿元", "143", unit="money"), known("14.3", unit="money"), "小数点错位"),
        (claim("134亿元", "134"), known("143", shown="143亿元"), "写颠倒"),
        (claim("5.2%", "-5.2", measure="growth"), known("5.2"), "升降写反"),
        (claim("5个百分点", "5", unit="points"), known("5", unit="percent"), "应当用“%”"),
        (claim("5%", "5", unit="percent"), known("5", unit="points"), "应当用“个百分点”"),
        (claim("143家", "143"), known("143", unit="money", shown="143亿元"), "单位与记录不同"),
    ],
)
def test_a_difference_names_the_slip_that_explains_it(said: Claim, record: Known, doubt: str):
    checked = check_claim(said, [record])

    assert checked.verdict is Verdict.DIFFERS
    assert doubt in checked.doubts[0]


def test_two_numbers_of_one_name_are_told_as_ambiguous():
    checked = check_claim(claim("12个", "12"), [known("12"), known("15")])

    assert checked.verdict is Verdict.AMBIGUOUS


def test_a_promise_worded_otherwise_than_adopted_agrees_with_a_doubt():
    said = claim("9%", "9", op="~", unit="percent", is_target=True)

    checked = check_claim(said, [known("9", op=">=", unit="percent")])

    assert checked.verdict is Verdict.AGREES
    assert "提法" in checked.doubts[0]


def test_the_whole_after_其中_tells_which_count_is_meant():
    entries = [
        named("新开工亿元以上项目", "新开工项目亿元以上项目"),
        named("投产亿元以上项目", "投产项目亿元以上项目"),
    ]

    said = claim("12个", "12", indicator="亿元以上项目", whole="投产项目")
    chosen = Names(entries).choose(said)

    assert [one.name for one in chosen] == ["投产亿元以上项目"]


def test_an_increase_is_not_mistaken_for_the_stock_of_the_same_name():
    entries = [named("新增工业企业", "工业企业"), named("工业企业总数")]

    added = Names(entries).choose(claim("20家", "20", indicator="工业企业", is_added=True))
    stock = Names(entries).choose(claim("197家", "197", indicator="工业企业"))

    assert [one.name for one in (*added, *stock)] == ["新增工业企业", "工业企业总数"]


def test_a_short_name_is_understood_from_what_the_sentence_spoke_of_before():
    entries = [named("商业土地收益"), named("商业土地")]

    chosen = Names(entries).choose(claim("5亿元", "5", indicator="收益"), before="商业土地")

    assert [one.name for one in chosen] == ["商业土地收益"]


def test_a_part_larger_than_its_whole_is_named():
    whole = claim("30个", "30", indicator="项目", at=4)
    part = claim("35个", "35", indicator="亿元以上项目", whole="项目", at=12)

    assert "还多" in overlapping([whole, part])[12]
    assert overlapping([whole, claim("30个", "30", whole="项目", at=12)]) == {}


def _start_two_projects(zone: Zone) -> None:
    lead = Department.objects.first()
    for code, name, amount in (("A", "甲电机", yi(2)), ("B", "乙电池", yi(1) - 1)):
        project = add_project(
            code=code,
            name=name,
            investor="某公司",
            kind="产业",
            investment=Decimal(amount),
            is_top500=False,
            lead=lead.pk,
        )
        for gate, on in (("sign", date(2021, 2, 1)), ("start", date(2021, 3, 1))):
            project = pass_gate(
                project_id=project.pk,
                gate_id=gate,
                on=on,
                by="tester",
                today=TODAY,
                proof=[keep_file(name="证.txt", data=b"x")],
                version=project.version,
            )


def test_a_draft_is_checked_against_what_the_work_recorded(changde: Zone):
    _start_two_projects(changde)
    text = (
        "2021年上半年工作总结\n一、上半年工作回顾\n今年新开工项目2个，其中亿元以上产业项目2个。\n"
    )

    checked = check_draft(read(text, year=2021).to_json(), text, ledger=Ledger(TODAY))

    assert [(one.claim.quote, str(one.verdict)) for one in checked] == [
        ("2个", "agrees"),
        ("2个", "differs"),
    ]


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("今年1—3月，新开工项目2个。", "agrees"),
        ("今年一季度新开工项目2个。", "agrees"),
        ("上半年，今年新开工项目2个。", "agrees"),
        ("截至3月底，新开工项目2个。", "agrees"),
        ("今年3月份新开工项目2个。", "agrees"),
        ("今年1—2月，新开工项目2个。", "differs"),
        ("去年新开工项目2个。", "differs"),
    ],
)
def test_the_months_that_a_speech_names_are_the_months_that_are_checked(
    changde: Zone, words: str, verdict: str
):
    _start_two_projects(changde)
    text = f"在调度会上的讲话\n{words}\n"

    [checked] = check_draft(read(text, year=2021).to_json(), text, ledger=Ledger(TODAY))

    assert str(checked.verdict) == verdict


def test_the_page_shows_verdicts_and_gives_the_draft_back_with_remarks(changde: Zone):
    _start_two_projects(changde)
    client = sign_in("appraisal")
    text = "2021年工作总结\n一、工作回顾\n今年新开工项目3个。\n"

    page = client.post(reverse("reports:draft"), {"text": text})
    marked = client.post(reverse("reports:draft"), {"text": text, "docx": "1"})

    assert "与记录不符" in page.content.decode()
    [comment] = Document(io.BytesIO(marked.content)).comments
    assert "2个" in comment.text


def test_the_page_asks_for_a_draft_when_none_is_given(changde: Zone):
    client = sign_in("appraisal")

    page = client.post(reverse("reports:draft"), {"text": " "})

    assert page.status_code == 422


def test_remarks_stand_at_their_words_and_leave_the_look_of_the_document_alone():
    source = Document()
    paragraph = source.add_paragraph()
    paragraph.add_run("生产总值143")
    paragraph.add_run("亿元，增长").bold = True
    paragraph.add_run("5.2%。")
    data = io.BytesIO()
    source.save(data)
    text = "生产总值143亿元，增长5.2%。"

    out, placed = remark_docx(data.getvalue(), text, [Remark(4, 9, "应为134亿元")], author="核稿人")

    document = Document(io.BytesIO(out))
    assert placed == 1
    assert document.paragraphs[0].text == text
    assert [run.text for run in document.paragraphs[0].runs if run.bold] == ["亿元", "，增长"]
    [comment] = document.comments
    assert (comment.text, comment.author) == ("应为134亿元", "核稿人")


def test_a_plain_text_becomes_a_document_with_remarks():
    out = remarked_text("第一行\n第二行3个", [Remark(7, 9, "查无此数")], author="核稿人")

    document = Document(io.BytesIO(out))
    assert [paragraph.text for paragraph in document.paragraphs] == ["第一行", "第二行3个"]
    assert len(list(document.comments)) == 1


def test_a_file_that_is_no_docx_is_refused_in_plain_words():
    with pytest.raises(RemarksRefused, match="另存为 docx"):
        remark_docx(b"not a document", "", [], author="核稿人")
