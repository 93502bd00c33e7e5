"""The plan as people work on it: its items, who leads them, until when."""

from django.db import models
from django.db.models import F, Q


class Plan(models.Model):
    """年度计划: the promises of one year, adopted once."""

    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("标题", max_length=120)
    basis = models.CharField("依据", max_length=200, default="")
    is_invented = models.BooleanField("演示", default=False)
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
            )
        ]

    def __str__(self) -> str:
        return self.title


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
    theme = models.CharField("重点任务", max_length=60, default="")
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
