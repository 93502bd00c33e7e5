"""Applications at the counter, their papers, and the registers of the seal."""

from django.db import models
from django.db.models import F, Q

from jingkai.kernel.zone import current_zone


class Confirmation(models.Model):
    """待核事项的确认: an officer found the basis of an item, and stands for it."""

    item = models.CharField("事项", max_length=60, unique=True)
    basis = models.CharField("依据", max_length=200)
    confirmed_by = models.ForeignKey("org.Person", models.PROTECT, verbose_name="确认人")
    confirmed_on = models.DateField("确认日期")

    class Meta:
        verbose_name = "事项依据确认"

    def __str__(self) -> str:
        return self.item


class Application(models.Model):
    """申请: one form, one list of papers and one date, for one item or for a bundle."""

    class State(models.TextChoices):
        """Where the application stands."""

        SENT = "sent", "待受理"
        CORRECT = "correct", "待补正"
        RUNNING = "running", "办理中"
        DONE = "done", "已办结"
        ENDED = "ended", "已终止"

    number = models.CharField("编号", max_length=32, unique=True)
    bundle = models.CharField("一件事", max_length=60, default="")
    title = models.CharField("标题", max_length=160)
    content = models.JSONField("事项与先后", default=dict)
    facts = models.JSONField("要素", default=dict)
    answers = models.JSONField("表单", default=dict)
    applicant = models.CharField("申请人", max_length=100)
    credit_code = models.CharField("统一社会信用代码", max_length=18, default="")
    phone = models.CharField("联系电话", max_length=20)
    project = models.ForeignKey(
        "projects.Project",
        models.PROTECT,
        related_name="applications",
        null=True,
        verbose_name="项目",
    )
    agent = models.ForeignKey(
        "org.Person", models.PROTECT, related_name="agent_of", null=True, verbose_name="代办员"
    )
    is_undertaken = models.BooleanField("告知承诺", default=False)
    received_on = models.DateField("收件日期")
    promised_on = models.DateField("承诺办结日", null=True)
    is_estimated = models.BooleanField("预估", default=False)
    told = models.CharField("一次性告知", max_length=500, default="")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.SENT)
    closed_on = models.DateField("办结日期", null=True)
    trips = models.PositiveSmallIntegerField("跑动次数", default=0)
    version = models.PositiveIntegerField("修改次数", default=1)

    class Meta:
        verbose_name = "申请"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"]), models.Index(fields=["applicant"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Branch(models.Model):
    """One item of an application; its case opens when what it waits for is granted."""

    class State(models.TextChoices):
        """Where the item stands."""

        WAITING = "waiting", "等前置"
        RUNNING = "running", "办理中"
        GRANTED = "granted", "已出证"
        REFUSED = "refused", "未准予"
        ENDED = "ended", "已终止"

    application = models.ForeignKey(Application, models.PROTECT, related_name="branches")
    item = models.CharField("事项", max_length=60)
    needs = models.JSONField("前置", default=list)
    case = models.OneToOneField(
        "cases.Case", models.PROTECT, related_name="branch", null=True, verbose_name="办件"
    )
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    planned_on = models.DateField("承诺日期", null=True)
    finished_on = models.DateField("完成日期", null=True)

    class Meta:
        verbose_name = "事项办理"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "item"], name="item_applied_once"),
        ]

    def __str__(self) -> str:
        return self.item


class Paper(models.Model):
    """材料: asked once for all items of an application."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="papers")
    material = models.CharField("材料", max_length=60)
    name = models.CharField("名称", max_length=80)
    state = models.CharField("状态", max_length=10, default="missing")
    holder = models.CharField("持有部门", max_length=60, default="")
    due_on = models.DateField("补交期限", null=True)
    received_on = models.DateField("收到日期", null=True)
    reminded_on = models.DateField("提醒日期", null=True)
    file_name = models.CharField("文件名", max_length=200, default="")
    sha256 = models.CharField("文件摘要", max_length=64, default="")
    size = models.PositiveIntegerField("字节数", default=0)

    class Meta:
        verbose_name = "材料"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "material"], name="paper_asked_once"),
            models.CheckConstraint(
                condition=~Q(state="deferred") | Q(due_on__isnull=False),
                name="deferred_paper_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def english(self) -> str:
        """Return the paper's English name, while the zone still knows it."""
        known = current_zone().approvals.materials.get(self.material)
        return known.english if known else ""


class Undertaking(models.Model):
    """告知承诺: what was promised, when it is checked, what follows when it was false."""

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="undertaking")
    conditions = models.CharField("告知的条件", max_length=400)
    consequence = models.CharField("承诺不实的后果", max_length=200)
    promised_on = models.DateField("承诺日期")
    check_due_on = models.DateField("核查期限")
    check_case = models.OneToOneField(
        "cases.Case", models.PROTECT, related_name="checks", null=True, verbose_name="核查办件"
    )
    is_true = models.BooleanField("属实", null=True)
    checked_on = models.DateField("核查日期", null=True)

    class Meta:
        verbose_name = "告知承诺"

    def __str__(self) -> str:
        return f"{self.case_id}"


class SealDelegation(models.Model):
    """授权划转: which item's decision was given to the one seal, by which document."""

    item = models.CharField("事项", max_length=60)
    giver = models.CharField("划出部门", max_length=80)
    taker = models.ForeignKey("org.Department", models.PROTECT, verbose_name="用印部门")
    document = models.CharField("文件", max_length=120)
    from_on = models.DateField("起日")
    until_on = models.DateField("止日", null=True)
    entered_by = models.ForeignKey("org.Person", models.PROTECT, verbose_name="登记人")
    entered_on = models.DateField("登记日期")

    class Meta:
        verbose_name = "授权登记"
        ordering = ["item", "from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="seal_delegation_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.giver}"


class Letter(models.Model):
    """文书: a numbered notice or decision; its file is kept under its digest."""

    number = models.CharField("文号", max_length=60, unique=True)
    kind = models.CharField("文书", max_length=20)
    title = models.CharField("标题", max_length=160)
    application = models.ForeignKey(Application, models.PROTECT, related_name="letters")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="letters", null=True)
    code = models.CharField("核验码", max_length=24, unique=True)
    sha256 = models.CharField("文件摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    issued_by = models.CharField("签发人", max_length=40)
    issued_on = models.DateField("日期")
    is_revoked = models.BooleanField("撤销", default=False)

    class Meta:
        verbose_name = "文书"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number


class SealUse(models.Model):
    """用印登记: each time the one seal is put under a letter."""

    number = models.PositiveIntegerField("序号", unique=True)
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="seal_use")
    delegation = models.ForeignKey(SealDelegation, models.PROTECT, null=True)
    used_by = models.CharField("用印人", max_length=40)
    used_on = models.DateField("用印日期")

    class Meta:
        verbose_name = "用印登记"
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"


class Certificate(models.Model):
    """证照: what a granted item brings, until when."""

    number = models.CharField("证照编号", max_length=60, unique=True)
    name = models.CharField("证照", max_length=80)
    item = models.CharField("事项", max_length=60)
    holder = models.CharField("持证人", max_length=100)
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="certificate")
    issued_on = models.DateField("发证日期")
    expires_on = models.DateField("有效期至", null=True)
    revoked_on = models.DateField("撤销日期", null=True)
    revoked_why = models.CharField("撤销原因", max_length=200, default="")

    class Meta:
        verbose_name = "证照"
        ordering = ["-issued_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Rating(models.Model):
    """评价: five grades; a bad one is called back and put right, and may be given anew once."""

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="rating")
    grade = models.PositiveSmallIntegerField("评价")
    words = models.CharField("意见", max_length=300, default="")
    rated_on = models.DateField("评价日期")
    call_due_on = models.DateField("回访期限", null=True)
    called_on = models.DateField("回访日期", null=True)
    call_words = models.CharField("回访情况", max_length=300, default="")
    right_due_on = models.DateField("整改期限", null=True)
    righted_on = models.DateField("整改日期", null=True)
    second_grade = models.PositiveSmallIntegerField("重评", null=True)
    call_escalated_on = models.DateField("回访逾期督办", null=True)
    right_escalated_on = models.DateField("整改逾期督办", null=True)

    class Meta:
        verbose_name = "好差评"
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__gte=1) & Q(grade__lte=5), name="grade_from_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.grade}"


class Invitation(models.Model):
    """企业邀请: a link that a firm opens its account with; only its digest is kept."""

    firm = models.CharField("企业", max_length=100)
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    digest = models.CharField("链接摘要", max_length=64, unique=True)
    invited_by = models.ForeignKey("org.Person", models.PROTECT, related_name="invitations")
    invited_on = models.DateField("邀请日期")
    expires_at = models.DateTimeField("失效时间")
    withdrawn_on = models.DateField("收回日期", null=True)
    used_at = models.DateTimeField("使用时间", null=True)
    agreed_on = models.DateField("同意日期", null=True)
    person = models.OneToOneField(
        "org.Person", models.PROTECT, related_name="invitation", null=True, verbose_name="账号"
    )

    class Meta:
        verbose_name = "企业邀请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(used_at__isnull=False),
                name="firm_has_one_account",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(used_at__isnull=False, agreed_on__isnull=False),
                name="no_account_before_consent",
            ),
        ]

    def __str__(self) -> str:
        return self.firm


class Miss(models.Model):
    """查不到的次数: look-ups that found nothing, by address or number, in one hour."""

    what = models.CharField("地址或编号", max_length=80)
    hour = models.DateTimeField("钟点")
    count = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = "查询落空"
        constraints = [
            models.UniqueConstraint(fields=["what", "hour"], name="misses_counted_once_an_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.count}"


class AgentTask(models.Model):
    """代办事项: what the agent of a project does for the firm, and the hours it took."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="agent_tasks")
    application = models.ForeignKey(Application, models.PROTECT, null=True)
    agent = models.ForeignKey("org.Person", models.PROTECT, related_name="agent_tasks")
    text = models.CharField("事项", max_length=160)
    due_on = models.DateField("时限", null=True)
    hours = models.DecimalField("工时", max_digits=6, decimal_places=1, default=0)
    done_on = models.DateField("完成日期", null=True)
    item = models.CharField("事项代码", max_length=60, default="")

    class Meta:
        verbose_name = "代办任务"
        ordering = ["done_on", "due_on", "pk"]

    def __str__(self) -> str:
        return self.text
