"""Who asks for a number: named once, shown on its page of the dictionary."""

# What the 国民经济和社会发展计划 and the work report set as expected targets of the year.
HEADLINE = "政府工作报告年度预期目标"
# Named in the 2021 version of the assessment or in the releases of its results.
ASSESSMENT = "国家级经济技术开发区综合发展水平考核评价"
# Added up from what firms on the statistical roll return each month.
MONTHLY = "企业月报（一套表）"
