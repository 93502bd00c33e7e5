from dataclasses import replace

import pytest

from jingkai.engines.examples import disagreeing_examples
from jingkai.kernel.examples import failing_examples
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.mutants import count_mutants, list_mutants, surviving_mutants
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from tests.kernel.known import FACT_TYPES, ZONES


def every_definition() -> dict[str, Indicator]:
    """Return every definition of every zone by its name; a zone's own one of it beside the base's.

    One that a zone words anew is a definition of its own: its examples are tried as well.
    """
    found: dict[str, Indicator] = {}
    for package, zone in ZONES.items():
        for versions in zone.versions.values():
            for one in versions:
                if found.setdefault(one.id, one) is not one:
                    found[f"{package}:{one.id}:{one.since}"] = one
    return found


DEFINITIONS = every_definition()
CURVED = [name for name, one in DEFINITIONS.items() if one.curve]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_example_gives_its_value(name: str) -> None:
    indicator = DEFINITIONS[name]

    assert list(failing_examples(indicator, FACT_TYPES.get(indicator.over))) == []


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_engine_finds_the_pieces_of_every_example(name: str) -> None:
    indicator = DEFINITIONS[name]

    assert list(disagreeing_examples(indicator, FACT_TYPES.get(indicator.over))) == []


@pytest.mark.parametrize("name", DEFINITIONS)
def test_examples_kill_every_mutant(name: str) -> None:
    indicator = DEFINITIONS[name]

    assert list(surviving_mutants(indicator, FACT_TYPES.get(indicator.over))) == []


def test_enough_edits_are_tried() -> None:
    tried = [count_mutants(one, FACT_TYPES.get(one.over)) for one in DEFINITIONS.values()]

    assert sum(tried) > 200
    assert sum(one == 0 for one in tried) < 5  # a plain sum has no condition to mistake


@pytest.mark.parametrize("name", CURVED)
def test_a_plan_curve_is_held_by_its_months(name: str) -> None:
    begun = DEFINITIONS[name]
    fact_type = FACT_TYPES[begun.over]
    edits = [one.edit for one in list_mutants(begun, fact_type) if "曲线" in one.edit]
    assert len(edits) > 30 and any("对调" in one for one in edits)

    assert list(failing_examples(replace(begun, monthly=()), fact_type))
    moved = (*begun.curve[:4], begun.curve[4] + 1, *begun.curve[5:])
    assert list(failing_examples(replace(begun, curve=moved), fact_type))


def test_a_curve_is_tried_at_all() -> None:
    assert CURVED


def test_an_example_that_is_not_at_the_edge_is_found_wanting() -> None:
    sound = DEFINITIONS["projects_signed_100m"]
    blunt = replace(sound, examples={"一个": ([{"gate": "sign", "amount": yi(5)}], 1)})

    survivors = list(surviving_mutants(blunt, FACT_TYPES[blunt.over]))

    assert any("100000000" in one for one in survivors)
    assert any("条件" in one for one in survivors)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_is_complete_in_both_languages(name: str) -> None:
    indicator = DEFINITIONS[name]

    assert indicator.english.isascii()
    assert indicator.words.endswith("。")
    assert indicator.basis


def test_who_asks_for_a_number_is_said(changde: Zone):
    """What firms return each month says so, and nothing else does."""
    monthly = {
        one.id
        for one in changde.indicators.values()
        if any(asker.startswith("企业月报") for asker in one.asked_by)
    }
    returned = {
        one.id for one in changde.indicators.values() if one.over == "enterprises.monthly_return"
    }

    assert monthly == returned
    assert changde.indicators["gdp"].asked_by == (
        "政府工作报告年度预期目标",
        "国家级经济技术开发区综合发展水平考核评价",
    )
