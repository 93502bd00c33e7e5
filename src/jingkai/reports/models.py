"""A work report that was read in, and what is proposed from it."""

from django.db import models


class Intake(models.Model):
    """读入: one report, its text as read, and the review of its proposals."""

    name = models.CharField("文件名", max_length=200)
    title = models.CharField("标题", max_length=200)
    year = models.PositiveSmallIntegerField("计划年度")
    text = models.TextField("正文")
    sha256 = models.CharField("正文摘要", max_length=64)
    outline = models.JSONField("提纲", default=list)
    results = models.JSONField("已报结果", default=list)
    notes = models.JSONField("未采用的数字", default=list)
    taken_by = models.CharField("导入人", max_length=40)
    taken_on = models.DateField("导入日期")
    plan = models.OneToOneField("plan.Plan", models.PROTECT, null=True, related_name="intake")

    class Meta:
        verbose_name = "读入的工作报告"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class Proposal(models.Model):
    """建议条目: something the report promises, waiting for a clerk's word."""

    class Decision(models.TextChoices):
        """What the clerk said."""

        OPEN = "open", "待确认"
        ACCEPTED = "accepted", "已接受"
        DROPPED = "dropped", "已舍弃"

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="proposals")
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("类别", max_length=8)
    at = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    theme = models.CharField("重点任务", max_length=60, default="")
    text = models.CharField("重点工作", max_length=400)
    source = models.TextField("原句")
    name = models.CharField("指标或项目", max_length=100, default="")
    measure = models.CharField("口径", max_length=8, default="")
    op = models.CharField("比较", max_length=2, default="")
    value = models.DecimalField("数值（基本单位）", max_digits=24, decimal_places=4, null=True)
    unit = models.CharField("单位", max_length=12, default="")
    period_id = models.CharField("期间", max_length=16, default="")
    action = models.CharField("动作", max_length=10, default="")
    part_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="parts")
    lead = models.CharField("牵头单位", max_length=50, default="")
    support = models.JSONField("配合单位", default=list)
    leader = models.CharField("责任领导", max_length=40, default="")
    due_on = models.DateField("完成时限")
    confidence = models.FloatField("把握", default=1.0)
    flags = models.JSONField("提示", default=list)
    decision = models.CharField(
        "决定", max_length=8, choices=Decision.choices, default=Decision.OPEN
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "建议条目"
        ordering = ["number", "pk"]

    def __str__(self) -> str:
        return self.text
