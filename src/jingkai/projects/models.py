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


class PinnedTemplate(models.Model):
    """固定的节点模板: a version of a template as it was when a project was first laid out by it."""

    template = models.SlugField("模板代码", max_length=40)
    version = models.PositiveSmallIntegerField("版本")
    content = models.JSONField("内容")

    class Meta:
        verbose_name = "固定的节点模板"
        constraints = [
            models.UniqueConstraint(fields=["template", "version"], name="template_pinned_once")
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.version}"


class Roadmap(models.Model):
    """节点计划: the nodes of one project, laid out once by a template that stays pinned."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="roadmap")
    template = models.ForeignKey(PinnedTemplate, models.PROTECT, related_name="roadmaps")
    laid_out_on = models.DateField("排定日期")
    laid_out_by = models.CharField("排定人", max_length=40)
    first_end_on = models.DateField("最初完成日期")

    class Meta:
        verbose_name = "节点计划"

    def __str__(self) -> str:
        return f"{self.project_id} {self.template}"


class Node(models.Model):
    """节点: one piece of work of a project, when it is due, when it was done."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="nodes")
    node = models.SlugField("节点代码", max_length=40)
    number = models.PositiveSmallIntegerField("序号")
    lead = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="nodes", verbose_name="责任单位"
    )
    begin_on = models.DateField("计划开始")
    due_on = models.DateField("计划完成")
    first_due_on = models.DateField("最初计划完成")
    done_on = models.DateField("完成日期", null=True)
    was_late = models.BooleanField("曾逾期", default=False)
    reason = models.CharField("调整原因", max_length=200, default="")

    class Meta:
        verbose_name = "项目节点"
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "node"], name="node_once_a_project"),
            models.UniqueConstraint(fields=["project", "number"], name="node_number_in_project"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("begin_on")), name="node_is_due_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(due_on=F("first_due_on")) | ~Q(reason=""),
                name="node_moved_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "due_on"], name="node_open", condition=Q(done_on=None))
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.node}"
