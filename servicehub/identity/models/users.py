"""Platform users: one registration serves every channel (综合服务平台工作指引 14)."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q

from servicehub.kit.crypto import BlindIndexField, EncryptedTextField


class Branch(models.Model):
    """管理部 / 网点: the unit of row-level scope."""

    code = models.CharField("机构代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    area = models.CharField("行政区域", max_length=40)
    address = models.CharField("地址", max_length=120, blank=True)
    is_open = models.BooleanField("营业", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "管理部"
        ordering = ["code"]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    """People are created by ``identity.people``, which knows the rules of each kind."""

    def get_by_natural_key(self, username):
        return self.get(username=username)


class UserKind(models.TextChoices):
    STAFF = "staff", "工作人员"
    EMPLOYER = "employer", "单位经办人"
    PERSON = "person", "个人"


class UserState(models.TextChoices):
    """待实名 → 正常 ⇄ 冻结 → 注销; 正常 → 休眠 after 24 months without a log-in."""

    PENDING = "pending", "待实名"
    ACTIVE = "active", "正常"
    FROZEN = "frozen", "冻结"
    DORMANT = "dormant", "休眠"
    CANCELLED = "cancelled", "注销"


class User(AbstractBaseUser, PermissionsMixin):
    """A natural person who logs in. What they may do is never here: grants, posts and ownership say it.

    ``username`` is a work number for staff and opaque for everybody else, who log in by mobile or identity number;
    those two rest encrypted and are found by their blind index.
    """

    MAY_LOG_IN = frozenset({UserState.PENDING, UserState.ACTIVE})

    username = models.CharField("登录名", max_length=40, unique=True)
    kind = models.CharField("类别", max_length=10, choices=UserKind)
    state = models.CharField("状态", max_length=10, choices=UserState, default=UserState.ACTIVE)
    display_name = models.CharField("显示名", max_length=50)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, verbose_name="所属管理部")
    mobile = EncryptedTextField("手机号", domain="servicehub.user.mobile", null=True, blank=True)
    mobile_index = BlindIndexField("手机号索引", null=True, blank=True)
    id_number = EncryptedTextField("证件号码", domain="servicehub.user.id_number", null=True, blank=True)
    id_index = BlindIndexField("证件号码索引", null=True, blank=True)
    registered_channel = models.CharField("注册渠道", max_length=5, blank=True)
    date_joined = models.DateTimeField("注册时间", null=True, blank=True)
    password_set_at = models.DateTimeField("密码设置时间", null=True, blank=True)
    password_must_change = models.BooleanField("登录后须改密码", default=False)
    session_version = models.PositiveIntegerField("会话版本", default=1)

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = "平台用户"
        constraints = [
            # One registration per identity document and kind, whatever the channel; a cancelled one may come back.
            models.UniqueConstraint(
                fields=["kind", "id_index"],
                condition=Q(id_index__isnull=False) & ~Q(state="cancelled"),
                name="user_one_per_identity",
            ),
            # An agent logs in by mobile. Persons may share one (a parent's), so theirs is not unique.
            models.UniqueConstraint(
                fields=["mobile_index"],
                condition=Q(kind="employer") & ~Q(state="cancelled"),
                name="user_agent_one_per_mobile",
            ),
            models.CheckConstraint(
                condition=Q(mobile__isnull=True, mobile_index__isnull=True)
                | Q(mobile__isnull=False, mobile_index__isnull=False),
                name="user_mobile_with_index",
            ),
            models.CheckConstraint(
                condition=Q(id_number__isnull=True, id_index__isnull=True)
                | Q(id_number__isnull=False, id_index__isnull=False),
                name="user_id_number_with_index",
            ),
        ]

    def __str__(self):
        return self.display_name

    @property
    def is_active(self) -> bool:
        return self.state in self.MAY_LOG_IN


class FormerPassword(models.Model):
    """The last five, so that none of them comes back (SEC-02). Hashes only."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_passwords", verbose_name="用户")
    password = models.CharField("密码散列", max_length=160)
    retired_at = models.DateTimeField("停用时间")

    class Meta:
        verbose_name = verbose_name_plural = "曾用密码"
        ordering = ["-retired_at"]

    def __str__(self):
        return f"{self.user_id} {self.retired_at:%Y-%m-%d}"
