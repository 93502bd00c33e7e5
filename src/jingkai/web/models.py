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
