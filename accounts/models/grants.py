"""Who may act for an employer (经办人授权): the grant is the truth, guardian's permissions are written from it."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from accounts.enums import AgentRole
from accounts.models.columns import money
from accounts.models.employers import Employer

GRANT_YEARS_MAX = 3


class AgentGrantQuerySet(models.QuerySet):
    def in_force(self, on: date):
        return self.filter(revoked_at=None, valid_from__lte=on, valid_to__gte=on)


class AgentGrant(models.Model):
    """One role of one platform user for one employer, for a time, within limits. Never edited: a change is a new grant.

    ``items`` are catalogue codes; ``NULL`` means every item the role may exercise. The limit is yuan per instruction,
    ``NULL`` none. ``valid_to`` is the last day.
    """

    user = models.ForeignKey("servicehub.User", models.PROTECT, related_name="agent_grants", verbose_name="经办人")
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="grants", verbose_name="单位")
    role = models.CharField("角色", max_length=14, choices=AgentRole.choices())
    items = ArrayField(models.CharField(max_length=12), null=True, blank=True, verbose_name="事项")
    instruction_limit = money("每笔限额", null=True, blank=True)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("截止日期")
    evidence = models.CharField("授权依据", max_length=120)  # 授权书编号, 法人电子签名
    granted_by = models.BigIntegerField("授权人", null=True, blank=True)
    granted_at = models.DateTimeField("授权时间")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    revoked_by = models.BigIntegerField("撤销人", null=True, blank=True)
    revoke_reason = models.CharField("撤销原因", max_length=120, blank=True)

    objects = AgentGrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经办人授权"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "employer", "role"], condition=Q(revoked_at=None), name="agent_grant_one_live"
            ),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="agent_grant_dates_in_order"),
            models.CheckConstraint(
                condition=Q(instruction_limit=None) | Q(instruction_limit__gt=0), name="agent_grant_limit_positive"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoke_reason="") | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="agent_grant_revoked_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["employer", "role"], name="agent_grant_by_employer")]

    def __str__(self):
        return f"grant {self.pk}: user {self.user_id} {self.role} of employer {self.employer_id}"


class EmployerUserObjectPermission(UserObjectPermissionBase):
    """Guardian's permissions on employers, with a real foreign key. Written by ``services.grants`` only."""

    content_object = models.ForeignKey(Employer, on_delete=models.PROTECT)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "单位对象权限"
