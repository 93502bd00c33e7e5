"""Where firms stood on the ladder when they were last judged; all of it follows from the ledger."""

from django.db import models


class Judgement(models.Model):
    """The last judgement of all firms: its day, the last entry that it knows, its rules."""

    on = models.DateField("判定日", null=True)
    entry = models.PositiveBigIntegerField("判定到的条目", default=0)
    rules = models.CharField("规则摘要", max_length=64, default="")

    class Meta:
        verbose_name = "梯度判定"

    def __str__(self) -> str:
        return f"{self.on} #{self.entry}"


class FirmStanding(models.Model):
    """Where a firm stands with one rung, where that is more than far away or not known.

    `holdings` is how many of it the firm holds today (of standards it may be several); arrivals
    and departures are those of the year of the judgement.
    """

    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.CASCADE, related_name="standings", verbose_name="企业"
    )
    rung = models.CharField("梯度", max_length=60)
    state = models.CharField("判定", max_length=12, default="")
    percent = models.DecimalField("到门槛的百分比", max_digits=9, decimal_places=4, null=True)
    open_questions = models.PositiveSmallIntegerField("没有答案的条件", default=0)
    short = models.JSONField("差的条件", default=list)
    expires = models.DateField("到期", null=True)
    holdings = models.PositiveIntegerField("持有", default=0)
    arrivals = models.PositiveIntegerField("进", default=0)
    departures = models.PositiveIntegerField("出", default=0)
    arrived_on = models.DateField("最近进入", null=True)
    left_on = models.DateField("最近退出", null=True)

    class Meta:
        verbose_name = "企业所在梯度"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "rung"], name="firm_stands_once_on_a_rung"
            )
        ]
        indexes = [
            models.Index(fields=["state", "rung"], name="ladder_standing_state_idx"),
            models.Index(fields=["rung"], name="ladder_standing_rung_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.rung} {self.state}"
