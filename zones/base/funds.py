"""Public money: what comes from above, what is borrowed, what firms receive."""

from jingkai.kernel.readings import reading
from jingkai.kernel.units import wan

higher_level_funds = reading(
    "amount",
    id="higher_level_funds",
    name="到位上级资金",
    english="Funds received from higher levels",
    unit="亿元",
    words="当期下达并到账的中央、省、市专项和转移支付资金，批复未到账不计。",
    basis="财政部门资金到账台账口径(K)",
    aliases=(
        "上级资金",
        "争取上级资金",
        "向上争资",
    ),
    sample=wan(8500),
)
special_bonds = reading(
    "amount",
    id="special_bonds",
    name="地方政府专项债券",
    english="Local government special bonds issued",
    unit="亿元",
    words="当期成功发行并用于本区的新增专项债券额。",
    basis="《地方政府债券发行管理办法》(财库〔2020〕43号)(K)",
    aliases=(
        "专项债券",
        "地方政府专项债",
    ),
    sample=wan(63900),
)
reward_funds = reading(
    "amount",
    id="reward_funds",
    name="兑现奖励扶持资金",
    english="Rewards and support paid to firms",
    unit="万元",
    words="按惠企政策实际拨付给企业的奖励和扶持资金。",
    basis="财政国库集中支付凭证口径(K)",
    aliases=("奖励扶持资金",),
    sample=wan(5100),
)
tax_relief = reading(
    "amount",
    id="tax_relief",
    name="减免税收",
    english="Tax relief granted to firms",
    unit="万元",
    words="当期为企业直接减征、免征的税额，不含缓缴。",
    basis="税务部门减税降费统计口径(K)",
    aliases=("减税",),
    sample=wan(6500),
)
