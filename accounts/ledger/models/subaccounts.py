"""The sub-ledger: one row per person's account, per loan, per employer's suspense, with its hot figures."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from accounts.ledger.models.chart import Subject
from accounts.ledger.models.columns import hot_money, hot_product, money, subject_code, total


class SubaccountQuerySet(models.QuerySet):
    def of_owners(self, subject: str, owner_kind: str, owner_refs):
        return self.filter(subject_id=subject, owner_kind=owner_kind, owner_ref__in=owner_refs)

    def with_balance(self):
        return self.annotate(balance=F("current") + F("carried") + F("next_current") + F("next_carried"))


class Subaccount(models.Model):
    """The unit of the sub-ledger. ``owner_kind`` and ``owner_ref`` mean something only to the room above.

    No index may stand on a column a posting changes: updates stay heap-only (fillfactor 50, set in tables.sql).
    ``open_year`` is the interest year the two products run in; ``None`` where no interest is borne.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False, verbose_name="科目")
    owner_kind = models.CharField("户别", max_length=20)
    owner_ref = models.BigIntegerField("户主")
    branch = models.IntegerField("管理部")
    employer_ref = models.BigIntegerField("现单位", null=True, blank=True)
    maintained = models.BooleanField("保留余额", default=True)
    open_year = models.SmallIntegerField("计息年度", null=True, blank=True)
    opened_on = models.DateField("开立日")
    closed_on = models.DateField("关闭日", null=True, blank=True)
    current = hot_money("当年归集")
    carried = hot_money("上年结转")
    product_current = hot_product("当年归集积数")
    product_carried = hot_product("上年结转积数")
    next_current = hot_money("下年归集")
    next_carried = hot_money("下年结转变动")
    next_product_current = hot_product("下年归集积数")
    next_product_carried = hot_product("下年结转积数")
    held = hot_money("占用额")

    objects = SubaccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "明细账户"
        constraints = [
            models.UniqueConstraint(fields=["subject", "owner_kind", "owner_ref"], name="subaccount_one_per_owner"),
            models.CheckConstraint(condition=Q(current__gte=0), name="subaccount_current_not_negative"),
            models.CheckConstraint(condition=Q(carried__gte=0), name="subaccount_carried_not_negative"),
            models.CheckConstraint(condition=Q(next_current__gte=0), name="subaccount_next_current_not_negative"),
            # next_carried may be negative (money taken after 30 June, before the roll), but never below what the
            # roll will bring: interest is not counted on before it is paid.
            models.CheckConstraint(
                condition=Q(carried__gte=-F("current") - F("next_carried")), name="subaccount_roll_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(held__gte=0)
                & Q(held__lte=F("current") + F("carried") + F("next_current") + F("next_carried")),
                name="subaccount_held_within_balance",
            ),
        ]

    def __str__(self):
        return f"{self.subject_id}-{self.owner_kind}:{self.owner_ref}"

    @property
    def total(self) -> Decimal:
        return self.current + self.carried + self.next_current + self.next_carried


class UnitBalance(models.Model):
    """What one employer's people hold on one subject (单位明细账), kept by one update per voucher and employer."""

    pk = models.CompositePrimaryKey("employer_ref", "subject", "branch")
    employer_ref = models.BigIntegerField("单位")
    subject = subject_code()
    branch = models.IntegerField("管理部")
    balance = total("余额")

    class Meta:
        verbose_name = verbose_name_plural = "单位明细账"

    def __str__(self):
        return f"{self.subject}-{self.employer_ref}"


class Hold(models.Model):
    """Money reserved (可用额占用) until the bank has answered: ended exactly once, posted or released.

    Court freezes are not holds: they are restrictions of the room above, and locked on the same subaccount row.
    """

    class Outcome(models.TextChoices):
        POSTED = "posted", "已记账"
        RELEASED = "released", "已释放"

    subaccount = models.ForeignKey(Subaccount, models.PROTECT, db_constraint=False, verbose_name="明细账户")
    amount = money("金额")
    event_type = models.CharField("业务类型", max_length=60)
    event_id = models.CharField("业务编号", max_length=64)
    branch = models.IntegerField("管理部")
    business_date = models.DateField("占用日")
    operator = models.BigIntegerField("经办", null=True, blank=True)
    operator_name = models.CharField("经办姓名", max_length=50)
    request_id = models.CharField("请求号", max_length=64)
    outcome = models.CharField("结果", max_length=8, choices=Outcome, blank=True)
    ended_on = models.DateField("结束日", null=True, blank=True)
    voucher_id = models.BigIntegerField("凭证", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "占用"
        constraints = [
            models.UniqueConstraint(fields=["event_type", "event_id"], name="hold_one_per_event"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_positive"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_on__isnull=True, voucher_id__isnull=True)
                | Q(outcome="released", ended_on__isnull=False, voucher_id__isnull=True)
                | Q(outcome="posted", ended_on__isnull=False, voucher_id__isnull=False),
                name="hold_ended_one_way",
            ),
        ]

    def __str__(self):
        return f"{self.event_type} {self.event_id} {self.amount}"
