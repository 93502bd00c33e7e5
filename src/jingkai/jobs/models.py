"""Work that is promised inside a transaction and done after it: the jobs table is the outbox."""

from django.db import models


class Job(models.Model):
    """One promised piece of work. It exists exactly when the change that promised it does."""

    class State(models.TextChoices):
        """Where the job stands."""

        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"

    kind = models.CharField("种类", max_length=60)
    key = models.CharField("去重键", max_length=200, unique=True)
    payload = models.JSONField("内容", default=dict)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    due_at = models.DateTimeField("不早于")
    claimed_at = models.DateTimeField("领取时间", null=True)
    error = models.TextField("最近一次失败", default="")

    class Meta:
        verbose_name = "任务队列"
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
