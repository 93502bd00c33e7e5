"""The audit chain: one line for every act. Append only; the database refuses the rest."""

from django.db import models

from jingkai.audit.rules import Outcome
from jingkai.database.fields import RowNumber


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
        # No index: it would be one more page to write with every act of the house, for a search
        # that is made now and then and reads a million lines in an eighth of a second.
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"#{self.number} {self.act} {self.object}"
