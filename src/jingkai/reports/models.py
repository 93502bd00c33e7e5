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

    class Sameness(models.TextChoices):
        """Whether a project is one that the report names elsewhere by another name."""

        NONE = "", "未见相同"
        ASKED = "asked", "待确认"
        SAME = "same", "同一项目"
        APART = "apart", "两个项目"

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
    why = models.JSONField("依据的字词", default=dict)
    same_as = models.ForeignKey("self", models.SET_NULL, null=True, related_name="alike")
    likeness = models.CharField("像在哪里", max_length=40, default="")
    sameness = models.CharField(
        "是否同一项目", max_length=8, choices=Sameness.choices, default=Sameness.NONE
    )
    confidence = models.FloatField("把握", default=1.0)
    flags = models.JSONField("提示", default=list)
    decision = models.CharField(
        "决定", max_length=8, choices=Decision.choices, default=Decision.OPEN
    )
    version = models.PositiveIntegerField("版本", default=1)
    changed_by = models.CharField("最后改动人", max_length=40, default="")

    class Meta:
        verbose_name = "建议条目"
        ordering = ["number", "pk"]

    def __str__(self) -> str:
        return self.text


class ChangeSet(models.Model):
    """一批改动: proposals changed together, by a sheet or at once, and whether they stand."""

    class Kind(models.TextChoices):
        """What changed them."""

        SHEET = "sheet", "任务分解表"
        BULK = "bulk", "批量接受"

    class State(models.TextChoices):
        """Where the changes stand."""

        DRAFT = "draft", "待确认"
        DONE = "done", "已写入"
        UNDONE = "undone", "已撤销"

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="change_sets")
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    name = models.CharField("名称", max_length=200, default="")
    changes = models.JSONField("改动", default=list)
    unchanged = models.PositiveIntegerField("不变", default=0)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.DRAFT)
    taken_by = models.CharField("提交人", max_length=40)
    taken_on = models.DateField("提交日期")

    class Meta:
        verbose_name = "一批改动"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
