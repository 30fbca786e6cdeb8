"""The session registry: who is logged in where, what was proved, and what ended it."""

from django.db import models
from django.db.models import F, Q

from servicehub.identity.models.users import User
from servicehub.kit.crypto import BlindIndexField


class Face(models.TextChoices):
    """A session belongs to one face; one browser may hold one of each."""

    EMPLOYER = "employer", "单位网厅"
    MY = "my", "个人网厅"
    STAFF = "staff", "柜台和综合管理"
    API = "api", "接口"


class EndReason(models.TextChoices):
    LOGOUT = "logout", "本人退出"
    IDLE = "idle", "长时间没有操作"
    ABSOLUTE = "absolute", "超过最长登录时间"
    REPLACED = "replaced", "在别处登录"
    REVOKED = "revoked", "权限或账号变更"
    PASSWORD = "password", "修改密码"


class LoginSession(models.Model):
    """One log-in. Read once per request together with its user, proofs and posts; a row that ended ends the request.

    ``version`` is the user's ``session_version`` at log-in: raising the user's ends every session in one statement,
    seen at the very next request.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="login_sessions", verbose_name="用户")
    face = models.CharField("界面", max_length=10, choices=Face)
    channel = models.CharField("渠道", max_length=5)
    client = models.CharField("接入端", max_length=40, blank=True)
    token_index = BlindIndexField("令牌索引", null=True, blank=True, unique=True)
    version = models.PositiveIntegerField("会话版本")
    acting_for = models.CharField("代办单位", max_length=40, blank=True)
    ip = models.GenericIPAddressField("地址", null=True, blank=True)
    agent = models.CharField("浏览器", max_length=200, blank=True)
    started_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最近操作")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    end_reason = models.CharField("结束原因", max_length=10, choices=EndReason, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"
        indexes = [
            models.Index(fields=["user", "face"], condition=Q(ended_at__isnull=True), name="login_session_standing"),
            models.Index(fields=["user", "-started_at"], name="login_session_history"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="login_session_ended_with_reason",
            )
        ]

    def __str__(self):
        return f"{self.user_id} {self.face} {self.started_at:%Y-%m-%d %H:%M}"


class ProofMethod(models.TextChoices):
    PASSWORD = "password", "密码"
    SMS = "sms", "短信校验码"
    TOTP = "totp", "动态口令"
    CERTIFICATE = "certificate", "数字证书"
    REAL_NAME = "real_name", "实名核验"
    FACE = "face", "人脸核验"
    COUNTER = "counter", "柜台核验"


class Proof(models.Model):
    """Something a person proved, when and how. Without ``login`` it outlives the session (实名, 柜台核验)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="proofs", verbose_name="用户")
    login = models.ForeignKey(
        LoginSession, models.PROTECT, null=True, blank=True, related_name="proofs", verbose_name="登录会话"
    )
    method = models.CharField("方式", max_length=12, choices=ProofMethod)
    at = models.DateTimeField("时间")
    expires_at = models.DateTimeField("有效至", null=True, blank=True)
    reference = models.CharField("核验流水", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "身份证明"
        indexes = [
            models.Index(fields=["login"], name="proof_of_login"),
            models.Index(fields=["user"], condition=Q(login__isnull=True), name="proof_long_lived"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("at")), name="proof_expires_later"
            )
        ]

    def __str__(self):
        return f"{self.user_id} {self.method} {self.at:%Y-%m-%d %H:%M}"


class ParkedRequest(models.Model):
    """A POST that came after its session ended, or before a proof it needs: kept encrypted, done after log-in (S-13).

    ``digest`` is the SHA-256 of a token only the browser holds. With a ``user`` it goes on for that user alone.
    """

    digest = models.BinaryField("令牌摘要", max_length=32, unique=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="用户")
    face = models.CharField("界面", max_length=10, choices=Face)
    path = models.CharField("地址", max_length=500)
    body = models.BinaryField("内容（密文）")
    created_at = models.DateTimeField("保存时间")
    expires_at = models.DateTimeField("保留至")

    class Meta:
        verbose_name = verbose_name_plural = "待续请求"
        indexes = [models.Index(fields=["expires_at"], name="parked_request_expiry")]

    def __str__(self):
        return f"{self.face} {self.created_at:%Y-%m-%d %H:%M}"
