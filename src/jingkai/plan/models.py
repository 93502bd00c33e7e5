"""The plan as people work on it: its items, who leads them, until when."""

from django.db import models
from django.db.models import F, Q

from jingkai.plan.cascading import ROLES
from jingkai.plan.rules import BINDINGNESS


class Plan(models.Model):
    """年度计划: the promises of one year, drafted, reviewed by somebody else, adopted once.

    What was adopted elsewhere and came in as it is has no drafter.
    """

    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("标题", max_length=120)
    basis = models.CharField("依据", max_length=200, default="")
    is_invented = models.BooleanField("演示", default=False)
    drafted_on = models.DateField("起草日期", null=True)
    drafted_by = models.CharField("起草人", max_length=40, default="")
    drafter = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="drafted_plans", verbose_name="起草人"
    )
    reviewed_on = models.DateField("审核日期", null=True)
    reviewed_by = models.CharField("审核人", max_length=40, default="")
    reviewer = models.ForeignKey(
        "org.Person",
        models.PROTECT,
        null=True,
        related_name="reviewed_plans",
        verbose_name="审核人",
    )
    reviewed_digest = models.CharField("审核时的摘要", max_length=64, default="")
    adopted_on = models.DateField("通过日期", null=True)
    adopted_by = models.CharField("通过人", max_length=40, default="")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "年度计划"
        ordering = ["-year", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(adopted_on=None, adopted_by="")
                | (Q(adopted_on__isnull=False) & ~Q(adopted_by="")),
                name="plan_adopted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(drafted_on=None, drafted_by="")
                | (Q(drafted_on__isnull=False) & ~Q(drafted_by="")),
                name="plan_drafted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_on=None, reviewed_by="")
                | (
                    Q(reviewed_on__isnull=False)
                    & ~Q(reviewed_by="")
                    # Two may bear one name: people of the house are told apart by id.
                    & (
                        Q(drafter__isnull=False, reviewer__isnull=False) & ~Q(reviewer=F("drafter"))
                        | (Q(drafter=None) | Q(reviewer=None)) & ~Q(reviewed_by=F("drafted_by"))
                    )
                ),
                name="plan_reviewed_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(adopted_on=None) | Q(drafted_by="") | Q(reviewed_on__isnull=False),
                name="plan_of_a_drafter_is_reviewed_first",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_drafter(self, name: str, person: int | None) -> bool:
        """Tell whether somebody drafted it: by id, or by name where one of the two has none."""
        if person is None or self.drafter_id is None:
            return name == self.drafted_by
        return person == self.drafter_id


class Theme(models.Model):
    """重点任务: a branch of the plan; `place` is where the walk of the whole tree comes by it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="themes")
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, related_name="below", verbose_name="上一级"
    )
    name = models.CharField("名称", max_length=60)
    place = models.PositiveSmallIntegerField("顺序")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "重点任务"
        ordering = ["plan", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"], condition=Q(parent=None), name="widest_theme_named_once"
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(parent__isnull=False),
                name="theme_named_once_below_another",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="theme_is_not_below_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """一版计划: the promises as they were published; what is published never changes."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField("版次")
    adopted_on = models.DateField("通过日期")
    adopted_by = models.CharField("通过人", max_length=40)
    reason = models.CharField("调整原因", max_length=300, default="")
    content = models.JSONField("内容")
    themes = models.JSONField("重点任务", default=list)

    class Meta:
        verbose_name = "计划版次"
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="edition_numbered_once"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="amendment_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} 第{self.number}版"


class Item(models.Model):
    """重点工作: one promise somebody leads and that can be checked."""

    class Kind(models.TextChoices):
        """What sort of promise it is."""

        TARGET = "target", "目标"
        TASK = "task", "任务"
        PROJECT = "project", "项目"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    theme = models.ForeignKey(
        Theme, models.RESTRICT, null=True, related_name="items", verbose_name="重点任务"
    )
    text = models.CharField("重点工作", max_length=400)
    leader = models.CharField("责任领导", max_length=40, default="")
    lead = models.ForeignKey(
        "org.Department", models.PROTECT, null=True, related_name="items", verbose_name="责任单位"
    )
    support = models.ManyToManyField(
        "org.Department", related_name="supported_items", verbose_name="配合单位"
    )
    due_on = models.DateField("完成时限")
    done_on = models.DateField("完成日期", null=True)
    was_late = models.BooleanField("曾逾期", default=False)
    source = models.TextField("原句", default="")
    is_pledge = models.BooleanField("民生实事", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "重点工作"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="item_number_in_plan")
        ]

    def __str__(self) -> str:
        return self.text


class Target(models.Model):
    """目标: a promised number, bound to an indicator where one is known."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="target")
    part_of = models.ForeignKey("self", models.CASCADE, null=True, related_name="parts")
    name = models.CharField("指标", max_length=80)
    indicator = models.CharField("指标代码", max_length=60, default="")
    measure = models.CharField("口径", max_length=8, default="level")
    op = models.CharField("比较", max_length=2, default=">=")
    value = models.DecimalField("目标值（基本单位）", max_digits=24, decimal_places=4)
    unit = models.CharField("单位", max_length=12)
    period_id = models.CharField("期间", max_length=16)
    bindingness = models.CharField(
        "约束性", max_length=12, default="anticipated", choices=list(BINDINGNESS.items())
    )

    class Meta:
        verbose_name = "目标"
        constraints = [
            models.CheckConstraint(
                condition=Q(part_of=None) | ~Q(part_of=F("id")), name="target_is_no_part_of_itself"
            )
        ]

    def __str__(self) -> str:
        return self.name


class NamedProject(models.Model):
    """点名项目: a project that the report promises to sign, start or finish."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="named_project")
    name = models.CharField("项目名称", max_length=100)
    action = models.CharField("动作", max_length=10)
    project = models.ForeignKey(
        "projects.Project", models.PROTECT, null=True, related_name="promises"
    )

    class Meta:
        verbose_name = "点名项目"

    def __str__(self) -> str:
        return self.name


class Share(models.Model):
    """分解: the part of an item that a department takes, and below it a unit or a person."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="shares")
    under = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="below", verbose_name="上一级"
    )
    department = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="shares", verbose_name="单位"
    )
    person = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="shares", verbose_name="责任人"
    )
    role = models.CharField("牵头或配合", max_length=8, choices=list(ROLES.items()))
    weight = models.DecimalField("占比", max_digits=5, decimal_places=2, null=True)
    value = models.DecimalField("分解数（基本单位）", max_digits=24, decimal_places=4, null=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    is_invented = models.BooleanField("演示", default=False)

    class Meta:
        verbose_name = "分解"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "department"],
                condition=Q(under=None, person=None),
                name="department_has_one_share",
            ),
            models.UniqueConstraint(
                fields=["under", "department"],
                condition=Q(person=None, under__isnull=False),
                name="unit_has_one_share_below",
            ),
            models.UniqueConstraint(fields=["under", "person"], name="person_has_one_share_below"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(role="lead", under=None), name="one_lead_of_an_item"
            ),
            models.UniqueConstraint(
                fields=["under"],
                condition=Q(role="lead", under__isnull=False),
                name="one_lead_below_a_share",
            ),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=0, weight__lte=100),
                name="weight_within_hundred",
            ),
            models.CheckConstraint(
                condition=Q(under=None) | ~Q(under=F("id")), name="share_is_not_under_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.department} {self.person or ''}"


class ShareChange(models.Model):
    """分解调整: what was handed down before and after, when, by whom and why."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="share_changes")
    changed_on = models.DateField("日期")
    changed_by = models.CharField("调整人", max_length=40)
    reason = models.CharField("原因", max_length=300, default="")
    before = models.CharField("调整前", max_length=2000, default="")
    after = models.CharField("调整后", max_length=2000, default="")

    class Meta:
        verbose_name = "分解调整"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.changed_on} {self.item_id}"


class Snapshot(models.Model):
    """月末的灯: what an item showed at the end of a month, with the numbers that made it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="snapshots")
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    known_on = models.DateField("截至")
    light = models.CharField("灯", max_length=40)
    word = models.CharField("灯的名称", max_length=20)
    english = models.CharField("灯的英文名称", max_length=40)
    shape = models.CharField("形状", max_length=1)
    tone = models.CharField("色调", max_length=12)
    meaning = models.CharField("含义", max_length=100, default="")
    value = models.DecimalField("数值（基本单位）", max_digits=38, decimal_places=10, null=True)
    expected = models.DecimalField("应到（基本单位）", max_digits=38, decimal_places=10, null=True)
    promised = models.CharField("目标", max_length=40, default="")
    unit = models.CharField("单位", max_length=12, default="")
    pace = models.DecimalField("序时进度", max_digits=12, decimal_places=4, null=True)
    gap = models.DecimalField("脱幅", max_digits=24, decimal_places=4, null=True)

    class Meta:
        verbose_name = "月末快照"
        ordering = ["item", "year", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "year", "month"], name="item_frozen_once_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.year}-{self.month:02} {self.word}"


class ReadingDuty(models.Model):
    """报数人: the one person who files a number that nobody here computes."""

    indicator = models.CharField("指标代码", max_length=60, unique=True)
    person = models.ForeignKey(
        "org.Person", models.PROTECT, related_name="reading_duties", verbose_name="报数人"
    )
    every = models.CharField("多久一次", max_length=8, default="month")
    day = models.PositiveSmallIntegerField("次月几日前", default=16)

    class Meta:
        verbose_name = "报数职责"
        constraints = [
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=28), name="duty_day_of_month")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.person}"
