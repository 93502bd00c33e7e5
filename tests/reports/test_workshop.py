"""报告工场: a draft whose numbers are live, written by several, frozen with what was known."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from jingkai.audit.models import AuditLine
from jingkai.enterprises.facts import monthly_return
from jingkai.enterprises.services import Newcomer, Occasion, register
from jingkai.kernel.creditcode import check_character
from jingkai.kernel.periods import Period
from jingkai.kernel.phrases import Phrases
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.models import Fact
from jingkai.ledger.queries import Ledger
from jingkai.ledger.services import NewFact, Withdrawal, keep_file, record
from jingkai.org.models import Department
from jingkai.plan.models import Item
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, close_item, draft_plan
from jingkai.projects.services import add_project, pass_gate, withdraw_gate
from jingkai.reading import read
from jingkai.reports.drafting import lay_out, plain_text
from jingkai.reports.editions import find_drift
from jingkai.reports.firstdraft import outline_of
from jingkai.reports.models import Draft, Edition, Section
from jingkai.reports.record import check_draft
from jingkai.reports.tokens import BadToken, Token, cut, write_item, write_token
from jingkai.reports.wording import say_bound, say_growth, say_names, say_pace, say_value
from jingkai.reports.workshop import (
    FreezeRefused,
    NewSection,
    WorkshopRefused,
    WrittenMeanwhile,
    add_passage,
    add_section,
    comment_on,
    digest_of,
    freeze_draft,
    open_draft,
    place_section,
    publish_edition,
    remove_passage,
    rewrite_passage,
    settle_comment,
)
from tests.conftest import sign_in

TODAY = date(2021, 6, 30)
PHRASES = Phrases()
BY = {"by": "甲", "on": TODAY}


@pytest.fixture
def started(zone: Zone) -> str:
    """Three projects of which two broke ground, a target of four; the id of their count."""
    lead = Department.objects.first()
    found = next(one.id for one in zone.indicators.values() if "start" in one.id)
    for code, name in (("A", "甲电机"), ("B", "乙电池"), ("C", "丙食品")):
        project = add_project(
            code=code,
            name=name,
            investor="",
            kind="产业",
            investment=Decimal(yi(2)),
            is_top500=False,
            lead=lead.pk,
        )
        if code != "C":
            pass_gate(
                project_id=project.pk,
                gate_id="start",
                on=date(2021, 3, 1),
                by="甲",
                today=TODAY,
                proof=[keep_file(name="证.txt", data=b"x")],
                version=1,
            )
    target = NewTarget("新开工项目", "level", ">=", Decimal(4), "个", Period.year(2021), found)
    items = [
        NewItem("target", "主题", "新开工项目4个", date(2021, 12, 31), lead.pk, target=target),
        NewItem("task", "主题", "编制方案", date(2021, 12, 31), lead.pk),
    ]
    plan = draft_plan(year=2021, title="2021年计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, **BY)
    return found


def make_draft(*texts: str, title: str = "2021年报告") -> Draft:
    return open_draft(
        title=title,
        kind="annual",
        year=2021,
        period=Period.year(2021),
        sections=[NewSection("回顾", texts)],
        **BY,
    )


def said(draft: Draft, on: date = TODAY) -> list[str]:
    view = lay_out(draft, Ledger(on))
    return [
        "".join(piece if isinstance(piece, str) else piece.text for piece in one.pieces)
        for section in view.sections
        for one in section.passages
    ]


def freeze(draft: Draft, **waivers: str):
    keys = {key.replace("_", "-"): why for key, why in waivers.items()}
    return freeze_draft(draft_id=draft.pk, waivers=keys, known_on=TODAY, **BY)


def test_a_place_for_a_number_is_cut_out_of_the_words():
    pieces = list(cut("今年{gdp 增长 2020}，{x}。"))

    assert pieces == [
        "今年",
        Token(2, 15, "gdp", "增长", Period.year(2020)),
        "，",
        Token(16, 19, "x"),
        "。",
    ]
    assert write_token("gdp", "增长", Period.year(2020)) == "{gdp 增长 2020}"


@pytest.mark.parametrize(
    ("written", "why"),
    [("{}", "写法不对"), ("{gdp 猜}", "没有“猜”这种形式"), ("{gdp 值 去年}", "不是期间")],
)
def test_a_place_that_is_miswritten_says_how_to_write_it(written: str, why: str):
    ((words, wrong),) = cut(written)

    assert words == written
    assert isinstance(wrong, BadToken)
    assert why in str(wrong)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (say_value(Decimal(121600000000), "亿元"), "1216亿元"),
        (say_growth(Decimal("11.62"), PHRASES), "同比增长11.6%"),
        (say_growth(Decimal("-2.55"), PHRASES), "同比下降2.6%"),
        (say_growth(Decimal("0.04"), PHRASES), "与上年同期持平"),
        (say_pace(Decimal("-6.7"), "个百分点", PHRASES), "较序时进度慢6.7个百分点"),
        (say_pace(Decimal(0), "个百分点", PHRASES), "与序时进度持平"),
        (say_bound(Decimal(313), "家", "超过", PHRASES), "超过300家"),
        (say_bound(Decimal(300), "家", "超过", PHRASES), "300家"),
        (say_bound(Decimal(313), "家", "不超过", PHRASES), "不超过400家"),
        (say_bound(Decimal(316), "家", "约", PHRASES), "320家左右"),
        (say_names(["甲"], PHRASES), "甲"),
        (say_names(["甲", "乙"], PHRASES), "甲、乙等2个"),
    ],
)
def test_a_number_is_said_in_the_words_of_the_zone(told: str, words: str):
    assert told == words


def test_prose_carries_the_numbers_of_the_record(started: str):
    whole = write_token(started)
    forms = [write_token(started, form) for form in ("完成率", "目标", "名单")]

    words = said(make_draft(f"开工{whole}，{forms[0]}，目标{forms[1]}：{forms[2]}。"))

    assert words == ["开工2个，完成年度目标的50.0%，目标不低于4个：甲电机、乙电池等2个。"]


def test_the_zone_has_its_own_phrases(zone: Zone):
    grown = {"changde": "同比增长{}"}.get(zone.id, "比上年增长{}")

    assert current_zone().phrases.grown == grown


def test_a_number_that_is_not_there_is_named_with_place_and_fix(started: str, zone: Zone):
    missing = next(
        one.id
        for one in zone.indicators.values()
        if one.over == "plan.reading" and one.measure == "level"
    )
    draft = make_draft(f"甲{{{missing}}}。", "乙{no_such_number}。", "丙{gdp 猜}。")

    problems = lay_out(draft, Ledger(TODAY)).problems

    assert [one.kind for one in problems] == ["unknown", "removed", "miswritten"]
    assert all("一、回顾 第" in str(one.place) and one.why and one.fix for one in problems)


def test_a_year_that_has_not_begun_is_unknown_and_not_nought(started: str):
    draft = make_draft(f"开工{write_token(started, '值', Period.year(2030))}。")

    (problem,) = lay_out(draft, Ledger(TODAY)).problems
    assert (problem.kind, "还没有开始" in str(problem.why)) == ("unknown", True)
    assert said(draft) == ["开工未报。"]


def test_freezing_waits_until_every_unknown_number_is_waived_with_a_reason(
    started: str, zone: Zone
):
    missing = next(
        one.id
        for one in zone.indicators.values()
        if one.over == "plan.reading" and one.measure == "level"
    )
    draft = make_draft(f"甲{{{missing}}}。")
    (problem,) = lay_out(draft, Ledger(TODAY)).problems

    for reason in ("", "行"):
        with pytest.raises(FreezeRefused, match="还没有报送"):
            freeze_draft(draft_id=draft.pk, waivers={problem.key: reason}, known_on=TODAY, **BY)
    edition = freeze_draft(
        draft_id=draft.pk, waivers={problem.key: "统计局下月公布"}, known_on=TODAY, **BY
    )

    assert edition.waivers[0]["reason"] == "统计局下月公布"


def test_a_definition_that_is_gone_cannot_be_waived(started: str):
    draft = make_draft("乙{no_such_number}。")
    (problem,) = lay_out(draft, Ledger(TODAY)).problems

    with pytest.raises(FreezeRefused, match="no_such_number"):
        freeze_draft(draft_id=draft.pk, waivers={problem.key: "以后再说吧"}, known_on=TODAY, **BY)


def test_an_edition_keeps_its_numbers_and_shows_what_changed_since(started: str):
    draft = make_draft(f"开工{write_token(started)}。")
    edition = freeze(draft)
    assert find_drift(edition, Ledger(TODAY)) == []

    _withdraw("A")

    (drift,) = find_drift(edition, Ledger(TODAY))
    assert (drift.frozen, drift.today) == ("2个", "1个")
    edition.refresh_from_db()
    assert edition.content["numbers"][0]["text"] == "2个"
    assert edition.content["numbers"][0]["facts"] == 2
    assert edition.digest == digest_of(edition.content, edition.waivers)


def _withdraw(code: str) -> None:
    from jingkai.projects.models import Project

    project = Project.objects.get(code=code)
    withdraw_gate(
        project_id=project.pk,
        gate_id="start",
        reason="记错了",
        by="甲",
        today=TODAY,
        version=project.version,
    )


def test_a_section_never_comes_under_itself_and_a_circle_is_named(zone: Zone):
    draft = make_draft("正文。")
    upper = draft.sections.get()
    lower = add_section(draft_id=draft.pk, title="下级", parent_id=upper.pk, **BY)

    with pytest.raises(WorkshopRefused, match="自己下面"):
        place_section(section_id=upper.pk, title="回顾", parent_id=lower.pk, position=1, **BY)
    Section.objects.filter(pk=upper.pk).update(parent=lower)

    view = lay_out(draft, Ledger(TODAY))
    assert {one.kind for one in view.problems} == {"circular"}
    with pytest.raises(FreezeRefused, match="绕回到自己"):
        freeze(draft)


def test_sections_are_offered_in_the_order_of_the_text(zone: Zone):
    draft = make_draft("正文。")
    last = add_section(draft_id=draft.pk, title="保障", **BY)
    add_section(draft_id=draft.pk, title="项目", parent_id=draft.sections.first().pk, **BY)

    page = sign_in("appraisal").get(reverse("reports:workshop_section", args=[last.pk]))
    words = page.content.decode()
    assert words.index("一、回顾</option>") < words.index("（一）项目</option>")


def test_what_two_people_write_is_kept_with_their_names(zone: Zone):
    passage = lay_out(make_draft("初稿。"), Ledger(TODAY)).sections[0].passages[0].passage
    rewrite_passage(passage_id=passage.pk, text="二稿。", version=1, by="乙", on=TODAY)

    with pytest.raises(WrittenMeanwhile, match="乙刚改过"):
        rewrite_passage(passage_id=passage.pk, text="三稿。", version=1, by="丙", on=TODAY)

    assert [(one.text, one.written_by) for one in passage.versions.all()] == [
        ("初稿。", "甲"),
        ("二稿。", "乙"),
    ]


def test_a_suggested_change_is_taken_with_the_name_of_who_made_it(zone: Zone):
    passage = lay_out(make_draft("初稿。"), Ledger(TODAY)).sections[0].passages[0].passage
    first = comment_on(passage_id=passage.pk, text="太短", suggestion="改稿。", by="乙", on=TODAY)
    second = comment_on(passage_id=passage.pk, text="", suggestion="别稿。", by="丙", on=TODAY)

    settle_comment(comment_id=first.pk, taken=True, by="甲", on=TODAY)

    passage.refresh_from_db()
    assert passage.text == "改稿。"
    assert passage.versions.last().reason == "采纳乙的建议"
    with pytest.raises(WrittenMeanwhile, match="又改过"):
        settle_comment(comment_id=second.pk, taken=True, by="甲", on=TODAY)
    settle_comment(comment_id=second.pk, taken=False, by="甲", on=TODAY)
    with pytest.raises(WorkshopRefused, match="已经处理过"):
        settle_comment(comment_id=second.pk, taken=False, by="甲", on=TODAY)


def test_a_removed_passage_is_gone_and_its_words_are_not(zone: Zone):
    draft = make_draft("留。", "删。")
    passage = lay_out(draft, Ledger(TODAY)).sections[0].passages[1].passage

    remove_passage(passage_id=passage.pk, version=1, **BY)

    assert said(draft) == ["留。"]
    assert passage.versions.first().text == "删。"


def test_tables_and_charts_are_made_of_definitions(started: str):
    draft = make_draft("正文。")
    section = draft.sections.get()
    text = f"开工情况\n{write_token(started)}"
    add_passage(section_id=section.pk, text=text, kind="table", **BY)
    add_passage(section_id=section.pk, text=text, kind="chart", **BY)

    _, table, chart = lay_out(draft, Ledger(TODAY)).sections[0].passages

    assert table.table.rows[0][3] == "2"
    assert table.table.rows[0][6] == "50.0%"
    assert chart.chart.title == "开工情况"
    client = sign_in("appraisal")
    page = client.get(reverse("reports:workshop_draft", args=[draft.pk]))
    assert "chart-passage" in page.content.decode()


def test_a_chart_of_unlike_units_or_of_nothing_is_named(changde: Zone):
    draft = make_draft("正文。")
    section = draft.sections.get()
    tokens = "{new_industrial_firms}\n{projects_started}"
    for text in ("空图\n", f"两种单位\n{tokens}"):
        add_passage(section_id=section.pk, text=text, kind="chart", **BY)

    problems = [one for one in lay_out(draft, Ledger(TODAY)).problems if one.kind == "chart"]

    assert ["没有指标" in str(one.why) or "单位不同" in str(one.why) for one in problems] == [
        True,
        True,
    ]


def test_an_edition_goes_out_as_docx_with_its_digest_and_its_numbers_as_links(started: str):
    draft = make_draft(f"开工{write_token(started)}。")
    edition = freeze(draft)
    client = sign_in("appraisal")

    answer = client.get(reverse("reports:edition_docx", args=[edition.pk]))

    document = Document(io.BytesIO(answer.content))
    words = "\n".join(one.text for one in document.paragraphs)
    assert edition.digest[:16] in words
    assert "开工2个。" in words
    links = [one.target_ref for one in document.part.rels.values() if one.is_external]
    assert any(f"/numbers/{started}/" in link for link in links)


@pytest.mark.parametrize("what", ["edition", "workshop", "progress"])
def test_a_document_goes_out_as_pdf_or_says_how_to_print_it(
    started: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    edition = freeze(make_draft(f"新开工{{{started}}}。"))
    key = {"edition": edition.pk, "workshop": edition.draft_id, "progress": 2021}[what]
    address, client = reverse(f"reports:{what}_pdf", args=[key]), sign_in("appraisal")
    page = reverse({"workshop": "reports:workshop_draft"}.get(what, f"reports:{what}"), args=[key])
    assert address in client.get(page).content.decode()

    program = tmp_path / "soffice"
    program.write_text('#!/bin/sh\nprintf "%%PDF-" > page.pdf; head -c 2 page.docx >> page.pdf\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    answer = client.get(address)
    assert answer.content == b"%PDF-PK" and answer.headers["Content-Type"] == "application/pdf"
    assert ".pdf" in answer.headers["Content-Disposition"]

    monkeypatch.setenv("PATH", "")
    answer = client.get(address)
    assert answer.status_code == 503
    assert "apt-get install libreoffice-writer-nogui" in answer.content.decode()
    assert reverse(f"reports:{what}_docx", args=[key]) in answer.content.decode()


def test_a_published_edition_shows_everybody_numbers_and_no_subject(started: str):
    draft = make_draft(f"开工{write_token(started)}。")
    edition = freeze(draft)
    public = reverse("reports:published", args=[edition.pk])
    assert Client().get(public).status_code == 404

    publish_edition(edition_id=edition.pk, **BY)
    page = Client().get(public).content.decode()

    assert "2个" in page and edition.digest in page
    assert 'href="#n0"' in page and 'id="n0"' in page
    assert "甲电机" not in page
    assert f"/numbers/{started}" not in page
    with pytest.raises(WorkshopRefused, match="已由甲发布"):
        publish_edition(edition_id=edition.pk, **BY)


def test_the_first_draft_says_what_the_record_holds_and_what_it_does_not(started: str, zone: Zone):
    draft = open_draft(
        title="初稿",
        kind="annual",
        year=2021,
        period=Period.year(2021),
        sections=outline_of(2021, Ledger(TODAY)),
        **BY,
    )

    view = lay_out(draft, Ledger(TODAY))
    words = "".join(said(draft))

    titles = [one.section.title for one in view.sections if one.level == 1]
    assert titles == ["2021年工作回顾", "2022年主要目标", "2022年重点任务", "保障措施"]
    assert "2个" in words and "完成年度目标的50.0%" in words
    assert "2022年的计划还没有通过" in words
    assert "继续办理编制方案" in words
    assert view.problems == ()
    kept = freeze(draft).content["numbers"]
    assert {one["name"] for one in kept if one["indicator"] == "事项"} == {"编制方案"}


def test_the_first_draft_of_a_year_without_a_plan_says_so(zone: Zone):
    (review, *_) = outline_of(2030, Ledger(TODAY))

    assert "没有2030年通过的计划" in review.passages[0]


def test_a_draft_is_written_without_scripts(started: str):
    client = sign_in("appraisal")
    opened = client.post(
        reverse("reports:workshop_new"),
        {"title": "半年报告", "kind": "annual", "year": 2021, "period": "2021", "start": "blank"},
    )
    draft = Draft.objects.get()
    assert opened.url == reverse("reports:workshop_draft", args=[draft.pk])

    client.post(opened.url, {"title": "进度", "parent": ""})
    section = draft.sections.get()
    at = reverse("reports:workshop_section", args=[section.pk])
    added = client.post(at, {"passage": "1", "kind": "text", "text": "开工"})
    found = client.post(added.url, {"find": "1", "text": "开工", "search": started, "version": 1})
    token = write_token(started, "值", Period.year(2021))
    assert token in found.content.decode()

    put_in = client.post(added.url, {"insert": token, "text": "开工", "version": 1})
    assert f"开工{token}" in put_in.content.decode()
    client.post(added.url, {"save": "1", "text": f"开工{token}。", "version": 1, "reason": "补数"})
    client.post(added.url, {"comment": "1", "text": "写全称", "suggestion": f"新开工{token}。"})
    remark = section.passages.get().comments.get()
    client.post(added.url, {"take": str(remark.pk)})
    frozen = client.post(reverse("reports:workshop_freeze", args=[draft.pk]))
    page = client.get(frozen.url).content.decode()

    assert "新开工" in page and "2个" in page
    assert draft.editions.get().digest in page
    client.post(frozen.url)
    assert draft.editions.get().published_on is not None
    for route, pk in (("workshop_draft", draft.pk), ("workshop_freeze", draft.pk)):
        assert client.get(reverse(f"reports:{route}", args=[pk])).status_code == 200
    assert client.get(reverse("reports:workshop_docx", args=[draft.pk])).status_code == 200


def test_a_bad_period_is_refused_in_the_form(zone: Zone):
    client = sign_in("appraisal")

    page = client.post(
        reverse("reports:workshop_new"),
        {"title": "报告", "kind": "annual", "year": 2021, "period": "去年", "start": "blank"},
    )

    assert page.status_code == 422
    assert not Draft.objects.exists()


def test_what_a_draft_says_of_targets_is_checked_against_the_plan(started: str, zone: Zone):
    draft = make_draft(
        f"开工情况：新开工项目{write_token(started)}，{write_token(started, '完成率')}。"
    )
    right = plain_text(lay_out(draft, Ledger(TODAY)))

    for text, verdict in ((right, "agrees"), (right.replace("50.0%", "55.0%"), "differs")):
        checked = check_draft(read(text, year=2022).to_json(), text, ledger=Ledger(TODAY))
        assert str(checked[-1].verdict) == verdict, text


def test_a_published_edition_goes_out_as_pages_that_need_no_server(started: str):
    item = Item.objects.get(text="编制方案")
    draft = make_draft(f"开工{write_token(started)}；{write_item(item.pk)}。")
    edition = freeze(draft)
    address = reverse("reports:published_site", args=[edition.pk])
    assert Client().get(address).status_code == 404
    publish_edition(edition_id=edition.pk, by="发布人丁", on=TODAY)

    answer = Client().get(address)

    with ZipFile(io.BytesIO(answer.content)) as package:
        pages = {name.split("/")[1]: package.read(name).decode() for name in package.namelist()}
    assert set(pages) == {"index.html", "n0.html", "style.css"}
    assert '<a href="n0.html">2个</a>' in pages["index.html"] and "编制方案" in pages["index.html"]
    assert edition.digest in pages["index.html"] and "明细不公开" in pages["n0.html"]
    for page in pages.values():
        assert not any(
            word in page for word in ("甲电机", "发布人丁", "/numbers/", "http", "<script")
        )
    assert Client().get(address).content == answer.content


def published(edition: Edition) -> dict[str, str]:
    """Return every page that anybody can get of a published edition, by its name."""
    publish_edition(edition_id=edition.pk, **BY)
    page, site = (
        Client().get(reverse(f"reports:{one}", args=[edition.pk])).content
        for one in ("published", "published_site")
    )
    with ZipFile(io.BytesIO(site)) as package:
        pages = {one: package.read(one).decode() for one in package.namelist()}
    return {**pages, "page": page.decode()}


@pytest.fixture
def taxed(changde: Zone) -> list[Fact]:
    """What three factories filed in May 2021: the tax of each is for few eyes."""
    month = Period.months(2021, 5, 5)
    for number, (name, tax) in enumerate(
        (("甲机械", "123456700"), ("乙食品", "234567800"), ("丙纸业", "345678900"))
    ):
        body = f"91430799MA4L{number:05}"
        firm = Newcomer(
            code=body + check_character(body),
            name=name,
            kind="company",
            registered_on=date(2018, 3, 1),
        )
        told = Occasion(by="甲", reason="登记", known_on=TODAY)
        (taken,) = register([firm], occasion=told)
        values = {"trade": "industry", "tax": Decimal(tax), "tax_to_date": Decimal(tax)}
        fact = NewFact(monthly_return, f"enterprise:{taken.pk}", values, period=month)
        record(fact, by="统计", reason="月报", known_on=TODAY)
    return list(Fact.objects.filter(type=monthly_return.id).order_by("pk"))


def test_a_restricted_number_never_reaches_the_published_pages_in_any_form(taxed: list[Fact]):
    tax = "{industry_tax 值 2021-05}"
    draft = make_draft(f"规模工业税收{tax}，{{industry_tax 约 2021-05}}。")
    for kind in ("table", "chart"):
        text = f"当月税收\n{tax}"
        add_passage(section_id=draft.sections.get().pk, text=text, kind=kind, **BY)
    edition = freeze(draft)
    assert said(draft)[0] == "规模工业税收7.04亿元，7亿元左右。"
    # On the same day two of the three are found to be mistaken: what is left is one firm's tax.
    for fact in taxed[1:]:
        record(Withdrawal(fact), by="统计", reason="报错了", known_on=TODAY)

    pages = published(edition)

    files = {f"edition-{edition.pk}/{one}" for one in ("index.html", "style.css")}
    assert set(pages) == files | {"page"}
    for name, text in pages.items():
        for secret in ("7.04", "7亿", "703704", "123456", "1.23", "<svg", "industry_tax"):
            assert secret not in text, (name, secret)
    assert pages["page"].count("（不公开）") == 4


def test_a_restricted_number_of_enough_firms_is_published_without_what_is_behind_it(
    taxed: list[Fact],
):
    pages = published(freeze(make_draft("规模工业税收{industry_tax 值 2021-05}。")))

    assert all("7.04亿元" in text for name, text in pages.items() if not name.endswith("css"))
    secrets = ("甲机械", "乙食品", "丙纸业", "1.23", "123456")
    assert not any(one in text for text in pages.values() for one in secrets)


def test_names_that_restricted_data_choose_cannot_be_written_into_a_report(taxed: list[Fact]):
    draft = make_draft("税收过千万元的有{firms_tax_10m 名单 2021-05}。")

    (problem,) = lay_out(draft, Ledger(TODAY)).problems
    assert (problem.kind, "名单不能写进报告" in str(problem.why)) == ("unknown", True)
    edition = freeze_draft(
        draft_id=draft.pk, waivers={problem.key: "另附内部名单"}, known_on=TODAY, **BY
    )
    assert not any("甲机械" in text for text in published(edition).values())


def test_an_item_that_was_closed_or_taken_out_since_is_named(started: str):
    item = Item.objects.get(text="编制方案")
    edition = freeze(make_draft(f"继续{write_item(item.pk)}。"))
    assert find_drift(edition, Ledger(TODAY)) == []
    close_item(item_id=item.pk, version=item.version, on=TODAY, today=TODAY)

    (drift,) = find_drift(edition, Ledger(TODAY))
    assert (drift.frozen, drift.today) == ("未办结", "2021-06-30办结")
    Item.objects.filter(pk=item.pk).delete()
    (drift,) = find_drift(edition, Ledger(TODAY))
    assert "撤下" in str(drift.why)


def test_freezing_and_publishing_leave_a_line_in_the_audit(started: str):
    edition = freeze(make_draft(f"开工{write_token(started)}。"))
    publish_edition(edition_id=edition.pk, **BY)

    lines = AuditLine.objects.filter(object=f"edition:{edition.pk}").order_by("number")
    assert [one.act for one in lines] == ["edition.frozen", "edition.published"]
    assert edition.digest in lines[0].detail
