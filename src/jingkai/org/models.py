"""Departments and people."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from jingkai.org.rules import ROLES, Permission


class Department(models.Model):
    """A department or unit that can lead or support a piece of work."""

    id = models.SlugField("代码", primary_key=True)
    name = models.CharField("名称", max_length=60, unique=True)
    english = models.CharField("英文名称", max_length=80)
    leader = models.CharField("分管领导", max_length=40, default="")
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "部门"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Find people by account."""


class Person(AbstractBaseUser):
    """Somebody who works in the zone office and signs in."""

    account = models.CharField("账号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    department = models.ForeignKey(Department, models.PROTECT, null=True, verbose_name="部门")
    post = models.CharField("职务", max_length=40, default="")
    role = models.CharField("角色", max_length=20)
    is_active = models.BooleanField("在用", default=True)
    must_change_password = models.BooleanField("须改密码", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    USERNAME_FIELD = "account"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]
    objects = People()

    class Meta:
        verbose_name = "人员"
        ordering = ["account"]

    def __str__(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        """Tell whether this person's role allows it today."""
        return self.is_active and permission in ROLES[self.role].permissions


class Posting(models.Model):
    """任职: who held which post in which department, from when to when."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="postings")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="postings")
    post = models.CharField("职务", max_length=40, default="")
    from_on = models.DateField("任职起")
    until_on = models.DateField("任职止", null=True)

    class Meta:
        verbose_name = "任职"
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until_on=None), name="one_posting_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="posting_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.department} {self.from_on}"


class RosterImport(models.Model):
    """人员导入: a sheet that was uploaded, its changes, and whether they stand."""

    class State(models.TextChoices):
        """Where the import stands."""

        DRAFT = "draft", "待确认"
        DONE = "done", "已导入"
        UNDONE = "undone", "已撤销"

    name = models.CharField("文件名", max_length=200)
    changes = models.JSONField("变更", default=list)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.DRAFT)
    taken_by = models.CharField("导入人", max_length=40)
    taken_on = models.DateField("导入日期")

    class Meta:
        verbose_name = "人员导入"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """A message to one department, shown to its people until it is read."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="notices")
    text = models.CharField("内容", max_length=300)
    url = models.CharField("链接", max_length=200, default="")
    on = models.DateField("日期")
    read_at = models.DateTimeField("已读", null=True)

    class Meta:
        verbose_name = "通知"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text
