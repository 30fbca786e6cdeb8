from django.db import models


class FindingState(models.TextChoices):
    OPEN = "open", "待处理"
    EXPLAINED = "explained", "已说明"
    CLOSED = "closed", "已消除"


class CheckRun(models.Model):
    """One check, run once. Kept for as long as the day it proves is asked about."""

    check_code = models.CharField("检查", max_length=80)
    business_date = models.DateField("营业日")
    started_at = models.DateTimeField("时间")
    milliseconds = models.PositiveIntegerField("用时（毫秒）")
    found = models.PositiveIntegerField("问题数")
    failed = models.CharField("未能运行", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "平衡检查"
        indexes = [models.Index(fields=["check_code", "-id"], name="check_run_last")]

    def __str__(self):
        return f"{self.check_code} {self.started_at:%Y-%m-%d %H:%M}"


class CheckFinding(models.Model):
    """What a check found, one row while it lasts: seen again it is the same row, gone it closes by itself.

    ``explained`` is a person's word that the difference is understood (未达账项); it still blocks day close where the
    check does, unless the check says otherwise.
    """

    check_code = models.CharField("检查", max_length=80)
    finding = models.CharField("问题", max_length=80)
    object = models.CharField("对象", max_length=120)
    message = models.CharField("说明", max_length=500)
    remedy = models.CharField("处理办法", max_length=300, blank=True)
    clause = models.CharField("依据", max_length=120, blank=True)
    facts = models.JSONField("数据", default=dict)
    severity = models.CharField("程度", max_length=8)
    state = models.CharField("状态", max_length=10, choices=FindingState, default=FindingState.OPEN)
    owner = models.CharField("责任岗", max_length=40)
    due = models.DateField("期限")
    due_tentative = models.BooleanField("期限暂定", default=False)
    first_seen = models.DateTimeField("首次发现")
    last_seen = models.DateTimeField("最近发现")
    closed_at = models.DateTimeField("消除时间", null=True)
    explanation = models.CharField("处理说明", max_length=300, blank=True)
    explained_by = models.CharField("说明人", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查问题"
        constraints = [
            models.UniqueConstraint(
                fields=["check_code", "finding", "object"],
                condition=~models.Q(state="closed"),
                name="check_finding_once_while_open",
            )
        ]

    def __str__(self):
        return self.message
