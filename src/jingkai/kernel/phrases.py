"""How a zone puts numbers into words: growth, bounds, pace. Data of the zone, never code."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from jingkai.kernel.refusals import Findings
from jingkai.kernel.yamlfile import build, read_yaml

__all__ = ["Phrases", "read_phrases"]


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """A phrase for each thing that is said of a number; {} is the number with its unit."""

    grown: str = "同比增长{}"
    fallen: str = "同比下降{}"
    unchanged: str = "与上年同期持平"
    risen_points: str = "同比提高{}"
    fallen_points: str = "同比下降{}"
    over: str = "超过{}"
    about: str = "{}左右"
    within: str = "不超过{}"
    attained: str = "完成年度目标的{}"
    ahead: str = "较序时进度快{}"
    behind: str = "较序时进度慢{}"
    on_pace: str = "与序时进度持平"
    above_target: str = "高于目标{}"
    below_target: str = "低于目标{}"
    on_target: str = "与目标持平"
    ranked: str = "第{}"
    among_them: str = "其中"
    and_others: str = "等{}"


_WITHOUT_NUMBER = ("unchanged", "on_pace", "on_target", "among_them")


def read_phrases(path: Path, findings: Findings) -> Phrases:
    """Read the zone's own phrases over the usual ones; note those that lose their number."""
    if not path.exists():
        return Phrases()
    told: Any = read_yaml(path, findings)
    made = build(Phrases, told, path, findings, name="phrases")
    if made is None:
        return Phrases()
    for one in fields(Phrases):
        text = getattr(made, one.name)
        wanted = 0 if one.name in _WITHOUT_NUMBER else 1
        if text.count("{}") != wanted:
            line = told.lines.get(one.name, 1)
            what = "恰好一处" if wanted else "不要"
            findings.add(path, line, one.name, f"“{text}”里{what}写 {{}}；它代表那个数。")
    return made
