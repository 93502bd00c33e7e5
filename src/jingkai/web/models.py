"""What the shell keeps for people: their searches, their columns."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedSearch(models.Model):
    """常用查询: the words of a search under a name, for one person or a department."""

    list_id = models.CharField("列表", max_length=60)
    name = models.CharField("名称", max_length=40)
    query = models.CharField("条件", max_length=2000)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="searches")
    department = models.ForeignKey(
        "org.Department", models.CASCADE, null=True, related_name="searches"
    )

    class Meta:
        verbose_name = "常用查询"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["list_id", "person", "name"], name="search_name_is_a_persons_own"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="search_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ListSetting(models.Model):
    """列设置: which columns a person sees in a list, and how dense."""

    list_id = models.CharField("列表", max_length=60)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="list_settings"
    )
    columns = models.JSONField("列", default=list)
    is_dense = models.BooleanField("紧凑", default=False)

    class Meta:
        verbose_name = "列设置"
        constraints = [
            models.UniqueConstraint(
                fields=["list_id", "person"], name="one_setting_a_list_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.list_id} {self.person_id}"


class ImportRun(models.Model):
    """导入记录: a table that was sent, what it would change, and whether that stands."""

    class State(models.TextChoices):
        """Where the import stands."""

        DRAFT = "draft", "待确认"
        DONE = "done", "已导入"
        UNDONE = "undone", "已撤销"

    importer = models.CharField("导入项", max_length=60)
    name = models.CharField("文件名", max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports")
    on = models.DateField("日期")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.DRAFT)
    table = models.JSONField("表", default=dict)
    places = models.JSONField("列对应", default=dict)
    changes = models.JSONField("变更", default=list)

    class Meta:
        verbose_name = "导入记录"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class ColumnMatching(models.Model):
    """列对应: which heading a sender uses for which column, remembered."""

    importer = models.CharField("导入项", max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="matchings")
    headings = models.JSONField("表头", default=dict)

    class Meta:
        verbose_name = "列对应"
        constraints = [
            models.UniqueConstraint(
                fields=["importer", "person"], name="one_matching_an_importer_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.importer} {self.person_id}"


class Submission(models.Model):
    """提交: a form that was sent, so that the second press shows the first result."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="submissions")
    key = models.CharField("钥匙", max_length=32)
    digest = models.CharField("内容摘要", max_length=64)
    at = models.DateTimeField("时间", db_index=True)
    status = models.PositiveSmallIntegerField("结果", default=0)
    url = models.CharField("去向", max_length=500, default="")

    class Meta:
        verbose_name = "提交"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key", "digest"], name="a_form_is_carried_out_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key}"
