"""bench reading: the whole reader over a generated report, against segmentation alone."""

import json
import random
import statistics
from typing import Any

from jingkai.cli.bench import Findings, alternate
from jingkai.cli.bench_rivals import open_rivals

__all__ = ["measure_reading"]

YEAR = 2021
# recognizers-text needs minutes for a long text: its ratio is taken on the beginning of the text.
RECOGNISED = 10_000

NAMES = ("云梦新材料", "青石智能装备", "白鹭食品加工", "长桥冷链物流", "南塘电子", "松岭医疗器械")
GOALS = ("规模工业增加值", "固定资产投资", "一般公共预算收入", "实际利用外资", "技工贸总收入")
FIELDS = ("产业链", "标准化厂房", "营商环境", "园区道路", "人才公寓", "安全生产", "科技创新")
NUMERALS = "一二三四五六七八九十"


def measure_reading(*, chars: int, seed: int) -> Findings:
    """Read a report of about `chars` characters, in turn with the rivals."""
    text = _report(chars, random.Random(seed))
    findings = _against(text, {"jieba": "jieba_segmentation.py"})
    ours = statistics.median(findings.runs["ours"])
    findings.ratios["chars_per_s_core"] = len(text) / ours
    if "jieba" in findings.runs:
        findings.ratios["vs_jieba"] = ours / statistics.median(findings.runs["jieba"])
    short = _against(text[:RECOGNISED], {"recognizers": "five_recognizers.py"}, is_optional=True)
    if "recognizers" in short.runs:
        theirs = statistics.median(short.runs["recognizers"])
        findings.runs |= {
            "recognizers_short": short.runs["recognizers"],
            "ours_short": short.runs["ours"],
        }
        findings.ratios["recognizers_vs_ours"] = theirs / statistics.median(short.runs["ours"])
        findings.notes.append(f"recognizers 只比前 {RECOGNISED:,} 字")
    return findings


def _against(text: str, scripts: dict[str, str], *, is_optional: bool = False) -> Findings:
    """Read the text in turn with the rivals; equal when all took in the same text, every time."""
    from jingkai.reading import read

    task = {"text": text}
    rivals = open_rivals({name: (script, task) for name, script in scripts.items()})
    if is_optional and not rivals:
        return Findings(len(text), {}, {}, True)
    seconds, answers = alternate(lambda: read(text, year=YEAR), rivals)
    for rival in rivals.values():
        rival.close()
    reports = answers.pop("ours")
    said = {json.dumps(one.to_json(), ensure_ascii=False) for one in reports}
    segmented = [digest for name in answers if name == "jieba" for digest in answers[name]]
    is_equal = (
        len(said) == 1
        and all(_stands_in(text, report) for report in reports[:1])
        and bool(reports[0].statements)
        and bool(rivals)
        and all(digest == reports[0].sha256 for digest in segmented)
    )
    found = f"{len(reports[0].statements):,} 个数、{len(reports[0].tasks):,} 项任务"
    return Findings(len(text), seconds, {}, is_equal, [f"读出 {found}"])


def _stands_in(text: str, report: Any) -> bool:
    """Tell whether everything that was read stands at its place in the text."""
    return all(text.startswith(one.quote, one.at) for one in report.statements) and all(
        text[one.at : one.end] == one.text for one in report.tasks
    )


def _report(chars: int, chance: random.Random) -> str:
    """Return a report in our own words: a review of the year past, then a plan, in sections."""
    parts = [f"青石经济技术开发区{YEAR - 1}年工作总结和{YEAR}年工作计划\n"]
    size = 0
    for title, sentences in (
        (f"一、{YEAR - 1}年工作总结", _DONE),
        (f"二、{YEAR}年工作计划", _PLAN),
    ):
        parts.append(f"{title}\n")
        section, half = 0, size + chars / 2
        while size < half:
            section += 1
            number = NUMERALS[(section - 1) % 10]
            lines = [
                f"（{number}）{chance.choice(FIELDS)}。",
                *(chance.choice(sentences)(chance) for _ in range(chance.randrange(4, 9))),
            ]
            parts.append("".join(lines) + "\n")
            size += len(parts[-1])
    return "".join(parts)[:chars]


def _number(chance: random.Random) -> str:
    value, unit = chance.randrange(20, 9000) / 10, chance.choice(("亿元", "万元", "亩", "万平方米"))
    return f"{value:g}{unit}"


def _goal(chance: random.Random) -> str:
    return chance.choice(GOALS)


_DONE = (
    lambda c: f"完成{_goal(c)}{_number(c)}，同比增长{c.randrange(1, 300) / 10:g}%。",
    lambda c: f"全年新开工项目{c.randrange(5, 60)}个，其中亿元以上项目{c.randrange(1, 20)}个。",
    lambda c: f"{c.choice(NAMES)}项目建成投产，{c.choice(NAMES)}项目主体完工。",
    lambda c: f"新增规模工业企业{c.randrange(2, 30)}家，总数达到{c.randrange(100, 400)}家。",
    lambda c: "干部作风进一步好转，企业和群众办事更加方便。",
)
_PLAN = (
    lambda c: f"力争{_goal(c)}增长{c.randrange(4, 20)}%以上。",
    lambda c: f"全年引进项目{c.randrange(10, 90)}个，其中亿元以上项目{c.randrange(3, 30)}个。",
    lambda c: (
        f"确保{c.choice(NAMES)}项目{c.randrange(3, 12)}月底前开工，{c.choice(NAMES)}竣工投产。"
    ),
    lambda c: f"启动{c.choice(FIELDS)}三年行动，6月底前拿出方案，明确责任单位。",
    lambda c: f"建设标准化厂房{_number(c)}，盘活闲置土地{c.randrange(50, 900)}亩。",
    lambda c: "坚持问题导向，把企业满意不满意作为检验工作的标准。",
)
