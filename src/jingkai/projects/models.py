"""Projects as people work on them today; what happened is in the ledger."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from jingkai.projects.rules import KINDS


class Project(models.Model):
    """产业或城建项目: one investment that passes from signing to full output."""

    code = models.CharField("项目编号", max_length=24, unique=True)
    name = models.CharField("项目名称", max_length=100)
    investor = models.CharField("投资主体", max_length=100, default="")
    kind = models.CharField("类别", max_length=10, choices=[(kind, kind) for kind in KINDS])
    investment = models.DecimalField("总投资（元）", max_digits=20, decimal_places=2)
    is_top500 = models.BooleanField("500强投资", default=False)
    lead = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="projects", verbose_name="责任单位"
    )
    sign_on = models.DateField("签约日期", null=True)
    start_on = models.DateField("开工日期", null=True)
    commission_on = models.DateField("投产日期", null=True)
    full_output_on = models.DateField("达效日期", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "项目"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(investment__gt=0), name="project_investment_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(sign_on=None) | Q(start_on=None) | Q(start_on__gte=F("sign_on")),
                name="project_starts_after_signing",
            ),
            models.CheckConstraint(
                condition=Q(start_on=None)
                | Q(commission_on=None)
                | Q(commission_on__gte=F("start_on")),
                name="project_commissions_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def passed(self) -> dict[str, date]:
        """Return the gates passed, with their dates."""
        dates = {
            "sign": self.sign_on,
            "start": self.start_on,
            "commission": self.commission_on,
            "full_output": self.full_output_on,
        }
        return {gate: on for gate, on in dates.items() if on is not None}
