"""Breaking a long title into centred lines: words whole, a trapezoid or a rhombus in shape."""

from itertools import combinations, pairwise

from jingkai.documents.model import BadDocument
from jingkai.documents.text import clean, width

TITLE_WIDTH = 20  # 汉字 of 22 pt in 156 mm
_GAP = 0.25  # some readers part 汉字 from digits, and the line must still fit
MOST_LINES = 3

_NEVER_FIRST = "、，。；：？！）》〉〕】”’％%的了和与及等"
_NEVER_LAST = "（《〈〔【“‘"
_GOOD_LAST = "的、，：》）〕】”年和与及暨"
_GOOD_FIRST = "《（〈〔【“"
# Words a title must not be cut inside of; their edges are where a reader would pause.
_VOCABULARY = (
    "关于 印发 转发 进一步 深入 推进 推动 促进 加快 加强 实施 开展 落实 做好 "
    "全面 情况 工作 报告 通知 通报 方案 意见 办法 规定 细则 计划 规划 要点 "
    "决定 请示 批复 清单 会议 领导小组 办公室 管理委员会 管委会 人民政府 "
    "经济技术开发区 高新技术产业开发区 经济技术 高新技术 开发区 经开区 高新区 产业 "
    "园区 企业 项目 建设 发展 高质量 招商引资 营商环境 经济 社会 管理 服务 审批 "
    "制度 改革 创新 年度 目标 任务 责任 考核 评价 土地 资金 资产 安全 生产 "
    "环境 保护 重点 专项 行动 三年 有关 事项 若干 措施 政策 奖励 扶持 暂行 "
    "试行 提示 督办 答复 函 分工 完成 进展 运行 分析 上半年 下半年 季度 标准 "
    "厂房 国家级 省级 区级 提升 优化"
)
_WORDS = _VOCABULARY.split()


class EmptyTitle(BadDocument):
    """The document has no title."""


class TitleTooLong(BadDocument):
    """The title does not fit the lines a title may have."""


def balanced_lines(title: str, line_width: int = TITLE_WIDTH) -> tuple[str, ...]:
    """Return the title in at most three lines of pleasing shape; line feeds in it are kept."""
    given = tuple(line for line in (part.strip() for part in clean(title).split("\n")) if line)
    if not given:
        raise EmptyTitle("公文没有标题，请填写标题。")
    if len(given) > 1 or _line_width(given[0]) <= line_width:
        lines = given
    else:
        lines = _best_lines(given[0], line_width)
    if len(lines) > MOST_LINES or any(_line_width(line) > line_width for line in lines):
        raise TitleTooLong(
            f"标题“{given[0][:20]}…”排不进{MOST_LINES}行、每行{line_width}字，请压缩标题。"
        )
    return lines


def _best_lines(title: str, line_width: int) -> tuple[str, ...]:
    if width(title) > MOST_LINES * line_width:
        return (title,)
    costs = _break_costs(title)
    for count in range(2, MOST_LINES + 1):
        best: tuple[float, tuple[str, ...]] | None = None
        for places in combinations(range(1, len(title)), count - 1):
            edges = (0, *places, len(title))
            lines = tuple(title[a:b].strip() for a, b in pairwise(edges))
            widths = [_line_width(line) for line in lines]
            if max(widths) > line_width or min(widths) == 0:
                continue
            cost = sum(costs[place] for place in places) + _shape_cost(widths)
            if best is None or cost < best[0]:
                best = (cost, lines)
        if best:
            return best[1]
    return (title,)


def _line_width(line: str) -> float:
    gaps = sum(1 for one, next_ in pairwise(line) if one.isascii() != next_.isascii())
    return width(line) + gaps * _GAP


def _shape_cost(widths: list[float]) -> float:
    """Prefer lines of like but not equal length, and never an hourglass."""
    spread = max(widths) - min(widths)
    cost = spread * 0.6 + (3 if spread < 1 else 0)
    if len(widths) == 3 and widths[1] < min(widths[0], widths[2]):
        cost += 8
    return cost


def _break_costs(title: str) -> list[float]:
    costs = [4.0] * (len(title) + 1)
    for place in range(1, len(title)):
        before, after = title[place - 1], title[place]
        if before in _GOOD_LAST or before == " " or after in _GOOD_FIRST:
            costs[place] = 0.0
        if after in _NEVER_FIRST or before in _NEVER_LAST or _is_one_token(before, after):
            costs[place] = 60.0
    for word in _WORDS:
        start = title.find(word)
        while start >= 0:
            end = start + len(word)
            for place in range(start + 1, end):
                costs[place] = max(costs[place], 30.0)
            for edge in (start, end):
                costs[edge] = min(costs[edge], 2.0) if costs[edge] < 30 else costs[edge]
            start = title.find(word, start + 1)
    if (about := title.find("关于")) > 0:
        costs[about] = -3.0  # between who speaks and what about
    return costs


def _is_one_token(before: str, after: str) -> bool:
    """Numbers, Latin words and a number with its 年 or its unit stay together."""
    if before.isascii() and after.isascii():
        return before != " " and after != " "
    return before.isdigit() and after in "年月日号届次个家亿万"
