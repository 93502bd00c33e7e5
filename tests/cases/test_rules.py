"""A definition is refused when it cannot be followed; a state is two integers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.cases.rules import (
    BadCaseType,
    CaseType,
    Outcome,
    State,
    Step,
    StepMap,
    UnmappedStep,
    complete,
    move_state,
    return_to,
    start,
)
from tests.cases.kinds import permit, supervision


def step(bit: int, name: str, *needs: str, **more: object) -> Step:
    return Step(bit=bit, id=name, name=name, english=name, desk="lead", needs=needs, **more)


def kind(*steps: Step, version: int = 1) -> CaseType:
    return CaseType(
        id="testing.k", version=version, name="试", english="k", basis="试验办法", steps=steps
    )


def bits(*numbers: int) -> int:
    return sum(1 << number for number in numbers)


def test_a_case_begins_with_the_steps_that_need_nothing() -> None:
    assert start(permit, {}) == State(0, bits(0))


def test_a_step_opens_what_waited_for_it_alone() -> None:
    state = complete(permit, State(bits(0), bits(1)), 1, {"site": "yes"})

    assert state == State(bits(0, 1), bits(2, 3))


def test_a_step_whose_condition_fails_is_passed_over() -> None:
    state = complete(permit, State(bits(0), bits(1)), 1, {"site": "no"})

    assert state == State(bits(0, 1, 3), bits(2))


def test_parallel_branches_meet_only_when_all_are_done() -> None:
    state = complete(permit, State(bits(0, 1), bits(2, 3)), 2, {"site": "yes"})
    assert state == State(bits(0, 1, 2), bits(3))

    assert complete(permit, state, 3, {"site": "yes"}) == State(bits(0, 1, 2, 3), bits(4))


def test_going_back_undoes_what_followed_and_leaves_other_branches() -> None:
    state = State(bits(0, 1, 2, 3), bits(4))

    assert return_to(permit, state, 2, {"site": "yes"}) == State(bits(0, 1, 3), bits(2))


def test_a_definition_survives_being_kept_as_data() -> None:
    assert CaseType.from_data(permit.as_data()) == permit
    assert CaseType.from_data(supervision.as_data()) == supervision


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "没有步骤"),
        ((step(0, "a", "b"), step(1, "b", "a")), "a → b → a"),
        ((step(0, "a"), step(0, "b")), "位号"),
        ((step(0, "a"), step(1, "a")), "代码重复：a"),
        ((step(0, "a", "x"),), "没有的步骤：x"),
        ((step(63, "a"),), "从 0 到 62"),
        (tuple(step(n, f"s{n}") for n in range(64)), "最多 63 步"),
        (
            (
                step(0, "a", outcomes=(Outcome(id="o", name="回", english="o", returns_to="b"),)),
                step(1, "b", "a"),
            ),
            "更早的步骤",
        ),
    ],
)
def test_a_definition_that_cannot_be_followed_is_refused(steps, words: str) -> None:
    with pytest.raises(BadCaseType, match=words):
        kind(*steps)


def test_sixty_three_steps_are_the_most() -> None:
    full = kind(*(step(n, f"s{n}") for n in range(63)))

    assert start(full, {}).active == 2**63 - 1


@given(st.data())
def test_any_order_of_work_ends_with_every_step_done_once(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    steps = []
    for n in range(count):
        needs = data.draw(st.sets(st.sampled_from(range(n)), max_size=3)) if n else set()
        steps.append(step(n, f"s{n}", *(f"s{one}" for one in needs)))
    graph = kind(*steps)
    state, taken = start(graph, {}), []
    while state.active:
        chosen = data.draw(st.sampled_from(graph.active_steps(state.active)))
        assert all(need in taken for need in chosen.needs)
        taken.append(chosen.id)
        state = complete(graph, state, chosen.bit, {})

    assert sorted(taken) == sorted(one.id for one in steps)
    assert state == State(graph.all_steps, 0)


def test_open_cases_move_by_a_map_and_an_unmapped_active_step_refuses() -> None:
    old = kind(step(0, "a"), step(1, "b", "a"), step(2, "c", "b"))
    new = kind(step(0, "a"), step(3, "b2", "a"), step(4, "d", "b2"), version=2)
    plan = StepMap(basis="试验办法第二条", steps={"a": "a", "b": "b2"})

    assert move_state(old, new, State(bits(0), bits(1)), plan, {}) == State(bits(0), bits(3))
    with pytest.raises(UnmappedStep, match="c"):
        move_state(old, new, State(bits(0, 1), bits(2)), plan, {})
    with pytest.raises(BadCaseType, match="x"):
        move_state(old, new, State(0, bits(0)), replace(plan, steps={"a": "x"}), {})
