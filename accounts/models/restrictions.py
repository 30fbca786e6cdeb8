"""What stops money from leaving a fund account. Written by courts' orders, by loans, by audits; read by everybody.

A restriction is beside the account's state (冻结 is no state), so that several of different amounts and ranks stand
together and lifting one leaves the others. A restricted account still receives deposits and interest.
"""

from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.enums import RestrictionKind
from accounts.models.columns import money
from accounts.models.fund_accounts import FundAccount


class RestrictionQuerySet(models.QuerySet):
    def live(self, on: date):
        return self.filter(Q(until=None) | Q(until__gte=on), lifted_on=None, starts_on__lte=on)


class Restriction(models.Model):
    """``amount`` is what must stay (yuan); ``NULL`` is everything. ``until`` is the last day; ``NULL`` until lifted."""

    fund_account = models.ForeignKey(FundAccount, models.PROTECT, related_name="restrictions", verbose_name="个人账户")
    kind = models.CharField("类型", max_length=10, choices=RestrictionKind.choices())
    amount = money("限制金额", null=True, blank=True)
    starts_on = models.DateField("起始日期")
    until = models.DateField("截止日期", null=True, blank=True)
    authority = models.CharField("机关", max_length=80)  # 执行法院, 本中心
    document = models.CharField("文号", max_length=80)
    source = models.CharField("来源", max_length=60, blank=True)  # "loans.loan:18": who may lift it
    rank = models.PositiveSmallIntegerField("顺位", default=1)
    entered_by = models.BigIntegerField("登记人", null=True, blank=True)
    entered_at = models.DateTimeField("登记时间")
    lifted_on = models.DateField("解除日期", null=True, blank=True)
    lift_document = models.CharField("解除文号", max_length=80, blank=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "账户限制"
        constraints = [
            models.UniqueConstraint(
                fields=["fund_account", "kind", "document"],
                condition=Q(lifted_on=None),
                name="restriction_once_per_document",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="restriction_amount_positive"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("starts_on")), name="restriction_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(lifted_on=None) | Q(lifted_on__gte=F("starts_on")), name="restriction_lifted_after_start"
            ),
            # 条例 第四十一条: a ban has an end.
            models.CheckConstraint(
                condition=~Q(kind="ban") | Q(until__isnull=False), name="restriction_ban_has_an_end"
            ),
        ]

    def __str__(self):
        return f"restriction {self.pk}"
