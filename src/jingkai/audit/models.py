"""The audit chain: one line for every act. Append only; the database refuses the rest."""

from django.db import models

from jingkai.audit.rules import Outcome
from jingkai.database.fields import RowNumber


class AuditHead(models.Model):
    """The end of the chain: one row, locked by whoever writes a line."""

    number = models.PositiveBigIntegerField("最后编号", default=0)
    digest = models.CharField("最后摘要", max_length=64, default="")

    class Meta:
        verbose_name = "审计链末端"

    def __str__(self) -> str:
        return f"#{self.number}"


class AuditLine(models.Model):
    """审计记录: who did what to which thing, from where, and how it ended."""

    number = RowNumber("编号", primary_key=True)
    at = models.DateTimeField("时间")
    account = models.CharField("账号", max_length=80, default="")
    name = models.CharField("姓名", max_length=80, default="")
    acting_for = models.CharField("代谁", max_length=80, default="")
    address = models.CharField("来源地址", max_length=45, default="")
    act = models.CharField("操作", max_length=80)
    object = models.CharField("对象", max_length=200, default="")
    outcome = models.CharField("结果", max_length=8, choices=[(one, one) for one in Outcome])
    request = models.CharField("请求编号", max_length=16, default="")
    detail = models.TextField("内容", default="{}")
    digest = models.CharField("链摘要", max_length=64)

    class Meta:
        verbose_name = "审计记录"
        ordering = ["-number"]
        indexes = [models.Index(fields=["object"])]

    def __str__(self) -> str:
        return f"#{self.number} {self.act} {self.object}"
