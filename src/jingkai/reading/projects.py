"""Named projects, and the stage that a sentence reports or promises for them.

A clause is taken apart into a lead ("确保"), a list of names ("甲、乙等项目") and a tail
("竣工投产"). A name ends in the noun of something that is built, or stands in a list that says
what its members are. The tail tells the stage; where it is silent the lead does.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from jingkai.reading.outline import Line
from jingkai.reading.periods import Periods
from jingkai.reading.report import NamedProject, Statement
from jingkai.reading.sentences import sentences
from jingkai.reading.wordlists import any_of, word_list

__all__ = ["find_projects", "without_indicators"]

# Nouns of things that are planned and built. A new one: add it here and a line in the tests.
_BUILT = word_list("built")
_PART = r"(?:[（(][^（）()]{1,8}[)）])?(?:[一二三四五六]期(?:工程|项目)?|[一二]标段|南区|北区)?"
_BUILT_END = re.compile(
    f"(?:{any_of(_BUILT)}){_PART}$|(?<=..)[一二三四五六]期$|(?:国道|省道)[0-9]+$"
)
# The marks that a name can end with at all: most of the text is told apart by them.
_LAST = frozenset({word[-1] for word in _BUILT} | set("）)期程目段区") | set("0123456789"))
_MAY_END = re.compile("[" + re.escape("".join(sorted(_LAST))) + "]|项目")

# What may stand in front of a name, longest first.
_LEADS = word_list("project_leads")
_LEAD = re.compile(
    f"^(?:{any_of(_LEADS)}|(?:全[国省市球县区])?首[个家座条批]|[ \u3000]"
    r"|[0-9]{1,2}月(?:份|底前?|初|中旬)?)+(?=..)"
)
_LEAD_INSIDE = re.compile(
    "(?:做大做强|做强做优|确保|力争|推进|加快|启动|推动|建设|建成|新建|改造|扩建|引进|打通|实施|完成|抓好|做好|支持|谋划|打造|开工|促进|"
    "建好|修建|兴建|筹建|铺设|布局|续建|争取)了?(?=.{3})"
)
_PAID = re.compile(
    r"^[^、]*?(?:(?:总)?投资|占地|建筑面积|面积|长|产值)[^、]{0,12}?[0-9.]+余?[万亿]*(?:元|亩|平方米|公里|美元)"
    r"(?:实施|建设|新建)?的?"
)
_MEASURED = re.compile(r"^[0-9.]+[余多]?[万亿]*(?:元|亩|平方米|平方公里|公里|米)的?")
_QUALIFIED = re.compile(r"^[^“”《》]{2,24}的(?=[^的]{3,}$)")

_LIST = re.compile(
    r"等(?![0-9一二三四五六七八九十两]+[余多]?家(?:[^，,、]{0,4}企业|单位|公司))(?:一批|多个|[0-9]+[个条座所项家处])?[^，,。；;、等]{0,14}?"
    r"(?:项目|工程|平台|道路|公路|路段|街路|干道|学校|园区|公园|片区|小区|高速|铁路|设施|店|牧场|场馆|医院|综合体|水库|企业迁建)"
    r"|(?:等)?(?:重大|重点|续建|新建|产业|工业)*项目(?!化|库|化|谋划|投资|建设年|清单|管理|审批|储备)"
)
_COUNTED = re.compile(
    r"[0-9一二三四五六七八九十两][0-9.]*[余多]?[万亿千百]*[个项家条座所处栋套件户批]"
)

# Words that describe and do not name: a name of such words alone is a class of things.
_COMMON = word_list("common")
_DEED = re.compile(any_of(word_list("deeds")))
# Works on something: what they are done to must be a place, not 安全 or 作风.
_WORKS_ON = re.compile(
    r"(?:综合|环境|提标|全面|拆迁|提升|道路|便道|生态|污水管网|景观|二期|[一二三]期)*(?:改造|整治|绿化|改?扩建)(?:工程)?$"
)
_WORKED_ON = re.compile(
    r"(?<!校)(?:[路街道河渠湖江溪桥库园场站厂楼口村镇线港区岸网院馆校苑城府塘沟坝堤店社集梁])$|段$|管线$|设施$"
)
_LENT = re.compile(
    r"(?:[0-9]+[个条座家])?(?:老旧|棚户区|整村|开放|快速|安置|搬迁|现代|城区|主干|特色)[^、]{2,8}$"
)
_COMMON_ALL = re.compile(f"(?:{any_of(_COMMON)}|[0-9.]+|[“”的])*")
# 青禾路提升工程: works on a place are named, while 素质提升工程 is a programme.
_WORKS_AT = re.compile(
    r"[\u4e00-\u9fff]{2}[路街道河湖渠园桥站馆院楼].{0,3}(?:提升|改造|整治|绿化|亮化|美化)工程$"
)
# 影视创制、网络文化等项目: a list of fields of work, none of them a project.
_FIELD = re.compile(
    r"(?:交易|设计|演艺|文化|帮扶|研发|技术|销售|服务|合作|创制|创作|生产|产业|制造)$"
)
# A class that is counted or promised in general is no project, whatever describes it.
_CLASS_END = re.compile(
    r"(?:幼儿园|超市|市场|小区|社区|街区|厂房|车间|卫生院|道路|公路|管网|街|路|桥|渠|湿地|绿道|学校|小学|中学|高中|工程|平台|"
    r"光伏|厂|生产线|段|技改|改造|整治|绿化|扩建|提质|府|苑|港|通道|家园|新村|小镇|景区)$"
)
_NEVER = re.compile(
    r"^(?:“[^”]*”(?:(?:示范)?工程|平台|基地|中心)|.{0,2}主体工程|.*(?:重大|重点)(?:工程|项目)?|[一二三四五六七八九十]大.*|.*集成电路|.*攻关|[0-9]+|.*(?:攻坚|行动|计划|机制|体系|能力|战略|制度|改革|政策|品牌|集群|产业链|经济|"
    r"(?:党建|人才|科技|投资|体系|惠民|安居|民心|素质|文明|培育|提升|畅通|提质|引领|强[省市县区国]|基础性|系统|龙头|一号|平安|再造|发展|转型|倍增|创新|振兴|行动|惠农|保障|健康).{0,6}工程|.*(?:思路|出路|门路|新路|之路|套路)|(?:“[^”]*”)+(?:工程|平台)|“[^”]{1,6}”(?:重大|重点)?|"
    r"生态环境|人居环境|营商环境|城乡环境|投资|需求|结构调整|主力军|排头兵|中高速|高速增长|政府|会议|工作|生活|群众|问题|水平))$"
    r"|^(?:我|各|这|让|使|按|把|由|在|与|更|不|其|此|也|又|再|仅|将|被|区域中心|(?:全国|全省|世界)(?!.{7}))"
    r"|[。！？%％]|(?:增长|达到|突破|超过|下降|提高|荣获|获评|坚决|努力|不断|持续|深入|加强|加大|狠抓|聚焦)"
)

_STAGES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (action, re.compile(pattern))
    for action, pattern in (
        ("produce", r"试生产|投产|达产|达效|量产"),
        (
            "build",
            r"主体(?:工程|结构)?(?:全面|基本)?(?:完工|竣工|封顶|完成)|土建[^，,]{0,6}完工|封顶|正在|达到入住",
        ),
        ("apply", r"申建|申报|获批|获(?:国家|省)?批复"),
        ("plan", r"前期(?:工作)?|谋划|筹建|核准|筹备|规划研究|可研"),
        (
            "upgrade",
            r"改造|扩建|提标|整治|技扩?改|提升|做大做强|做强做优|提档升级|提质|提能|扩面|拓宽",
        ),
        (
            "complete",
            r"建成|投入(?:使用|运营|运行|试运行)|试运行|搭建|投用|投运|通车|运营|营业|竣工|启用|完工|开馆|开园|开业|开学|上线|"
            r"交付|落成|并网|通航|通水|贯通|完成(?![^，,]{0,10}投资)|全线|新建|开通|挂牌",
        ),
        ("sign", r"签约|落户|落地(?!签)|引进|签订"),
        ("start", r"开工|启动|动工|破土|奠基"),
        (
            "build",
            r"建设|重建|展开|推进|加快|打通|开发|发力|实施|进展|入驻|迁建|搬迁|复工|续建|修建|铺设|打造|布局|推动|提速|深化",
        ),
    )
)
_ANY_STAGE = re.compile("|".join(pattern.pattern for _, pattern in _STAGES))
_UPGRADES = re.compile(r"改造|扩建|提标|整治|技扩?改|提档升级")


# What may stand between a name and what is done to it.
_BETWEEN = word_list("between")
_Place = tuple[int, str]
_DONE_TO_PROJECTS = re.compile(
    r"(?:等)?(?:项目|工程)?(?:相继|陆续|顺利|正式|全面|均|已|基本|加快|主体)*(?:开工|建成|竣工|签约|投产|投用|投运|投入"
    r"|通车|开园|开馆|封顶|完工|运营|落地|启用|开业|并网|贯通|交付|建设|推进|进展|达产)"
)
_FOLLOWED = re.compile(
    f"(?:{any_of(_BETWEEN)}|[0-9]{{1,2}}月(?:份|底)?前?)*(?:"
    + "|".join(one.pattern for _, one in _STAGES)
    + ")"
)


@dataclass(frozen=True)
class _Name:
    """A name at its offset in the clause, and what stands behind it in its own piece."""

    at: int
    name: str
    tail: str


def find_projects(text: str, lines: tuple[Line, ...], year: int) -> tuple[NamedProject, ...]:
    """Find the named projects of a report, with action, status and period."""
    periods = Periods(year)
    found: list[NamedProject] = []
    scope = "year"
    for line in lines:
        scope = periods.scope(text[line.at : line.end], scope, line.part, line.section)
        for at, end in sentences(text, line.at, line.end):
            sentence = text[at:end]
            for begin, clause in _clauses(sentence):
                for name, action in _read_clause(clause):
                    place = at + begin + name.at
                    period = periods.of(sentence, begin + name.at, line.part, scope, False)
                    if line.part == "plan":
                        period = periods.month(clause) or period
                    found.append(
                        NamedProject(
                            name=name.name,
                            at=place,
                            action=action,
                            status="planned" if line.part == "plan" else "done",
                            period=period,
                            section=line.section,
                            sentence=(at, end),
                            confidence=0.9 if _BUILT_END.search(name.name) else 0.7,
                        )
                    )
    return tuple(found)


_SPOKEN_OF = re.compile("[,，；;](?:该|整个)?(?:园区|项目|基地)")


def without_indicators(
    projects: Iterable[NamedProject], statements: Iterable[Statement], text: str
) -> tuple[NamedProject, ...]:
    """Leave out what only opens the name of a number: 青禾产业园入驻企业达到30家 builds no park.

    Where the sentence goes on with what becomes of it, it is named all the same.
    """
    indicators: dict[tuple[int, int], set[str]] = {}
    for one in statements:
        indicators.setdefault(one.sentence, set()).add(one.indicator)
    return tuple(
        one
        for one in projects
        if not any(
            len(indicator) > len(one.name)
            and indicator.startswith(one.name)
            and text.startswith(indicator, one.at)
            and not _SPOKEN_OF.search(text, one.at, one.sentence[1])
            for indicator in indicators.get(one.sentence, ())
        )
    )


_HIDES = re.compile("[“（(《‘]")


def _cut(text: str, marks: str) -> Iterator[tuple[int, str]]:
    """Yield the pieces between marks, with their offsets; brackets and quotes hide marks."""
    if not _HIDES.search(text):
        for hit in re.finditer(f"[^{marks}]*", text):
            if hit.start() == 0 or text[hit.start() - 1] in marks:
                yield hit.start(), hit[0]
        return
    at = depth = 0
    for index, char in enumerate(text):
        if char in "“（(《‘":
            depth += 1
        elif char in "”）)》’":
            depth = max(0, depth - 1)
        elif not depth and char in marks:
            yield at, text[at:index]
            at = index + 1
    yield at, text[at:]


def _clauses(sentence: str) -> Iterator[tuple[int, str]]:
    """Yield the clauses of a sentence; 甲项目，6月投产 is one, for the stage is in the next."""
    pieces = list(_cut(sentence, ",，;；。:：！!"))
    for index, (begin, clause) in enumerate(pieces):
        if index + 1 < len(pieces) and clause.endswith("项目") and not _ANY_STAGE.search(clause):
            at, later = pieces[index + 1]
            if _FOLLOWED.match(later):
                clause = sentence[begin : at + len(later)]
        yield begin, clause


def _read_clause(clause: str) -> Iterator[tuple[_Name, str]]:
    """Yield the names of a clause with the stage that holds for each."""
    if not _ANY_STAGE.search(clause):
        return
    names = _names(clause)
    if not names:
        return
    lead = clause[: names[0].at]
    waiting: list[_Name] = []
    for index, one in enumerate(names):
        waiting.append(one)
        own = _stage(one.tail)
        if own is None and index + 1 < len(names):
            continue
        for name in waiting:
            action = _settle(name.name, own, lead, one.tail)
            if action is not None:
                yield name, action
        waiting = []


def _settle(name: str, own: str | None, lead: str, tail: str) -> str | None:
    """Return the stage of a name from its own words, the tail behind it and the lead before."""
    before = _stage(lead)
    if own in ("produce", "plan") or before == "plan":
        return own if own in ("produce", "plan") else "plan"
    if _UPGRADES.search(name) or own == "upgrade":
        started = own == "start" or (own is None and before == "start" and "改造" not in name)
        return "start" if started and not _UPGRADES.search(name) else "upgrade"
    if own is None or (
        own == "build"
        and re.match(r"(?:等[^，,]*)?(?:项目|工程|任务)?(?:的)?(?:建设|重建|迁建|实施|开发)", tail)
    ):
        if before in ("start", "complete", "upgrade", "sign", "produce"):
            return before
        return own or before
    return own


def _stage(said: str) -> str | None:
    """Return the stage that words tell, the latest one first."""
    for action, pattern in _STAGES:
        if pattern.search(said):
            return action
    return None


def _names(clause: str) -> list[_Name]:
    """Return the names of a clause, each with the words behind it up to the next."""
    listed = _LIST.search(clause)
    is_closed = listed is not None and listed[0].startswith("等")
    stop = listed.start() if listed else len(clause)
    found: list[_Place] = []
    bare: list[_Place] = []
    for at, piece in _pieces(clause):
        if is_closed and stop < at:
            break
        one = _name(at, piece[: stop - at] if is_closed else piece, is_listed=is_closed)
        if one is not None:
            found += _with_lent_noun(bare, one, clause)
            bare = []
        elif (nounless := _name(at, piece, is_listed=True)) is not None:
            bare.append(nounless)
        else:
            bare = []
    if not found:
        return []
    ends = [at for at, _ in found[1:]] + [len(clause)]
    return [
        _Name(at, name, clause[at + len(name) : end])
        for (at, name), end in zip(found, ends, strict=True)
    ]


_AND_BEAUTY = re.compile("和(?=[美谐平睦顺])")


def _pieces(clause: str) -> list[_Place]:
    """Cut a clause at the joints of a list."""
    hidden = _AND_BEAUTY.sub("＆", clause)
    return [
        (at + inner, part)
        for at, piece in _cut(hidden, "、和")
        for inner, part in _cut_words(clause[at : at + len(piece)], ("以及", "及"))
    ]


def _cut_words(text: str, marks: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    at = 0
    for hit in re.finditer("|".join(marks), text):
        if hit.start() >= 4 and len(text) - hit.end() >= 4:
            yield at, text[at : hit.start()]
            at = hit.end()
    yield at, text[at:]


def _name(at: int, piece: str, *, is_listed: bool) -> _Place | None:
    """Return the name that a piece of a clause holds, with its offset."""
    gone = _led_up_to(piece)
    body = piece[gone:]
    name = body if is_listed else _to_the_noun(body)
    if name is None:
        return None
    for inner in list(_LEAD_INSIDE.finditer(name))[::-1]:
        if len(name) - inner.end() >= 3:
            gone += inner.end()
            name = name[inner.end() :]
            break
    name = name.rstrip()
    return (at + gone, name) if _is_name(name, is_listed=is_listed) else None


@lru_cache(maxsize=256)  # a piece is tried twice: with a noun of its own, and as one of a list
def _led_up_to(piece: str) -> int:
    """Return how much of a piece only leads up to the name in it."""
    gone = 0
    for strip in (_LEAD, _PAID, _LEAD, _MEASURED, _QUALIFIED, _LEAD, _MEASURED):
        hit = strip.match(piece[gone:])
        if hit and len(piece) - gone - hit.end() >= 2:
            gone += hit.end()
    return gone


# 重点医院建设试点, 研发中心提升计划: a programme for a class of things.
_PROGRAMME = re.compile(r"(?:建设|提升|改造)?(?:试点|计划|行动)")


def _to_the_noun(body: str) -> str | None:
    """Return the longest beginning of a piece that ends like something built."""
    if not _MAY_END.search(body):
        return None
    for end in range(min(len(body), 28), 1, -1):
        if body[end - 1] not in _LAST and not body.startswith("项目", end):
            continue
        head, rest = body[:end], body[end:]
        if _PROGRAMME.match(rest):
            return None
        if rest.startswith("项目") and end > 3:
            return head
        if _BUILT_END.search(head) and (not rest or _FOLLOWED.match(rest)):
            return head
    return None


def _is_name(name: str, *, is_listed: bool) -> bool:
    """Tell whether words name one thing, rather than a class of things or a deed."""
    if _WORKS_AT.search(name) and not _DEED.search(name) and "、" not in name:
        return len(name) <= 26
    if not 2 <= len(name) <= 26 or _NEVER.search(name) or _DEED.search(name):
        return False
    if any(name.count(pair[0]) != name.count(pair[1]) for pair in ("“”", "（）", "()", "《》")):
        return False
    if _COUNTED.search(name) or re.search(r"[，,、的]", re.sub("“[^”]*”", "", name)):
        return False
    if re.fullmatch(r"[一二三四五六]期(?:工程)?", name):
        return True
    if re.fullmatch(r"[国省县]道[0-9]+", name):
        return True
    if is_listed and _FIELD.search(name):
        return False
    if (
        not is_listed
        and (works := _WORKS_ON.search(name))
        and not _WORKED_ON.search(name[: works.start()])
    ):
        return False
    if len(name) - len(_BUILT_END.sub("", name)) > len(name) - 2:
        return False
    return len(_COMMON_ALL.sub("", _CLASS_END.sub("", name))) >= 2


def _with_lent_noun(bare: list[_Place], last: _Place, clause: str) -> list[_Place]:
    """Return the names of a list, those without a noun of their own where the list allows it.

    The last may lend its noun to all (甲、乙老旧小区 are 甲 and 乙), or a deed that only projects
    do may follow (甲、乙产业园开工建设).
    """
    at, name = last
    lent = _LENT.search(name)
    longest = max((len(words) for _, words in bare), default=0)
    if lent and bare and 2 <= lent.start() <= longest + 1 <= 9:
        return [*bare, (at, name[: lent.start()])]
    if longest <= 10 and _DONE_TO_PROJECTS.match(clause, at + len(name)):
        return [*bare, last]
    return [last]
