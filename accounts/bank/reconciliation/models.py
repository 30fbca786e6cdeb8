"""The two sides of reconciliation, what was matched by which evidence, and what stands out (未达账项)."""

from django.db import models
from django.db.models import F, Q

from accounts.bank.models import BankNotice, SpecialAccount
from accounts.models.columns import money
from servicehub.declare import Origin
from servicehub.kit.crypto import BlindIndexField


class Rung(models.IntegerChoices):
    """Evidence, strongest first: the first that singles out one pair decides."""

    REVERSAL = 0, "冲正对应"
    HOST_NUMBER = 1, "主机流水号"
    BUSINESS_NUMBER = 2, "业务流水号"
    BATCH = 3, "批量合计"
    COUNTER_ACCOUNT = 4, "金额和对方账号"
    COUNTER_NAME = 5, "金额和对方户名"
    SUM = 6, "同一对方合计"
    MANUAL = 7, "人工核对"


class Klass(models.TextChoices):
    """未达账项 in its four classes."""

    CENTRE_RECEIVED = "centre_in", "中心已收银行未收"
    CENTRE_PAID = "centre_out", "中心已付银行未付"
    BANK_RECEIVED = "bank_in", "银行已收中心未收"
    BANK_PAID = "bank_out", "银行已付中心未付"


class ItemState(models.TextChoices):
    OPEN = "open", "待核对"
    EXPLAINED = "explained", "已说明"
    CLEARED = "cleared", "已核销"


def why(rivals: int) -> str:
    """Why an item could not be matched, for whoever looks for its other side."""
    return f"另一方有 {rivals} 笔金额相同，不能自动认定" if rivals else "另一方没有对应的记录"


class JournalEntry(models.Model):
    """银行存款日记账 (table 8.0.6): one line of the general ledger on a bank account, with what identifies it at the bank.

    Drawn from the ledger set-based, never written by hand. ``amount`` is signed like the bank's lines: in is positive.
    """

    append_only = True

    special_account = models.ForeignKey(SpecialAccount, models.PROTECT, db_index=False, verbose_name="专户")
    line_id = models.BigIntegerField("分录", unique=True)
    voucher_id = models.BigIntegerField("凭证")
    business_date = models.DateField("记账日期")
    amount = money("金额")
    host_no = models.CharField("主机流水号", max_length=40, blank=True, db_collation="C")  # without leading zeros
    host_date = models.DateField("银行记账日期", null=True)
    business_no = models.CharField("业务流水号", max_length=40, blank=True, db_collation="C")
    batch_no = models.CharField("批量编号", max_length=40, blank=True, db_collation="C")
    counter_account_index = BlindIndexField(null=True)
    counter_name = models.CharField("对方户名", max_length=200, blank=True)
    summary = models.CharField("摘要", max_length=200, blank=True)
    reverses_voucher = models.BigIntegerField("冲销的凭证", null=True)  # 冲账标识

    class Meta:
        verbose_name = verbose_name_plural = "银行存款日记账"
        indexes = [models.Index("special_account", "business_date", name="journal_entry_by_day")]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="journal_entry_moves_money")]

    def __str__(self):
        return f"{self.special_account_id} {self.business_date} {self.amount}"


class BankMatch(models.Model):
    """A line of the bank and an entry of the books that are one movement of money.

    Of several that belong together (``together``: a number of their own) the first row pairs, the others carry only
    the side that has more. Neither side is ever in two live matches: two unique indexes see to it.
    """

    special_account = models.ForeignKey(
        SpecialAccount, models.PROTECT, db_constraint=False, db_index=False, verbose_name="专户"
    )
    together = models.BigIntegerField("匹配组", null=True)
    rung = models.SmallIntegerField("匹配依据", choices=Rung)
    notice = models.ForeignKey(
        BankNotice, models.PROTECT, null=True, db_constraint=False, db_index=False, verbose_name="银行流水"
    )
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, db_constraint=False, db_index=False, verbose_name="日记账"
    )
    matched_on = models.DateField("核对营业日")
    matched_by = models.CharField("核对人", max_length=60, blank=True)  # "" is the program
    reason = models.CharField("依据说明", max_length=200, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by = models.CharField("撤销人", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "对账匹配"
        constraints = [
            models.UniqueConstraint(
                fields=["notice"], condition=Q(undone_at=None, notice__isnull=False), name="bank_match_line_once"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(undone_at=None, entry__isnull=False), name="bank_match_entry_once"
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=False) | Q(entry__isnull=False), name="bank_match_of_something"
            ),
        ]
        indexes = [
            models.Index("together", name="bank_match_group", condition=Q(together__isnull=False)),
        ]

    def __str__(self):
        return f"{self.get_rung_display()} {self.notice_id}-{self.entry_id}"


class OutstandingItemQuerySet(models.QuerySet):
    def live(self):
        return self.exclude(state=ItemState.CLEARED)

    def visible_to(self, origin: Origin):
        return self.filter(special_account__in=SpecialAccount.objects.visible_to(origin))

    def with_age(self, day):
        """``age``: days since the item arose."""
        return self.annotate(age=day - F("arose_on"))


class OutstandingItem(models.Model):
    """未达账项: a line without an entry, or an entry without a line; one row for as long as it lasts and after."""

    special_account = models.ForeignKey(SpecialAccount, models.PROTECT, verbose_name="专户")
    notice = models.OneToOneField(BankNotice, models.PROTECT, null=True, blank=True, verbose_name="银行流水")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, null=True, blank=True, verbose_name="日记账")
    klass = models.CharField("类别", max_length=10, choices=Klass)
    amount = money("金额")
    arose_on = models.DateField("发生日期")
    found_on = models.DateField("发现营业日")
    rivals = models.PositiveIntegerField("金额相同的", default=0)
    state = models.CharField("状态", max_length=10, choices=ItemState, default=ItemState.OPEN)
    explanation = models.CharField("说明", max_length=200, blank=True)
    explained_by = models.CharField("说明人", max_length=60, blank=True)
    explained_on = models.DateField("说明日期", null=True, blank=True)
    cleared_on = models.DateField("核销营业日", null=True, blank=True)
    by_hand = models.BooleanField("只由人工核对", default=False)  # a match of it was taken back: the passes keep off

    objects = OutstandingItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "未达账项"
        constraints = [
            models.CheckConstraint(
                condition=Q(notice__isnull=True, entry__isnull=False) | Q(notice__isnull=False, entry__isnull=True),
                name="outstanding_item_of_one_side",
            )
        ]
        indexes = [
            models.Index("special_account", "arose_on", name="outstanding_item_live", condition=~Q(state="cleared"))
        ]

    def __str__(self):
        return f"{self.get_klass_display()} {self.amount}"
