"""Parks of this zone: how full they are."""

from ibis import _

from jingkai.kernel.indicators import Indicator

biopark_firms = Indicator(
    id="biopark_firms",
    name="生物医药产业园入驻企业",
    english="Firms settled in the biomedicine park",
    unit="家",
    over="plan.reading",
    value=_.quantity.sum(where=_.subject == "indicator:biopark_firms"),
    adds_up="stock",
    words="期末已签入园协议并完成注册的企业数，退出的扣减。",
    basis="常德经开区2021年工作计划(2021年2月4日全区经济工作会议)",
    aliases=("生物医药园入驻企业",),
    examples={
        "只取本指标的读数": (
            [
                {"subject": "indicator:biopark_firms", "quantity": 6},
                {"subject": "indicator:others", "quantity": 1},
            ],
            6,
        ),
        "没有报这一项就是未报": ([{"subject": "indicator:biopark_firms", "area": 1}], None),
    },
)
