"""Read YAML that clerks write: lines kept, duplicate keys and surprises refused, numbers exact."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.refusals import Findings, did_you_mean

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # a machine for which there is no wheel: the same files, read slower
    # Two classes that are used alike: the checker knows the first.
    from yaml import SafeLoader  # type: ignore[assignment]

__all__ = ["Entry", "build", "read_yaml", "type_problem"]

Row = TypeVar("Row")


class Entry(dict[str, Any]):
    """A mapping of a YAML file that knows its line and the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class _PlainLoader(SafeLoader):
    """YAML without surprises: a word stays a word (否, no, on), a number with a point is exact."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def __init__(self, text: str, path: Path, findings: Findings) -> None:
        super().__init__(text)
        self.path, self.findings = path, findings

    def entry(self, node: yaml.MappingNode) -> Entry:
        """Build a mapping; a key that comes twice is a problem, not a silent replacement."""
        entry = Entry(node.start_mark.line + 1)
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            line = key_node.start_mark.line + 1
            if key in entry:
                self.findings.add(
                    self.path,
                    line,
                    key,
                    f"“{key}”重复（前面在第 {entry.lines[key]} 行）；请留一个。",
                )
                continue
            entry[key] = self.construct_object(value_node, deep=True)
            entry.lines[key] = line
        return entry

    def day(self, node: yaml.ScalarNode) -> date | None:
        """Build a date; one that the calendar does not have is a problem."""
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            line = node.start_mark.line + 1
            self.findings.add(self.path, line, "", f"没有 {node.value} 这一天，请改成真实的日期。")
            return None


for _tag, _pattern, _starts in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?\d+", list("-0123456789")),
    ("float", r"-?\d+\.\d+", list("-0123456789")),
    ("timestamp", r"\d{4}-\d\d-\d\d", list("0123456789")),
):
    _PlainLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})$"), _starts
    )
_PlainLoader.add_constructor("tag:yaml.org,2002:map", _PlainLoader.entry)
_PlainLoader.add_constructor("tag:yaml.org,2002:timestamp", _PlainLoader.day)
_PlainLoader.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value))
_PlainLoader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))


def read_yaml(path: Path, findings: Findings) -> Entry:
    """Read a file that holds one mapping; what is wrong goes to `findings`."""
    try:
        loader = _PlainLoader(path.read_text(encoding="utf-8"), path, findings)
        content = loader.get_single_data()
    except UnicodeDecodeError:
        findings.add(path, 1, "", "文件不是 UTF-8 编码；请另存为 UTF-8。")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        findings.add(
            path, line, "", f"YAML 写法不对（{error.problem}）；请检查这一行的缩进、冒号和引号。"
        )
    except yaml.YAMLError as error:
        findings.add(path, 1, "", f"YAML 读不出来（{error}）；请检查有没有特殊字符。")
    else:
        if isinstance(content, Entry):
            return content
        if content is not None:
            findings.add(path, 1, "", "整个文件应是“键： 值”的形式。")
    return Entry(1)


def build(
    row: type[Row], entry: Any, path: Path, findings: Findings, *, name: str = "", **known: Any
) -> Row | None:
    """Build a dataclass from an entry: its fields are the keys there are, its hints their types."""
    if not isinstance(entry, Entry):
        findings.add(path, 1, name, f"“{name}”应是一组“键： 值”，现在是 {entry!r}。")
        return None
    hints = get_type_hints(row)
    expected = {one.name: one for one in fields(row) if one.name not in known}  # type: ignore[arg-type]
    values = dict(known)
    is_sound = True
    for key, value in entry.items():
        line = entry.lines[key]
        if key not in expected:
            hint = did_you_mean(key, expected, "可用的键")
            findings.add(path, line, name, f"没有“{key}”这个键；{hint}")
            is_sound = False
            continue
        try:
            values[key] = _convert(value, hints[key])
        except BadPeriod as error:
            findings.add(path, line, name, f"“{key}”：{error}")
            is_sound = False
            continue
        if wrong := type_problem(values[key], hints[key]):
            findings.add(path, line, name, f"“{key}”{wrong}")
            is_sound = False
    for key, one in expected.items():
        is_needed = one.default is MISSING and one.default_factory is MISSING
        if is_needed and entry.get(key) in (None, "") and key not in known:
            findings.add(path, entry.line, name, _missing(key))
            is_sound = False
    return row(**values) if is_sound else None


_MEANINGS = {"basis": "依据（文件名和条款）", "english": "英文名称", "name": "名称", "unit": "单位"}


def _missing(key: str) -> str:
    meaning = f"，即{_MEANINGS[key]}" if key in _MEANINGS else ""
    return f"缺少“{key}”{meaning}；请补上。"


def _convert(value: Any, hint: Any) -> Any:
    """Return a YAML value as its field wants it: lists become tuples, period ids periods."""
    if isinstance(value, list):
        return tuple(value)
    if hint is Period and isinstance(value, str | int):
        return parse_period(str(value))
    wants_decimal = Decimal in (hint, *get_args(hint))
    if wants_decimal and isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


_NAMES = {
    str: "文字",
    bool: "true 或 false",
    int: "整数",
    Decimal: "数字",
    date: "日期（如 2021-06-30）",
    Period: "期间（如 2021）",
}


def type_problem(value: Any, hint: Any) -> str | None:
    """Return how a value fails its type hint, ready for a message, or None when it fits."""
    origin = get_origin(hint)
    if hint is Any:
        return None
    if origin is Literal:
        allowed = get_args(hint)
        return None if value in allowed else f"只能是 {'、'.join(allowed)}，现在是 {value!r}。"
    if origin in (UnionType, Union):
        problems = [type_problem(value, option) for option in get_args(hint)]
        return None if None in problems else problems[0]
    if origin is tuple:
        if not isinstance(value, tuple):
            return f"应是一个列表（如 [一， 二]），现在是 {value!r}。"
        found = (type_problem(one, get_args(hint)[0]) for one in value)
        return next((f"里的每一项{problem}" for problem in found if problem), None)
    if origin is not None:
        is_mapping = isinstance(value, Mapping)
        return None if is_mapping else f"应是一组“键： 值”，现在是 {value!r}。"
    # A bool is an int to Python, never to a clerk.
    is_other_bool = isinstance(value, bool) and hint is not bool
    if isinstance(value, hint) and not is_other_bool:
        return None
    return f"应是{_NAMES.get(hint, hint.__name__)}，现在是 {value!r}。"
