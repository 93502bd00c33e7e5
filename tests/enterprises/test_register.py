from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from jingkai.enterprises.models import Enterprise
from jingkai.enterprises.queries import (
    find_enterprise,
    list_enterprises,
    list_events,
    list_month_facts,
    named,
    read_attributes,
)
from jingkai.enterprises.services import (
    AttributeChange,
    Ending,
    Grant,
    MonthlyReturn,
    Newcomer,
    NotRegistrable,
    Occasion,
    Renaming,
    RollStep,
    UnknownEnterprise,
    change_roll,
    close,
    file_returns,
    merge,
    recognise,
    register,
    rename,
    set_attributes,
)
from jingkai.kernel.creditcode import check_character
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.models import Entry, Fact
from jingkai.ledger.queries import Ledger, find_disagreeing
from tests.conftest import sign_in

START, TODAY = date(2018, 3, 1), date(2021, 6, 30)
MAY = Period.months(2021, 5, 5)


def code(number: int) -> str:
    """Return a sound code."""
    body = f"91430799MA4L{number:05}"
    return body + check_character(body)


def said(**changed: Any) -> Occasion:
    """Return an occasion of today."""
    return Occasion(**({"by": "孙听雪", "reason": "测试", "known_on": TODAY} | changed))


@pytest.fixture
def firm(zone: Zone) -> str:
    """Return the code of a firm of the register."""
    register(
        [
            Newcomer(
                code=code(1),
                name="岱舆川机械有限公司",
                kind="company",
                registered_on=START,
                industry="3444",
                attributes={"size": "small", "chain": "智能装备制造"},
            )
        ],
        occasion=said(known_on=date(2021, 6, 1)),
    )
    return code(1)


def test_taking_a_firm_in_records_who_it_is_from_its_first_day(firm: str):
    events = list_events(Enterprise.objects.get(), known_on=TODAY)

    assert Entry.objects.count() == 1
    assert {fact.on for fact in events} == {START}
    over_time = read_attributes(events)
    assert [one.value for one in over_time["industry"]] == ["3444"]
    assert [one.value for one in over_time["chain"]] == ["智能装备制造"]


def test_a_failed_check_digit_is_taken_only_when_somebody_vouches(zone: Zone):
    wrong = code(1)[:17] + ("0" if code(1)[17] != "0" else "1")
    told = {"code": wrong, "name": "员峤屿食品厂", "kind": "company", "registered_on": START}
    with pytest.raises(NotRegistrable, match="校验位"):
        register([Newcomer(**told)], occasion=said())

    register([Newcomer(**told, confirmed_by="孙听雪")], occasion=said())

    assert Enterprise.objects.get().code_confirmed_by == "孙听雪"


def test_a_code_is_taken_once(firm: str):
    twin = Newcomer(code=firm, name="另一家", kind="company", registered_on=START)
    with pytest.raises(NotRegistrable, match="岱舆川机械"):
        register([twin], occasion=said())
    other = Newcomer(code=code(2), name="一家", kind="company", registered_on=START)
    with pytest.raises(NotRegistrable, match="两次"):
        register([other, other], occasion=said())
    assert Enterprise.objects.count() == 1


def test_a_renamed_firm_is_found_by_the_name_it_bore(firm: str):
    rename([Renaming(firm, "岱舆川智能装备有限公司", date(2020, 4, 1))], occasion=said())

    found = named(list_enterprises(), "川机械").get()
    assert found.name == "岱舆川智能装备有限公司"
    former = found.former_names.get()
    assert (former.name, former.since, former.until) == (
        "岱舆川机械有限公司",
        START,
        date(2020, 4, 1),
    )
    with pytest.raises(NotRegistrable, match="没有变化"):
        rename([Renaming(firm, found.name, TODAY)], occasion=said())


def test_an_attribute_keeps_the_days_of_the_value_before(firm: str):
    set_attributes([AttributeChange(firm, "size", "medium", date(2021, 1, 1))], occasion=said())

    sizes = read_attributes(list_events(Enterprise.objects.get(), known_on=TODAY))["size"]
    assert [(one.value, one.until) for one in sizes] == [
        ("small", date(2021, 1, 1)),
        ("medium", None),
    ]
    assert Enterprise.objects.get().size == "medium"
    with pytest.raises(NotRegistrable, match="早于"):
        set_attributes([AttributeChange(firm, "size", "large", date(2017, 1, 1))], occasion=said())


def test_a_firm_enters_the_roll_once_and_leaves_what_it_entered(firm: str):
    enter = RollStep(firm, "enter", "industry", date(2019, 1, 1))
    change_roll([enter], occasion=said())
    with pytest.raises(NotRegistrable, match="已在库"):
        change_roll([enter], occasion=said())
    with pytest.raises(NotRegistrable, match="不在服务业库"):
        change_roll([RollStep(firm, "leave", "services", TODAY)], occasion=said())
    with pytest.raises(NotRegistrable, match="先办退库"):
        close([Ending(firm, "cancelled", TODAY)], occasion=said())

    change_roll([RollStep(firm, "leave", "industry", date(2021, 1, 1))], occasion=said())

    assert Enterprise.objects.get().trade == ""


def test_a_return_filed_again_corrects_the_first(firm: str):
    values = {"trade": "industry", "output": Decimal("1000.00"), "staff": 30}
    file_returns([MonthlyReturn(firm, MAY, values)], occasion=said(known_on=date(2021, 6, 12)))
    file_returns([MonthlyReturn(firm, MAY, values | {"output": 1200})], occasion=said())

    (live,) = list_month_facts(Enterprise.objects.get(), known_on=TODAY)
    (first,) = list_month_facts(Enterprise.objects.get(), known_on=date(2021, 6, 20))
    assert '"output":"1200.00"' in live.values
    assert live.corrects_id == first.pk


def test_returns_of_strangers_and_of_the_gone_are_refused(firm: str):
    values = {"trade": "industry", "output": 1}
    with pytest.raises(UnknownEnterprise, match=code(9)):
        file_returns([MonthlyReturn(code(9), MAY, values)], occasion=said())
    with pytest.raises(NotRegistrable, match="统计专业"):
        file_returns([MonthlyReturn(firm, MAY, {"trade": "farming"})], occasion=said())
    close([Ending(firm, "cancelled", date(2021, 3, 1))], occasion=said())
    with pytest.raises(NotRegistrable, match="退出"):
        file_returns([MonthlyReturn(firm, MAY, values)], occasion=said())
    assert not Fact.objects.filter(type="enterprises.monthly_return").exists()


def test_the_survivor_of_a_merger_opens_the_record_of_both(firm: str):
    twin = Newcomer(code=code(2), name="岱舆川机械厂", kind="company", registered_on=START)
    register([twin], occasion=said())
    recognise([Grant(code(2), "hightech", date(2019, 12, 5))], occasion=said())

    merge(code=code(2), into=firm, on=TODAY, occasion=said())

    survivor = find_enterprise(firm)
    assert survivor is not None
    kinds = {fact.type for fact in list_events(survivor, known_on=TODAY)}
    assert {"enterprises.recognised", "enterprises.closed"} <= kinds
    gone = find_enterprise(code(2))
    assert gone is not None and gone.merged_into == survivor
    with pytest.raises(NotRegistrable, match="它自己"):
        merge(code=firm, into=firm, on=TODAY, occasion=said())


def test_an_ending_or_a_merger_is_taken_back_on_its_page_by_a_correction(firm: str):
    twin = Newcomer(code=code(2), name="岱舆川机械厂", kind="company", registered_on=START)
    register([twin], occasion=said())
    recognise([Grant(code(2), "hightech", date(2019, 12, 5))], occasion=said())
    client, where = sign_in("statistician"), f"/enterprises/{code(2)}/change/"
    assert "没有退出" in client.post(where, {"what": "reopen"}).content.decode()

    for into in (firm, ""):
        ending = Ending(code(2), "merged" if into else "cancelled", TODAY, into)
        close([ending], occasion=said())
        assert "撤销退出登记" in client.get(f"/enterprises/{code(2)}/").content.decode()
        assert "记下退出" not in client.get(where).content.decode()
        count = Entry.objects.count()
        done = client.post(where, {"what": "reopen"}, follow=True).content.decode()
        assert "退出登记已撤销" in done and "登记变更" in done
        assert Entry.objects.count() == count + 1
        (gone,) = Fact.objects.filter(entry__number=count + 1)
        assert (gone.type, gone.is_void) == ("enterprises.closed", True)
        found = find_enterprise(code(2))
        assert found is not None
        assert (found.closed_on, found.ending, found.merged_into) == (None, "", None)
        survivor = find_enterprise(firm)
        assert survivor is not None
        kinds = {fact.type for fact in list_events(survivor, known_on=TODAY)}
        assert not {"enterprises.recognised", "enterprises.closed"} & kinds
    assert sign_in("officer").post(where, {"what": "reopen"}).status_code == 403


def test_tax_of_one_firm_is_shown_to_few(firm: str):
    values = {"trade": "industry", "output": 90000000, "tax": 12340000}
    file_returns([MonthlyReturn(firm, MAY, values)], occasion=said())
    pages = [f"/enterprises/{firm}/", reverse("entry", args=[Entry.objects.count()])]

    for role in ("statistician", "leader"):
        shown = [sign_in(role).get(page).content.decode() for page in pages]
        assert "1,234" in shown[0] and "12,340,000" in shown[1], role
    for role in ("officer", "appraisal", "project_officer"):
        shown = [sign_in(role).get(page).content.decode() for page in pages]
        assert "1,234" not in shown[0] and "12,340,000" not in shown[1], role
        assert all("＊＊＊" in page for page in shown), role
        assert "9,000" in shown[0] and "90,000,000" in shown[1], role


def test_the_list_finds_by_code_and_by_profession(firm: str):
    change_roll([RollStep(firm, "enter", "industry", TODAY)], occasion=said())
    client = sign_in("officer")

    for query in (f"text={firm[:14].lower()}", "trade=industry", "trade=any", "standing=open"):
        assert "岱舆川机械" in client.get(f"/enterprises/?{query}").content.decode(), query
    for query in ("text=员峤", "trade=services", "standing=closed"):
        page = client.get(f"/enterprises/?{query}").content.decode()
        assert "岱舆川机械" not in page, query


def test_the_statistician_takes_in_renames_and_merges_on_pages(firm: str):
    client = sign_in("statistician")
    form = {"code": code(3)[:17] + "?", "name": "员峤屿食品厂", "kind": "company"}
    form |= {"registered_on": "2020-02-03", "industry": ""}
    assert "不用 I、O" in client.post("/enterprises/new/", form).content.decode()
    form["code"] = code(3)
    assert client.post("/enterprises/new/", form).status_code == 302

    renaming = {"name": "岱舆川机械（德山）有限公司", "on": "2021-06-01"}
    assert client.post(f"/enterprises/{firm}/rename/", renaming).status_code == 302
    twin = {**form, "code": code(77), "name": "岱舆川机械有限公司"}
    assert client.post("/enterprises/new/", twin).status_code == 302
    assert "名称除地名" in client.get("/enterprises/duplicates/").content.decode()
    merging = {"code": code(77), "into": firm, "step": "ask"}
    asked = client.post("/enterprises/duplicates/", merging).content.decode()
    assert "合并错了，可以在" in asked and code(77) in asked
    assert "名称除地名" in client.get("/enterprises/duplicates/").content.decode()
    merging["step"] = "merge"
    assert client.post("/enterprises/duplicates/", merging).status_code == 302
    assert "名称除地名" not in client.get("/enterprises/duplicates/").content.decode()


def test_two_firms_that_only_look_alike_are_told_apart_once(firm: str):
    client = sign_in("statistician")
    twin = {"code": code(77), "name": "岱舆川机械有限公司", "kind": "company"}
    client.post("/enterprises/new/", twin | {"registered_on": "2020-02-03", "industry": ""})
    where = "/enterprises/duplicates/"
    assert "名称除地名" in client.get(where).content.decode()
    for _ in range(2):
        told = {"code": code(77), "into": firm, "step": "apart"}
        assert client.post(where, told).status_code == 302

    assert "名称除地名" not in client.get(where).content.decode()
    assert Enterprise.objects.get(code=code(77)).closed_on is None


def test_a_firm_changes_leaves_the_roll_and_ends_on_pages(firm: str):
    client, where = sign_in("statistician"), f"/enterprises/{firm}/change/"
    day = {"on": "2021-06-01"}

    def sent(what: str, **told: str) -> int:
        return client.post(where, {"what": what} | day | told).status_code

    def now() -> Enterprise:
        return Enterprise.objects.get(code=firm)

    assert sent("attribute", attribute="size", value="巨型") == 422
    assert sent("attribute", attribute="industry", value="9999") == 422
    assert sent("attribute", attribute="size", value="中型", on="2030-01-01") == 422
    assert sent("attribute", attribute="size", value="中型") == 302
    assert sent("attribute", attribute="chain", value="待核") == 302
    assert (now().size, now().chain) == ("medium", "pending")
    assert "中型" in client.get(f"/enterprises/{firm}/").content.decode()

    if not now().trade:
        assert sent("roll", trade="industry", on="2021-05-01") == 302
    assert sent("end", ending="cancelled") == 422
    assert sent("roll", trade=now().trade) == 302
    assert not now().trade
    assert sent("end", ending="merged", into="无此企业") == 422
    assert sent("end", ending="cancelled") == 302
    assert now().ending == "cancelled"


def test_a_firm_links_to_its_group_and_to_what_was_merged_into_it(firm: str):
    client = sign_in("statistician")
    for number in (77, 78):
        told = {"code": code(number), "name": f"员峤{number}号食品厂", "kind": "company"}
        client.post("/enterprises/new/", told | {"registered_on": "2020-02-03", "industry": ""})
    for one in (firm, code(77)):
        told = {"what": "attribute", "attribute": "group", "value": "甲集团", "on": "2021-06-01"}
        client.post(f"/enterprises/{one}/change/", told)
    told = {"what": "end", "ending": "merged", "into": firm, "on": "2021-06-02"}
    assert client.post(f"/enterprises/{code(78)}/change/", told).status_code == 302

    page = client.get(f"/enterprises/{firm}/").content.decode()
    assert "员峤77号食品厂" in page and "员峤78号食品厂" in page
    assert "员峤77号食品厂" not in client.get(f"/enterprises/{code(78)}/").content.decode()


def test_a_title_is_given_renewed_and_taken_away_on_a_page(firm: str):
    client, where = sign_in("statistician"), f"/enterprises/{firm}/honour/"
    told = {"title": "national_key_lab", "step": "grant", "on": "2020-05-01", "document": "甲1号"}
    told |= {"about": "甲实验室", "until": "2025-04-30"}
    assert client.post(where, told | {"until": "2019-01-01"}).status_code == 422
    assert client.post(where, told | {"step": "revoke"}).status_code == 422
    assert client.post(where, told | {"on": "2030-01-01"}).status_code == 422
    assert client.post(where, told).status_code == 302
    assert "有效期至 2025-04-30" in client.get(f"/enterprises/{firm}/").content.decode()
    day = Period.months(2021, 6, 6)
    indicator = current_zone().indicators["national_research_platforms"]
    assert Ledger(date(2021, 6, 30)).number(indicator, day).value == 1

    assert client.post(where, told | {"step": "renew", "on": "2021-05-01"}).status_code == 302
    assert Ledger(date(2021, 6, 30)).number(indicator, day).value == 1
    assert client.post(where, told | {"step": "revoke", "on": "2021-06-01"}).status_code == 302
    assert Ledger(date(2021, 6, 30)).number(indicator, day).value == 0
    page = client.get(f"/enterprises/{firm}/").content.decode()
    assert "2021-06-01 撤销" in page


def test_numbers_by_size_and_industry_follow_what_the_register_says(firm: str, zone: Zone):
    march, may = Period.months(2021, 3, 3), Period.months(2021, 5, 5)
    for period in (march, may):
        values = {"trade": "industry", "output": Decimal(100)}
        file_returns([MonthlyReturn(firm, period, values)], occasion=said())
    output = zone.indicators["industry_output"]

    set_attributes([AttributeChange(firm, "size", "medium", date(2021, 5, 1))], occasion=said())

    ledger = Ledger(TODAY)
    by_size = {
        period: {key: one.value for key, one in ledger.numbers_by(output, period, "size").items()}
        for period in (march, may)
    }
    assert by_size == {
        march: {"小型": 100, "中型": None},
        may: {"小型": None, "中型": 100},
    }
    by_industry = ledger.numbers_by(output, march, "industry")
    assert {key: one.value for key, one in by_industry.items()} == {"C": 100}
    assert find_disagreeing(on=TODAY) == []


def test_an_attribute_that_is_no_longer_known_leaves_its_dimension(firm: str, zone: Zone):
    set_attributes([AttributeChange(firm, "size", "unknown", date(2021, 1, 1))], occasion=said())
    values = {"trade": "industry", "output": Decimal(100)}
    march = Period.months(2021, 3, 3)
    file_returns([MonthlyReturn(firm, march, values)], occasion=said())

    by_size = Ledger(TODAY).numbers_by(zone.indicators["industry_output"], march, "size")

    assert {key: one.value for key, one in by_size.items()} == {"": 100}
