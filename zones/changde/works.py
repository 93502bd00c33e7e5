"""What this zone plans otherwise than the base: when in the year projects break ground."""

from ibis import _

from jingkai.kernel.indicators import Indicator
from zones.base.askers import HEADLINE
from zones.base.projects import COMMISSION, GATE_BASIS, SIGN, START

GROUND = (3, 5, 15, 25, 36, 46, 53, 61, 72, 83, 93, 100)
GROUND_BY_MONTH = (3, 2, 10, 10, 11, 10, 7, 8, 11, 11, 10, 7)
GROUND_REASON = (
    "本区（演示）自定，没有公布的依据：春节前后和夏季雨期动工少，二季度和九、十月集中开工。"
)

# A definition is read whole in one place, so it stands here whole and not as a change of the base.
projects_started = Indicator(
    id="projects_started",
    name="新开工项目",
    english="Projects that broke ground",
    unit="个",
    over="projects.gate_passed",
    by=("department",),
    value=_.count(where=_.gate == "start"),
    words="当期主体工程动工并有施工许可或桩基照片为凭的项目个数。",
    asked_by=(HEADLINE,),
    basis=GATE_BASIS,
    aliases=("开工项目", "新开工项目数"),
    curve=GROUND,
    curve_reason=GROUND_REASON,
    monthly=GROUND_BY_MONTH,
    examples={
        "只数开工节点": ([START, START | {"kind": "民生"}, SIGN, COMMISSION], 2),
        "没有开工就是 0": ([SIGN], 0),
    },
)
