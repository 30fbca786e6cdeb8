from django.db import models


class RunState(models.TextChoices):
    RUNNING = "running", "运行中"
    DONE = "done", "已完成"
    PARTLY_FAILED = "partly_failed", "部分失败"
    ABORTED = "aborted", "已中止"


class ItemState(models.TextChoices):
    WAITING = "waiting", "等待"
    DONE = "done", "完成"
    FAILED = "failed", "失败"


class JobRun(models.Model):
    """One run of one job. Its natural key says what it is a run of: the same key again is the same run."""

    job = models.CharField("作业", max_length=80)
    key = models.CharField("批次", max_length=80)
    business_date = models.DateField("营业日")
    state = models.CharField("状态", max_length=14, choices=RunState, default=RunState.RUNNING)
    step = models.PositiveSmallIntegerField("当前步骤", default=0)
    started_by = models.CharField("启动人", max_length=60)
    request_id = models.CharField("请求号", max_length=64)
    started_at = models.DateTimeField("启动时间")
    finished_at = models.DateTimeField("结束时间", null=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批处理"
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="job_run_once")]
        indexes = [models.Index(fields=["started_at"], name="job_run_live", condition=models.Q(state="running"))]

    def __str__(self):
        return f"{self.job} {self.key}"


class JobItem(models.Model):
    """One piece of work of one step, done in one transaction together with this row's change of state."""

    run = models.ForeignKey(JobRun, models.PROTECT, related_name="items", verbose_name="批处理", db_index=False)
    step = models.PositiveSmallIntegerField("步骤")
    subject = models.CharField("对象", max_length=120)
    state = models.CharField("状态", max_length=8, choices=ItemState, default=ItemState.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    error = models.TextField("原因", blank=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    milliseconds = models.PositiveIntegerField("用时（毫秒）", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "批处理明细"
        constraints = [models.UniqueConstraint(fields=["run", "step", "subject"], name="job_item_once")]
        indexes = [
            models.Index(fields=["run", "step", "id"], name="job_item_waiting", condition=models.Q(state="waiting"))
        ]

    def __str__(self):
        return f"{self.run_id}/{self.step} {self.subject}"
