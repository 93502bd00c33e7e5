"""The counter: how many cases, how fast against the law and the promise, how satisfied."""

from ibis import _

from jingkai.kernel.indicators import Indicator

DECIDED = {"statutory": 20, "promised": 5, "used": 3, "pace": "提前"}
RULES = "行政许可法第四十二条至第四十五条；优化营商环境条例第三十六条"
RATED = "政务服务“好差评”制度：五个等次，基本满意及以上计为满意(K)"

cases_accepted = Indicator(
    id="cases_accepted",
    name="办件受理量",
    english="Cases accepted",
    unit="件",
    over="cases.accepted",
    value=_.count(where=(_.how == "当面") | (_.how == "视为受理")),
    words="当期受理的办件数，依法视为受理的也计。",
    basis=RULES,
    examples={
        "视为受理也计": ([{"how": "当面"}, {"how": "视为受理"}], 2),
        "没有写明方式的不计": ([{"how": None}], 0),
    },
)
cases_decided = Indicator(
    id="cases_decided",
    name="办件决定量",
    english="Cases decided",
    unit="件",
    over="cases.decided",
    value=_.count(where=(_.outcome == "准予许可") | (_.outcome == "不予许可")),
    words="当期作出决定的办件数，不予许可的也计。",
    basis=RULES,
    examples={
        "准予和不予都计，别的结果不计": (
            [{"outcome": "准予许可"}, *[{"outcome": "不予许可"}] * 2, *[{"outcome": "终止"}] * 3],
            3,
        )
    },
)
cases_decided_early = Indicator(
    id="cases_decided_early",
    name="提前办结量",
    english="Cases decided early",
    unit="件",
    over="cases.decided",
    value=_.count(where=_.pace == "提前"),
    words="用时少于承诺时限的办件数；正好在承诺时限内最后一天的算按期，不算提前。",
    basis=RULES,
    part_of="cases_decided",
    examples={
        "按期和逾期不算提前": ([DECIDED, DECIDED | {"pace": "按期"}, DECIDED | {"pace": "逾期"}], 1)
    },
)
early_rate = Indicator(
    id="early_rate",
    name="提前办结率",
    english="Share decided early",
    unit="%",
    adds_up="share",
    numerator="cases_decided_early",
    denominator="cases_decided",
    words="提前办结量占办件决定量的比重。",
    basis=RULES,
    examples={"四件里三件提前": ([{"numerator": 3, "denominator": 4}], 75)},
)
days_by_law = Indicator(
    id="days_by_law",
    name="办件法定时限合计",
    english="Days by law of decided cases",
    unit="天",
    over="cases.decided",
    value=_.statutory.sum(where=(_.outcome == "准予许可") | (_.outcome == "不予许可")),
    words="当期作出决定的办件，法定时限相加（含批准的延期）。",
    basis=RULES,
    examples={
        "准予和不予相加，别的结果不计": (
            [
                DECIDED | {"outcome": "准予许可"},
                DECIDED | {"outcome": "不予许可", "statutory": 7},
                DECIDED | {"outcome": "终止", "statutory": 100},
            ],
            27,
        )
    },
)
days_used = Indicator(
    id="days_used",
    name="办件实际用时合计",
    english="Days used by decided cases",
    unit="天",
    over="cases.decided",
    value=_.used.sum(where=(_.outcome == "准予许可") | (_.outcome == "不予许可")),
    words="当期作出决定的办件，实际用时相加，依法暂停的不计。",
    basis=RULES,
    examples={
        "准予和不予相加，别的结果不计": (
            [
                DECIDED | {"outcome": "准予许可"},
                DECIDED | {"outcome": "不予许可", "used": 2},
                DECIDED | {"outcome": "终止", "used": 50},
            ],
            5,
        )
    },
)
time_against_law = Indicator(
    id="time_against_law",
    name="实际用时占法定时限",
    english="Time used as a share of the law's limit",
    unit="%",
    adds_up="share",
    numerator="days_used",
    denominator="days_by_law",
    direction="down",
    words="实际用时合计占法定时限合计的比重；100%减去它就是办理时限压减率。",
    basis=RULES,
    examples={"二十天的事五天办完": ([{"numerator": 5, "denominator": 20}], 25)},
)
trips = Indicator(
    id="trips",
    name="申请人跑动次数",
    english="Trips to the counter",
    unit="次",
    over="cases.closed",
    value=_.trips.sum(where=(_.outcome == "准予许可") | (_.outcome == "不予许可")),
    direction="down",
    words="当期准予或不予后办结的办件，申请人到窗口的次数相加；网上申请为0次，退件的不计。",
    basis=RULES,
    examples={
        "准予和不予相加，退件的不计，网上申请为0次": (
            [
                {"outcome": "准予许可", "trips": 1},
                {"outcome": "不予许可", "trips": 2},
                {"outcome": "准予许可", "trips": 0},
                {"outcome": "退件", "trips": 50},
            ],
            3,
        )
    },
)
ratings = Indicator(
    id="ratings",
    name="办件评价量",
    english="Cases rated",
    unit="件",
    over="approvals.rated",
    value=_.count(where=_.grade >= 1),
    words="当期收到的评价数，一件只计第一次评价。",
    basis=RATED,
    examples={
        "好评差评都计，没有等次的不计": (
            [{"grade": 5}, {"grade": 4}, {"grade": 1}, {"grade": 0}],
            3,
        )
    },
)
ratings_satisfied = Indicator(
    id="ratings_satisfied",
    name="满意评价量",
    english="Satisfied ratings",
    unit="件",
    over="approvals.rated",
    value=_.count(where=_.grade >= 3),
    words="评价为基本满意、满意、非常满意的件数。",
    basis=RATED,
    part_of="ratings",
    examples={
        "基本满意计入，不满意不计": ([{"grade": 3}, {"grade": 4}, {"grade": 5}, {"grade": 2}], 3)
    },
)
satisfaction = Indicator(
    id="satisfaction",
    name="政务服务满意率",
    english="Satisfaction with the counter",
    unit="%",
    adds_up="share",
    numerator="ratings_satisfied",
    denominator="ratings",
    words="满意评价量占办件评价量的比重。",
    basis=RATED,
    aliases=("办事满意度",),
    examples={"五件里四件满意": ([{"numerator": 4, "denominator": 5}], 80)},
)
