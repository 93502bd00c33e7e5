"""Which indicator a number belongs to: one pattern, one example."""

import pytest

from tests.reading.said import REVIEW, numbers

# A new pattern: add its example here.
EXAMPLES = [
    # the noun stands before its number, without verbs, hedges, places and years
    ("完成税收9亿元。", ["税收"]),
    ("全区规模工业增加值预计达到40亿元左右。", ["规模工业增加值"]),
    ("2030年一般公共预算收入9亿元。", ["一般公共预算收入"]),
    ("积极争取上级资金3亿元。", ["上级资金"]),
    ("居民人均可支配收入实际增长6%。", ["居民人均可支配收入"]),
    ("再制造目录扩展到24个。", ["再制造目录"]),
    ("审批时限由20天压缩到5天。", ["审批时限"]),
    ("清理河道垃圾[1]190处。", ["河道垃圾"]),
    # the noun stands behind the numeral
    ("建成9条主次干道。", ["主次干道"]),
    ("青禾、白鹭等8家4S店建成运营。", ["4S店"]),
    ("分片实施30公里农村公路建设。", ["农村公路建设"]),
    ("每年设立400万元救助保险。", ["救助保险"]),
    ("解决3000名农民工就业问题。", ["农民工"]),
    ("107家媒体报道园区做法。", ["媒体"]),
    ("6家企业成功入选名单。", ["企业"]),
    ("网络覆盖城区和93%以上行政村。", ["行政村"]),
    # carried over from the clause before
    ("税收9亿元，增长8%。", ["税收", "税收"]),
    ("引进外资1.5亿美元、约合10亿元人民币。", ["外资", "外资"]),
    ("清洁能源装机1.6亿千瓦、占全省装机64%。", ["清洁能源装机", "清洁能源装机"]),
    ("税收9亿元，完成年度目标的105%。", ["税收", "税收"]),
    ("粮食产量13亿斤、占全省5%、居全省第二。", ["粮食产量"] * 3),
    # shared
    ("税收、财政收入分别增长8%和9%。", ["税收", "财政收入"]),
    ("新建污水厂和垃圾场24座和12座。", ["污水厂", "垃圾场"]),
    ("入园企业、研发中心70家、12家，累计分别达到131家、90家。", ["入园企业", "研发中心"] * 2),
    ("燃气普及率、污水处理率均达到100%。", ["燃气普及率", "污水处理率"]),
    ("小微贷款、涉农贷款增速比平均增速分别高3.5和1.1个百分点。", ["小微贷款", "涉农贷款增速"]),
    ("技工贸收入和工业总产值翻一番。", ["技工贸收入", "工业总产值"]),
    # ranked, counted, compared
    ("园区发展指数在全国210个园区中排名第53位。", ["发展指数"]),
    ("税收增长8%、高于全省1.2个百分点。", ["税收", "税收"]),
    ("科技投入占财政支出比重提高到5%。", ["科技投入占财政支出比重"]),
]


@pytest.mark.parametrize(("sentence", "indicators"), EXAMPLES, ids=[one for one, _ in EXAMPLES])
def test_a_number_belongs_to_its_indicator(sentence: str, indicators: list[str]):
    assert [one.indicator for one in numbers(sentence, REVIEW)] == indicators
