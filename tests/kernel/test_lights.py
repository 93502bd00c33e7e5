from decimal import Decimal
from itertools import product

import pytest

from jingkai.kernel.lights import LightScheme, Signal
from tests.kernel.known import ZONES

SCHEMES = [scheme for zone in ZONES.values() for scheme in (zone.target_lights, zone.task_lights)]
DEMO = ZONES["zones.changde"]
NUMBERS = (None, Decimal(-100), Decimal(-1), Decimal(0), Decimal(100))


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_every_signal_has_a_light(scheme: LightScheme) -> None:
    states = product(NUMBERS, NUMBERS, (None, -1, 0, 400), (True, False), (True, False))

    for attained, gap, days, done, reported in states:
        signal = Signal(
            attainment=attained, gap=gap, days_left=days, is_done=done, is_reported=reported
        )
        assert scheme.light(signal) in scheme.lights


@pytest.mark.parametrize(
    ("gap", "days", "word"),
    [
        (Decimal(0), 184, "正常"),
        (Decimal("-0.1"), 184, "临期"),
        (Decimal(-10), 184, "临期"),
        (Decimal("-10.1"), 184, "滞后"),
        (Decimal(-30), 0, "滞后"),
        (Decimal(5), -1, "逾期"),
    ],
)
def test_a_target_of_the_demo_zone_is_judged_by_its_gap(gap: Decimal, days: int, word: str) -> None:
    assert DEMO.target_lights.light(Signal(gap=gap, days_left=days)).word == word


@pytest.mark.parametrize(
    ("days", "word"),
    [(121, "未到期"), (120, "正常"), (31, "正常"), (30, "临期"), (0, "临期"), (-1, "逾期")],
)
def test_a_task_of_the_demo_zone_is_judged_by_its_days(days: int, word: str) -> None:
    assert DEMO.task_lights.light(Signal(days_left=days)).word == word


def test_done_late_is_another_light_than_done_in_time() -> None:
    late = DEMO.task_lights.light(Signal(days_left=-3, is_done=True, was_late=True))
    in_time = DEMO.task_lights.light(Signal(days_left=3, is_done=True))

    assert (late.word, in_time.word) == ("已补齐", "已完成")


def test_not_reported_is_no_zero() -> None:
    assert DEMO.target_lights.light(Signal(is_reported=False)).word == "未报"


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_lights_differ_in_word_and_in_shape_or_tone(scheme: LightScheme) -> None:
    assert len({light.word for light in scheme.lights}) == len(scheme.lights)
    assert len({(light.shape, light.tone) for light in scheme.lights}) == len(scheme.lights)
