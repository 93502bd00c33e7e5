"""Read returns.yaml of the base and of the zone: refused with every problem."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from jingkai.kernel.facttypes import FactType
from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.returns import MONTHS, Check, CheckExample, Deadline, ReturnColumn, ReturnForm
from jingkai.kernel.units import UNITS
from jingkai.kernel.yamlfile import Entry, build, read_yaml

__all__ = ["read_returns"]

Row = TypeVar("Row")
# How many columns a kind of check speaks of; None is any number.
_COLUMNS = {"to_date": 2, "not_negative": None, "jump": 1, "intensity": 2, "at_most": 2}


def read_returns(
    folders: Sequence[Path], fact_types: Mapping[str, FactType], findings: Findings
) -> dict[str, ReturnForm]:
    """Return the forms that the zone collects: its own come first, and ~ leaves one out."""
    forms: dict[str, ReturnForm] = {}
    for folder in reversed(folders):
        path = folder / "returns.yaml"
        if not path.exists():
            continue
        content = read_yaml(path, findings)
        for key, entry in content.items():
            if entry is None:
                _leave_out(key, forms, path, content.lines[key], findings)
                continue
            form = _form(key, entry, path, findings)
            if form is not None:
                _check_form(form, entry, path, fact_types, findings)
                forms[key] = form
    return forms


def _leave_out(
    key: str, forms: dict[str, ReturnForm], path: Path, line: int, findings: Findings
) -> None:
    """Collect a form of the base no more."""
    if forms.pop(key, None) is None:
        hint = did_you_mean(key, forms, "可以不收的报表")
        findings.add(path, line, key, f"基础包没有“{key}”这张报表，不用写“不收”；{hint}")


def _form(key: str, entry: Any, path: Path, findings: Findings) -> ReturnForm | None:
    if not isinstance(entry, Entry):
        findings.add(path, 1, key, "一张报表应写明名称、事实、列、审核和填报日历。")
        return None
    parts: dict[str, Any] = {
        "columns": _keyed(ReturnColumn, entry.get("columns"), path, findings, key),
        "checks": _checks(entry.get("checks"), path, findings, key),
        "deadlines": _listed(Deadline, entry.get("deadlines", []), path, findings, key),
    }
    rest = Entry(entry.line)
    rest |= {name: value for name, value in entry.items() if name not in parts}
    rest.lines = entry.lines
    return build(ReturnForm, rest, path, findings, name=key, id=key, **parts)


def _keyed(
    kind: type[Row], entries: Any, path: Path, findings: Findings, name: str
) -> tuple[Row, ...]:
    if not isinstance(entries, Entry):
        findings.add(path, getattr(entries, "line", 1), name, "列应写成“代码： 内容”。")
        return ()
    made = [build(kind, entries[key], path, findings, name=key, id=key) for key in entries]
    return tuple(one for one in made if one is not None)


def _listed(
    kind: type[Row], rows: Any, path: Path, findings: Findings, name: str
) -> tuple[Row, ...]:
    made = [build(kind, row, path, findings, name=name) for row in rows or ()]
    return tuple(one for one in made if one is not None)


def _checks(entries: Any, path: Path, findings: Findings, form: str) -> tuple[Check, ...]:
    made: list[Check] = []
    for key in entries if isinstance(entries, Entry) else ():
        entry = entries[key]
        if not isinstance(entry, Entry):
            findings.add(path, entries.lines[key], key, "一条审核应写明种类、列、依据和例子。")
            continue
        examples = tuple(
            one for row in entry.get("examples", ()) if (one := _example(row, path, findings, key))
        )
        rest = Entry(entry.line)
        rest |= {name: value for name, value in entry.items() if name != "examples"}
        rest.lines = entry.lines
        check = build(Check, rest, path, findings, name=key, id=key, examples=examples)
        if check is None:
            continue
        if {one.fires for one in examples} != {True, False}:
            text = "examples 要有两种：一条报出的，一条不报的，最好正在门槛两边。"
            findings.add(path, entry.line, key, text)
        made.append(check)
    return tuple(made)


def _example(row: Any, path: Path, findings: Findings, name: str) -> CheckExample | None:
    if not isinstance(row, Entry):
        findings.add(path, 1, name, "一个例子应写明 now 和 fires。")
        return None
    plain = Entry(row.line)
    plain.lines = row.lines
    plain |= {
        key: {column: Decimal(str(amount)) for column, amount in value.items()}
        if isinstance(value, Mapping)
        else value
        for key, value in row.items()
    }
    return build(CheckExample, plain, path, findings, name=name)


def _check_form(
    form: ReturnForm,
    entry: Entry,
    path: Path,
    fact_types: Mapping[str, FactType],
    findings: Findings,
) -> None:
    """Note what names an unknown fact, column, unit or trade."""
    fact = fact_types.get(form.fact)
    where = (path, entry.line, form.id)
    if fact is None or fact.grain != "return":
        returns = [one.id for one in fact_types.values() if one.grain == "return"]
        hint = did_you_mean(form.fact, returns, "可用的报表事实")
        findings.add(*where, f"没有“{form.fact}”这种按期间报的事实；{hint}")
        return
    measures = {key: one for key, one in fact.columns.items() if one.kind == "measure"}
    for column in form.columns:
        measure = measures.get(column.id)
        if measure is None:
            hint = did_you_mean(column.id, measures, "可用的列")
            findings.add(*where, f"“{fact.name}”没有列“{column.id}”；{hint}")
        elif column.unit not in UNITS:
            hint = did_you_mean(column.unit, UNITS, "可用的单位")
            findings.add(*where, f"列“{column.id}”：没有“{column.unit}”这个单位；{hint}")
        elif UNITS[column.unit].kind != UNITS[measure.unit].kind:
            text = f"列“{column.id}”按{measure.unit}记，不能用“{column.unit}”填。"
            findings.add(*where, text)
    known = {one.id for one in form.columns}
    length = MONTHS[form.every]
    if form.together > 1 and form.together % length:
        findings.add(*where, f"together 应是一期月数（{length}）的整数倍，现在是 {form.together}。")
        return
    for row in form.deadlines:
        if row.period not in form.periods(row.period.first.year):
            findings.add(*where, f"填报日历里的 {row.period.id} 不是这张报表的一期。")
    for check in form.checks:
        wanted = _COLUMNS[check.kind]
        if wanted is not None and len(check.columns) != wanted:
            findings.add(*where, f"审核“{check.id}”（{check.kind}）要写 {wanted} 列。")
        for one in check.columns:
            if one not in known:
                hint = did_you_mean(one, known, "可用的列")
                findings.add(*where, f"审核“{check.id}”：表里没有列“{one}”；{hint}")
