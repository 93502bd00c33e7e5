"""Task sentences: those of the plan that commit somebody to something a record could show."""

import re
from collections.abc import Iterator, Sequence

from jingkai.reading.outline import Sentence
from jingkai.reading.report import NamedProject, Statement, TaskSentence

__all__ = ["find_tasks"]

_DEED = re.compile(
    r"建立|组建|编制|制定|出台|启动|推行|实施|开展|推出|建设|新建|改造|完成|落实|推进|创建|引进|培育|争取|"
    r"加快|盘活|申报|打造|举办|召开|修订|整治|化解|兑现|搭建|设立|推广|支持|鼓励|强化.{0,8}监管|抓好|扩建|成立"
)
_THING = re.compile(
    r"项目|工程|计划|行动|清单|台账|制度|机制|办法|方案|规划|平台|园区|基地|中心|名单|大队|委员会|企业|"
    r"道路|管网|学校|医院|小区|公寓|协议|政策|专项|试点|审批|服务|产业链|储备库|码头|铁路|城市|“[^”]{2,14}”"
)
_RHETORIC = re.compile(
    r"^(?:[一二三四五六七八九]是|要|坚持|必须|既要|始终|牢牢|切实增强|深刻|扎实做到)"
)


def find_tasks(
    text: str,
    sentences: Sequence[Sentence],
    statements: Sequence[Statement],
    projects: Sequence[NamedProject],
) -> Iterator[TaskSentence]:
    """Yield the sentences of the plan that can be assigned and checked."""
    statements_of, projects_of = _by_sentence(statements), _by_sentence(projects)
    for one in sentences:
        sentence = text[one.at : one.end]
        if one.part != "plan" or one.is_heading:
            continue
        numbers, named = statements_of.get(one.at, ()), projects_of.get(one.at, ())
        promised = [n for n in numbers if statements[n].kind == "target"]
        is_deed = bool(_DEED.search(sentence) and _THING.search(sentence))
        is_rhetoric = bool(_RHETORIC.match(sentence)) and not (promised or named)
        if len(sentence) >= 8 and (promised or named or (is_deed and not is_rhetoric)):
            yield TaskSentence(
                at=one.at,
                end=one.end,
                text=sentence,
                section=one.section,
                due=None,
                statements=numbers,
                projects=named,
                confidence=0.9 if promised or named else 0.7,
            )


def _by_sentence(items: Sequence[Statement | NamedProject]) -> dict[int, tuple[int, ...]]:
    """Return the positions of the items by the place where their sentence begins."""
    found: dict[int, tuple[int, ...]] = {}
    for position, item in enumerate(items):
        found[item.sentence[0]] = (*found.get(item.sentence[0], ()), position)
    return found
