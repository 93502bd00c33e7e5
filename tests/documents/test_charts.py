"""Charts: what misleads is refused; the drawing is sound; the table twin says the same."""

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingkai.documents import Figure
from jingkai.documents.charts import (
    DARK,
    KINDS,
    LIGHT,
    Area,
    Areas,
    Chart,
    Count,
    EmptyChart,
    Flag,
    Lane,
    Mark,
    Network,
    Node,
    NotFromZero,
    Point,
    Points,
    Rows,
    Schedule,
    Series,
    Span,
    TooManySeries,
    UnevenSeries,
    WithoutUnit,
    WithoutWords,
    draw,
    draw_head,
    table_of,
    with_unit,
)

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ("1月", "2月", "3月")


def series(name: str = "本年", values=(12, None, "30.25"), url: str = "/numbers/a/2021/") -> Series:
    marks = [Mark(None if v is None else Decimal(v), url=url if v else "") for v in values]
    return Series(name, tuple(marks))


def rows(kind: str, *some: Series, **more) -> Rows:
    return Rows(kind=kind, across="月份", categories=MONTHS, series=some or (series(),), **more)


def chart(figures, **more) -> Chart:
    told = {
        "id": "c",
        "title": "新开工<比>去年多 & 快",
        "unit": "亿元",
        "source": "账本",
        "period": "2021年1—3月",
        "alt": "三个月的数，三月最高。",
    }
    return Chart(**(told | more), figures=figures)


BULLETS = rows(
    "bullet",
    series("完成"),
    series("应到", (15, 15, 15)),
    series("目标", (30, 30, 30)),
    units=("个", "亿元", "%"),
)
SCHEDULE = Schedule(
    across="项目",
    first=date(2021, 1, 1),
    last=date(2021, 12, 31),
    today=date(2021, 6, 30),
    lanes=(
        Lane(
            "甲项目",
            (Span("在建", date(2021, 2, 1), date(2021, 6, 30)),),
            (Flag("开工", date(2021, 2, 1), "开", url="/projects/1/"),),
            "晚 30 天",
        ),
        Lane("乙项目"),
    ),
)
NETWORK = Network(
    nodes=(Node("a", "上游", 0, Decimal(3)), Node("b", "缺口", 1, is_missing=True)),
    links=(("a", "b"),),
)
POINTS = Points(
    x_name="亩均税收",
    x_unit="万元/亩",
    y_name="亩均增加值",
    points=(Point("甲", Decimal(3), Decimal(40), "A"), Point("乙", Decimal(1), Decimal(9), "B")),
    x_at=Decimal(2),
    y_at=Decimal(20),
)
AREAS = Areas(
    across="地块",
    measure="项目",
    areas=tuple(
        Area(
            f"{n}号",
            tuple(
                (Decimal(x) / 100 + 111 + n, Decimal(y) / 100 + 29)
                for x, y in ((0, 0), (9, 0), (9, 9), (0, 0))
            ),
            Mark(None if n == 5 else Decimal(n * n)),
            "北片",
            f"?plot={n}",
        )
        for n in range(6)
    ),
)
OTHERS = ("bullet", "scatter", "graph", "gantt", "map")
ALL = {
    **{kind: rows(kind) for kind in KINDS if kind not in OTHERS},
    "map": AREAS,
    "bullet": BULLETS,
    "scatter": POINTS,
    "graph": NETWORK,
    "gantt": SCHEDULE,
}


def test_every_kind_is_tried_here():
    assert set(ALL) == set(KINDS)
    assert {chart(figures).kind for figures in ALL.values()} == set(KINDS)


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_six_series_are_refused_and_five_are_not(kind: str):
    chart(rows(kind, *[series(str(n)) for n in range(5)]))

    with pytest.raises(TooManySeries, match="最多5个"):
        chart(rows(kind, *[series(str(n)) for n in range(6)]))


@pytest.mark.parametrize("kind", ["multiples", "heat"])
def test_panels_and_heat_rows_may_be_many(kind: str):
    chart(rows(kind, *[series(str(n)) for n in range(12)]))


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind not in ("gantt", "graph")])
def test_an_axis_without_unit_is_refused(kind: str):
    with pytest.raises(WithoutUnit, match="单位"):
        chart(ALL[kind], unit=" ")


def test_a_bullet_row_without_its_unit_is_refused():
    with pytest.raises(WithoutUnit, match="每一行"):
        chart(rows("bullet", series("a"), series("b"), series("c"), units=("个", "", "%")))


@pytest.mark.parametrize("kind", ["bar", "waterfall", "funnel", "bullet", "multiples", "heat"])
def test_only_lines_may_begin_elsewhere_than_at_zero(kind: str):
    with pytest.raises(NotFromZero, match="从0开始"):
        chart(rows(kind, start=Decimal(10)))
    chart(rows("line", start=Decimal(10)))
    chart(rows("bar", start=Decimal(0)))


@pytest.mark.parametrize("what", ["title", "source", "period", "alt"])
def test_a_chart_without_its_words_is_refused(what: str):
    with pytest.raises(WithoutWords):
        chart(rows("bar"), **{what: ""})


def test_a_series_of_another_length_is_refused():
    with pytest.raises(UnevenSeries, match="有2个数"):
        chart(rows("bar", series(values=(1, 2))))


def test_a_link_to_nowhere_is_refused():
    with pytest.raises(UnevenSeries, match="没有的节点“x”"):
        chart(Network(nodes=(Node("a", "甲"),), links=(("a", "x"),)))


def test_nothing_to_draw_is_refused():
    with pytest.raises(EmptyChart):
        chart(Rows(kind="bar", across="月份", categories=(), series=(series(values=()),)))


def test_a_schedule_turned_round_is_refused():
    with pytest.raises(UnevenSeries, match="早于起日"):
        lane = Lane("甲", (Span("在建", date(2021, 3, 1), date(2021, 2, 1)),))
        chart(
            Schedule(
                across="项目",
                first=date(2021, 1, 1),
                last=date(2021, 9, 1),
                today=date(2021, 6, 1),
                lanes=(lane,),
            )
        )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("width", [330, 760])
@pytest.mark.parametrize("kind", ALL)
def test_every_drawing_is_well_formed_named_and_without_style_or_script(kind, width, palette):
    root = ElementTree.fromstring(draw(chart(ALL[kind]), width=width, palette=palette))

    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label") == "三个月的数，三月最高。"
    links = root.findall(f".//{SVG}a")
    assert root.get("role") == ("group" if links else "img")
    assert all(link.get("aria-label") for link in links)
    for element in root.iter():
        assert element.tag not in (f"{SVG}script", f"{SVG}style", f"{SVG}image")
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "graph"])
def test_the_unit_stands_on_the_drawing(kind: str):
    told = chart(ALL[kind])
    text = "".join(ElementTree.fromstring(draw(told)).itertext())

    if kind == "bullet":
        assert all(mark.printed in text for one in BULLETS.series for mark in one.marks)
    elif kind != "gantt":
        assert "亿元" in text


def test_upright_bars_stand_on_the_zero_line():
    root = ElementTree.fromstring(draw(chart(rows("bar", series(values=(10, 20, 40))))))
    bars = [one for one in root.findall(f".//{SVG}rect") if one.get("class") != "decal"]
    feet = {round(float(one.get("y")) + float(one.get("height")), 1) for one in bars}
    heights = sorted(float(one.get("height")) for one in bars)

    assert len(feet) == 1
    assert heights[2] == pytest.approx(heights[0] * 4, abs=0.3)


def test_marks_open_where_their_number_opens():
    root = ElementTree.fromstring(draw(chart(rows("bar"))))
    links = root.findall(f".//{SVG}a")

    assert [link.get("href") for link in links] == ["/numbers/a/2021/"] * 2
    assert links[0].get("aria-label") == "1月 本年 12亿元"


@pytest.mark.parametrize("kind", ["bar", "heat", "waterfall"])
def test_on_grey_paper_patterns_tell_marks_apart(kind: str):
    some = (series("本年"), series("去年")) if kind == "bar" else (series(),)
    root = ElementTree.fromstring(draw(chart(rows(kind, *some))))
    patterns = {one.get("id") for one in root.findall(f".//{SVG}pattern")}
    used = {one.get("fill") for one in root.iter() if one.get("class") == "decal"}

    assert patterns
    assert used == {f"url(#{name})" for name in patterns}


def test_words_on_a_map_have_a_halo_over_shade_and_hatching():
    root = ElementTree.fromstring(draw(chart(AREAS)))
    on_land = [one for one in root.findall(f".//{SVG}a/{SVG}text")]

    assert on_land
    assert all(one.get("paint-order") == "stroke" for one in on_land)
    assert {one.get("fill") for one in on_land} == {LIGHT.ink}


def test_lines_differ_by_their_dashes():
    some = [series(str(n), (1, 2, 3)) for n in range(5)]
    root = ElementTree.fromstring(draw(chart(rows("line", *some))))
    dashes = [one.get("stroke-dasharray") for one in root.findall(f"{SVG}path")]

    assert len(set(dashes)) == 5


def test_lights_on_bullets_have_a_shape():
    done = Series("完成", tuple(Mark(Decimal(1), "1个", "", "behind", "▲") for _ in MONTHS))
    figures = rows("bullet", done, series("应到"), series("目标"), units=("个",) * 3)

    assert draw(chart(figures)).count("▲ 1个") == 3


def test_the_table_twin_says_what_the_picture_says():
    some = (series("本年"), series("去年", (7, 8, None)))
    table = table_of(chart(rows("line", *some)))

    assert [column.head for column in table.columns] == ["月份", "本年（亿元）", "去年（亿元）"]
    for place, row in enumerate(table.rows):
        assert row[0] == MONTHS[place]
        for cell, one in zip(row[1:], some, strict=True):
            mark = one.marks[place]
            assert (cell.value if isinstance(cell, Figure) else None) == mark.value
            assert (cell.text if isinstance(cell, Figure) else cell) == mark.printed


def test_the_twin_of_bullets_has_the_unit_of_each_row():
    table = table_of(chart(BULLETS))

    assert [row[1] for row in table.rows] == ["个", "亿元", "%"]
    assert table.rows[2][2].value == Decimal("30.25")


def test_the_twin_of_a_schedule_lists_every_span_and_flag():
    told = [(row[0], row[1], row[2], row[3]) for row in table_of(chart(SCHEDULE)).rows]

    assert told == [
        ("甲项目", "开 开工", date(2021, 2, 1), date(2021, 2, 1)),
        ("甲项目", "在建", date(2021, 2, 1), date(2021, 6, 30)),
        ("乙项目", "—", None, None),
    ]


COUNTED = Lane(
    "丙项目",
    counts=(
        Count(date(2021, 3, 1), "✓", "done", True, 12, "完成"),
        Count(date(2021, 3, 1), "■", "late", False, 3, "逾期"),
        Count(date(2021, 4, 1), "■", "late", False, 1, "逾期"),
    ),
    key="7",
    fold="?open=7#row-7",
)


def counted(lane: Lane = COUNTED, width: int = 1100) -> ElementTree.Element:
    told = Schedule(
        across="项目",
        first=date(2021, 1, 1),
        last=date(2021, 12, 31),
        today=date(2021, 6, 30),
        lanes=(lane,),
        key=(Mark(None, "逾期", tone="late", shape="■"),),
    )
    return ElementTree.fromstring(draw(chart(told), width=width))


def figures_of(root: ElementTree.Element) -> list[tuple[str, str]]:
    hidden = root.findall(f".//{SVG}text[@aria-hidden]")
    return [(one.text, one.get("x")) for one in hidden]


def test_counted_work_stands_in_its_month_above_or_below_with_its_figures():
    figures = dict(figures_of(counted()))

    assert sorted(figures) == ["12", "3"], "a single one has no figure"
    assert all(len(text) == len(places.split()) for text, places in figures.items())
    late = [
        one.get("d") for one in counted().findall(f".//{SVG}path[@fill='{LIGHT.tone('late')}']")
    ]
    assert [path.count("M") for path in late] == [1, 2], "one in the key, two months in the row"


def test_figures_leave_where_months_are_too_narrow_for_them():
    assert figures_of(counted(width=250)) == []


def test_a_row_that_folds_is_a_link_to_the_page_in_another_state():
    link = next(one for one in counted().iter(f"{SVG}a") if one.get("href") == COUNTED.fold)

    assert link.get("aria-label") == "▸ 丙项目"
    assert link.get("data-sheet") is None
    assert link.find(f"{SVG}rect").get("id") == "row-7"


def test_the_twin_sums_counted_work_by_light():
    told = Schedule(
        across="项目",
        first=date(2021, 1, 1),
        last=date(2021, 12, 31),
        today=date(2021, 6, 30),
        lanes=(COUNTED,),
    )
    rows = [row[:4] for row in table_of(chart(told)).rows]

    assert rows == [("丙项目", "✓ 完成 12 · ■ 逾期 4", date(2021, 3, 1), date(2021, 4, 1))]


def test_the_head_of_a_schedule_has_its_months_and_other_charts_have_none():
    assert "2021" in draw_head(chart(SCHEDULE), width=760)
    assert draw_head(chart(ALL["bar"])) == ""


VALUES = st.one_of(st.none(), st.decimals(-(10**12), 10**12, places=4))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(VALUES, min_size=3, max_size=3),
    st.sampled_from(["bar", "line", "heat", "waterfall", "funnel", "multiples"]),
    st.text(max_size=40),
)
def test_whatever_the_numbers_and_names_the_drawing_is_whole(values, kind, name):
    told = chart(rows(kind, Series(name, tuple(Mark(value) for value in values))))
    root = ElementTree.fromstring(draw(told, width=330))
    numbers = [
        one.get(at) for one in root.iter() for at in ("x", "y", "width", "height", "x1", "y2", "cx")
    ]

    assert not [number for number in numbers if number and ("nan" in number or "inf" in number)]
    assert not [one for one in root.iter(f"{SVG}rect") if one.get("width", "0").startswith("-")]


@pytest.mark.parametrize(
    ("unit", "said"), [("个", "3个"), ("%", "3%"), ("items", "3 items"), ("", "3")]
)
def test_a_word_in_latin_letters_stands_apart_from_its_value(unit: str, said: str):
    assert with_unit("3", unit) == said
