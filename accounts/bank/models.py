"""Special bank accounts, what the bank told us, and what we told the bank to do."""

from django.db import models
from django.db.models import F, Q

from accounts.bank.states import ASKED_ABOUT, MessageState, Nature, NoticeState, PaymentState, StatementSource
from accounts.models.columns import money
from servicehub.declare import Origin, Party
from servicehub.kit.crypto import BlindIndexField, EncryptedTextField
from servicehub.sheets.models import StagedRow


class SpecialAccountQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_on=None)

    def visible_to(self, origin: Origin):
        """Row scope of staff, by branch; nobody else sees the centre's accounts."""
        if origin.user_kind == "system" or (origin.user_kind == "staff" and origin.branches is None):
            return self
        return self.filter(branch__in=origin.branches) if origin.user_kind == "staff" else self.none()


class SpecialAccount(models.Model):
    """专户 (table 9.0.3). Its number is printed on every payment notice, so it is kept in the clear."""

    account_no = models.CharField("账号", max_length=32, unique=True, db_collation="C")
    name = models.CharField("户名", max_length=120)
    nature = models.CharField("性质", max_length=2, choices=Nature.choices())
    bank_code = models.CharField("银行代码", max_length=3)  # first three of 联行号
    bank_name = models.CharField("开户银行", max_length=120)
    subject = models.OneToOneField("accounts.Subject", models.PROTECT, verbose_name="科目")
    branch = models.ForeignKey("servicehub.Branch", models.PROTECT, verbose_name="管理部")
    opened_on = models.DateField("开户日期")
    closed_on = models.DateField("销户日期", null=True, blank=True)
    reconciled_on = models.DateField("最近对账营业日", null=True, blank=True)

    objects = SpecialAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "银行专户"
        ordering = ["account_no"]

    def __str__(self):
        return f"{self.bank_name} {self.account_no}"


class BankStatement(models.Model):
    """A stretch of a special account's lines, whole: each balance follows from the one before it.

    The same lines are one statement, whichever way they came (``digest``). ``breaks`` and ``gap`` say where the proof
    of completeness fails: inside, and against the last balance known before it.
    """

    special_account = models.ForeignKey(SpecialAccount, models.PROTECT, verbose_name="专户")
    source = models.CharField("来源", max_length=9, choices=StatementSource)
    first = models.DateField("起始日期")
    last = models.DateField("截止日期")
    opening = money("期初余额")
    closing = money("期末余额")
    lines = models.PositiveIntegerField("笔数")
    received = money("收入合计")
    paid = money("支出合计")
    breaks = models.PositiveIntegerField("余额不连续处", default=0)
    gap = money("与前期余额相差", default=0)
    digest = models.CharField("内容摘要", max_length=64)
    upload = models.ForeignKey("servicehub.Upload", models.PROTECT, null=True, blank=True, verbose_name="导入记录")
    imported_on = models.DateField("导入营业日")
    imported_by = models.CharField("导入人", max_length=60)
    imported_at = models.DateTimeField("导入时间")

    class Meta:
        verbose_name = verbose_name_plural = "银行对账单"
        constraints = [
            models.UniqueConstraint(
                fields=["special_account", "digest"],
                name="bank_statement_once",
                violation_error_message="这份对账单已经导入过",
            )
        ]
        indexes = [models.Index("special_account", "last", name="bank_statement_by_day")]

    def __str__(self):
        return f"{self.special_account_id} {self.first} {self.last}"

    @property
    def is_whole(self) -> bool:
        return not self.breaks and not self.gap


class StagedStatementLine(StagedRow):
    """Typed rows of an uploaded statement. Unlogged: rebuilt from the stored file after a crash."""

    own_account = models.TextField(null=True)
    host_date = models.DateField(null=True)
    time_word = models.TextField(null=True)
    host_word = models.TextField(null=True)
    received = money("收入", null=True)
    paid = money("支出", null=True)
    amount = money("金额", null=True)
    side_word = models.TextField(null=True)
    balance = money("余额", null=True)
    counter_account_index = models.BinaryField(null=True)
    counter_name = models.TextField(null=True)
    counter_bank = models.TextField(null=True)
    summary = models.TextField(null=True)
    remark = models.TextField(null=True)
    reversal_word = models.TextField(null=True)
    # Filled by judging.
    place = models.IntegerField(null=True)  # in the order of the account, whichever way up the file is
    signed = money("发生额", null=True)
    host_time = models.TimeField(null=True)
    host_no = models.TextField(null=True)  # without leading zeros
    reversal = models.BooleanField(null=True)
    notice_id = models.BigIntegerField(null=True)  # told before

    class Meta:
        verbose_name = verbose_name_plural = "对账单暂存行"
        indexes = [models.Index(fields=["upload_id", "line"], name="staged_statement_upload")]


class BankMessage(models.Model):
    """A message of the bank exactly as it came: stored at once, understood later, never changed.

    The body names accounts of employers and persons and rests encrypted. ``signature`` was checked before it was
    stored; body and signature together can be checked again.
    """

    tx_code = models.CharField("交易码", max_length=8)  # SBDC100 pushed, BDC113 asked for
    body = EncryptedTextField("报文", domain="accounts.bank_message.body")
    signature = models.CharField("签名", max_length=64)
    received_at = models.DateTimeField("接收时间")
    ip = models.GenericIPAddressField("来源", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=MessageState, default=MessageState.RECEIVED)
    error = models.CharField("原因", max_length=300, blank=True)
    processed_at = models.DateTimeField("处理时间", null=True, blank=True)
    statement = models.ForeignKey(BankStatement, models.PROTECT, null=True, blank=True, verbose_name="对账单")

    class Meta:
        verbose_name = verbose_name_plural = "银行报文"
        indexes = [models.Index("id", name="bank_message_waiting", condition=Q(state=MessageState.RECEIVED))]

    def __str__(self):
        return f"{self.tx_code} {self.pk}"


class BankNoticeQuerySet(models.QuerySet):
    def visible_to(self, origin: Origin):
        if origin.user_kind == "system" or (origin.user_kind == "staff" and origin.branches is None):
            return self
        if origin.user_kind != "staff":
            return self.none()
        return self.filter(special_account__branch__in=origin.branches)

    def of_employer(self, employer: int):
        return self.filter(party_kind="employer", party_id=employer)

    def unknown(self):
        """待查: money that is here and nobody's."""
        return self.filter(state=NoticeState.UNKNOWN)

    def for_accountant(self):
        """Reversals and debits we did not order: never handled by the program alone."""
        return self.filter(state=NoticeState.UNMATCHED)


class BankNotice(models.Model):
    """One line of a special account (到账通知、账户明细). The same line may be told ten times and is here once.

    ``host_no`` is without leading zeros: one bank prefixes them in statements only.
    """

    special_account = models.ForeignKey(SpecialAccount, models.PROTECT, verbose_name="专户")
    host_date = models.DateField("银行记账日期")  # the value date of the money
    host_no = models.CharField("主机流水号", max_length=40, db_collation="C")
    amount = money("金额")  # signed: money in is positive
    reversal = models.BooleanField("冲正标识", default=False)
    host_time = models.TimeField("银行记账时间")
    balance = money("账户余额")
    counter_account = EncryptedTextField("对方账号", domain="accounts.bank_notice.counter_account", null=True)
    counter_account_index = BlindIndexField(null=True, blank=True)
    counter_name = models.CharField("对方户名", max_length=200, blank=True)
    counter_bank = models.CharField("对方银行", max_length=120, blank=True)
    summary = models.CharField("摘要", max_length=300, blank=True)
    remark = models.CharField("附言", max_length=300, blank=True)
    message = models.ForeignKey(BankMessage, models.PROTECT, verbose_name="报文")  # the first that told it
    received_on = models.DateField("接收营业日")
    statement = models.ForeignKey(  # the first that proved it
        BankStatement, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="对账单"
    )
    state = models.CharField("状态", max_length=10, choices=NoticeState, default=NoticeState.UNMATCHED)
    reason = models.CharField("说明", max_length=200, blank=True)  # why it stands where it stands, in words
    rung = models.PositiveSmallIntegerField("匹配依据", null=True, blank=True)
    claimer = models.CharField("认领方", max_length=60, blank=True)
    party_kind = models.CharField(max_length=20, blank=True)
    party_id = models.BigIntegerField(null=True, blank=True)
    document = models.CharField("单据", max_length=80, blank=True)  # "deposits.remittance:18"
    voucher = models.BigIntegerField("凭证", null=True, blank=True)  # that booked the arrival
    settled_on = models.DateField("处理营业日", null=True, blank=True)
    payment = models.ForeignKey("PaymentInstruction", models.PROTECT, null=True, blank=True, verbose_name="付款指令")
    pair = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="bank_pair", verbose_name="冲正对应"
    )

    objects = BankNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "到账通知"
        constraints = [
            models.UniqueConstraint(
                fields=["special_account", "host_date", "host_no", "amount", "reversal"],
                name="bank_notice_told_once",
                violation_error_message="这笔账户变动已经收到过",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="bank_notice_moves_money"),
            # Money that came in and is somewhere in the books has its voucher.
            models.CheckConstraint(
                condition=Q(state__in=[NoticeState.UNMATCHED, NoticeState.REVERSED])
                | Q(voucher__isnull=False)
                | Q(payment__isnull=False),
                name="bank_notice_settled_has_voucher",
            ),
        ]
        indexes = [
            models.Index("special_account", "host_date", name="bank_notice_by_day"),
            models.Index("party_kind", "party_id", name="bank_notice_by_party", condition=Q(party_id__isnull=False)),
            models.Index("voucher", name="bank_notice_by_voucher", condition=Q(voucher__isnull=False)),
            models.Index(
                "received_on",
                name="bank_notice_open",
                condition=Q(state__in=[NoticeState.UNMATCHED, NoticeState.UNKNOWN]),
            ),
        ]

    def __str__(self):
        return f"{self.special_account_id} {self.host_date} {self.host_no}"

    @property
    def party(self) -> Party | None:
        return Party(self.party_kind, self.party_id) if self.party_id is not None else None


class PaymentInstructionQuerySet(models.QuerySet):
    def open_at_the_bank(self):
        return self.filter(state__in=ASKED_ABOUT)


class PaymentInstruction(models.Model):
    """One money movement we ask of the bank (BDC101–104, 109). ``business_no`` moves money once, whatever happens.

    A retry after failure is a new row with ``retry_of``; after an unknown answer there is none.
    """

    business_no = models.CharField("业务流水号", max_length=32, unique=True, db_collation="C")
    tx_code = models.CharField("交易码", max_length=8)
    special_account = models.ForeignKey(SpecialAccount, models.PROTECT, verbose_name="专户")
    amount = money("金额")
    interest = money("其中利息", default=0)
    counter_account = EncryptedTextField("对方账号", domain="accounts.payment.counter_account", null=True)
    counter_account_index = BlindIndexField(null=True, blank=True)
    counter_name = models.CharField("对方户名", max_length=200, blank=True)
    counter_bank = models.CharField("对方银行", max_length=120, blank=True)
    agreement_no = models.CharField("扣款协议号", max_length=40, blank=True)
    settle_type = models.CharField("结算模式", max_length=1, default="1")
    business_type = models.CharField("资金业务类型", max_length=2, default="20")
    summary = models.CharField("摘要", max_length=100, blank=True)
    remark = models.CharField("附言", max_length=100, blank=True)
    owner = models.CharField("业务", max_length=60)  # who is told the outcome: a code of ``payments.owners``
    subject = models.CharField("业务单据", max_length=80)  # "accounts.suspense_refund:3"
    state = models.CharField("状态", max_length=10, choices=PaymentState, default=PaymentState.NEW)
    retry_of = models.OneToOneField("self", models.PROTECT, null=True, blank=True, verbose_name="重付原指令")
    batch_no = models.CharField("批量编号", max_length=40, blank=True)
    host_no = models.CharField("主机流水号", max_length=40, blank=True)
    host_date = models.DateField("银行记账日期", null=True, blank=True)
    code = models.CharField("返回码", max_length=10, blank=True)
    words = models.CharField("返回信息", max_length=200, blank=True)
    queries = models.PositiveIntegerField("查询次数", default=0)
    business_date = models.DateField("营业日")
    created_at = models.DateTimeField("生成时间")
    final_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = PaymentInstructionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "付款指令"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(interest__gte=0, interest__lte=F("amount")), name="payment_interest_within_amount"
            ),
        ]
        indexes = [models.Index("id", name="payment_open", condition=Q(state__in=sorted({"new", *ASKED_ABOUT})))]

    def __str__(self):
        return f"{self.business_no} {self.state}"


class PaymentLine(models.Model):
    """One detail of a batch, with an end of its own."""

    instruction = models.ForeignKey(PaymentInstruction, models.PROTECT, related_name="lines", verbose_name="指令")
    no = models.PositiveIntegerField("序号")
    amount = money("金额")
    account = EncryptedTextField("账号", domain="accounts.payment_line.account")
    name = models.CharField("户名", max_length=200)
    summary = models.CharField("摘要", max_length=100, blank=True)
    agreement_no = models.CharField("扣款协议号", max_length=40, blank=True)
    subject = models.CharField("业务单据", max_length=80)
    state = models.CharField("状态", max_length=10, choices=PaymentState, default=PaymentState.SENT)
    code = models.CharField("返回码", max_length=10, blank=True)
    words = models.CharField("返回信息", max_length=200, blank=True)
    host_no = models.CharField("主机流水号", max_length=40, blank=True)
    host_date = models.DateField("银行记账日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批量明细"
        constraints = [
            models.UniqueConstraint(fields=["instruction", "no"], name="payment_line_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_line_amount_positive"),
        ]

    def __str__(self):
        return f"{self.instruction_id}-{self.no}"


class PaymentAttempt(models.Model):
    """One transmission: written before it goes out, completed when an answer comes. Its row number is SendSeqNo."""

    instruction = models.ForeignKey(PaymentInstruction, models.PROTECT, related_name="attempts", verbose_name="指令")
    tx_code = models.CharField("交易码", max_length=8)
    business_date = models.DateField("营业日")
    sent_at = models.DateTimeField("发送时间")
    answered_at = models.DateTimeField("应答时间", null=True, blank=True)
    tx_status = models.CharField("交易状态", max_length=1, blank=True)
    code = models.CharField("返回码", max_length=10, blank=True)
    words = models.CharField("返回信息", max_length=200, blank=True)
    bdc_seq_no = models.CharField("结算平台流水号", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报文发送记录"

    def __str__(self):
        return self.send_seq_no

    @property
    def send_seq_no(self) -> str:
        return f"S{self.pk:012}"


class BankBalance(models.Model):
    """What the bank says a special account holds (BDC123), asked at the end of a day."""

    special_account = models.ForeignKey(SpecialAccount, models.PROTECT, verbose_name="专户")
    business_date = models.DateField("营业日")
    balance = money("余额")
    available = money("可用余额")
    asked_at = models.DateTimeField("查询时间")

    class Meta:
        verbose_name = verbose_name_plural = "银行余额"
        constraints = [
            models.UniqueConstraint(fields=["special_account", "business_date"], name="bank_balance_once_a_day")
        ]

    def __str__(self):
        return f"{self.special_account_id} {self.business_date}"
