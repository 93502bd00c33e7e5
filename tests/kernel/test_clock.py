"""When an act of a business day is done: now, or its hour of a day that stands still."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jingkai.kernel.clock import moment_on

OFFICE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 27, 17, 28, 5, 12, tzinfo=UTC)  # 01:28 of the 28th at the office


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_an_act_of_today_is_done_now_also_over_midnight(days: int):
    assert moment_on(date(2026, 11, 28) + timedelta(days=days), NOW) == NOW


@pytest.mark.parametrize("on", [date(2021, 6, 30), date(2026, 11, 26), date(2026, 11, 30)])
def test_where_the_date_stands_still_the_hour_is_of_that_day(on: date):
    told = moment_on(on, NOW)

    assert told == datetime(on.year, on.month, on.day, 1, 28, 5, 12, tzinfo=OFFICE)
