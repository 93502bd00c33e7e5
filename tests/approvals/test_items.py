"""Items and bundles are data: checked when they load, summed up once, planned over the calendar."""

from datetime import date

import pytest
import yaml

from jingkai.kernel.deadlines import Limit
from jingkai.kernel.items import BundleCycle, find_cycle, plan_bundle
from jingkai.kernel.load import load_zone
from jingkai.kernel.refusals import ZoneRefused
from tests.conftest import DEMO_ZONE, zone_of
from tests.kernel.planting import Planter, planter

BOOK = zone_of(DEMO_ZONE).approvals
D = date.fromisoformat
__all__ = ["planter"]


def test_the_base_lists_forty_items_over_seven_stages():
    stages = {item.stage for item in BOOK.items.values()}

    assert len(BOOK.items) >= 40
    assert len(stages) == 7
    assert set(BOOK.bundles) == {
        "open_enterprise",
        "land_to_start",
        "joint_completion",
        "change_or_close",
    }


@pytest.mark.parametrize(
    ("item", "limit", "mark"),
    [
        ("firm_setup", "3个工作日", "V"),
        ("project_filing", "当场", "V"),
        ("project_approval", "20个工作日", "V"),
        ("approval_change", "20个工作日", "V"),
        ("approval_delay", "20个工作日", "V"),
        ("eia_report", "60日", "V"),
        ("eia_form", "30日", "V"),
        ("construction_permit", "7日", "V"),
        ("completion_filing", "15日", "V"),
        ("general_permit", "20个工作日", "V"),
        ("land_planning_permit", "20个工作日", "K"),
        ("planning_permit", "20个工作日", "K"),
        ("energy_review", "20个工作日", "K?"),
        ("fire_design_review", "15个工作日", "K?"),
        ("fire_acceptance", "15个工作日", "K?"),
        ("soil_plan_review", "10个工作日", "K?"),
    ],
)
def test_limits_are_those_of_the_law_with_their_mark(item: str, limit: str, mark: str):
    assert (str(BOOK.items[item].statutory), BOOK.items[item].mark) == (limit, mark)


def test_what_is_shared_is_asked_once():
    bundle = BOOK.bundles["open_enterprise"]
    asked = [one.id for one in BOOK.fields_of(bundle.items)]

    assert len(asked) == len(set(asked))
    union = BOOK.materials_of(bundle.items)
    assert union["licence"] == [
        "seal_filing",
        "tax_registration",
        "insurance_registration",
        "housing_fund",
        "bank_account",
    ]


def test_an_item_that_does_not_apply_is_waited_through():
    bundle = BOOK.bundles["land_to_start"]
    facts = {"approval_kind": "filing", "land": "own", "eia": "none"}
    chosen = bundle.choose(facts)

    assert "project_approval" not in chosen
    assert "land_planning_permit" not in chosen
    assert bundle.graph(chosen)["design_review"] == ("project_filing",)


def test_the_promised_date_is_that_of_the_longest_way():
    graph = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}
    limits = {"a": Limit(1), "b": Limit(5), "c": Limit(2), "d": Limit(3)}

    plan = plan_bundle(graph, limits, D("2021-06-21"), zone_of(DEMO_ZONE).calendar)

    # Monday 21 June: a ends on 22, b on 29, c on 24, d on 2 July.
    assert plan.ends == {
        "a": D("2021-06-22"),
        "b": D("2021-06-29"),
        "c": D("2021-06-24"),
        "d": D("2021-07-02"),
    }
    assert (plan.due_on, plan.critical) == (D("2021-07-02"), ("a", "b", "d"))


def test_a_cycle_is_told_with_its_path():
    assert find_cycle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ("b", "c", "b")
    assert find_cycle({"a": ["b"], "b": []}) == ()
    with pytest.raises(BundleCycle, match="a → b → a"):
        plan_bundle({"a": ("b",), "b": ("a",)}, {}, D("2021-06-21"), zone_of(DEMO_ZONE).calendar)


BROKEN = {
    "a cycle": (
        {"bundles": {"x": {"needs": {"a": ["b"], "b": ["a"]}}}},
        "甲项 → 乙项 → 甲项",
    ),
    "no limit": ({"items": {"a": {"limit": 0}}}, "没有时限"),
    "a long promise": ({"items": {"a": {"promised": 30}}}, "承诺时限 30 长于法定时限 20"),
    "unknown paper": (
        {"items": {"a": {"materials": ["pape"]}}},
        "材料“pape”没有定义；是不是“paper”",
    ),
    "unknown field": ({"items": {"a": {"fields": ["nam"]}}}, "表单项“nam”"),
    "unknown item": ({"bundles": {"x": {"items": ["a", "b", "z"]}}}, "事项“z”"),
    "unknown desk": ({"desks": {"window": "nobody"}}, "没有的部门“nobody”"),
    "unknown key": ({"itmes": {}}, "是不是“items”"),
    "a wrong mark": ({"items": {"a": {"mark": "S"}}}, "只能是 V、K、K?"),
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_what_is_wrong_is_refused_with_its_place(case: str, planter: Planter):
    change, words = BROKEN[case]
    book = {
        "fields": {"name": {"name": "名", "english": "name"}},
        "materials": {"paper": {"name": "纸", "english": "paper"}},
        "items": {
            key: {
                "name": name,
                "english": key,
                "stage": "opening",
                "desk": "window",
                "basis": "试验办法第一条",
                "mark": "V",
                "limit": 20,
            }
            for key, name in (("a", "甲项"), ("b", "乙项"))
        },
        "bundles": {"x": {"name": "一件", "english": "x", "summary": "试", "items": ["a", "b"]}},
    }
    for part, entries in change.items():
        for key, more in entries.items():
            if isinstance(more, dict):
                book.setdefault(part, {}).setdefault(key, {}).update(more)
            else:
                book.setdefault(part, {})[key] = more
        book.setdefault(part, {})
    package = planter.plant()
    text = yaml.safe_dump(book, allow_unicode=True)
    (planter.folder / package / "approvals.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ZoneRefused, match=words.replace("?", r"\?")) as refused:
        load_zone(package, {})
    assert "approvals.yaml:" in str(refused.value)
