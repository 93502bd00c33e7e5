"""The definition modules of a zone package: read, checked, the zone's put over the base's."""

import ast
import importlib
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import get_type_hints

from jingkai.kernel.dimensions import DIMENSIONS
from jingkai.kernel.expressions import expression_problems, row_schema
from jingkai.kernel.facttypes import BadFact, FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.units import UNITS
from jingkai.kernel.yamlfile import type_problem

__all__ = ["Definition", "check_definitions", "read_definitions"]

_FIELDS = {one.name: one for one in fields(Indicator)}
_MADE_BY_READING = {"over", "value", "examples"}
_ALLOWED = {
    "Indicator": set(_FIELDS),
    "reading": set(_FIELDS) - _MADE_BY_READING | {"sample", "subject"},
}
_REQUIRED = {
    "Indicator": [
        name
        for name, one in _FIELDS.items()
        if one.default is MISSING and one.default_factory is MISSING
    ],
    "reading": ["id", "name", "unit", "sample"],
}
_HINTS = get_type_hints(Indicator)
_NEEDED = {
    "name": "名称",
    "english": "英文名称",
    "unit": "单位",
    "words": "口径说明",
    "basis": "依据（文件名和条款）",
    "examples": "例子（至少一个，最好有一个在界线上）",
}


@dataclass(frozen=True)
class Definition:
    """An indicator and the place where it is written."""

    indicator: Indicator
    path: Path
    line: int


def read_definitions(package: str, folder: Path, findings: Findings) -> list[Definition]:
    """Import the definition modules of a package and return what they define."""
    definitions = []
    for path in sorted(folder.glob("*.py")):
        if path.stem.startswith("_"):
            continue
        lines = _lines_of(path, findings)
        if lines is None:
            continue
        try:
            module = importlib.import_module(f"{package}.{path.stem}")
        except Exception as error:
            # The author's module may fail in any way; the message must still name the line.
            at = [
                one.lineno
                for one in traceback.extract_tb(error.__traceback__)
                if one.filename == str(path)
            ]
            findings.add(path, (at[-1] if at else None) or 1, "", f"模块读不进来：{error}")
            continue
        for name, line in _assigned_names(path).items():
            if name not in lines and isinstance(getattr(module, name, None), Indicator):
                text = "定义要写全“名字 = Indicator(…)”或“名字 = reading(…)”，不能从别的定义复制。"
                findings.add(path, line, name, text)
        definitions += [
            Definition(getattr(module, name), path, line)
            for name, line in lines.items()
            if isinstance(getattr(module, name, None), Indicator)
        ]
    return definitions


def check_definitions(
    own: Iterable[Definition],
    base: Iterable[Definition],
    fact_types: Mapping[str, FactType],
    findings: Findings,
) -> dict[str, tuple[Indicator, ...]]:
    """Return the versions of each indicator, oldest first; the zone's own replace the base's."""
    own, base = list(own), list(base)
    for one in (*base, *own):
        for problem in _problems(one.indicator, fact_types):
            findings.add(one.path, one.line, _id(one), problem)
    refined = {_id(one) for one in own}
    together = [one for one in base if _id(one) not in refined] + own
    versions: dict[str, list[Definition]] = {}
    for one in together:
        versions.setdefault(_id(one), []).append(one)
    for same in versions.values():
        _check_versions(same, findings)
    for one in together:
        whole = one.indicator.part_of
        if whole and whole not in versions:
            hint = did_you_mean(whole, versions, "可用的指标")
            findings.add(one.path, one.line, _id(one), f"part_of 里没有“{whole}”这个指标；{hint}")
        for part in one.indicator.made_of:
            if part not in versions:
                hint = did_you_mean(part, versions, "可用的指标")
                findings.add(one.path, one.line, _id(one), f"由没有的指标“{part}”算成；{hint}")
            elif part != _id(one) and versions[part][-1].indicator.is_derived:
                text = f"“{part}”本身是算出来的；比率、占比和排名只能由直接取数的指标算。"
                findings.add(one.path, one.line, _id(one), text)
    return {
        name: tuple(one.indicator for one in sorted(same, key=lambda one: str(_since(one))))
        for name, same in versions.items()
    }


def _id(one: Definition) -> str:
    return str(one.indicator.id)


def _since(one: Definition) -> date:
    since = one.indicator.since
    return since if isinstance(since, date) else date.min


def _lines_of(path: Path, findings: Findings) -> dict[str, int] | None:
    """Return the line of each definition, or None when the module is not fit to run."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        findings.add(path, error.lineno or 1, "", f"Python 写法不对：{error.msg}。")
        return None
    lines: dict[str, int] = {}
    assigned = set()
    is_sound = True
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or not _is_definition(statement.value):
            continue
        assigned.add(statement.value)
        for name in (one.id for one in statement.targets if isinstance(one, ast.Name)):
            if name in lines:
                text = f"名字“{name}”已在第 {lines[name]} 行用过，前面的定义会丢失；请改名。"
                findings.add(path, statement.lineno, name, text)
            lines[name] = statement.lineno
    for call in (node for node in ast.walk(tree) if _is_definition(node)):
        assert isinstance(call, ast.Call)
        name = _written_id(call)
        if call not in assigned:
            text = "定义要写成“名字 = Indicator(…)”或“名字 = reading(…)”，放在模块最外层。"
            findings.add(path, call.lineno, name, text)
        for line, problem in _call_problems(call):
            findings.add(path, line, name, problem)
            is_sound = False
    return lines if is_sound else None


def _assigned_names(path: Path) -> dict[str, int]:
    """Return the line of each name that the module itself gives a value."""
    return {
        target.id: statement.lineno
        for statement in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def _is_definition(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ALLOWED
    )


def _written_id(call: ast.Call) -> str:
    written = [one.value for one in call.keywords if one.arg == "id"]
    return str(written[0].value) if written and isinstance(written[0], ast.Constant) else ""


def _call_problems(call: ast.Call) -> Iterator[tuple[int, str]]:
    maker = ast.unparse(call.func)
    given = {one.arg for one in call.keywords}
    for one in call.keywords:
        if one.arg is not None and one.arg not in _ALLOWED[maker]:
            hint = did_you_mean(one.arg, _ALLOWED[maker], "可用的字段")
            yield one.value.lineno, f"没有“{one.arg}”这个字段；{hint}"
    for name in _REQUIRED[maker]:
        if name not in given and None not in given:
            yield call.lineno, f"缺少“{name}”；请补上。"


def _check_versions(same: list[Definition], findings: Findings) -> None:
    for before, after in pairwise(sorted(same, key=_since)):
        is_same_time = before.indicator.since == after.indicator.since
        until = before.indicator.until
        where = f"{before.path.name} 第 {before.line} 行"
        if is_same_time:
            text = f"代码“{_id(after)}”重复，前面的在 {where}；请改代码，或写明 since、until。"
        elif until is None or until >= _since(after):
            text = (
                f"生效日期重叠：{where}的版本到 {until or '长期'}，"
                f"这一版从 {after.indicator.since} 起；请给前一版写 until。"
            )
        else:
            continue
        findings.add(after.path, after.line, _id(after), text)


def _problems(one: Indicator, fact_types: Mapping[str, FactType]) -> Iterator[str]:
    mistyped = set()
    for name in _FIELDS:
        if problem := type_problem(getattr(one, name), _HINTS[name]):
            mistyped.add(name)
            yield f"“{name}”{problem}"
    for name, meaning in _NEEDED.items():
        if name not in mistyped and not getattr(one, name):
            yield f"缺少“{name}”，即{meaning}；请补上。"
    if "until" not in mistyped and one.until and one.until < one.since:
        yield f"until({one.until})早于 since({one.since})。"
    if one.unit and "unit" not in mistyped and one.unit not in UNITS:
        yield f"没有“{one.unit}”这个单位；{did_you_mean(one.unit, UNITS, '可用的单位')}"
    if "over" in mistyped or "adds_up" in mistyped:
        return
    if one.is_derived:
        yield from _derived_problems(one)
        return
    fact_type = fact_types.get(one.over)
    if fact_type is None:
        hint = did_you_mean(one.over, fact_types, "可用的事实类型")
        yield f"没有“{one.over}”这种事实；{hint}" if one.over else f"缺少“over”，即事实类型；{hint}"
        return
    yield from expression_problems(one.value, fact_type)
    if not mistyped & {"carry", "by", "same_scope", "curve"}:
        yield from _shape_problems(one, fact_type)
    if "examples" not in mistyped:
        yield from _example_problems(one, fact_type)


def _derived_problems(one: Indicator) -> Iterator[str]:
    needed = ("of",) if one.adds_up == "rank" else ("numerator", "denominator")
    for name in needed:
        if not getattr(one, name):
            yield f"“{one.adds_up}”要写明“{name}”，即由哪个指标算成。"
    if one.over or one.value is not None:
        yield f"“{one.adds_up}”由别的指标算成，不写 over 和 value。"
    if one.adds_up == "rank" and len(one.by) != 1:
        yield '“rank”要用 by 写明一个维度，如 by=("park",)。'
    if one.adds_up == "share" and one.unit != "%":
        yield "“share”的单位应为 %。"
    names = {"key", "value"} if one.adds_up == "rank" else {"numerator", "denominator"}
    for name, example in one.examples.items():
        if not isinstance(example, tuple) or len(example) != 2:
            yield f"例子“{name}”应写成（若干行， 应得的值）。"
            continue
        for strange in sorted({key for row in example[0] for key in row} - names):
            hint = did_you_mean(strange, sorted(names), "可用的列")
            yield f"例子“{name}”里没有“{strange}”这一列；{hint}"


def _shape_problems(one: Indicator, fact_type: FactType) -> Iterator[str]:
    is_event = fact_type.grain == "event"
    if is_event and (one.adds_up == "cumulative" or one.carry or one.same_scope):
        yield f"“{fact_type.name}”是事件；累计、沿用和可比口径只用于按期间报送的报表。"
    if one.carry < 0 or (one.carry and one.adds_up != "stock"):
        yield 'carry 是时点数最多沿用几个月的报数，只用于 adds_up="stock"。'
    labels = [key for key, column in fact_type.columns.items() if column.kind == "label"]
    known = [*DIMENSIONS, *labels]
    for dimension in one.by:
        if dimension not in known:
            yield f"没有“{dimension}”这个维度；{did_you_mean(dimension, known, '可用的维度')}"
    if one.curve and (
        len(one.curve) != 12 or list(one.curve) != sorted(one.curve) or one.curve[-1] != 100
    ):
        yield "curve 应列出 12 个月末的累计百分比，只升不降，最后是 100。"
    if one.curve and not one.curve_reason:
        yield "curve 要用 curve_reason 写明为什么这样排，是谁定的。"
    if one.curve and len(one.monthly) != len(one.curve):
        yield "curve 要用 monthly 举例：全年 100 个，每个月各完成几个。"


def _example_problems(one: Indicator, fact_type: FactType) -> Iterator[str]:
    known = [*row_schema(fact_type), *(["period"] if fact_type.grain == "return" else [])]
    for name, example in one.examples.items():
        if not isinstance(example, tuple) or len(example) != 2:
            yield f"例子“{name}”应写成（若干行， 应得的值）。"
            continue
        rows, expected = example
        if expected is not None and not isinstance(expected, int | Decimal):
            yield f"例子“{name}”应得的值应是整数、Decimal 或 None,现在是 {expected!r}。"
        for row in rows:
            for strange in sorted(set(row) - set(known)):
                hint = did_you_mean(strange, known, "可用的列")
                yield f"例子“{name}”里没有“{strange}”这一列；{hint}"
            try:
                fact_type.encode({key: row[key] for key in fact_type.columns if key in row})
            except BadFact as error:
                yield f"例子“{name}”：{error}"
