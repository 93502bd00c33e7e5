"""Parks of this zone: how full they are."""

from jingkai.kernel.readings import reading

biopark_firms = reading(
    "quantity",
    id="biopark_firms",
    name="生物医药产业园入驻企业",
    english="Firms settled in the biomedicine park",
    unit="家",
    adds_up="stock",
    words="期末已签入园协议并完成注册的企业数，退出的扣减。",
    basis="常德经开区2021年工作计划(2021年2月4日全区经济工作会议)",
    aliases=("生物医药园入驻企业",),
    sample=6,
)
