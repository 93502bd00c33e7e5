"""Cases as people work on them today. A case's past is its actions; they are only added to."""

from django.db import models
from django.db.models import F, Q

from jingkai.database.fields import LaidInOrder


class Definition(models.Model):
    """One version of a kind of case, kept as data; its id holds the digest of its content."""

    id = models.CharField("代码", max_length=100, primary_key=True)
    type = models.CharField("办件类型", max_length=60)
    version = models.PositiveIntegerField("版本")
    name = models.CharField("名称", max_length=60)
    content = models.JSONField("内容")
    kept_on = models.DateField("启用日期")
    withdrawn_on = models.DateField("停用日期", null=True)
    withdrawn_why = models.CharField("停用原因", max_length=200, default="")

    class Meta:
        verbose_name = "办件定义"
        ordering = ["type", "version"]
        constraints = [
            models.UniqueConstraint(fields=["type", "version"], name="definition_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（第 {self.version} 版）"


class Case(models.Model):
    """办件: one thing that somebody must bring to an end by a day."""

    number = models.CharField("编号", max_length=32, unique=True)
    definition = models.ForeignKey(
        Definition, models.PROTECT, related_name="cases", verbose_name="办件定义"
    )
    title = models.CharField("标题", max_length=160)
    subject = models.CharField("对象", max_length=80, default="")
    item = models.CharField("事项", max_length=60, default="")
    department = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="cases", verbose_name="承办部门"
    )
    desks = models.JSONField("各岗位的部门", default=dict)
    answers = models.JSONField("要素", default=dict)
    done = models.BigIntegerField("已办步骤", default=0)
    active = models.BigIntegerField("在办步骤", default=0)
    flags = models.BigIntegerField("标记", default=0)
    last_action = models.PositiveIntegerField("最后动作", default=0)
    opened_on = models.DateField("登记日期")
    received_on = models.DateField("收件日期")
    told_on = models.DateField("补正告知日期", null=True)
    accepted_on = models.DateField("受理日期", null=True)
    accepted_how = models.CharField("受理方式", max_length=10, default="")
    statutory = models.PositiveIntegerField("法定时限", null=True)
    statutory_unit = models.CharField("法定时限单位", max_length=12, default="workdays")
    promised = models.PositiveIntegerField("承诺时限", null=True)
    promised_unit = models.CharField("承诺时限单位", max_length=12, default="workdays")
    most_extension = models.PositiveIntegerField("最多延长", default=0)
    extension = models.PositiveIntegerField("已延长", default=0)
    due_on = models.DateField("到期日", null=True)
    statutory_due_on = models.DateField("法定到期日", null=True)
    is_estimated = models.BooleanField("预估", default=False)
    is_paused = models.BooleanField("暂停", default=False)
    decided_on = models.DateField("决定日期", null=True)
    outcome = models.CharField("结果", max_length=40, default="")
    closed_on = models.DateField("办结日期", null=True)
    trips = models.PositiveSmallIntegerField("跑动次数", default=0)

    class Meta:
        verbose_name = "办件"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["closed_on", "due_on"]),
            models.Index(fields=["subject"]),
            models.Index(fields=["item"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_on=None) | Q(accepted_on__gte=F("received_on")),
                name="case_accepted_after_receipt",
            ),
            models.CheckConstraint(
                condition=Q(decided_on=None) | Q(accepted_on__isnull=False),
                name="case_decided_after_acceptance",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(active=0), name="closed_case_has_no_open_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class OpenWork(models.Model):
    """One active step: with whom it lies and since when. A queue is a query over these rows."""

    pk = LaidInOrder("case_id", "bit")
    # Each is first in the key or in an index below.
    case = models.ForeignKey(Case, models.CASCADE, related_name="work", db_index=False)
    bit = models.PositiveSmallIntegerField("位号")
    step = models.CharField("步骤", max_length=40)
    name = models.CharField("步骤名称", max_length=40)
    right = models.CharField("权限", max_length=40, default="")
    department = models.ForeignKey(
        "org.Department",
        models.PROTECT,
        related_name="open_work",
        verbose_name="部门",
        db_index=False,
    )
    person = models.ForeignKey(
        "org.Person",
        models.PROTECT,
        related_name="open_work",
        null=True,
        verbose_name="经办人",
        db_index=False,
    )
    since_action = models.PositiveIntegerField("起于动作")
    since_on = models.DateField("起始日期")
    since_at = models.DateTimeField("起始时间")
    opened_at = models.DateTimeField("打开时间", null=True)
    due_on = models.DateField("步骤期限", null=True)

    class Meta:
        verbose_name = "在办步骤"
        # None by department: every step would write one more page, and open work is never so
        # much that a desk's own could not be picked from the whole.
        indexes = [
            models.Index(
                fields=["person"], condition=Q(person__isnull=False), name="work_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.department_id}"


class Action(models.Model):
    """One thing somebody did to a case: who, what, in which words, after how long."""

    pk = LaidInOrder("case_id", "number")
    case = models.ForeignKey(Case, models.PROTECT, related_name="actions", db_index=False)
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("动作", max_length=20)
    step = models.CharField("步骤", max_length=40, default="")
    actor = models.ForeignKey(
        "org.Person",
        models.PROTECT,
        related_name="actions",
        null=True,
        verbose_name="经办人",
        db_index=False,
    )
    actor_name = models.CharField("经办人姓名", max_length=40)
    on_behalf = models.CharField("代谁办理", max_length=40, default="")
    office = models.CharField("部门名称", max_length=60, default="")
    words = models.CharField("意见", max_length=500, default="")
    outcome = models.CharField("结果", max_length=40, default="")
    on = models.DateField("日期")
    at = models.DateTimeField("时间")
    waited = models.PositiveIntegerField("等待秒数", default=0)
    worked = models.PositiveIntegerField("办理秒数", default=0)
    key = models.CharField("去重键", max_length=64, default="")
    done_before = models.BigIntegerField("此前已办", default=0)
    active_before = models.BigIntegerField("此前在办", default=0)
    entry = models.PositiveBigIntegerField("账本编号", null=True)
    proof = models.JSONField("附件", default=list)

    class Meta:
        verbose_name = "办理记录"
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "key"], condition=~Q(key=""), name="action_done_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.step} {self.actor_name}"


class Pausing(models.Model):
    """暂停: a span in which the clock stands still, with its reason in law and its proof."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses")
    reason = models.CharField("事由", max_length=40)
    name = models.CharField("事由名称", max_length=60)
    basis = models.CharField("依据", max_length=120)
    first_on = models.DateField("起日")
    last_on = models.DateField("止日", null=True)
    proof = models.JSONField("凭证", default=list)

    class Meta:
        verbose_name = "暂停计时"
        ordering = ["first_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(last_on=None), name="one_pause_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")),
                name="pause_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first_on}—{self.last_on or ''}"


class Extension(models.Model):
    """延期: asked by who handles the case, granted by somebody else."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="extensions")
    days = models.PositiveIntegerField("天数")
    reason = models.CharField("理由", max_length=200)
    asked_by = models.ForeignKey("org.Person", models.PROTECT, related_name="asked_extensions")
    asked_on = models.DateField("申请日期")
    decided_by = models.ForeignKey(
        "org.Person", models.PROTECT, related_name="decided_extensions", null=True
    )
    decided_on = models.DateField("审批日期", null=True)
    is_granted = models.BooleanField("同意", null=True)

    class Meta:
        verbose_name = "延期申请"
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_on=None), name="one_open_extension"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="nobody_grants_their_own_extension",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} +{self.days}"


class CoSign(models.Model):
    """会签（加签）: a word asked of another desk before the step may go on."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="cosigns")
    bit = models.PositiveSmallIntegerField("位号")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="cosigns")
    question = models.CharField("请会签的内容", max_length=200)
    asked_by = models.ForeignKey("org.Person", models.PROTECT, related_name="asked_cosigns")
    asked_on = models.DateField("发起日期")
    answered_by = models.ForeignKey(
        "org.Person", models.PROTECT, related_name="answered_cosigns", null=True
    )
    answered_on = models.DateField("会签日期", null=True)
    is_agreed = models.BooleanField("同意", null=True)
    answer = models.CharField("会签意见", max_length=200, default="")

    class Meta:
        verbose_name = "会签"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.department_id}"


class RaisedFlag(models.Model):
    """标记: raised on a case with a reason, perhaps with a day; cleared by a word."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="raised")
    flag = models.CharField("标记", max_length=40)
    name = models.CharField("标记名称", max_length=60)
    words = models.CharField("说明", max_length=300, default="")
    due_on = models.DateField("期限", null=True)
    raised_on = models.DateField("起日")
    cleared_on = models.DateField("解除日期", null=True)

    class Meta:
        verbose_name = "办件标记"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "flag"], condition=Q(cleared_on=None), name="flag_raised_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.words}"


class NoticedDay(models.Model):
    """A day that an imported holiday notice names; it stands over the zone's own calendar."""

    on = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40)
    source = models.CharField("文件", max_length=120)
    imported_on = models.DateField("导入日期")

    class Meta:
        verbose_name = "放假安排"
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class DueMove(models.Model):
    """A due date that moved because the calendar became known, to either side."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="due_moves")
    before = models.DateField("原到期日")
    after = models.DateField("新到期日")
    source = models.CharField("文件", max_length=120)
    on = models.DateField("日期")

    class Meta:
        verbose_name = "到期日变动"

    def __str__(self) -> str:
        return f"{self.case_id} {self.before} → {self.after}"
