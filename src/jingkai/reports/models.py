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
    theme = models.CharField("重点任务", max_length=200, default="")
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


class Draft(models.Model):
    """稿: a report being written, a tree of sections whose numbers are live."""

    class Kind(models.TextChoices):
        """What is being written."""

        ANNUAL = "annual", "年度工作报告"
        MONTHLY = "monthly", "月度通报"
        SPEECH = "speech", "讲话稿"
        BRIEFING = "briefing", "汇报材料"

    title = models.CharField("标题", max_length=100)
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    year = models.PositiveSmallIntegerField("计划年度")
    period_id = models.CharField("默认期间", max_length=16)
    opened_by = models.CharField("起草人", max_length=40)
    opened_on = models.DateField("起草日期")

    class Meta:
        verbose_name = "报告稿"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """节: a heading of a draft, with the passages under it."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="sections")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    position = models.PositiveIntegerField("次序")
    title = models.CharField("标题", max_length=60)

    class Meta:
        verbose_name = "报告的节"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                name="section_is_not_under_itself",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """段: a paragraph with live numbers, or a table or chart of definitions."""

    class Kind(models.TextChoices):
        """What stands there."""

        TEXT = "text", "段落"
        TABLE = "table", "表"
        CHART = "chart", "图"

    section = models.ForeignKey(Section, models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField("次序")
    kind = models.CharField("类别", max_length=8, choices=Kind.choices, default=Kind.TEXT)
    text = models.TextField("正文")
    version = models.PositiveIntegerField("版本", default=1)
    written_by = models.CharField("执笔人", max_length=40)
    written_on = models.DateField("写于")
    is_removed = models.BooleanField("已删", default=False)

    class Meta:
        verbose_name = "报告的段"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class PassageVersion(models.Model):
    """旧稿: what a passage said, who wrote it and when. Never changed."""

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("版本")
    text = models.TextField("正文")
    written_by = models.CharField("执笔人", max_length=40)
    written_on = models.DateField("写于")
    reason = models.CharField("缘由", max_length=100, default="")

    class Meta:
        verbose_name = "段的版本"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["passage", "number"], name="passage_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.written_by}"


class Comment(models.Model):
    """批注: a remark on a passage, with other words for it where they are suggested."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "待处理"
        TAKEN = "taken", "已采纳"
        DECLINED = "declined", "未采纳"

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="comments")
    text = models.CharField("意见", max_length=400)
    suggestion = models.TextField("建议改为", default="")
    on_version = models.PositiveIntegerField("针对版本")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    made_by = models.CharField("提出人", max_length=40)
    made_on = models.DateField("提出日期")
    settled_by = models.CharField("处理人", max_length=40, default="")

    class Meta:
        verbose_name = "批注"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Edition(models.Model):
    """定稿: a draft frozen with its numbers and what was known of them. Never changed."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField("版次")
    content = models.JSONField("内容")
    waivers = models.JSONField("豁免", default=list)
    digest = models.CharField("摘要", max_length=64)
    known_on = models.DateField("数据截至")
    frozen_by = models.CharField("定稿人", max_length=40)
    frozen_on = models.DateField("定稿日期")
    published_by = models.CharField("发布人", max_length=40, default="")
    published_on = models.DateField("发布日期", null=True)

    class Meta:
        verbose_name = "定稿"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="edition_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.draft} 第{self.number}版"
