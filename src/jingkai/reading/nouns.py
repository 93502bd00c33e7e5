"""What a number speaks of: the noun phrase before it or behind it, without its verbs and hedges."""

import re
from functools import lru_cache

from jingkai.reading.wordlists import any_of, word_list

__all__ = [
    "CLOSING",
    "MARKS",
    "OPENING",
    "clean_noun",
    "depth",
    "ends_in_hedge",
    "ends_in_verb",
    "is_verb_only",
    "noun_after",
    "noun_before",
    "split_subjects",
]

MARKS = ",，;；:：。！!、"
OPENING = "“‘《「（("
CLOSING = "”’》」）)"

# Words between a noun and its number. A new one: add it here and a sentence to the tests.
_HEDGES = word_list("hedges")
_ADVERBS = word_list("adverbs")
_HEDGE = re.compile(
    f"(?:{any_of(_HEDGES)}|[ \u3000\\s]|20\\d\\d年|[比较](?:20\\d\\d年|“?十[一二三四五]五”?)[底末]?"
    r"|(?:[达增降升减压缩扩跌涨跃延]|(?<=..)[\u4e00-\u9fff][^达增降升减压缩扩跌涨跃延])[到至]|进入了?"
    r"|(?<!班)列|[由从][0-9.]+个?(?:%|天|月|工作日|小时|分钟|元|家|户|人)"
    r"|由(?:上年|去年|年初|原来|每人(?:每年|每月)?)的?|连续(?:\d+|[一二两三四五六七八九十])年(?:保持)?|连续迈上[^、，]*台阶、?)$"
)
# Words in front of a noun that report or promise but do not name.
_VERBS = word_list("verbs")
_LEADS = word_list("leads") + _VERBS
_ENDS_IN_VERB = re.compile(f"(?:{any_of(_VERBS)})了?$")
# Words that look like a lead and are part of the name.
_KEPT = re.compile(
    r"^(?:共同|增加值|开发(?:区|投资|面积|强度)|新开工|开工(?:项目|率)|签约(?:项目|率)|投产项目|新签约项目|新增(?:就业|城镇就业)|到位资金|减免税收"
    r"|投入(?:$|强度)|建设用地|建成区|改造面积|注册(?:资本|商标|企业|用户)|登记失业|培训(?:基地|机构)|存量"
    r"|征收面积|发明专利|创业|流转面积|绿化(?:率|面积|覆盖)|年度|年均|安置(?:房|点)|全省|全市重点|实际|实事"
    r"|实体|实施率|建设项目|对外|对口|共建|在建|自然|自主|自由|自有|为民|和美|要素|登记|实用"
    r"|重点(?:项目|实验室|企业|工程|产业|研发|龙头)|储备(?:库|项目|粮|用地)|救助(?:资金|补贴)|前期|有效|年产"
    r"|年销|地方|地区|地产|地表|与会|及格|末端|到户|实验|各级|立案)"
)
_HEADS_A_RATE = "率额量"  # 整改率, 开发量: the verb is part of the noun
_LEAD = re.compile(
    f"^(?:{any_of(_LEADS)}|新(?:{any_of(_VERBS)})(?=..)|[ \u3000\\s]|20\\d\\d年(?:度|底|末)?"
    r"|[两三四五]年(?=累计)|“?十[一二三四五]五”?(?:时期|期间|末))"
)
_VERBS_ONLY = re.compile(f"(?:{any_of(_LEADS)})+")
# A verb inside a phrase: what stands before it is not the thing counted.
_INNER_VERB = re.compile(
    r"(?:发放|兑现|建成|引进|推出|铺设|获批|申报|争取到位|争取到?|参加|开展|举办|放映|创建|参与"
    r"|直接(?=减免)|安排|新建(?:了)?|投放|开通|完成|实现|新增|认定|获评|实施|盘活|新认定|供应|完善"
    r"|建设(?=[^项面规用区任工])|培育|拨付|筹集|筹措|拥有|现有|撬动|带动|关停|精简|并入|减少(?=.{2})|采取|垫付|设立|提供|支付|偿还|化解|处置|出台|签订|获得|组织(?=.{3})|召开|承办|推广|安装|更换|购置|配备"
    r"|创新推出|努力实现|确保|力争|打造|推进|加快|引导|支持|吸引|汇聚|集聚|吸纳|惠及|有效"
    r"|拆除|突破(?=[\u4e00-\u9fff]{3})|推进好|进入|在(?![校岗建册线职编营读])|从|自(?![然主由有来贸治])|审议|受理|破获|查处|抓获|捣毁)"
)
# What ends a noun that follows its number.
_NOUN_END = re.compile(
    r"[,，;；:：。！!、\n（(〔\[［《]|的(?=.)|(?<![高中初同平])等(?!级)|和(?=[0-9]|全[国省市区县])"
    r"|(?<=..)(?:" + any_of(_ADVERBS) + "|" + any_of(word_list("noun_ends")) + r")"
    r"|已|均|被|将|荣?获(?!奖)|(?<![相应针面绝])对(?![外口接])|(?<!低)(?:集体|营业)?收入|达|为|占|在|退|先后|评|向"
    r"|(?:增加|提高|提升|扩大|上升|减少|下降)到|签约(?!项目|服务|企业)|搬迁(?!安置)|以(?![上下内])|早(?=[投达开落日])|[0-9]"
)
# 积极争取上级资金: after a word of manner two characters are the verb.
_MANNER = re.compile(
    f"^(?!全部|基本|常态|高标准|高质|高水|高效|集中)(?:{any_of(_ADVERBS)})[\u4e00-\u9fff]{{2}}[了到好成]?(?=..)"
)
_CLOSING_DEED = re.compile(
    r"(?<=..)(?:(?:建设)?(?:(?<!试验)(?<!试点)任务|目标|工作|(?<!遗留)问题)|铺设|改造提升|提升改造|提质改造|改造提质)$"
)
_PRAISED = re.compile(r"[^,，。；;、]{1,6}(?:知名|[响优高新大好强美])的(?=..)")


@lru_cache(maxsize=4096)  # reports repeat their phrases
def noun_before(phrase: str) -> str:
    """Return the noun of a phrase that stands before its number: 力争税收突破 → 税收."""
    phrase = phrase.strip()
    for _ in range(12):
        if phrase.endswith(("占比", "同比增长率")):
            break
        hit = _HEDGE.search(phrase)
        if not hit or not hit[0]:
            break
        phrase = phrase[: hit.start()].rstrip()
    return clean_noun(phrase)


@lru_cache(maxsize=4096)  # reports repeat their phrases
def noun_after(rest: str) -> str:
    """Return the noun that stands behind its number: 条主次干道建成通车 → 主次干道."""
    rest = re.sub(r"^(?:以上|以下|左右|以内)?的?", "", rest.lstrip())
    if hit := _PRAISED.match(rest):
        rest = rest[hit.end() :]
    noun = rest
    model = re.match(r"[0-9]+[A-Z]", rest)  # 4S店, 5G基站
    for hit in _NOUN_END.finditer(rest, model.end() if model else 0):
        if not depth(rest, hit.start()):
            noun = rest[: hit.start()]
            break
    noun = _CLOSING_DEED.sub("", noun.strip()).rstrip("及和与")
    return noun if 2 <= len(noun) <= 24 and noun not in _ADVERBS else ""


@lru_cache(maxsize=4096)  # reports repeat their phrases
def clean_noun(phrase: str) -> str:
    """Return a noun phrase without what leads up to it and does not belong to it."""
    for _ in range(10):
        phrase = phrase.strip().lstrip(CLOSING + MARKS + "—-·")
        if _KEPT.match(phrase):
            break
        lead = _MANNER.match(phrase) or _LEAD.match(phrase)
        if not lead or not lead[0] or len(phrase) - lead.end() < 2:
            break
        if phrase[lead.end()] in _HEADS_A_RATE:
            break
        phrase = phrase[lead.end() :]
    deepest = 0
    for hit in _INNER_VERB.finditer(phrase):
        is_verb = len(phrase) - hit.end() >= 2 and not _KEPT.match(phrase[hit.start() :])
        if is_verb and not depth(phrase, hit.start()):
            deepest = hit.end()
    if deepest:
        return clean_noun(phrase[deepest:]) or _done_to(phrase)
    listed = re.search(r"等(?!级|次|效)(?=[^等]{2,}$)", phrase)
    if listed and not depth(phrase, listed.start()):
        phrase = phrase[listed.end() :]
    phrase = re.sub(r"^(?:各类|各项|了|的|等(?!级)|个|年(?!度|均|产|收|旅|吞)|多)+", "", phrase)
    phrase = re.sub(r"[\[〔［][0-9]{1,3}[\]〕］]$", "", phrase)
    phrase = phrase.rstrip("的等内为在共达和及、" + OPENING).strip()
    phrase = re.sub("(?<![高初附集一二三])中$", "", phrase)
    if is_verb_only(phrase) and phrase not in ("投入", "绿化", "培训", "救助"):
        return ""
    return _CLOSING_DEED.sub("", phrase)


def _done_to(phrase: str) -> str:
    """Return the noun before its own verbs: 城市道路新建改造 → 城市道路."""
    verbs = re.search(f"(?:{any_of(_LEADS)})+$", phrase)
    return phrase[: verbs.start()] if verbs and verbs.start() >= 2 else ""


def ends_in_hedge(phrase: str) -> bool:
    """Tell whether a phrase ends in a word that leads to its number: 税收突破."""
    return _HEDGE.search(phrase) is not None


def ends_in_verb(phrase: str) -> bool:
    """Tell whether a phrase ends in a verb whose object follows the number: 每年发放…贷款."""
    return _ENDS_IN_VERB.search(phrase) is not None


def is_verb_only(phrase: str) -> bool:
    """Tell whether a phrase holds verbs and leads alone: 新增, 累计完成."""
    return _VERBS_ONLY.fullmatch(phrase) is not None


def split_subjects(phrase: str) -> tuple[str, ...]:
    """Return the members of a list of subjects: 进出口和实际用资 → both."""
    pieces = (clean_noun(piece) for piece in re.split(r"、|和|与|及", phrase))
    return tuple(piece for piece in pieces if len(piece) > 1)


def depth(text: str, upto: int) -> int:
    """Return how many quotes and brackets are open at an offset."""
    before = text[:upto]
    opened = sum(before.count(mark) for mark in OPENING)
    return max(0, opened - sum(before.count(mark) for mark in CLOSING))
