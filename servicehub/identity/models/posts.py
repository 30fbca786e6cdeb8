"""Who holds which post, where and for how long. Rights of staff are read from here and nowhere else."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from servicehub.identity.models.users import Branch, User


class Role(models.Model):
    """A post of the centre. Rows come from ``identity.roles``."""

    code = models.CharField("岗位代码", max_length=24, primary_key=True)
    name = models.CharField("岗位", max_length=20, unique=True)
    group = models.CharField("条线", max_length=10)
    scope = models.CharField("范围", max_length=8, choices=[("branch", "管理部"), ("centre", "全中心")])
    duties = models.CharField("职责", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        ordering = ["group", "code"]

    def __str__(self):
        return self.name


class ExclusiveDuty(models.Model):
    """A pair no one person may hold at the same time (不相容岗位). A trigger refuses grants that break it."""

    role_a = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="岗位甲")
    role_b = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="岗位乙")
    basis = models.CharField("依据", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "不相容岗位"
        constraints = [
            models.UniqueConstraint(fields=["role_a", "role_b"], name="exclusive_duty_once"),
            models.CheckConstraint(condition=~Q(role_a=F("role_b")), name="exclusive_duty_of_two"),
        ]

    def __str__(self):
        return f"{self.role_a_id} × {self.role_b_id}"


class PostGrantQuerySet(models.QuerySet):
    def in_force(self, day: date) -> "PostGrantQuerySet":
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day, revoked_at__isnull=True)


class PostGrant(models.Model):
    """One person holds one post at one branch (none: the whole centre), from ``valid_from`` until before ``valid_to``.

    The row is evidence: it is never deleted, and only the revocation may be written to it later.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="post_grants", verbose_name="人员")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants", verbose_name="岗位")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="管理部")
    valid_from = models.DateField("起始日")
    valid_to = models.DateField("截止日", null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="授权申请人"
    )
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="授权批准人"
    )
    granted_at = models.DateTimeField("授权时间")
    basis = models.CharField("依据", max_length=120)
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收回人")
    revoke_reason = models.CharField("收回原因", max_length=120, blank=True)

    objects = PostGrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "岗位授权"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="post_grant_range"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="post_grant_revoked_with_reason",
            ),
            # The person may not be the one who asked or agreed, whatever the code above forgets (ROLE_GRANT).
            models.CheckConstraint(
                condition=(Q(granted_by__isnull=True) | ~Q(granted_by=F("user")))
                & (Q(approved_by__isnull=True) | ~Q(approved_by=F("user"))),
                name="post_grant_not_to_oneself",
            ),
        ]
        indexes = [models.Index(fields=["user"], condition=Q(revoked_at__isnull=True), name="post_grant_standing")]

    def __str__(self):
        return f"{self.user_id} {self.role_id} {self.branch_id or '全中心'}"
