"""What is supervised: 督办单, the times it was chased, what was published, what was asked."""

from django.db import models
from django.db.models import Q


class Meeting(models.Model):
    """调度会: a meeting whose decisions become 督办单."""

    held_on = models.DateField("召开日期", unique=True)
    title = models.CharField("会议名称", max_length=80)
    minutes = models.TextField("纪要", default="")
    kept_by = models.ForeignKey("org.Person", models.PROTECT, related_name="kept_meetings")
    kept_on = models.DateField("记录日期")

    class Meta:
        verbose_name = "调度会"
        ordering = ["-held_on"]

    def __str__(self) -> str:
        return f"{self.held_on} {self.title}"


class FollowUp(models.Model):
    """督办单: an instruction that somebody must carry out and somebody else verifies."""

    class Source(models.TextChoices):
        """Where it comes from."""

        INSTRUCTION = "instruction", "领导批示"
        MEETING = "meeting", "会议决定"
        BEHIND = "behind", "滞后督办"

    number = models.CharField("编号", max_length=40, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveIntegerField("序号")
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="follow_up")
    source = models.CharField("来源", max_length=12, choices=Source.choices)
    about = models.CharField("关于", max_length=80, default="")
    instruction = models.CharField("批示内容", max_length=400)
    evidence = models.CharField("印证材料", max_length=40)
    issuer = models.ForeignKey(
        "org.Person", models.PROTECT, related_name="instructions", verbose_name="批示人"
    )
    issued_on = models.DateField("批示日期")
    lead = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="follow_ups", verbose_name="承办单位"
    )
    support = models.ManyToManyField(
        "org.Department", related_name="supported_follow_ups", verbose_name="配合单位"
    )
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="decisions")

    class Meta:
        verbose_name = "督办单"
        ordering = ["-year", "-serial"]
        indexes = [models.Index(fields=["about"]), models.Index(fields=["lead", "issued_on"])]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="follow_up_numbered_once"),
            models.CheckConstraint(condition=~Q(instruction=""), name="follow_up_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.instruction}"


class Escalation(models.Model):
    """催办: one rung of the ladder, climbed on a day because of a day that passed."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="escalations")
    rung = models.CharField("级别", max_length=40)
    name = models.CharField("级别名称", max_length=40)
    because_of = models.DateField("期限")
    on = models.DateField("日期")
    told = models.JSONField("通知单位", default=list)
    people = models.JSONField("通知本人", default=list)
    missing = models.JSONField("没有通知到", default=list)

    class Meta:
        verbose_name = "催办记录"
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up", "rung", "because_of"], name="rung_climbed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class Bulletin(models.Model):
    """督查通报: what a month came to, as it was published; its content never changes."""

    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    number = models.PositiveIntegerField("期号")
    content = models.JSONField("内容")
    issued_by = models.ForeignKey("org.Person", models.PROTECT, related_name="bulletins")
    issued_on = models.DateField("印发日期")

    class Meta:
        verbose_name = "督查通报"
        ordering = ["-year", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["year", "month"], name="bulletin_of_a_month_once"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="month_of_year"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


class Question(models.Model):
    """要数: something that a department was asked for, because no fact answers it."""

    item = models.ForeignKey("plan.Item", models.CASCADE, related_name="questions")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="questions")
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    asked_on = models.DateField("要数日期")
    due_on = models.DateField("答复时限")
    progress = models.CharField("本月进展", max_length=300, default="")
    problem = models.CharField("存在问题", max_length=300, default="")
    next_step = models.CharField("下步打算", max_length=300, default="")
    answered_on = models.DateField("答复日期", null=True)
    answered_by = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="answers", verbose_name="答复人"
    )

    class Meta:
        verbose_name = "要数"
        ordering = ["-year", "-month", "item__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "year", "month"], name="item_asked_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | ~Q(progress=""), name="answer_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02} {self.item_id}"


class OutgoingLetter(models.Model):
    """发函: a letter as it went out under its number; never changed, its number never reused."""

    number = models.CharField("发文字号", max_length=40, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveIntegerField("序号")
    batch = models.PositiveIntegerField("同批首号")
    template = models.CharField("函的种类", max_length=40)
    title = models.CharField("标题", max_length=100)
    to = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="letters", verbose_name="主送单位"
    )
    about = models.CharField("事由", max_length=400)
    content = models.JSONField("内容")
    follow_ups = models.ManyToManyField(FollowUp, related_name="letters", verbose_name="督办单")
    sent_by = models.ForeignKey(
        "org.Person", models.PROTECT, related_name="sent_letters", verbose_name="发文人"
    )
    sent_on = models.DateField("发文日期")

    class Meta:
        verbose_name = "发函"
        ordering = ["-year", "-serial"]
        indexes = [models.Index(fields=["to", "sent_on"])]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="letter_numbered_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class DataRequest(models.Model):
    """临时要数: a table that somebody needs for a period; what is held is not asked again."""

    title = models.CharField("表名", max_length=80)
    period_id = models.CharField("期间", max_length=16)
    asked_by = models.ForeignKey(
        "org.Person", models.PROTECT, related_name="data_requests", verbose_name="要数人"
    )
    asked_on = models.DateField("要数日期")
    due_on = models.DateField("答复时限", null=True)

    class Meta:
        verbose_name = "临时要数"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class Figure(models.Model):
    """要的一个数: a heading of a requested table; `department` is who was asked, if anybody was."""

    request = models.ForeignKey(DataRequest, models.CASCADE, related_name="figures")
    order = models.PositiveSmallIntegerField("顺序")
    heading = models.CharField("表头", max_length=80)
    indicator = models.CharField("指标代码", max_length=60, default="")
    firm_column = models.CharField("企业清单的列", max_length=60, default="")
    department = models.ForeignKey(
        "org.Department", models.PROTECT, null=True, related_name="figures", verbose_name="问谁"
    )
    person = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="figures", verbose_name="报数人"
    )
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="repeats", verbose_name="同一个问题"
    )
    answer = models.CharField("答复", max_length=200, default="")
    entry = models.PositiveBigIntegerField("账本编号", null=True)
    answered_on = models.DateField("答复日期", null=True)
    answered_by = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="figure_answers"
    )

    class Meta:
        verbose_name = "要的数"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["request", "order"], name="figure_in_its_place_once"),
            models.CheckConstraint(
                condition=Q(answered_on=None)
                | (Q(department__isnull=False) & Q(answered_by__isnull=False)),
                name="figure_answered_by_who_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(department__isnull=False),
                name="figure_asked_of_a_department",
            ),
        ]

    def __str__(self) -> str:
        return self.heading


class RobotMark(models.Model):
    """机器人读到哪: the last notice that a group robot has told, and when it spoke."""

    robot = models.CharField("机器人", max_length=20, unique=True)
    last_notice = models.PositiveBigIntegerField("最后通知", default=0)
    spoke_at = models.DateTimeField("最后发言", null=True)
    error = models.CharField("最近一次失败", max_length=200, default="")

    class Meta:
        verbose_name = "机器人"

    def __str__(self) -> str:
        return f"{self.robot} {self.last_notice}"
