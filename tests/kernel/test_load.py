from decimal import Decimal

import pytest
from ibis import _

from jingkai.kernel.expressions import Cell, expression_problems, find_cell
from jingkai.kernel.load import ZoneRefused, load_zone, row_schema
from jingkai.kernel.zonefile import read_zone_file
from tests.kernel.known import FACT_TYPES, ZONES
from tests.kernel.planting import Planter, planter

__all__ = ["planter"]

GATES = FACT_TYPES["projects.gate_passed"]
AMOUNT = "(_.amount >= wan(500))"
CLOSE = '        "正好500万元计入'

# Each row: file, what stands there, the mistake, the line of it, the definition, the fix told.
MISTAKES = {
    "unknown column": ("works.py", "_.amount", "_.amuont", "civil_works_started", "amount"),
    "unknown column in an example": (
        "works.py", '"area": 12000}', '"aera": 12000}', "workshops_let", "area"),
    "duplicate id": (
        "works.py", 'id="firms_visited"', 'id="workshops_let"', "workshops_let", "重复"),
    "a name used twice": (
        "works.py", "firms_visited = Ind", "workshops_let = Ind", "workshops_let", "改名"),
    "missing basis": ("works.py", "basis=BASIS", 'basis=""', "civil_works_started", "依据"),
    "missing English name": (
        "works.py", 'english="Firms visited"', 'english=""', "firms_visited", "英文名称"),
    "no example": ("works.py", '    examples={\n' + CLOSE, '    examples={} and {\n' + CLOSE,
        "civil_works_started", "例子"),
    "a return left out that nobody collects": (
        "returns.yaml", "monthly: ~", "monthli: ~", "monthli", "monthly"),
    "a deadline of no period": (
        "returns.yaml", "period: 2021Q1", "period: 2021-05", "quarterly", "不是这张报表的一期"),
    "months filed together that are no periods": (
        "returns.yaml", "every: quarter", "together: 4\n  every: quarter", "quarterly", "整数倍"),
    "unknown unit": ("works.py", 'unit="户"', 'unit="户户"', "firms_visited", "户"),
    "unknown fact type": (
        "works.py", "projects.gate_passed", "project.gate_passed", "civil_works_started",
        "projects.gate_passed"),
    "unknown field": (
        "works.py", 'aliases=("', 'alias=("', "firms_visited", "aliases"),
    "missing field": ("works.py", '    unit="户",\n', "", "firms_visited", "unit"),
    "wrong type": ("works.py", 'aliases=("走访企业户数",)', 'aliases="走访企业户数"',
        "firms_visited", "列表"),
    "wrong choice": ("works.py", 'adds_up="stock"', 'adds_up="sum"', "workshops_let", "stock"),
    "bad date": ("works.py", 'unit="户",', 'unit="户", since="2021-01-01",',
        "firms_visited", "日期"),
    "a count of everything": ("works.py", "_.quantity.sum(where=", "_.count() and dict(where=",
        "", "truth value"),
    "part of nothing": ("works.py", 'unit="户",', 'unit="户", part_of="visits",',
        "firms_visited", "可用的指标"),
    "division": ("works.py", AMOUNT, "(_.amount / 2 >= wan(500))", "civil_works_started", "除法"),
    "a mean": ("works.py", "_.area.sum(", "_.area.mean(", "workshops_let", "平均值"),
    "a float": ("works.py", AMOUNT, "(_.amount >= 0.5)", "civil_works_started", "yi(1)"),
    "a sum of a label": ("works.py", "_.area.sum(", "_.status.sum(", "workshops_let", "sum"),
    "a label against a number": ("works.py", '_.gate == "start"', "_.gate == 1",
        "civil_works_started", "文字列"),
    "an expression that is none": ("works.py", "_.quantity.sum(where=", "dict(where=",
        "firms_visited", "_.count"),
    "an operation that is not exact": ("works.py", "_.quantity.sum(", "_.quantity.log2().sum(",
        "firms_visited", "Log2"),
    "an untyped decimal in a product": ("works.py", "_.quantity.sum(",
        '(_.quantity * Decimal("0.5")).sum(', "", "Decimal"),
    "a method of text": ("works.py", '_.subject == "indicator:firms_visited"',
        '_.subject.startswith("indicator:f")', "firms_visited", "StartsWith"),
    "an example beyond its column": ("works.py", '"quantity": 8}', '"quantity": Decimal("8.5")}',
        "", "Decimal"),
    "unknown key in YAML": ("departments.yaml", "duties: [开工", "duty: [开工", "works", "duties"),
    "duplicate key in YAML": ("departments.yaml", "service:\n", "works:\n", "works", "重复"),
    "a department that is its own parent": ("departments.yaml", "name: 服务科",
        "parent: service\n  name: 服务科", "service", "自己的上级"),
    "a parent that does not exist": ("departments.yaml", "name: 服务科",
        "parent: offic\n  name: 服务科", "service", "office"),
    "two departments of one name": ("departments.yaml", "name: 服务科", "name: 建设科",
        "service", "相同"),
    "missing English name in YAML": ("departments.yaml", "  english: Works Section\n", "",
        "works", "英文名称"),
    "wrong type in YAML": ("departments.yaml", "duties: [企业, 走访, 招商, 签约]", "duties: 企业",
        "service", "列表"),
    "broken YAML": ("departments.yaml", "duties: [开工", "duties: [开工: [", "", "缩进"),
    "impossible day": ("zone.yaml", "2021-06-30", "2021-06-31", "", "真实的日期"),
    "a word for a truth": ("zone.yaml", "is_demo: true", "is_demo: yes", "tiny", "true"),
    "unknown shape": ("lights.yaml", "shape: ▲", "shape: ★", "target_lights.yellow", "▲"),
    "unknown tone": ("lights.yaml", "tone: redflag", "tone: redflags", "target_lights.flag",
        "redflag"),
    "no light for the rest": ("lights.yaml", "tone: late,", "tone: late, min_gap: -50,",
        "target_lights.red", "不能带条件"),
    "lights without basis": ("lights.yaml", "  basis: 溪口产业园测试方案\n", "", "target_lights",
        "依据"),
    "a light twice": ("lights.yaml", "id: yellow", "id: green", "target_lights.green", "重复"),
    "unknown kind of lights": ("lights.yaml", "task_lights:", "tasks_lights:", "tasks_lights",
        "task_lights"),
    "broken Python": ("works.py", "BASIS = ", "BASIS == = ", "", "Python"),
    "a module that fails": ("works.py", "import fen, wan", "import fen, wann", "", "wann"),
    "a definition in a list": ("works.py", "firms_visited = Indicator(", "[visits] = Indicator(",
        "", "cannot unpack"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_file_definition_and_fix(mistake: str, planter: Planter) -> None:
    name, old, new, definition, fix = MISTAKES[mistake]
    package = planter.plant((name, old, new))

    with pytest.raises(ZoneRefused) as refused:
        load_zone(package, FACT_TYPES)

    assert any(
        problem.path.name == name and problem.definition == definition and fix in problem.text
        for problem in refused.value.problems
    ), refused.value


def test_a_message_names_file_line_definition_columns_and_the_nearest(planter: Planter) -> None:
    package = planter.plant(("works.py", "_.amount", "_.amuont"))

    with pytest.raises(ZoneRefused) as refused:
        load_zone(package, FACT_TYPES)

    assert str(refused.value).endswith(
        f"{planter.folder}/{package}/works.py:11 定义“civil_works_started”：没有“amuont”这一列；"
        "是不是“amount”？“项目过节点”可用的列：subject、on、gate、amount、kind、top500。"
    )


def test_all_mistakes_are_told_at_once(planter: Planter) -> None:
    package = planter.plant(
        ("works.py", 'unit="户"', 'unit="戸"'),
        ("works.py", "_.amount", "_.amuont"),
        ("departments.yaml", "duties: [开工", "duty: [开工"),
        ("lights.yaml", "shape: ▲", "shape: ★"),
        ("zone.yaml", "is_demo: true", "is_demo: 是"),
    )

    with pytest.raises(ZoneRefused) as refused:
        load_zone(package, FACT_TYPES)

    files = [problem.path.name for problem in refused.value.problems]
    assert files == ["departments.yaml", "lights.yaml", "works.py", "works.py", "zone.yaml"]


def test_a_copied_definition_is_refused_and_not_passed_over(planter: Planter) -> None:
    package = planter.plant(
        ("works.py", "import fen, wan", "import fen, wan\nfrom dataclasses import replace")
    )
    path = planter.folder / package / "works.py"
    path.write_text(path.read_text() + 'visits = replace(firms_visited, id="visits")\n')

    with pytest.raises(ZoneRefused, match="定义“visits”：定义要写全"):
        load_zone(package, FACT_TYPES)


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ('unit="户"', "缺少“sample”"),
        ('unit="户", sample=8, over="plan.reading"', "没有“over”这个字段"),
        ("sample=8", "缺少“unit”"),
    ],
)
def test_a_reading_not_written_whole_is_refused(written: str, fix: str, planter: Planter) -> None:
    package = planter.plant()
    path = planter.folder / package / "works.py"
    path.write_text(
        path.read_text()
        + "from jingkai.kernel.readings import reading\n"
        + f'calls = reading("quantity", id="calls", name="来电", {written})\n'
    )

    with pytest.raises(ZoneRefused, match=f"定义“calls”：{fix}"):
        load_zone(package, FACT_TYPES)


def _second_version(planter: Planter, first: str, second: str) -> str:
    source = (ZONES["tests.tiny"].folder / "works.py").read_text(encoding="utf-8")
    block = source[source.index("firms_visited = ") :]
    again = block.replace("firms_visited = ", "firms_visited_later = ")
    package = planter.plant(
        ("works.py", "from ibis import _\n", "from datetime import date\n\nfrom ibis import _\n"),
        ("works.py", 'unit="户",', f'unit="户",{first}'),
    )
    path = planter.folder / package / "works.py"
    path.write_text(path.read_text() + again.replace('unit="户",', f'unit="户",{second}'))
    return package


@pytest.mark.parametrize("until", ["", " until=date(2021, 1, 1),", " until=date(2022, 1, 1),"])
def test_two_versions_in_force_on_one_day_are_refused(until: str, planter: Planter) -> None:
    package = _second_version(planter, until, " since=date(2021, 1, 1),")

    with pytest.raises(ZoneRefused, match=r"定义“firms_visited”：生效日期重叠.*until"):
        load_zone(package, FACT_TYPES)


def test_two_versions_that_follow_each_other_load(planter: Planter) -> None:
    package = _second_version(planter, " until=date(2020, 12, 31),", " since=date(2021, 1, 1),")

    older, newer = load_zone(package, FACT_TYPES).versions["firms_visited"]

    assert older.until and older.until < newer.since


def test_values_of_a_parameter_that_overlap_are_refused(planter: Planter) -> None:
    package = planter.plant()
    (planter.folder / package / "parameters.yaml").write_text(
        "rent.top:\n  name: 租金上限\n  english: Highest rent\n  unit: 元\n  values:\n"
        "    - {since: 2020-01-01, until: 2021-06-30, value: 12, basis: 园发1号}\n"
        "    - {since: 2021-06-30, value: 13.5, basis: 园发2号}\n",
        encoding="utf-8",
    )

    with pytest.raises(ZoneRefused, match=r"parameters.yaml:7 定义“rent.top”：生效日期重叠"):
        load_zone(package, FACT_TYPES)


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        (", basis: 园发1号", "", "依据"),
        ("unit: 元", "unit: 圆", "可用的单位"),
        ("value: 12", "value: 十二", "数字"),
        ("since: 2020-01-01", "since: 去年", "日期"),
        ("  values:", "  value:", "values"),
    ],
)
def test_a_parameter_is_refused_without_its_parts(
    old: str, new: str, fix: str, planter: Planter
) -> None:
    package = planter.plant()
    text = (
        "rent.top:\n  name: 租金上限\n  english: Highest rent\n  unit: 元\n  values:\n"
        "    - {since: 2020-01-01, value: 12, basis: 园发1号}\n"
    )
    (planter.folder / package / "parameters.yaml").write_text(
        text.replace(old, new), encoding="utf-8"
    )

    with pytest.raises(ZoneRefused, match=f"定义“rent.top”：.*{fix}"):
        load_zone(package, FACT_TYPES)


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ("2021-13-01,holiday,元旦", "不是日期"),
        ("2021-01-01,off,元旦", "workday"),
        ("2021-01-01,holiday,元旦\n2021-01-01,holiday,元旦", "重复"),
    ],
)
def test_a_calendar_line_is_refused_by_number(line: str, fix: str, planter: Planter) -> None:
    package = planter.plant()
    (planter.folder / package / "calendar.csv").write_text(
        f"date,kind,name\n{line}\n", encoding="utf-8"
    )

    with pytest.raises(ZoneRefused, match=rf"calendar.csv:[23].*{fix}"):
        load_zone(package, FACT_TYPES)


def test_the_zones_own_definition_replaces_the_base(planter: Planter) -> None:
    package = planter.plant(("works.py", 'id="firms_visited"', 'id="gdp"'))

    zone = load_zone(package, FACT_TYPES)

    assert zone.indicators["gdp"].name == "走访企业"
    assert len(zone.versions["gdp"]) == 1


@pytest.mark.parametrize("name", ["zone.yaml", "departments.yaml"])
def test_a_file_that_is_missing_is_named(name: str, planter: Planter) -> None:
    package = planter.plant()
    (planter.folder / package / name).unlink()

    with pytest.raises(ZoneRefused, match=f"缺少.*{name}"):
        load_zone(package, FACT_TYPES)


def test_a_package_that_is_not_there_is_refused() -> None:
    with pytest.raises(ZoneRefused, match="JINGKAI_ZONE"):
        load_zone("zones.nowhere", FACT_TYPES)


def test_the_name_of_a_zone_is_read_without_its_definitions(planter: Planter) -> None:
    package = planter.plant(("works.py", "BASIS = ", "BASIS == = "))

    assert read_zone_file(package).name == "溪口产业园"


def test_a_definition_sees_the_row_and_the_columns_with_exact_types() -> None:
    columns = {name: str(kind) for name, kind in row_schema(GATES).items()}

    assert columns == {
        "subject": "!string",
        "on": "!date",
        "gate": "string",
        "amount": "decimal(38, 2)",
        "kind": "string",
        "top500": "string",
    }


def test_an_expression_tells_every_unknown_column() -> None:
    wrong = _.count(where=(_.gat == "sign") & (_["knd"] == "产业") & _.top50.isin(["是"]))

    problems = expression_problems(wrong, GATES)

    assert [text.split("；")[0] for text in problems] == [
        "没有“gat”这一列", "没有“knd”这一列", "没有“top50”这一列",
    ]  # fmt: skip


def test_a_decimal_literal_does_not_load() -> None:
    assert "小数" in expression_problems(_.count(where=_.amount >= Decimal("0.5")), GATES)[0]


def test_the_cell_of_a_filed_number_is_found() -> None:
    readings = FACT_TYPES["plan.reading"]
    indicators = ZONES["zones.changde"].indicators

    assert find_cell(indicators["gdp_growth"].value, readings) == Cell("indicator:gdp", "rate")
    assert find_cell(indicators["projects_started"].value, GATES) is None
    assert find_cell(indicators["signed_investment"].value, GATES) is None


def test_a_count_says_what_it_counts() -> None:
    assert "条件" in expression_problems(_.count(), GATES)[0]
    assert expression_problems(_.amount.sum(), GATES) == []
