"""Tables of the gate: who may call, what is stopped, and every call that came."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from servicehub.cases.models import LOOSE


class ChannelClient(models.Model):
    """A program that calls through a channel (an APP build, a kiosk, the government platform)."""

    class Credential(models.TextChoices):
        MTLS = "mtls", "双向证书"
        SM2 = "sm2", "SM2 密钥"
        HMAC = "hmac", "HMAC-SM3"

    class Status(models.TextChoices):
        ACTIVE = "active", "启用"
        TESTING = "testing", "测试"
        REVOKED = "revoked", "停用"

    code = models.CharField("接入方代码", max_length=40, primary_key=True)
    name = models.CharField("接入方", max_length=60)
    channel = models.ForeignKey("servicehub.ServiceChannel", models.PROTECT, related_name="clients")
    credential = models.CharField("凭证种类", max_length=8, choices=Credential)
    key_id = models.CharField("密钥编号", max_length=64, blank=True)
    valid_from = models.DateTimeField("起始时间")
    valid_to = models.DateTimeField("截止时间", null=True, blank=True)
    ip_allow = ArrayField(models.GenericIPAddressField(), verbose_name="允许地址", default=list, blank=True)
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.ACTIVE)

    class Meta:
        verbose_name = verbose_name_plural = "渠道接入方"

    def __str__(self):
        return self.name


class ServiceAgreement(models.Model):
    """A signed service agreement (网上服务协议) of one user on one channel."""

    user = models.ForeignKey("servicehub.User", models.PROTECT, related_name="+", verbose_name="用户")
    channel = models.ForeignKey("servicehub.ServiceChannel", models.PROTECT, related_name="+", verbose_name="渠道")
    version = models.CharField("协议版本", max_length=12)
    signed_at = models.DateTimeField("签约时间")
    ended_at = models.DateTimeField("解约时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务协议"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "channel", "version"], condition=Q(ended_at__isnull=True), name="agreement_live"
            )
        ]

    def __str__(self):
        return f"{self.user_id} {self.channel_id} {self.version}"


class StopScope(models.TextChoices):
    PLATFORM = "PLATFORM", "全平台"
    CHANNEL = "CHANNEL", "渠道"
    ITEM = "ITEM", "事项"
    ITEM_GROUP = "ITEM_GROUP", "事项类别"
    CELL = "CELL", "渠道与事项"


class StopMode(models.TextChoices):
    """Weakest first: the order of these words is the order of strength."""

    NOTICE = "NOTICE", "有公告"
    NO_NEW = "NO_NEW", "停新办"
    READ_ONLY = "READ_ONLY", "只读"
    FULL = "FULL", "全停"


class StopReason(models.TextChoices):
    PLAN_MAINT = "PLAN_MAINT", "计划维护"
    YEAR_END = "YEAR_END", "年度结息、结转"
    POLICY = "POLICY", "政策调整切换"
    BANK_LINE = "BANK_LINE", "银行、结算故障"
    EXT_DATA = "EXT_DATA", "外部数据故障"
    SECURITY = "SECURITY", "安全事件"
    CAPACITY = "CAPACITY", "容量"
    LEGAL = "LEGAL", "监管要求"
    DATA_FIX = "DATA_FIX", "数据核对"
    OTHER = "OTHER", "其他"


class StopKind(models.TextChoices):
    IMMEDIATE = "IMMEDIATE", "立即"
    SCHEDULED = "SCHEDULED", "计划"
    EMERGENCY = "EMERGENCY", "紧急"


class StopOrder(models.Model):
    """A stop order (停办单) in force, coming or past. What waits for approval is still a case, not a row here.

    Whether it stops anything now is decided by comparing times at each request (R-ST-15): nothing flips a flag.
    """

    class Review(models.TextChoices):
        """Post-review of an emergency stop."""

        NONE = "none", "无需补审"
        PENDING = "pending", "待补审"
        PASSED = "passed", "已补审"
        FAILED = "failed", "补审未通过"

    number = models.CharField("停办单号", max_length=24, unique=True)
    scope = models.CharField("范围", max_length=10, choices=StopScope)
    scope_ref = models.CharField("对象", max_length=20, blank=True)  # APP · J-PAY · 提取 · APP:T-RENT
    mode = models.CharField("方式", max_length=9, choices=StopMode)
    kind = models.CharField("种类", max_length=9, choices=StopKind)
    reason_code = models.CharField("原因", max_length=10, choices=StopReason)
    internal_reason = models.CharField("内部说明", max_length=300)
    notice_title = models.CharField("公告标题", max_length=40)
    notice_body = models.CharField("公告正文", max_length=500)
    notice_short = models.CharField("短信文本", max_length=70, blank=True)
    delay_body = models.CharField("延期公告", max_length=500, blank=True)  # shown when a planned end has passed
    alternatives = ArrayField(models.CharField(max_length=8), verbose_name="替代渠道", default=list, blank=True)
    starts_at = models.DateTimeField("开始时间")
    planned_end = models.DateTimeField("计划恢复时间", null=True, blank=True)
    auto_resume = models.BooleanField("到时自动恢复", default=False)
    resume_held = models.BooleanField("待健康检查，暂缓自动恢复", default=False)
    drain_seconds = models.PositiveSmallIntegerField("缓冲秒数", default=0)
    include_batch = models.BooleanField("同时暂停批处理入账", default=False)
    exempt_clients = ArrayField(models.CharField(max_length=40), verbose_name="豁免接入方", default=list, blank=True)
    announcement = models.CharField("公告编号", max_length=60, blank=True)
    incident = models.CharField("事件编号", max_length=60, blank=True)
    case_number = models.CharField("办件", max_length=24, blank=True)
    ordered_by = models.ForeignKey("servicehub.User", models.PROTECT, related_name="+", verbose_name="申请人")
    ordered_at = models.DateTimeField("申请时间")
    approved_by = models.ForeignKey(
        "servicehub.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    review = models.CharField("补审", max_length=8, choices=Review, default=Review.NONE)
    reviewed_by = models.ForeignKey(
        "servicehub.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="补审人"
    )
    reviewed_at = models.DateTimeField("补审时间", null=True, blank=True)
    lifted_at = models.DateTimeField("恢复时间", null=True, blank=True)
    lifted_by = models.ForeignKey(
        "servicehub.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="恢复人"
    )
    lift_reason = models.CharField("恢复说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "停办单"
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_end__isnull=True) | Q(planned_end__gt=F("starts_at")), name="stop_order_span"
            ),
            models.CheckConstraint(
                condition=Q(auto_resume=False) | Q(planned_end__isnull=False), name="stop_order_auto_resume_has_end"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("ordered_by")),
                name="stop_order_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("ordered_by")),
                name="stop_order_reviewed_by_another",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], condition=Q(lifted_at__isnull=True), name="stop_order_standing")]

    def __str__(self):
        return self.number


class CallOutcome(models.TextChoices):
    """Business refusal, stop and technical failure are told apart: mixing them is why dashboards cry wolf."""

    OK = "OK", "成功"
    REPLAYED = "REPLAYED", "重复提交"
    INVALID = "INVALID", "填写有误"
    REFUSED_RULE = "REFUSED_RULE", "按规定不能办理"
    REFUSED_STOP = "REFUSED_STOP", "停办"
    REFUSED = "REFUSED", "未获准"
    THROTTLED = "THROTTLED", "限流"
    FAILED = "FAILED", "程序故障"


class ServiceCall(models.Model):
    """One call at the gate, allowed or refused. All volume figures are counted here and nowhere else."""

    append_only = True

    request_id = models.CharField("请求号", max_length=64)
    channel = models.CharField("渠道", max_length=8)
    client = models.CharField("接入方", max_length=40, blank=True)
    item = models.CharField("事项", max_length=8)
    operation = models.CharField("操作", max_length=60)
    kind = models.CharField("种类", max_length=8)
    principal = models.CharField("主体", max_length=60)
    operator = models.ForeignKey("servicehub.User", null=True, blank=True, verbose_name="用户", **LOOSE)
    operator_name = models.CharField("姓名", max_length=50, blank=True)
    user_kind = models.CharField("用户类别", max_length=10)
    target_kind = models.CharField("对象类别", max_length=12, blank=True)
    target_id = models.BigIntegerField("对象", default=0)
    branch = models.ForeignKey("servicehub.Branch", null=True, blank=True, verbose_name="管理部", **LOOSE)
    started_at = models.DateTimeField("开始时间")
    milliseconds = models.PositiveIntegerField("耗时（毫秒）")
    outcome = models.CharField("结果", max_length=12, choices=CallOutcome)
    code = models.CharField("代码", max_length=30, blank=True)
    status = models.PositiveSmallIntegerField("状态码")
    stop_order = models.CharField("停办单", max_length=24, blank=True)
    case_number = models.CharField("办件", max_length=24, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务调用"
        indexes = [
            models.Index(fields=["principal", "started_at"], name="service_call_principal"),
            models.Index(fields=["started_at"], name="service_call_time"),
            models.Index(fields=["stop_order"], condition=~Q(stop_order=""), name="service_call_stopped"),
        ]

    def __str__(self):
        return f"{self.operation} {self.outcome}"
