"""What a log-in leaves behind on its way: attempts, locks, codes, second factors, calls to the SMS provider."""

import uuid

from django.db import models
from django.db.models import Q
from django_otp.models import Device

from servicehub.identity.models.sessions import Face
from servicehub.identity.models.users import User
from servicehub.kit.crypto import BlindIndexField, EncryptedTextField


class LoginAttempt(models.Model):
    """One try at a log-in name, written *before* the password is looked at and taken away when it was right.

    Written before, so that twenty tries sent at the same moment count as twenty. The name is a blind index: what was
    typed may be an identity number, and need not belong to anybody.
    """

    name_index = BlindIndexField("登录名索引")
    at = models.DateTimeField("时间")
    ip = models.GenericIPAddressField("地址", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录失败"
        indexes = [
            models.Index(fields=["name_index", "at"], name="login_attempt_name"),
            models.Index(fields=["ip", "at"], name="login_attempt_ip"),
        ]

    def __str__(self):
        return f"{self.ip} {self.at:%Y-%m-%d %H:%M:%S}"


class LoginLock(models.Model):
    """A log-in name that is locked, known or not, until a time."""

    name_index = BlindIndexField("登录名索引", unique=True)
    locked_at = models.DateTimeField("锁定时间")
    until = models.DateTimeField("锁定至")

    class Meta:
        verbose_name = verbose_name_plural = "登录锁定"

    def __str__(self):
        return f"{self.until:%Y-%m-%d %H:%M}"


class PendingLogin(models.Model):
    """The password was right; the second factor is awaited. Its number is held by that browser or client alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="用户")
    face = models.CharField("界面", max_length=10, choices=Face)
    name_index = BlindIndexField("登录名索引")
    created_at = models.DateTimeField("时间")
    expires_at = models.DateTimeField("有效至")
    used_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待完成登录"

    def __str__(self):
        return f"{self.user_id} {self.created_at:%Y-%m-%d %H:%M}"


class CodePurpose(models.TextChoices):
    LOGIN = "login", "登录"
    STEP_UP = "step_up", "身份再确认"
    PASSWORD = "password", "找回密码"
    REGISTER = "register", "注册"


class SmsCode(models.Model):
    """A code sent by SMS: 6 digits, 5 minutes, one use, bound to purpose and session; only its HMAC-SM3 is kept."""

    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="用户")
    mobile_index = BlindIndexField("手机号索引")
    purpose = models.CharField("用途", max_length=10, choices=CodePurpose)
    binding = models.CharField("会话绑定", max_length=64)
    digest = models.BinaryField("校验码摘要", max_length=32)
    ip = models.GenericIPAddressField("地址", null=True, blank=True)
    sent_at = models.DateTimeField("发送时间")
    expires_at = models.DateTimeField("有效至")
    wrong_tries = models.PositiveSmallIntegerField("错误次数", default=0)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信校验码"
        indexes = [
            models.Index(fields=["mobile_index", "sent_at"], name="sms_code_mobile"),
            models.Index(fields=["ip", "sent_at"], name="sms_code_ip"),
            models.Index(fields=["binding", "purpose"], name="sms_code_binding"),
            models.Index(fields=["sent_at"], name="sms_code_sent"),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} {self.sent_at:%Y-%m-%d %H:%M:%S}"


class PasswordReset(models.Model):
    """Leave to set a new password by a second factor alone, for a day: given at a counter or by two administrators.

    No secret changes hands: the person sets the password themselves on the reset page.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="password_resets", verbose_name="用户")
    opened_at = models.DateTimeField("开通时间")
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="开通人")
    reason = models.CharField("原因", max_length=120)
    expires_at = models.DateTimeField("有效至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "密码重置"
        indexes = [models.Index(fields=["user"], condition=Q(used_at__isnull=True), name="password_reset_open")]

    def __str__(self):
        return f"{self.user_id} {self.opened_at:%Y-%m-%d %H:%M}"


class StaffToken(Device):
    """A TOTP generator of a staff member (RFC 6238). Its seed rests encrypted; a code is accepted once."""

    seed = EncryptedTextField("种子", domain="servicehub.staff_token.seed")
    last_step = models.BigIntegerField("最近使用的时间步", default=-1)
    bound_at = models.DateTimeField("绑定时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "动态口令"
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(confirmed=True), name="staff_token_one_in_use")
        ]


class AdapterCall(models.Model):
    """Every call to an outside provider, payload masked, kept three years."""

    request_id = models.UUIDField("请求号", unique=True)
    trace_id = models.CharField("追踪号", max_length=40, blank=True)
    adapter = models.CharField("接口", max_length=20)
    operation = models.CharField("操作", max_length=20)
    purpose = models.CharField("用途", max_length=20)
    operator = models.CharField("操作人", max_length=40, blank=True)
    payload = models.JSONField("内容（掩码）", default=dict)
    sent_at = models.DateTimeField("发出时间")
    milliseconds = models.PositiveIntegerField("耗时")
    result = models.CharField("结果", max_length=12)
    reason_code = models.CharField("原因代码", max_length=20, blank=True)
    provider_txn = models.CharField("对方流水", max_length=64, blank=True)
    raw_digest = models.CharField("应答摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "外部接口调用"
        indexes = [models.Index(fields=["adapter", "sent_at"], name="adapter_call_time")]

    def __str__(self):
        return f"{self.adapter}.{self.operation} {self.result}"
