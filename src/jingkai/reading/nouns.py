"""What a number speaks of: the noun phrase before it or behind it, without its verbs and hedges."""

import re

from jingkai.reading.wordlists import any_of, words

__all__ = [
    "CLOSING",
    "MARKS",
    "OPENING",
    "clean_noun",
    "depth",
    "ends_in_hedge",
    "is_verb_only",
    "noun_after",
    "noun_before",
    "split_subjects",
]

MARKS = ",，;；:：。！!、"
OPENING = "“‘《「（("
CLOSING = "”’》」）)"

# Words between a noun and its number. A new one: add it here and a sentence to the tests.
_HEDGES = words(
    """
    达到了 达到 达 完成了 完成 实现了 实现 超过 突破 超 逾 为 约 近 接近 共 共计 累计 合计 总计 已
    仅 预计 预计达 可达 均 全部 稳定在 保持在 控制在 提高到 提升到 上升到 增加到 扩大到 增至 升至
    降至 下降到 减少到 缩小至 缩小到 提升至 提高至 扩大至 降低到 降到 增长 同比增长 比上年增长 同比 环比
    下降 同比下降 分别 年均增长 年均 增加 减少 净增 新增 压缩 降低 提高 上升 提升 下调 增速 增速达到 增幅
    增幅达
    涨幅 涨幅控制在 过 不低于 不少于 至少 高于 低于 有 由 从 是 各 全年 位居 居 排名 排 位列 列 第 在
    的 保持 继续保持 力争 确保 争取 可 将 率先 再 又 只 仅用 仅用时 用时 连续 也 还 开行
    比去年 较年初 比年初 较上年末 比上年末 现有 目前 可比 比上年 较上年 较上年增长 共有 拥有 达成
    总数达到 总数达 总数 人均 月增 平均 全市 全省 全国 全球 前 进入 进入前 首次 首次进入 名列 跃居 跃升至
    上升至 跻身 到 至 不超过 不高于 当年 获 获得 荣获 同比提高 同比上升 稳居 稳 始终 始终保持 改善 改善了
   
    县中排名 中排名 按 设定为 设定 目标设定为 目标为 增速目标设定为 目标 双双
    """
)
_HEDGE = re.compile(
    f"(?:{any_of(_HEDGES)}|[ \u3000\\s]|20\\d\\d年|[比较](?:20\\d\\d年|“?十[一二三四五]五”?)[底末]?"
    r"|由(?:上年|去年|年初|原来|每人(?:每年|每月)?)的?|连续\d+年(?:保持)?|连续迈上[^、，]*台阶、?)$"
)
# Words in front of a noun that report or promise but do not name.
_LEADS = words(
    """
    做好 抓好 打掉 抓获 破获 受理 提请 审议 共受理 用于 办好 推出了 完成 实现 新增加 新增 净增 引进 引育 新引育
    新引进 引入 建成 新建 新建了 建成了 铺设 发放 兑现 安排 推出 争取到位 争取到 争取 培育 新培育 获评 获批 认定
    新认定 成功 预计 力争 确保 全年 年内 今年 去年 先后 累计 共 已 直接 组建 建立 建设 加快 推进 加快建设 加快推进
    全力 努力 通过 发行 成功发行 开展 举办 放映 供应 实施 重点实施 重点 完成了 实现了 引进了 实施了 新创设 创设
    挖潜 挖掘 侦破 办理 动态调整 调整 改造 改造提升 改造优化 新建完善 清淤拓宽 妥善解决 解决 解决了 顺利
    成功填补 填补 争创 入选 授权 新授权 参与 制修订 参与制修订 聘任 新聘任 组织 发明 新承接 承接 新签约并立项
    新签约 立项 全市 全区 全县 全省 全镇 全州 园区 我区 我市 我县 其中 以及 和 及 并 与 使 为 对 将 要 让 同时
    同比 比上年 关停 并入 并入集中 投入 拨付 筹集 落实 落实了 到位 达到 达 超过 突破 精简 压减 取消 下放 分别
    继续 持续 全面 深入 积极 大力 扎实 有序 进一步 开工建设 开工 启动 打造 创建 增加 减少 流转 整治 整合 盘活
    收储 出让 征收 绿化 栽植 种植 新植 新改建 改建 新改扩建 改扩建 扩建 修建 硬化 安装 更换 升级 选派 选聘 招聘
    培训 救助 帮扶 资助 惠及 带动 吸纳 转移 搬迁 安置 化解 处置 清理 拆除 查处 立案 受理 办结 接待 输送 申报
    申请 注册 登记 转化 签订 签约 对接 洽谈 洽谈引进 储备 谋划 谋划实施 列入 纳入 举行 组织开展 组织实施
    累计完成 一年来 五年来 过去一年 上半年 一季度 此外 目前 现有 市政协 商务部 到 年 底 末 园区现有 存量 月底 前
    建议 腾出 推广 取缔 退还 查扣 查封 开发 拉动 认证 创成 招引 翻建 重建 复垦 修复 疏浚 拓宽 整修 维修 修缮 加固 增设
    补植 配备 配置 购置 添置 购买 归集 征集 排查 整改 曝光 约谈 查办 审结 抓捕 打击 追缴 挽回 减征 免征 缓缴 兑付
    支付 清偿 偿还 压降 募集 促成 达成 走访 慰问 关爱 接种 筛查 救治 收治 选树 评选 表彰 命名 孵化 扶持 帮助 扶助
    招募 派驻 派出 回引 招收 录用 聘用 选调 增补 新签 新设 优化 提升 新推出 新开通 新辟 加密 承办 承建 召开 办成
    建好 完善 拆迁 腾退 平整 报批 获得 取得 斩获 摘得 夺得 赢得 新获 新获批 荣获 推动 提质改造 改造提升 计划新增 计划
    由 按照 制定 出台 修订 发布 各类 各项 一批 共有 有 拥有 承担 五年累计 妥善安置 捣毁 提请审议
    """
)
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
_LEAD = re.compile(f"^(?:{any_of(_LEADS)}|[ \u3000\\s]|“?十[一二三四五]五”?(?:时期|期间|末))")
_VERBS_ONLY = re.compile(f"(?:{any_of(_LEADS)})+")
# A verb inside a phrase: what stands before it is not the thing counted.
_INNER_VERB = re.compile(
    r"(?:发放|兑现|建成|引进|推出|铺设|获批|申报|争取到位|争取到?|参加|开展|举办|放映|创建|参与"
    r"|直接(?=减免)|安排|新建(?:了)?|投放|开通|完成|实现|新增|认定|获评|实施|盘活|新认定|供应|完善"
    r"|建设(?=[^项面规用区任工])|培育|拨付|筹集|筹措|拥有|现有|撬动|带动|关停|精简|并入|减少(?=.{2})|采取"
    r"|创新推出|努力实现|确保|力争|打造|推进|加快|引导|支持|吸引|汇聚|集聚|吸纳|惠及|有效"
    r"|拆除|突破(?=[\u4e00-\u9fff]{3})|推进好|进入|在(?![校岗建册线职编营读])|从|自(?![然主由有来贸治])|审议|受理|破获|查处|抓获|捣毁)"
)
# What ends a noun that follows its number.
_NOUN_END = re.compile(
    r"[,，;；:：。！!、\n（(]|的(?=.)|(?<![高中初同平])等(?!级)|和(?=[0-9])|以及|全部|已|均|被|将|完成|实现|建成|投产|投用|投入"
    r"|开工|启动|挂牌|列入|纳入|荣?获|通过|对(?!外)|惠及|(?<!低)(?:集体|营业)?收入|加快|建立|晋级|达到|达|超过|突破"
    r"|增长|下降|落地|确权|制定|制修订|实行|进行|竣工|签约(?!项目)|分别|成功|为|前期工作|城镇|入驻|运行|开通"
    r"|开展|进展|高效|稳步|稳定|脱贫|(?:增加|提高|提升|扩大|上升|减少|下降)到|增至|降至|加速|推进|起势|落实|春节|申报|获(?!奖)|得到|完工|封顶|开业|交付|保持|占|在|退|搬迁(?!安置)|即将|顺利|正式|基本|全面|有序|扎实|到位|先后|评|入选|上榜|向|以(?![上下内])|[0-9]"
)
_CLOSING_DEED = re.compile(
    r"(?<=..)(?:(?:建设)?(?:任务|工作|(?<!遗留)问题)|铺设|(?:综合)?(?:改造|整治)工程)$"
)
_PRAISED = re.compile(r"[^,，。；;、]{1,6}(?:知名|[响优高新大好强美])的(?=..)")


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
    return noun if 2 <= len(noun) <= 24 else ""


def clean_noun(phrase: str) -> str:
    """Return a noun phrase without what leads up to it and does not belong to it."""
    for _ in range(10):
        phrase = phrase.strip().lstrip(CLOSING + MARKS + "—-·")
        if _KEPT.match(phrase):
            break
        lead = _LEAD.match(phrase)
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
