"""Sentences of the plan that somebody could be charged with and later asked about."""

from __future__ import annotations

import re

from jingkai.reading.outline import Line
from jingkai.reading.periods import Periods
from jingkai.reading.report import NamedProject, Statement, TaskSentence
from jingkai.reading.sentences import sentences

_HEAD = re.compile(
    r"^(?:[一二三四五六七八九十]是|[0-9]{1,2}[.．、]|[一二三四五六七八九十]+、|[（(])"
)
_DEED = re.compile(
    r"建立|编制|组建|启动|实施|开展|推进|出台|制定|建设|建成|新建|完成|引进|创建|争创|设立|盘活|支持|鼓励|培育|落实"
    r"|推行|申报|举办|改造|打造|发行|清理|整治|探索|用好|完善|深化|抓好|扩大|加大|强化|指导|创新|推出|邀请|查处|严查|铲除|打好|做好|办|保障|吸引|招商|化解|防范|遏制|明确|设置|储备|调整|破除|制止|集聚"
)
_THING = re.compile(
    r"项目|工程|行动|计划|平台|中心|机制|制度|名单|清单|储备库|委员会|大队|试点|基地|产业园|专业园区|学校|中学|小学|医院"
    r"|道路|铁路|码头|管网|小区|公寓|片区|厂房|条例|办法|规划|方案|专班|企业上市|上市|低保|保险|奖|示范城市|模范城市"
    r"|基础设施|联盟|改革|换届|整改|督察|链长制|“[^”]{2,14}”|《[^》]+》|土地弹性出让|再开发|技能比武|活动|大会|一批|专班|信贷|金融产品|违法|债务|群体性事件|扫黑除恶|综合体|小镇|民生实事|攻坚战|舆情|减税降费|并购|准入|对赌|合同|专家|就业|农民工|社会治理|体制|精准帮扶|500强"
)
_VAGUE = re.compile(
    r"^(?:坚持|增强|提高|提升|强化思想|把握|弘扬|牢固树立|顺应|站在|让我们|同志们|各位)|以.{0,20}为指导"
    r"|总体要求|思想政治|意识|格局|境界|永葆|体现新担当"
)
_LEADER = re.compile(
    r"(?:由|责任单位[:：])([^,，。；;、]{2,14}(?:局|委|办|部门|公司|政府|中心))(?:牵头|负责)"
)
_DUE = re.compile(
    r"((?:20[0-9]{2}年)?(?:[0-9]{1,2}月(?:份|底|前|末)|年内|年底前?|上半年|下半年|[一二三四]季度))"
)


def is_task(sentence: str, counted: bool, named: bool) -> bool:
    """Tell whether a plan sentence commits somebody to something that can be checked."""
    bare = sentence.rstrip("。；;！! ")
    if _HEAD.match(bare) and len(bare) < 26:
        return False
    if counted or named:
        return True
    return any(
        _DEED.search(clause) and _THING.search(clause) and not _VAGUE.search(clause)
        for clause in re.split(r"[,，：:]", bare)
    )


def find_tasks(
    text: str,
    lines: tuple[Line, ...],
    statements: tuple[Statement, ...],
    projects: tuple[NamedProject, ...],
    year: int,
) -> tuple[TaskSentence, ...]:
    """Return the sentences of the plan that commit somebody to a checkable action."""
    periods = Periods(year)
    found: list[TaskSentence] = []
    for line in lines:
        if line.part != "plan":
            continue
        for at, end in sentences(text, line.at, line.end):
            inside = tuple(
                i for i, s in enumerate(statements) if at <= s.at < end and s.kind == "target"
            )
            named = tuple(i for i, p in enumerate(projects) if at <= p.at < end)
            body = text[at:end]
            if not is_task(body, bool(inside), bool(named)):
                continue
            lead, due = _LEADER.search(body), _DUE.search(body)
            found.append(
                TaskSentence(
                    at=at,
                    end=end,
                    text=body,
                    section=line.section,
                    lead=lead[1] if lead else None,
                    due=periods.month(body) or (due[1] if due else None),
                    statements=inside,
                    projects=named,
                )
            )
    return tuple(found)
