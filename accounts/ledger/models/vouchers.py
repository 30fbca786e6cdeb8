"""What happened: vouchers, their lines, and the movements of the sub-ledger. Insert-only, by trigger and by grant."""

from django.db import models
from django.db.models import F, Func, Q

from accounts.ledger.models.chart import Book, Side
from accounts.ledger.models.columns import hot_product, money, subject_code
from accounts.ledger.models.subaccounts import Subaccount


class CurrentTransaction(Func):
    """The writing transaction's 64-bit id, which no later transaction can have."""

    template = "(pg_current_xact_id()::text::bigint)"
    arity = 0


class Voucher(models.Model):
    """One business event, booked (业务驱动财务). Never edited; an error is answered by a voucher that reverses.

    ``(event_type, event_id, version)`` makes booking idempotent, ``digest`` binds the key to its content.
    ``first_posting`` and ``last_posting`` bound the ids of its postings, so that drilling down needs no index.
    """

    append_only = True

    event_type = models.CharField("业务类型", max_length=60)
    event_id = models.CharField("业务编号", max_length=64)
    version = models.SmallIntegerField("版次", default=1)
    business_date = models.DateField("记账日期", db_index=True)
    branch = models.IntegerField("管理部")
    summary = models.CharField("摘要", max_length=200)
    case_number = models.CharField("办件编号", max_length=40, blank=True)
    operator = models.BigIntegerField("制单", null=True, blank=True)
    operator_name = models.CharField("制单姓名", max_length=50)
    channel = models.CharField("渠道", max_length=8)
    request_id = models.CharField("请求号", max_length=64)
    call = models.BigIntegerField("服务调用", null=True, blank=True)
    recorded_at = models.DateTimeField("记录时间")
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, db_index=False, related_name="reversed_by", verbose_name="冲销"
    )
    digest = models.CharField("内容摘要", max_length=64)
    first_posting = models.BigIntegerField("首笔明细", null=True, blank=True)
    last_posting = models.BigIntegerField("末笔明细", null=True, blank=True)
    xid = models.BigIntegerField("事务", db_default=CurrentTransaction())

    class Meta:
        verbose_name = verbose_name_plural = "凭证"
        constraints = [
            models.UniqueConstraint(fields=["event_type", "event_id", "version"], name="voucher_one_per_event"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="voucher_reversed_once"
            ),
        ]

    def __str__(self):
        return f"{self.event_type} {self.event_id}"


class VoucherNumber(models.Model):
    """The legal number (凭证号), given without gaps at day close; until then the voucher's id is its name."""

    append_only = True

    pk = models.CompositePrimaryKey("book", "branch", "month", "no")
    book = models.CharField("账套", max_length=1, choices=Book)
    branch = models.IntegerField("管理部")
    month = models.IntegerField("会计期间")
    no = models.IntegerField("凭证号")
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="numbers", verbose_name="凭证")

    class Meta:
        verbose_name = verbose_name_plural = "凭证号"
        constraints = [models.UniqueConstraint(fields=["voucher", "book"], name="voucher_numbered_once_per_book")]

    def __str__(self):
        return f"{self.month} {self.no}"


class Line(models.Model):
    """A debit or a credit on one subject. Negative only in a voucher that reverses (红字), on the original's side."""

    append_only = True

    voucher = models.ForeignKey(Voucher, models.PROTECT, db_constraint=False, related_name="lines", verbose_name="凭证")
    side = models.CharField("方向", max_length=1, choices=Side)
    subject = subject_code()
    amount = money("金额")
    branch = models.IntegerField("管理部")
    business_date = models.DateField("记账日期")

    class Meta:
        verbose_name = verbose_name_plural = "分录"
        indexes = [models.Index(fields=["subject", "business_date"], name="line_subject_day")]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="line_not_zero")]

    def __str__(self):
        return f"{self.get_side_display()} {self.subject} {self.amount}"


class Posting(models.Model):
    """A movement of one subaccount. Amounts are signed: positive grows the balance on the subject's own side.

    ``value_date`` alone sets interest; ``month`` (the month concerned) never does. ``interest_year`` is the year
    whose bucket and product took it. References carry no foreign key (measured: it costs 1.4–2 times the insert);
    the lock count of ``post`` proves that the subaccounts exist, the statement trigger that the voucher does.
    """

    append_only = True

    voucher_id = models.BigIntegerField("凭证")
    subaccount = models.ForeignKey(
        Subaccount, models.PROTECT, db_constraint=False, db_index=False, related_name="postings"
    )
    subject = subject_code()
    branch = models.IntegerField("管理部")
    kind = models.CharField("业务明细类型", max_length=4)
    business_date = models.DateField("记账日期")
    value_date = models.DateField("起息日")
    interest_year = models.SmallIntegerField("计息年度", null=True)
    current = money("当年归集发生额")
    carried = money("上年结转发生额")
    product_adjust_current = hot_product("当年归集积数调整")
    product_adjust_carried = hot_product("上年结转积数调整")
    month = models.IntegerField("所属年月", null=True)
    employer_ref = models.BigIntegerField("单位", null=True)
    employer_part = money("单位部分", null=True)
    employee_part = money("个人部分", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "明细账"
        indexes = [models.Index(fields=["subaccount", "business_date"], name="posting_subaccount_day")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(current=0, carried=0, product_adjust_current=0, product_adjust_carried=0),
                name="posting_moves_something",
            ),
            models.CheckConstraint(
                condition=Q(employer_part__isnull=True)
                | Q(employee_part__isnull=True)
                | Q(current=F("employer_part") + F("employee_part") - F("carried")),
                name="posting_parts_make_the_amount",
            ),
        ]

    def __str__(self):
        return f"{self.subaccount_id} {self.amount}"

    @property
    def amount(self):
        return self.current + self.carried
