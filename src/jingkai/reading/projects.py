"""Named projects: a name that ends like a thing one builds, under a verb that says its stage."""

import re
from collections.abc import Iterator, Sequence

from jingkai.reading.outline import Sentence
from jingkai.reading.report import NamedProject

__all__ = ["find_projects"]

# Verb to action; the first that stands near the name decides. 确保甲厂竣工投产 → produce
_ACTIONS = (
    ("produce", "竣工投产|试生产|投产|达产|达效"),
    ("complete", "建成|投入使用|投入运营|运营|竣工|新建了|投用|通车|完工|投运|并网"),
    ("sign", "签约|引进|落户|落地"),
    ("start", "开工|动工|启动(?!.{0,12}前期)|奠基"),
    ("plan", "前期工作|谋划|筹建|前期"),
    ("apply", "申建|申报|获批"),
    ("upgrade", "改造|扩建|技改|提标|整治|扩改|做强做优|提质"),
    ("build", "建设|推进|打通|开发|实施|加快|发力|封顶"),
)
_ENDINGS = """
    产业园 工业园 科技园 物流园 孵化器 加速器 平台 中心 工程 项目 基地 码头 铁路 公路 高速
    大桥 六桥 医院 学校 小学 中学 幼儿园 公寓 小区 道路 管网 泵站 水厂 污水处理厂 公园 广场
    片区 厂房 电站 水库 机场 港区 隧道 枢纽 园区 新城 大厦 综合体 生产线 总部 研究院 实验室
    博物馆 图书馆 体育馆 大道 路 桥 厂 园 苑
""".split()
_ENDING = "|".join(sorted(_ENDINGS, key=len, reverse=True))
_LEAD = re.compile(
    r"^(?:确保|力争|加快|推进|强力推进|有序推进|加快推进|重点推进|统筹推进|全力推进|推动|启动|实施|抓好|"
    r"深入推进|全面推进|完成|建成|新建了?|扩建了?|改造了?|引进了?|先后|支持|打通|开工|谋划|以及|和|及|与|"
    r"做强做优|积极|争取|全面|新|在|对|将|由|为|了|的|重点|正在|一批)+"
)
_TAIL = re.compile(
    r"(?:等|等?重点项目|等项目|项目|建设|重建|德山段|早日|正式|顺利|有序|相继|建成|竣工|投产|投入使用|开工|前期工作|"
    r"全面|加快|正在|工作|完工|运营|推进)+$"
)
_GENERIC = re.compile(
    r"^(?:一批|各类|重点|基础设施|产业|城市|农村|公共|相关|专业|标准化|老旧|道路|新型|现代|项目|民生|工业|配套)+"
    rf"(?:{_ENDING})?$"
)
_CHUNK = re.compile(r"[,、;。:\n]|和(?=[^、,。]{2,14}(?:等|项目|改造|建设))")


def find_projects(text: str, sentences: Sequence[Sentence], year: int) -> Iterator[NamedProject]:
    """Yield every project that a sentence names together with a stage."""
    for one in sentences:
        if one.part not in ("review", "plan"):
            continue
        sentence = text[one.at : one.end]
        if not any(re.search(words, sentence) for _, words in _ACTIONS):
            continue
        status = "planned" if one.part == "plan" else "done"
        for at, name, stretch in _names(sentence):
            yield NamedProject(
                name=name,
                at=one.at + at,
                action=_action(stretch, name),
                status=status,
                period=_period(stretch, sentence, status, year),
                section=one.section,
                sentence=(one.at, one.end),
                confidence=0.7,
            )


def _names(sentence: str) -> Iterator[tuple[int, str, str]]:
    """Yield (place, name, the clauses that say its stage)."""
    at = 0
    for clause in re.split(r"(?<=[,;。])", sentence):
        position = at
        for chunk in re.split(r"(?<=[、])", clause):
            name, offset = _strip(chunk)
            is_named = len(name) >= 4 and re.search(rf"(?:{_ENDING})(?:[(][^)]+[)])?$", name)
            if is_named and not _GENERIC.match(name) and not re.search(r"\d+[个家项]", name):
                yield position + offset, name, clause
            position += len(chunk)
        at += len(clause)


def _strip(chunk: str) -> tuple[str, int]:
    body = re.sub(r"^[、,;。\s]+|[、,;。\s]+$", "", chunk)
    offset = chunk.find(body) if body else 0
    lead = _LEAD.match(body)
    if lead and lead.end() < len(body):
        offset, body = offset + lead.end(), body[lead.end() :]
    return _TAIL.sub("", body), offset


def _action(stretch: str, name: str) -> str:
    after = stretch[stretch.find(name) + len(name) :]
    for scope in (after, stretch):
        for action, words in _ACTIONS:
            if re.search(words, scope):
                return action
    return "build"


def _period(stretch: str, sentence: str, status: str, year: int) -> str | None:
    if status == "planned":
        if month := re.search(r"(\d{1,2})月", stretch):
            return f"{year}-{int(month[1]):02}"
        return str(year)
    return f"{year - 5}-{year - 1}" if re.search(r"五年", sentence) else str(year - 1)
