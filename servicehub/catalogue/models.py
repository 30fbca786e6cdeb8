"""Channels, service items and their matrix. ``lifecycle`` says what exists; what is stopped today the gate keeps."""

from django.db import models
from django.db.models.functions import Now


class ServiceChannel(models.Model):
    """A way to reach the centre (服务渠道). Opening hours are empty by default: open day and night."""

    class Lifecycle(models.TextChoices):
        PREPARING = "preparing", "筹备"
        TESTING = "testing", "试运行"
        RUNNING = "running", "运行"
        RETIRED = "retired", "停用"

    code = models.CharField("渠道代码", max_length=8, primary_key=True)
    name = models.CharField("渠道", max_length=30)
    audience = models.CharField("服务对象", max_length=20)
    owner = models.CharField("责任部门", max_length=30)
    lifecycle = models.CharField("状态", max_length=10, choices=Lifecycle, default=Lifecycle.RUNNING)
    off_counter = models.BooleanField("计入离柜率")
    opens_at = models.TimeField("开始服务", null=True, blank=True)
    closes_at = models.TimeField("结束服务", null=True, blank=True)
    workdays_only = models.BooleanField("仅工作日", default=False)
    min_client_version = models.CharField("最低客户端版本", max_length=20, blank=True)
    agreement_version = models.CharField("须签服务协议版本", max_length=12, blank=True)
    user_writes_minute = models.PositiveIntegerField("每人每分钟办理上限", default=120)
    user_reads_minute = models.PositiveIntegerField("每人每分钟查询上限", default=600)
    alternative_order = models.PositiveSmallIntegerField("替代次序")
    url = models.CharField("入口", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务渠道"
        ordering = ["alternative_order", "code"]

    def __str__(self):
        return self.name


class ServiceItem(models.Model):
    """A service item as the public guide shows it today. Its declaration lives in the owning app's ``items.py``."""

    class Lifecycle(models.TextChoices):
        UNOPENED = "unopened", "未开通"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "停用"

    code = models.CharField("事项代码", max_length=8, primary_key=True)
    name = models.CharField("事项", max_length=40)
    group = models.CharField("类别", max_length=10)
    owner = models.CharField("责任岗位", max_length=40)
    audiences = models.CharField("办理对象", max_length=40)  # words of declare.Audience, comma between
    lifecycle = models.CharField("状态", max_length=10, choices=Lifecycle)
    declared_published = models.BooleanField("程序已具备")
    assurance = models.PositiveSmallIntegerField("认证级别")
    signature = models.BooleanField("需电子签名", default=False)
    always_on = models.BooleanField("常开", default=False)
    cross_province = models.BooleanField("跨省通办", default=False)
    wave = models.PositiveSmallIntegerField("上线批次", default=1)
    promised = models.CharField("承诺时限", max_length=40)
    promised_days = models.PositiveSmallIntegerField("承诺工作日", default=0)  # 0: at once
    legal_limit = models.CharField("法定时限", max_length=40, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    guide = models.TextField("办事指南")
    help = models.TextField("常见问题")
    materials = models.JSONField("要件", default=list)
    needs = models.CharField("外部数据", max_length=60, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    digest = models.CharField("内容摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "服务事项"
        ordering = ["code"]

    def __str__(self):
        return self.name


class ServiceItemVersion(models.Model):
    """What the guide said, version by version: a case stays with the version it was accepted under."""

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions", verbose_name="事项")
    number = models.PositiveIntegerField("版本")
    content = models.JSONField("内容")
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "事项版本"
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="service_item_version_once")]

    def __str__(self):
        return f"{self.item_id} v{self.number}"


class ChannelItem(models.Model):
    """One cell of the matrix channel × item."""

    class Presentation(models.TextChoices):
        HANDLE = "handle", "办理"
        LIMITED = "limited", "仅受理、查询或预约"

    channel = models.ForeignKey(ServiceChannel, models.PROTECT, related_name="cells", verbose_name="渠道")
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="cells", verbose_name="事项")
    offered = models.BooleanField("开放")
    presentation = models.CharField("方式", max_length=8, choices=Presentation, default=Presentation.HANDLE)
    assurance = models.PositiveSmallIntegerField("认证级别（只可提高）", null=True, blank=True)
    daily_quota = models.PositiveIntegerField("每日限额", null=True, blank=True)
    user_yearly_limit = models.PositiveIntegerField("每人每年限次", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "渠道事项"
        constraints = [models.UniqueConstraint(fields=["channel", "item"], name="channel_item_once")]

    def __str__(self):
        return f"{self.channel_id} × {self.item_id}"


class ClashRule(models.Model):
    """One pair of the clash matrix (冲突矩阵), both ways stored: what happens to ``item`` while ``other`` is open.

    Rows mirror ``fundcentre/clashes.toml`` and ``Item.clashes``, so that set-based claims can join them.
    """

    class Verdict(models.TextChoices):
        REFUSED = "refused", "不得同时办理"
        WAITS = "waits", "等待对方办结"
        APPROVAL = "approval", "经主管批准可办"

    item = models.CharField("后办事项", max_length=8)
    other = models.CharField("在办事项", max_length=8)
    verdict = models.CharField("处理", max_length=8, choices=Verdict)
    reason = models.CharField("理由", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "冲突矩阵"
        constraints = [models.UniqueConstraint(fields=["item", "other"], name="clash_rule_once")]

    def __str__(self):
        return f"{self.item} × {self.other}: {self.verdict}"
