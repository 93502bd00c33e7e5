"""What is handed down adds up, or says why it cannot; each part has its own pace and light."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from jingkai.kernel.periods import Period
from jingkai.kernel.units import get_unit, yi
from jingkai.kernel.zone import Zone, installed
from jingkai.ledger.facts import belongs
from jingkai.ledger.queries import Ledger
from jingkai.ledger.services import NewFact, keep_file, record
from jingkai.org.models import Department, Notice, Person
from jingkai.org.services import add_person
from jingkai.plan.cascading import Part, adds_up, check_parts, complete, cut, sums_of, weights_of
from jingkai.plan.models import Item, Plan, Share, ShareChange
from jingkai.plan.queries import item_texts, kept_texts
from jingkai.plan.rules import compare
from jingkai.plan.services import (
    NewItem,
    NewTarget,
    SharesRefused,
    adopt_plan,
    draft_plan,
    file_share,
    hand_down,
    share_out,
    spread,
)
from jingkai.plan.sharing import list_share_lines, list_shares
from jingkai.projects.services import add_project, pass_gate
from jingkai.web.models import ImportRun
from tests.conftest import TODAY, sign_in

PIECE = get_unit("个")


def part(holder: str, role: str = "support", weight=None, value=None) -> Part:
    def number(one):
        return None if one is None else Decimal(one)

    return Part(holder, None, holder, role, number(weight), number(value))


@pytest.mark.parametrize(
    ("weights", "cuts"),
    [((1, 1, 1), (11, 10, 10)), ((60, 20, 20), (19, 6, 6)), ((0, 5, 0), (0, 31, 0))],
)
def test_a_whole_is_cut_so_that_the_parts_come_to_it(weights, cuts):
    found = cut(Decimal(31), [Decimal(one) for one in weights], Decimal(1))

    assert sum(found) == 31
    assert tuple(found) == cuts


def test_a_lead_has_its_weight_and_the_rest_is_shared():
    assert weights_of(["support", "lead", "support"], Decimal(60)) == [20, 60, 20]
    assert sum(weights_of(["lead", *["support"] * 3], Decimal(50))) == 100
    assert weights_of(["lead"], Decimal(60)) == [100]


def faults(*parts: Part, whole: int = 30, adds: bool = True, above=None) -> list[tuple[int, str]]:
    found = check_parts(parts, whole=Decimal(whole), adds=adds, unit=PIECE, above=above)
    return [(one.place, one.column) for one in found]


def test_parts_that_fit_have_no_fault():
    assert faults(part("甲", "lead", 60, 18), part("乙", "support", 40, 12)) == []


def test_more_than_the_whole_is_a_fault_of_the_row_that_goes_over():
    assert faults(part("甲", value=18), part("乙", value=13)) == [(1, "value")]
    assert faults(part("甲", value=18), part("乙", value=12)) == []


def test_a_rate_is_not_summed():
    assert faults(part("甲", value=20), part("乙", value=20), adds=False) == []


def test_weights_over_a_hundred_two_leads_and_one_twice_are_faults():
    assert faults(part("甲", weight=60), part("乙", weight="40.01")) == [(1, "weight")]
    assert faults(part("甲", "lead"), part("乙", "lead")) == [(1, "role")]
    assert faults(part("甲"), part("甲")) == [(1, "holder")]


def test_a_part_is_not_handed_to_itself():
    assert faults(part("甲"), above=part("甲")) == [(0, "holder")]


def test_what_is_missing_of_a_part_follows_from_the_rest():
    by_weight, by_value = complete(
        [part("甲", weight=40), part("乙", value=18)], Decimal(30), Decimal(1), True
    )
    assert (by_weight.value, by_value.weight) == (12, 60)
    (rate,) = complete([part("甲", weight=40)], Decimal(9), Decimal("0.01"), False)
    assert rate.value == 9


def test_the_rest_is_told_only_of_what_adds_up():
    assert sums_of([part("甲", weight=50, value=12)], Decimal(30), True).left == 18
    assert sums_of([part("甲", weight=50, value=12)], Decimal(30), False).left is None


def test_counts_add_up_and_rates_do_not():
    assert adds_up("level", PIECE, None)
    assert not adds_up("growth", get_unit("%"), None)
    assert not adds_up("level", get_unit("万元/亩"), None)


@pytest.fixture
def plan(zone: Zone) -> Plan:
    """A count of projects, a growth, a task; two units lead and support each."""
    one, two = (each.pk for each in Department.objects.all()[:2])
    year = Period.year(2021)
    items = [
        NewItem(
            "target", "", "开工十个", date(2021, 12, 31), one, support=[two],
            target=NewTarget("开工", "level", ">=", Decimal(10), "个", year, "projects_started"),
        ),
        NewItem(
            "target", "", "增长", date(2021, 12, 31), one, support=[two],
            target=NewTarget("增长", "growth", ">=", Decimal(9), "%", year),
        ),
        NewItem("task", "", "修路", date(2021, 3, 20), one, support=[two]),
    ]  # fmt: skip
    made = draft_plan(year=2021, title="计划", basis="", items=items)
    return adopt_plan(plan_id=made.pk, by="管委会", on=date(2021, 1, 20))


@pytest.fixture
def keeper(zone: Zone) -> Person:
    sign_in("appraisal")
    return Person.objects.get(role="appraisal")


def units() -> list[Department]:
    return list(Department.objects.all()[:3])


def two(first=(60, 6), second=(40, 4)) -> list[Part]:
    one, other, *_ = units()
    return [
        Part(one.pk, None, one.name, "lead", Decimal(first[0]), Decimal(first[1])),
        Part(other.pk, None, other.name, "support", Decimal(second[0]), Decimal(second[1])),
    ]


def test_handing_down_keeps_the_parts_and_tells_the_units(plan: Plan, keeper: Person):
    item = plan.items.get(number=1)
    Notice.objects.all().delete()

    hand_down(item_id=item.pk, parts=two(), by=keeper, on=TODAY)

    kept = Share.objects.values_list("department", "role", "weight", "value")
    assert list(kept) == [(units()[0].pk, "lead", 60, 6), (units()[1].pk, "support", 40, 4)]
    assert {one.department_id for one in Notice.objects.all()} == {one.pk for one in units()[:2]}


def test_an_amendment_needs_a_reason_and_is_kept_and_published(plan: Plan, keeper: Person):
    item = plan.items.get(number=1)
    first = hand_down(item_id=item.pk, parts=two(), by=keeper, on=TODAY)[0].pk
    changed = two((70, 7), (30, 3))

    with pytest.raises(SharesRefused, match="原因"):
        hand_down(item_id=item.pk, parts=changed, by=keeper, on=TODAY)
    hand_down(item_id=item.pk, parts=changed, by=keeper, on=TODAY, reason="雨季")

    assert ShareChange.objects.first().reason == "雨季"
    assert "6个" in ShareChange.objects.first().before
    assert Share.objects.filter(pk=first, value=7).exists()
    (difference,) = compare(kept_texts(plan.editions.get()), item_texts(plan))
    assert [name for name, _, _ in difference.changes] == ["分解"]


def test_the_lead_passes_from_one_to_another(plan: Plan, keeper: Person):
    item = plan.items.get(number=3)
    hand_down(item_id=item.pk, parts=two(), by=keeper, on=TODAY)
    one, other = two()
    swapped = [replace(one, role="support"), replace(other, role="lead")]

    hand_down(item_id=item.pk, parts=swapped, by=keeper, on=TODAY, reason="换")

    assert Share.objects.get(role="lead").department == units()[1]


def test_what_does_not_fit_is_refused_whole(plan: Plan, keeper: Person):
    item = plan.items.get(number=1)
    for parts, words in (
        (two((60, 6), (41, 4)), "超过 100%"),
        (two((60, 6), (40, 5)), "这一份最多 4个"),
        ([Part("nowhere", None, "无此局", "lead")], "没有“无此局”"),
    ):
        with pytest.raises(SharesRefused, match=words):
            hand_down(item_id=item.pk, parts=parts, by=keeper, on=TODAY)
    assert not Share.objects.exists()


def test_only_who_keeps_the_plan_or_heads_the_unit_hands_down(plan: Plan, keeper: Person):
    item = plan.items.get(number=1)
    unit = units()[0]
    share = hand_down(item_id=item.pk, parts=two(), by=keeper, on=TODAY)[0]
    clerk, _ = add_person(account="clerk", name="科员", role="officer", department=unit)
    head, _ = add_person(account="head", name="局长", role="officer", department=unit, post="局长")
    mine = [Part(unit.pk, clerk.pk, clerk.name, "lead", Decimal(100), Decimal(6))]

    with pytest.raises(SharesRefused, match="负责人"):
        hand_down(item_id=item.pk, under=share.pk, parts=mine, by=clerk, on=TODAY)
    with pytest.raises(SharesRefused, match="考核督查"):
        hand_down(item_id=item.pk, parts=two(), by=head, on=TODAY)
    hand_down(item_id=item.pk, under=share.pk, parts=mine, by=head, on=TODAY)

    assert Share.objects.get(under=share).person == clerk
    with pytest.raises(SharesRefused, match="下面已分解 6个"):
        smaller = two((50, 5), (40, 4))
        hand_down(item_id=item.pk, parts=smaller, by=keeper, on=TODAY, reason="减")
    itself = [Part(unit.pk, None, unit.name, "lead")]
    with pytest.raises(SharesRefused, match="它自己"):
        hand_down(item_id=item.pk, under=share.pk, parts=itself, by=head, on=TODAY)


def test_many_items_are_handed_down_at_once_by_a_template(plan: Plan, keeper: Person):
    ids = list(plan.items.values_list("pk", flat=True))

    found = spread(items=ids, template="roles", lead_weight=Decimal(60), by=keeper, on=TODAY)
    again = spread(items=ids, template="equal", lead_weight=Decimal(60), by=keeper, on=TODAY)

    assert (found.done, list(found.left), again.done) == (3, [], 0)
    told = Share.objects.order_by("item__number", "order").values_list(
        "item__number", "role", "weight", "value"
    )
    assert list(told) == [
        (1, "lead", 60, 6), (1, "support", 40, 4),
        (2, "lead", 60, 9), (2, "support", 40, 9),
        (3, "lead", 60, None), (3, "support", 40, None),
    ]  # fmt: skip


def test_a_template_with_nothing_to_cut_by_leaves_the_item_and_says_so(plan: Plan, keeper: Person):
    found = spread(
        items=[plan.items.get(number=2).pk], template="register", lead_weight=Decimal(60),
        by=keeper, on=TODAY,
    )  # fmt: skip
    assert found.done == 0
    assert "只用于数项目" in str(found.left[0][1])


def test_a_share_that_no_fact_computes_is_filed_and_has_its_own_light(plan: Plan, keeper: Person):
    item = plan.items.get(number=2)
    good, bad = hand_down(item_id=item.pk, parts=two((60, 9), (40, 9)), by=keeper, on=TODAY)
    proof = [keep_file(data=b"x", name="x.txt")]
    for share, value in ((good, 12), (bad, 3)):
        file_share(
            share_id=share.pk, month=5, value=Decimal(value), by=keeper, on=TODAY, evidence=proof
        )

    lines = list_share_lines(list_shares(plan), Ledger(TODAY))

    assert [one.value for one in lines] == [12, 3]
    assert [one.standing.gap for one in lines] == [3, -6]
    assert lines[0].light != lines[1].light
    with pytest.raises(SharesRefused, match="还没有结束"):
        file_share(share_id=good.pk, month=7, value=Decimal(1), by=keeper, on=TODAY, evidence=proof)


def test_one_table_is_edited_in_place_and_wrong_rows_are_named(plan: Plan, keeper: Person):
    client = sign_in("appraisal")
    item = plan.items.get(number=1)
    first, second = hand_down(item_id=item.pk, parts=two(), by=keeper, on=TODAY)
    url = reverse("plan:cascade")

    def post(**told):
        return client.post(url, {"act": "table", "year": "2021", "reason": "调", **told})

    wrong = post(**{f"weight-{first.pk}": "60", f"value-{first.pk}": "九"})
    assert wrong.status_code == 422 and "“九”不是数" in wrong.content.decode()
    over = post(**{f"weight-{first.pk}": "60", f"value-{first.pk}": "8"})
    assert over.status_code == 422 and "超过总数 10个" in over.content.decode()
    good = post(**{
        f"weight-{first.pk}": "７０", f"value-{first.pk}": "7",
        f"weight-{second.pk}": "30%", f"value-{second.pk}": "3",
    })  # fmt: skip
    assert good.status_code == 302
    assert list(Share.objects.values_list("weight", "value")) == [(70, 7), (30, 3)]


def test_one_item_is_handed_down_on_its_page_without_scripts(plan: Plan):
    client = sign_in("appraisal")
    item = plan.items.get(number=1)
    url = reverse("plan:shares", args=[item.pk])
    one, other, *_ = units()
    filled = client.get(url, {"template": "roles"}).content.decode()
    assert 'name="value-0" value="6"' in filled

    def post(other_role: str):
        return client.post(url, {
            "holder-0": f"unit:{one.pk}", "role-0": "lead", "weight-0": "60", "value-0": "6",
            "holder-1": f"unit:{other.pk}", "role-1": other_role, "weight-1": "40", "value-1": "",
            "holder-2": "",
        })  # fmt: skip

    assert "牵头只能有一个" in post("lead").content.decode()
    assert post("support").status_code == 302
    assert list(Share.objects.values_list("value", flat=True)) == [6, 4]


def test_a_unit_has_a_wall_of_its_own_parts(plan: Plan, keeper: Person):
    item = plan.items.get(number=1)
    hand_down(item_id=item.pk, parts=two(), by=keeper, on=TODAY)
    client = sign_in("appraisal")

    page = client.get(reverse("plan:department", args=[units()[1].pk])).content.decode()

    assert "开工" in page and "4个" in page


def sheet(rows) -> SimpleUploadedFile:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("分解.xlsx", out.getvalue())


def test_the_table_goes_to_excel_and_back_and_is_undone(plan: Plan, keeper: Person):
    item = plan.items.get(number=1)
    hand_down(item_id=item.pk, parts=two(), by=keeper, on=TODAY)
    client = sign_in("appraisal")
    data = client.get(reverse("import_template", args=["shares"]), {"filled": 1}).content
    rows = [list(row) for row in load_workbook(io.BytesIO(data)).active.values]
    head = next(n for n, row in enumerate(rows) if "分解编号" in str(row[0]))
    heads, mine = rows[head], [row for row in rows if str(row[0]).startswith("1/")]
    assert len(mine) == 2
    value, weight = (
        next(n for n, one in enumerate(heads) if one and str(one).startswith(name))
        for name in ("分解数", "占比")
    )
    reason = next(n for n, one in enumerate(heads) if one and str(one).startswith("调整原因"))
    mine[0][value], mine[0][weight], mine[0][reason] = 5, 50, "雨季"

    def send(*lines):
        return client.post(
            reverse("import_new", args=["shares"]), {"file": sheet([heads, *lines])}, follow=True
        )

    over = list(mine[0])
    over[value] = 7
    assert "这一份最多" in send(over).content.decode()
    silent = list(mine[0])
    silent[reason] = None
    assert "写明原因" in send(silent).content.decode()
    unknown = ["1/无此局", *mine[0][1:]]
    assert "没有“无此局”这个单位" in send(unknown).content.decode()

    assert "修改 1" in send(*mine).content.decode()
    run = ImportRun.objects.latest("pk").pk
    client.post(reverse("import_run", args=["shares", run]))
    assert list(Share.objects.values_list("value", flat=True)) == [5, 4]
    client.post(reverse("import_undo", args=["shares", run]))
    assert list(Share.objects.values_list("value", flat=True)) == [6, 4]
    assert Item.objects.get(pk=item.pk).share_changes.first().reason == "撤销导入"


def test_a_share_of_what_facts_carry_by_unit_is_computed_from_the_record(
    plan: Plan, keeper: Person, zone: Zone
):
    known = zone.indicators["projects_started"]
    kept = replace(known, by=("department",))
    item = plan.items.get(number=1)
    one, other, *_ = units()
    own = replace(
        zone,
        indicators={**zone.indicators, known.id: kept},
        versions={**zone.versions, known.id: (kept,)},
    )
    with installed(own):
        hand_down(item_id=item.pk, parts=two(), by=keeper, on=TODAY)
        for number, lead in enumerate((one, one, other)):
            project = add_project(
                code=f"S-{number}", name=f"S-{number}", investor="", kind="产业",
                investment=yi(1), is_top500=False, lead=lead.pk,
            )  # fmt: skip
            told = NewFact(
                belongs, subject=f"project:{project.pk}", on=date(2021, 1, 1),
                values={"department": lead.pk}, key=f"S-{number}",
            )  # fmt: skip
            record(told, by="甲", reason="归口", known_on=TODAY)
            proof = [keep_file(data=b"x", name="x.txt")]
            pass_gate(
                project_id=project.pk, gate_id="start", on=date(2021, 6, 1), by="甲", today=TODAY,
                proof=proof, version=1,
            )  # fmt: skip

        lines = list_share_lines(list_shares(plan), Ledger(TODAY))

    assert [(line.value, line.source) for line in lines] == [(2, "department"), (1, "department")]
    assert all(line.standing.pace for line in lines)


def test_a_part_that_was_made_up_says_so_until_it_is_set_anew(plan: Plan, keeper: Person):
    one, two = plan.items.get(number=1).lead_id, plan.items.get(number=1).support.first().pk
    item = plan.items.get(number=1)
    made_up = [part(one, "lead", 60, 6), part(two, weight=40, value=4)]
    hand_down(item_id=item.pk, parts=made_up, by=keeper, on=TODAY, is_invented=True)
    url = reverse("plan:shares", args=[item.pk])
    assert sign_in("leader").get(url).content.decode().count('class="badge">演示') == 2

    anew = [made_up[0], part(two, weight=40, value=3)]
    anew[0] = replace(anew[0], holder=Department.objects.get(pk=one).name)
    hand_down(item_id=item.pk, parts=anew, by=keeper, on=TODAY, reason="重新核定")

    marks = dict(Share.objects.filter(item=item).values_list("department", "is_invented"))
    assert marks == {one: True, two: False}


def test_a_share_is_cut_over_people_in_equal_parts_that_come_to_it(plan: Plan, keeper: Person):
    item = plan.items.get(number=1)
    place = item.lead_id
    hand_down(item_id=item.pk, parts=[part(place, "lead", 100, 5)], by=keeper, on=TODAY)
    share = Share.objects.get(item=item)
    people = [
        add_person(account=name, name=name, role="officer", department=share.department)[0]
        for name in ("jia", "yi")
    ]

    made = share_out(share_id=share.pk, people=people, by=keeper, on=TODAY)

    assert [(one.person_id, one.value, one.role) for one in made] == [
        (people[0].pk, 3, "lead"),
        (people[1].pk, 2, "support"),
    ]
    with pytest.raises(SharesRefused, match="不够每人一份"):
        share_out(share_id=share.pk, people=people * 3, by=keeper, on=TODAY)


def test_what_was_not_handed_down_is_read_a_page_at_a_time(plan: Plan, monkeypatch):
    monkeypatch.setattr("jingkai.plan.cascadepages.OPEN_A_PAGE", 2)
    texts = list(plan.items.order_by("number").values_list("text", flat=True))
    client, url = sign_in("appraisal"), reverse("plan:cascade")

    first = client.get(url, {"show": "open"}).content.decode()
    last = client.get(url, {"show": "open", "page": 2}).content.decode()

    assert [one in first for one in texts] == [True, True, *[False] * (len(texts) - 2)]
    assert texts[2] in last
    assert texts[0] not in last
