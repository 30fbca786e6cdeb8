"""A close, its steps, and the periods that ended with it."""

from django.db import models
from django.db.models import Q

from servicehub.batch.models import JobRun


class ClosingState(models.TextChoices):
    RUNNING = "running", "进行中"
    BLOCKED = "blocked", "已停下"
    CLOSED = "closed", "已完成"


class StepState(models.TextChoices):
    TODO = "todo", "待进行"
    DONE = "done", "完成"
    FAILED = "failed", "未通过"


class PeriodKind(models.TextChoices):
    DAY = "day", "日终"
    MONTH = "month", "月结"
    INTEREST_YEAR = "interest_year", "年度结息"
    YEAR = "year", "年结"


class Closing(models.Model):
    """The close of one business day. One at a time: a day is closed before the next can be."""

    day = models.DateField("营业日", unique=True)
    state = models.CharField("状态", max_length=8, choices=ClosingState, default=ClosingState.RUNNING)
    note = models.CharField("说明", max_length=500, blank=True)  # what it waits for, or why it stands
    started_by = models.CharField("启动人", max_length=60)
    started_at = models.DateTimeField("启动时间")
    signed_by = models.CharField("签批人", max_length=120, blank=True)
    signed_at = models.DateTimeField("签批时间", null=True, blank=True)
    sign_case = models.CharField("签批办件", max_length=24, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日终"
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=~Q(state="closed"), name="closing_one_at_a_time",
                violation_error_message="前一个营业日的日终还没有完成",
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.day:%Y-%m-%d} 日终"


class ClosingStep(models.Model):
    """One step. Listed when the close starts, so that a schedule changed meanwhile does not change a close under way."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="steps", db_index=False, verbose_name="日终")
    place = models.PositiveSmallIntegerField("序号")
    code = models.CharField("步骤", max_length=80)
    label = models.CharField("名称", max_length=80)
    key = models.CharField("批次", max_length=80, blank=True)  # of the job's run
    state = models.CharField("状态", max_length=6, choices=StepState, default=StepState.TODO)
    note = models.CharField("说明", max_length=500, blank=True)
    digest = models.CharField("结果摘要", max_length=64, blank=True)
    run = models.ForeignKey(JobRun, models.PROTECT, null=True, blank=True, verbose_name="批处理")
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日终步骤"
        constraints = [models.UniqueConstraint(fields=["closing", "place"], name="closing_step_once")]

    def __str__(self):
        return f"{self.closing_id}/{self.place} {self.code}"


class PeriodEnd(models.Model):
    """A period that is over: no voucher gets into it any more. ``digest`` is of every balance at its end."""

    kind = models.CharField("期间", max_length=14, choices=PeriodKind)
    key = models.CharField("编号", max_length=10)  # 2026-11-23, 202611, 2026
    day = models.DateField("最后营业日")
    digest = models.CharField("余额摘要", max_length=64)
    signed_by = models.CharField("签批人", max_length=120)
    closed_at = models.DateTimeField("结束时间")

    class Meta:
        verbose_name = verbose_name_plural = "已结期间"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="period_ends_once")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.key}"
