"""Where people get their notices by mail."""

from django.db import models


class MailAddress(models.Model):
    """邮件通知: a person's own address, and up to which notice they have had mail."""

    person = models.OneToOneField("org.Person", models.CASCADE, related_name="mail_address")
    address = models.EmailField("邮箱", max_length=120)
    language = models.CharField("用语", max_length=10, default="zh-hans")
    set_on = models.DateField("设置日期")
    last_notice = models.PositiveBigIntegerField("已寄到的通知", default=0)
    last_digest_on = models.DateField("最近一次汇总", null=True)

    class Meta:
        verbose_name = "邮件通知地址"

    def __str__(self) -> str:
        return self.address
