"""Platform users: one registration serves every channel (综合服务平台工作指引 14)."""

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.db import models


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


class UserKind(models.TextChoices):
    STAFF = "staff", "工作人员"
    EMPLOYER = "employer", "单位经办人"
    PERSON = "person", "个人"


class User(AbstractBaseUser, PermissionsMixin):
    """A natural person who logs in. What they may do is never here: grants, posts and ownership say it."""

    username = models.CharField("登录名", max_length=40, unique=True)
    kind = models.CharField("类别", max_length=10, choices=UserKind)
    display_name = models.CharField("显示名", max_length=50)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, verbose_name="所属管理部")
    is_active = models.BooleanField("启用", default=True)
    is_staff = models.BooleanField("可进后台", default=False)
    date_joined = models.DateTimeField("注册时间", null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = "平台用户"

    def __str__(self):
        return self.display_name
