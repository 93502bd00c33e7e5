"""The register as people work on it today; what a firm was before is in the ledger."""

from django.db import models
from django.db.models import F, Q

from jingkai.enterprises.rules import ENDINGS, KINDS, TRADES


class Enterprise(models.Model):
    """市场主体: one firm or household under its credit code."""

    code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=100, db_index=True)
    kind = models.CharField("主体类型", max_length=12, choices=list(KINDS.items()))
    registered_on = models.DateField("成立日期", null=True)
    code_confirmed_by = models.CharField("代码确认人", max_length=80, default="")
    industry = models.CharField("行业代码", max_length=16, default="unknown")
    size = models.CharField("规模", max_length=16, default="unknown")
    ownership = models.CharField("登记注册类型", max_length=40, default="unknown")
    chain = models.CharField("产业链", max_length=40, default="unknown")
    park = models.CharField("专业园区", max_length=40, default="unknown")
    group = models.CharField("所属集团", max_length=100, default="unknown")
    trade = models.CharField(
        "四上专业", max_length=16, default="", choices=list(TRADES.items()), db_index=True
    )
    department = models.ForeignKey(
        "org.Department",
        models.PROTECT,
        null=True,
        related_name="enterprises",
        verbose_name="归口部门",
    )
    closed_on = models.DateField("退出日期", null=True)
    ending = models.CharField("退出方式", max_length=12, default="", choices=list(ENDINGS.items()))
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="absorbed", verbose_name="并入"
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "市场主体"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(closed_on=None) & Q(ending=""))
                | (Q(closed_on__isnull=False) & ~Q(ending="")),
                name="enterprise_ends_on_a_day_and_in_a_way",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(ending="merged"),
                name="enterprise_merged_when_it_has_a_survivor",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="enterprise_is_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """Return the firm as a subject of facts."""
        return f"enterprise:{self.code}"


class ToldApart(models.Model):
    """不是同一家: two firms that look alike, and somebody who looked and found them to be two."""

    one = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", verbose_name="一家")
    other = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", verbose_name="另一家")
    by = models.CharField("谁核对的", max_length=80)
    on = models.DateField("核对日期")

    class Meta:
        verbose_name = "不是同一家"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="pair_told_apart_once")
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"


class FormerName(models.Model):
    """曾用名: a name a firm bore, from a day until the day before another."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="former_names")
    name = models.CharField("曾用名", max_length=100, db_index=True)
    since = models.DateField("起用日期", null=True)
    until = models.DateField("停用日期")

    class Meta:
        verbose_name = "曾用名"
        ordering = ["until"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "until"], name="one_name_ends_on_a_day"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until__gt=F("since")), name="former_name_was_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.name
