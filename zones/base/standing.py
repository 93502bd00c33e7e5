"""Standing: ranks in the assessments of the nation and the province; a smaller rank is better."""

from jingkai.kernel.readings import reading

national_assessment_rank = reading(
    "quantity",
    id="national_assessment_rank",
    name="国家级经开区考核排名",
    english="Rank in the national assessment of development zones",
    unit="位",
    adds_up="stock",
    measure="rank",
    direction="down",
    words="商务部综合发展水平考核评价公布的名次。",
    basis="商务部《国家级经济技术开发区综合发展水平考核评价办法》",
    aliases=(
        "国家级经开区考核",
        "国家级经开区综合考评",
    ),
    sample=98,
)
provincial_park_rank = reading(
    "quantity",
    id="provincial_park_rank",
    name="全省重点园区考核排名",
    english="Rank in the provincial assessment of parks",
    unit="位",
    adds_up="stock",
    measure="rank",
    direction="down",
    words="省级主管部门公布的园区综合评价名次。",
    basis="省级园区综合评价办法(K)",
    aliases=(
        "全省重点园区考核",
        "省级园区综合评价",
    ),
    sample=18,
)
