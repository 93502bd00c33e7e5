"""A holiday notice is read as it is pasted; one that cannot be read is refused."""

from datetime import date

import chinese_calendar
import pytest

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.notices import UnreadableNotice, read_notice

NOTICE = """各单位：现将安排告知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


def test_a_pasted_notice_gives_the_published_calendar():
    calendar = WorkingCalendar(read_notice(NOTICE, 2026))
    days = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), 740000)]

    year = [day for day in days if day.year == 2026]
    assert len(year) == 365
    assert [d for d in year if calendar.is_workday(d) != chinese_calendar.is_workday(d)] == []


def test_a_holiday_may_reach_into_the_next_year():
    days = read_notice("元旦：2022年12月31日至2023年1月2日放假调休，共3天。", 2023)

    assert [day.on for day in days] == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("明年再说", "没有读出放假安排"),
        ("元旦：1月1日至3日放假。1月3日上班。", "既写放假又写上班"),
        ("春节：2月30日放假。", "没有 2026年2月30日"),
        ("国庆节：10月1日至31日放假。", "不像一段假期"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, words: str):
    with pytest.raises(UnreadableNotice, match=words):
        read_notice(text, 2026)
