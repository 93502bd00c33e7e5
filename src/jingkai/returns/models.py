"""Returns on their way: files that came in, returns under review, who was reminded."""

from django.db import models
from django.db.models import F, Q


class FirmUser(models.Model):
    """企业用户: the firm that an account files for, from when to when; by whom it was let."""

    person = models.ForeignKey("org.Person", models.CASCADE, related_name="firms_filed_for")
    firm = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="users")
    from_on = models.DateField("起")
    let_by = models.CharField("对应人", max_length=80)
    until_on = models.DateField("止", null=True)
    ended_by = models.CharField("解除人", max_length=80, default="")

    class Meta:
        verbose_name = "企业用户"
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until_on=None), name="one_firm_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="filing_for_a_firm_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.firm}"


class ReturnFile(models.Model):
    """报表文件: a sheet that was sent, kept as evidence, until its difference is confirmed."""

    class State(models.TextChoices):
        DRAFT = "draft", "待确认"
        DONE = "done", "已报送"
        UNDONE = "undone", "已撤销"
        READING = "reading", "读取中"
        WRITING = "writing", "写入中"
        STOPPED = "stopped", "已取消"

    form = models.CharField("报表", max_length=40)
    period_id = models.CharField("期间", max_length=16)
    person = models.ForeignKey("org.Person", models.PROTECT, verbose_name="报送人")
    firm = models.ForeignKey("enterprises.Enterprise", models.PROTECT, null=True)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    on = models.DateField("日期")
    places = models.JSONField("列对应", default=dict)
    units = models.JSONField("表头单位", default=dict)
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    entry = models.PositiveBigIntegerField("账本编号", null=True)
    counts = models.JSONField("计数", default=dict)
    progress = models.JSONField("进度", default=dict)
    seen = models.JSONField("看到的差异", default=dict)

    class Meta:
        verbose_name = "报表文件"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class Filing(models.Model):
    """报送: one firm's return for one period, from being sent until it is in the ledger."""

    class State(models.TextChoices):
        FILED = "filed", "待审"
        RETURNED = "returned", "退回"
        ACCEPTED = "accepted", "通过"
        UNDONE = "undone", "已撤销"

    form = models.CharField("报表", max_length=40)
    period_id = models.CharField("期间", max_length=16)
    firm = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="filings")
    values = models.TextField("内容")
    findings = models.JSONField("审核疑问", default=list)
    state = models.CharField("状态", max_length=8, choices=State, default=State.FILED)
    sent_by = models.CharField("报送人", max_length=80)
    sent_on = models.DateField("报送日期")
    file = models.ForeignKey(ReturnFile, models.PROTECT, null=True, related_name="filings")
    row = models.PositiveIntegerField("来源行", null=True)
    decided_by = models.CharField("审核人", max_length=80, default="")
    decided_on = models.DateField("审核日期", null=True)
    remark = models.CharField("退回意见", max_length=200, default="")
    entry = models.PositiveBigIntegerField("账本编号", null=True)
    asked = models.PositiveSmallIntegerField("请企业填的格数", default=0)
    held = models.PositiveSmallIntegerField("系统已填的格数", default=0)

    class Meta:
        verbose_name = "报送"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["form", "period_id", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "firm", "period_id"],
                condition=Q(state="filed"),
                name="one_filing_under_review",
            ),
            models.CheckConstraint(
                condition=Q(state="filed", decided_on=None)
                | (~Q(state="filed") & Q(decided_on__isnull=False)),
                name="filing_decided_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm} {self.period_id}"


class Reminder(models.Model):
    """催报: a firm was reminded of a period, once a day at most."""

    form = models.CharField("报表", max_length=40)
    period_id = models.CharField("期间", max_length=16)
    firm = models.ForeignKey("enterprises.Enterprise", models.CASCADE, related_name="reminders")
    on = models.DateField("日期")
    by = models.CharField("催报人", max_length=80)

    class Meta:
        verbose_name = "催报"
        constraints = [
            models.UniqueConstraint(
                fields=["form", "period_id", "firm", "on"], name="reminded_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.firm} {self.on}"


class BulletinIssue(models.Model):
    """快报发出: the numbers of a period as known on a day went out."""

    form = models.CharField("报表", max_length=40)
    period_id = models.CharField("期间", max_length=16)
    on = models.DateField("发出日期")
    by = models.CharField("发出人", max_length=80)

    class Meta:
        verbose_name = "快报发出"
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "period_id", "on"], name="bulletin_issued_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.on}"
