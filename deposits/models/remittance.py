"""汇缴: the confirmed month, its people as they were, and how it was paid."""

from django.conf import settings
from django.db import models

from deposits.enums import OPEN_STATES, PAYMENT_METHOD_LABELS, PaymentMethod, ReceiptDecision, RemittanceState
from deposits.models.change_list import ChangeList


class Remittance(models.Model):
    """汇缴书. Heads and amounts are those of its lines for ever; later changes of people never touch them."""

    number = models.CharField("汇缴书号", max_length=24, unique=True)
    remark_code = models.CharField("附言码", max_length=12, unique=True)  # what the payer writes in the remark
    employer_account = models.ForeignKey("accounts.EmployerAccount", models.PROTECT, verbose_name="单位账户")
    branch_id = models.BigIntegerField("管理部")
    month = models.IntegerField("汇缴年月")
    change_list = models.ForeignKey(ChangeList, models.PROTECT, null=True)
    state = models.CharField(
        "状态", max_length=18, choices=[(s.value, s.value) for s in RemittanceState], default="to_pay"
    )
    employer_rate = models.DecimalField("单位比例", max_digits=6, decimal_places=4)
    employee_rate = models.DecimalField("职工比例", max_digits=6, decimal_places=4)
    heads_before = models.IntegerField("上月人数")
    amount_before = models.DecimalField("上月金额", max_digits=18, decimal_places=2)
    heads_added = models.IntegerField("增加人数", default=0)
    amount_added = models.DecimalField("增加金额", max_digits=18, decimal_places=2, default=0)
    heads_removed = models.IntegerField("减少人数", default=0)
    amount_removed = models.DecimalField("减少金额", max_digits=18, decimal_places=2, default=0)
    heads_adjusted = models.IntegerField("调整人数", default=0)
    amount_adjusted = models.DecimalField("调整金额", max_digits=18, decimal_places=2, default=0)
    heads = models.IntegerField("本月人数")
    employer_total = models.DecimalField("单位部分", max_digits=18, decimal_places=2)
    employee_total = models.DecimalField("个人部分", max_digits=18, decimal_places=2)
    total = models.DecimalField("应缴金额", max_digits=18, decimal_places=2)
    pay_by = models.DateField("付款截止")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="核定人")
    confirmed_at = models.DateTimeField("核定时间")
    case_no = models.CharField("办件号", max_length=24, blank=True)
    posted_on = models.DateField("入账日期", null=True)
    value_date = models.DateField("到账日期", null=True)
    voucher_id = models.BigIntegerField("凭证", null=True)
    origin = models.CharField("来源", max_length=10, default="confirmed")  # confirmed | history

    class Meta:
        verbose_name = verbose_name_plural = "汇缴书"
        constraints = [
            models.UniqueConstraint(
                fields=["employer_account", "month"],
                condition=~models.Q(state="revoked"),
                name="one_remittance_per_month",
                violation_error_message="这个月已经核定过，没有重复办理。",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    heads=models.F("heads_before") + models.F("heads_added") - models.F("heads_removed")
                ),
                name="remittance_heads_equation",
                violation_error_message="核定等式不平：人数。",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    total=models.F("amount_before")
                    + models.F("amount_added")
                    - models.F("amount_removed")
                    + models.F("amount_adjusted")
                ),
                name="remittance_amount_equation",
                violation_error_message="核定等式不平：金额。",
            ),
            models.CheckConstraint(
                condition=models.Q(total=models.F("employer_total") + models.F("employee_total")),
                name="remittance_sides_add_up",
            ),
        ]
        indexes = [models.Index(fields=["state", "pay_by"], name="remittance_state")]

    def __str__(self):
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class RemittanceLine(models.Model):
    """汇缴清册 line: one person of one confirmed month. Append-only."""

    # One look per statement (append_only.sql) instead of one per person at commit: half of what confirming cost.
    remittance = models.ForeignKey(
        Remittance, models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )
    fund_account = models.ForeignKey("accounts.FundAccount", models.PROTECT, db_index=False, db_constraint=False)
    base = models.DecimalField("缴存基数", max_digits=18, decimal_places=2)
    employer_amount = models.DecimalField("单位月缴", max_digits=18, decimal_places=2)
    employee_amount = models.DecimalField("职工月缴", max_digits=18, decimal_places=2)

    append_only = True

    class Meta:
        verbose_name = verbose_name_plural = "汇缴清册"
        constraints = [
            models.UniqueConstraint(fields=["remittance", "fund_account"], name="remittance_line_person"),
            models.CheckConstraint(
                condition=models.Q(employer_amount__gte=0, employee_amount__gte=0), name="remittance_line_not_negative"
            ),
        ]

    def __str__(self):
        return f"{self.remittance_id} {self.fund_account_id}"


class Payment(models.Model):
    """付款: one attempt to pay a remittance. At most one is live; an unknown result is queried, never sent again."""

    remittance = models.ForeignKey(Remittance, models.PROTECT, related_name="payments")
    method = models.CharField(
        "付款方式", max_length=10, choices=[(m.value, PAYMENT_METHOD_LABELS[m]) for m in PaymentMethod]
    )
    amount = models.DecimalField("金额", max_digits=18, decimal_places=2)
    instruction_no = models.CharField("付款业务号", max_length=32, blank=True, db_index=True)
    state = models.CharField("状态", max_length=12)  # paying | checking | paid | failed (wording.STATUS)
    reason = models.CharField("银行答复", max_length=80, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="付款人")
    made_at = models.DateTimeField("发起时间")
    ended_at = models.DateTimeField("结束时间", null=True)
    case_no = models.CharField("办件号", max_length=24, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "付款"
        constraints = [
            models.UniqueConstraint(
                fields=["remittance"],
                condition=models.Q(state__in=["paying", "checking", "paid"]),
                name="one_live_payment",
                violation_error_message="这份汇缴书正在付款，结果出来前不能再付。",
            )
        ]

    def __str__(self):
        return f"{self.remittance_id} {self.get_method_display()} {self.state}"


class Receipt(models.Model):
    """来款: one bank notice of an employer's money and what was decided about it. A notice is taken in once."""

    notice = models.OneToOneField("accounts.BankNotice", models.PROTECT, verbose_name="到账通知")
    employer_account = models.ForeignKey("accounts.EmployerAccount", models.PROTECT, verbose_name="单位账户")
    remittance = models.ForeignKey(
        Remittance, models.PROTECT, null=True, related_name="receipts", verbose_name="汇缴书"
    )
    amount = models.DecimalField("金额", max_digits=18, decimal_places=2)
    value_date = models.DateField("到账日期")
    decision = models.CharField("处理", max_length=20, choices=[(d.value, d.value) for d in ReceiptDecision])
    allocated = models.DecimalField("分摊到人", max_digits=18, decimal_places=2, default=0)
    into_suspense = models.DecimalField("记暂收款", max_digits=18, decimal_places=2, default=0)
    from_suspense = models.DecimalField("用暂收款", max_digits=18, decimal_places=2, default=0)
    voucher_id = models.BigIntegerField("凭证")
    taken_on = models.DateField("记账日期")

    append_only = True

    class Meta:
        verbose_name = verbose_name_plural = "来款"
        indexes = [models.Index(fields=["employer_account", "-id"], name="receipt_by_employer")]

    def __str__(self):
        return f"notice {self.notice_id} {self.decision}"
