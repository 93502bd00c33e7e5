"""Departments and people."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from jingkai.org.rules import ROLES, Permission
from jingkai.org.units import UNIT_KINDS


class Department(models.Model):
    """A department or unit that can lead or support a piece of work."""

    id = models.SlugField("代码", primary_key=True)
    name = models.CharField("名称", max_length=60, unique=True)
    english = models.CharField("英文名称", max_length=80)
    leader = models.CharField("分管领导", max_length=40, default="")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="parts", verbose_name="上级部门"
    )
    kind = models.CharField(
        "类别", max_length=12, choices=list(UNIT_KINDS.items()), default="office"
    )
    order = models.PositiveSmallIntegerField("顺序", default=0)
    # What a table changed stays as the table says; the zone package keeps the others.
    is_from_package = models.BooleanField("随经开区包", default=True)

    class Meta:
        verbose_name = "部门"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                name="department_is_not_its_own_parent",
            )
        ]

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
    scope = models.CharField("数据范围", max_length=12, default="")
    chosen = models.ManyToManyField(
        Department, related_name="chosen_by", verbose_name="自定范围的部门"
    )
    is_active = models.BooleanField("在用", default=True)
    must_change_password = models.BooleanField("须改密码", default=False)
    password_on = models.DateField("密码设于", null=True)
    opened_on = models.DateField("账号启用于", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    USERNAME_FIELD = "account"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]
    objects = People()
    # The delegations in force today, which whoever signs the person in looks up.
    lent: tuple["Delegation", ...] = ()

    class Meta:
        verbose_name = "人员"
        ordering = ["account"]

    def __str__(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        """Tell whether this person's role, or one lent to them, allows it today."""
        return self.is_active and (self.may_alone(permission) or bool(self.lender(permission)))

    def may_alone(self, permission: Permission) -> bool:
        """Tell whether this person's own role allows it."""
        return permission in ROLES[self.role].permissions

    def lender(self, permission: Permission) -> "Person | None":
        """Return who lent this person a role that allows it."""
        for one in self.lent:
            if one.giver.is_active and one.giver.may_alone(permission):
                return one.giver
        return None


class OldPassword(models.Model):
    """用过的密码: what a person may not choose again for a while, as hashes."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="old_passwords")
    password = models.CharField("密码", max_length=128)

    class Meta:
        verbose_name = "用过的密码"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.pk}"


class BackupCode(models.Model):
    """备用码: signs a person in once when the phone is not at hand; only its digest is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="backup_codes")
    digest = models.CharField("摘要", max_length=64)
    used_at = models.DateTimeField("用于", null=True)

    class Meta:
        verbose_name = "备用码"
        constraints = [
            models.UniqueConstraint(fields=["person", "digest"], name="backup_code_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.pk}"


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


class Delegation(models.Model):
    """授权代办: somebody lets a colleague act in their place, from one day to another."""

    giver = models.ForeignKey(Person, models.CASCADE, related_name="given")
    taker = models.ForeignKey(Person, models.CASCADE, related_name="taken")
    from_on = models.DateField("起")
    until_on = models.DateField("止")
    reason = models.CharField("事由", max_length=200)
    withdrawn_on = models.DateField("收回日期", null=True)

    class Meta:
        verbose_name = "授权代办"
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on__gte=models.F("from_on")),
                name="delegation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(giver=models.F("taker")), name="delegation_is_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker} {self.from_on}—{self.until_on}"


class GrantRequest(models.Model):
    """授权申请: a sensitive right that one administrator asks for and another one approves."""

    class State(models.TextChoices):
        """Where the request stands."""

        OPEN = "open", "待批准"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"

    person = models.ForeignKey(Person, models.CASCADE, related_name="requests")
    role = models.CharField("角色", max_length=20)
    scope = models.CharField("数据范围", max_length=12, default="")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="asked")
    asked_on = models.DateField("申请日期")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="decided")
    decided_on = models.DateField("决定日期", null=True)

    class Meta:
        verbose_name = "授权申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state="open"),
                name="one_open_request_for_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="request_is_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role}"


class WorkYear(models.Model):
    """工作年度: a year that the zone switched to, and since when it is closed."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    is_current = models.BooleanField("当前", default=False)
    closed_on = models.DateField("关闭日期", null=True)
    closed_by = models.CharField("关闭人", max_length=40, default="")

    class Meta:
        verbose_name = "工作年度"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=models.Q(is_current=True),
                name="one_working_year",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_on=None, closed_by="")
                | (models.Q(closed_on__isnull=False, is_current=False) & ~models.Q(closed_by="")),
                name="year_closed_by_somebody_and_not_worked_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"


class Notice(models.Model):
    """A message to one department, shown to its people, or to one person, until it is read.

    `text` is what it says in Chinese; from `words` a page says it in its reader's language.
    """

    department = models.ForeignKey(
        Department, models.CASCADE, null=True, related_name="notices", verbose_name="部门"
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="notices", verbose_name="本人"
    )
    text = models.CharField("内容", max_length=300)
    words = models.JSONField("内容和其中的值", default=dict)
    url = models.CharField("链接", max_length=200, default="")
    on = models.DateField("日期")
    read_at = models.DateTimeField("已读", null=True)

    class Meta:
        verbose_name = "通知"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(department=None, person__isnull=False)
                | models.Q(department__isnull=False, person=None),
                name="notice_is_to_a_department_or_a_person",
            )
        ]

    def __str__(self) -> str:
        return self.text
