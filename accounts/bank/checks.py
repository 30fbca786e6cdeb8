"""Statements about bank and books that must hold; a difference is a work item with an owner, never plugged."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from accounts.bank import dispatch, statements, suspense
from accounts.bank.models import BankMessage, BankNotice, PaymentInstruction, SpecialAccount
from accounts.bank.states import MessageState, NoticeState, PaymentState
from accounts.ledger import wall
from accounts.ledger.general import general_balances
from accounts.ledger.models import Subaccount
from servicehub.declare import BalanceCheck, Finding, Origin, Probe, Severity
from servicehub.declare.registry import checks, probes

ZERO = Decimal("0.00")
CHAIN_DAYS = 7
MESSAGE_MINUTES = 5
UNKNOWN_DAYS = 1
BASIS = "住房公积金会计核算办法（财会字〔1999〕33号）"


def unknown_ties_out(origin: Origin) -> list[Finding]:
    """Σ receipts nobody owns = 219-02 待查暂收, one subaccount each."""
    listed = BankNotice.objects.unknown().aggregate(sum=Sum("amount", default=ZERO))["sum"]
    rows = Subaccount.objects.filter(subject=suspense.UNKNOWN, owner_kind=suspense.NOTICE_OWNER).with_balance()
    booked = rows.aggregate(sum=Sum("balance", default=ZERO))["sum"]
    if listed == booked:
        return []
    return [
        Finding(
            "bank.unknown_differs",
            f"待查来款清单合计 {listed:,.2f} 元，待查暂收科目余额 {booked:,.2f} 元",
            clause=BASIS,
            remedy="逐笔核对待查来款与 219-02 明细户",
            facts={"object": "subject:21902", "清单": f"{listed:,.2f}", "账面": f"{booked:,.2f}"},
        )
    ]


def books_agree(origin: Origin) -> list[Finding]:
    """Per special account: what the bank wrote beside its last line = the books ± what is not booked yet."""
    books: dict[str, Decimal] = {}
    for row in general_balances():
        books[row.subject] = books.get(row.subject, ZERO) + row.balance
    found = []
    for account, told, unbooked in _told():
        booked = books.get(account.subject_id, ZERO)
        if booked + unbooked != told:
            found.append(_differs(account, told, booked, unbooked))
    return found


def _told() -> Iterator[tuple[SpecialAccount, Decimal, Decimal]]:
    """Each open account the bank has said something of: (account, its balance there, what is not booked yet)."""
    for account in SpecialAccount.objects.open().order_by("pk"):
        last = BankNotice.objects.filter(special_account=account).order_by("-host_date", "-host_time", "-pk").first()
        if last is not None:
            yield account, last.balance, _unbooked(account)


def adjusted_balances(origin: Origin) -> dict[str, Decimal]:
    """For the balance wall: subject of the account → what the bank says, less what is not booked yet (未达账项)."""
    return {account.subject_id: told - unbooked for account, told, unbooked in _told()}


def _unbooked(account: SpecialAccount) -> Decimal:
    """银行已收、已付而中心未记的: lines left to an accountant, and our own whose answer has not come yet."""
    waiting = Q(state=NoticeState.UNMATCHED) | (Q(payment__isnull=False) & ~Q(payment__state=PaymentState.SUCCESS))
    rows = BankNotice.objects.filter(waiting, special_account=account)
    return rows.aggregate(sum=Sum("amount", default=ZERO))["sum"]


def _differs(account: SpecialAccount, told: Decimal, booked: Decimal, unbooked: Decimal) -> Finding:
    difference = told - booked - unbooked
    return Finding(
        "bank.books_differ",
        f"{account} 银行余额 {told:,.2f} 元，账面 {booked:,.2f} 元，未达账项 {unbooked:,.2f} 元，相差 {difference:,.2f} 元",
        clause=BASIS,
        remedy="核对当日银行流水与日记账，查明差额",
        facts={"object": f"special_account:{account.pk}", "相差": f"{difference:,.2f}"},
    )


def chain_unbroken(origin: Origin) -> list[Finding]:
    """Each line's balance follows from the one before it: nothing was left untold in a week."""
    since = origin.business_date - timedelta(days=CHAIN_DAYS)
    return [
        Finding(
            "bank.line_missing",
            f"{gap.account_no} {gap.host_date} 流水 {gap.host_no} 之前少 {gap.missing:,.2f} 元的明细",
            remedy="按日重新查询账户明细；仍缺的向银行查询",
            facts={"object": f"line:{gap.account_no}:{gap.host_date}:{gap.host_no}", "缺": f"{gap.missing:,.2f}"},
        )
        for gap in statements.gaps(since, origin.business_date)
    ]


def messages_taken_in(origin: Origin) -> list[Finding]:
    """No message waits longer than minutes, and none was put aside unread."""
    return list(_messages(origin))


def _messages(origin: Origin) -> Iterator[Finding]:
    long_ago = origin.at - timedelta(minutes=MESSAGE_MINUTES)
    waiting = BankMessage.objects.filter(state=MessageState.RECEIVED, received_at__lt=long_ago)
    for message in waiting.order_by("pk")[:50]:
        yield Finding(
            "bank.message_waits", f"银行报文 {message.pk} 收到后一直没有处理",
            remedy="查看处理进程是否运行；停办单含批处理的，恢复后自动处理", facts={"object": f"bank_message:{message.pk}"},
        )  # fmt: skip
    faulty = BankMessage.objects.filter(state=MessageState.FAULTY, received_at__gte=origin.at - timedelta(days=30))
    for message in faulty.order_by("pk")[:50]:
        yield Finding(
            "bank.message_faulty", f"银行报文 {message.pk}：{message.error}",
            remedy="与银行核对该报文；属于本中心账户的，先登记专户再查询明细", facts={"object": f"bank_message:{message.pk}"},
        )  # fmt: skip


def payments_known(origin: Origin) -> list[Finding]:
    """B10: nobody knows the result of a payment for longer than a day."""
    long_ago = origin.at - timedelta(days=UNKNOWN_DAYS)
    late = PaymentInstruction.objects.open_at_the_bank().filter(created_at__lt=long_ago).order_by("pk")
    return [
        Finding(
            "bank.payment_unknown",
            f"指令 {row.business_no} {row.amount:,.2f} 元发出超过 {UNKNOWN_DAYS} 天，结果仍不明确",
            remedy="向银行核实结果；不要重新付款",
            facts={"object": f"payment:{row.pk}", "状态": row.get_state_display()},
        )
        for row in late[:200]
    ]


def successes_have_lines(origin: Origin) -> list[Finding]:
    """A payment the bank called done shows in the account by the next day."""
    day = origin.business_date - timedelta(days=1)
    single = PaymentInstruction.objects.filter(state=PaymentState.SUCCESS, batch_no="", host_date__lt=day)
    missing = single.filter(host_date__gte=day - timedelta(days=CHAIN_DAYS), banknotice__isnull=True).order_by("pk")
    return [
        Finding(
            "bank.payment_without_line",
            f"指令 {row.business_no} 银行答复成功，账户明细中没有这一笔",
            severity=Severity.ERROR,
            remedy="按日查询账户明细，与银行核对",
            facts={"object": f"payment:{row.pk}"},
        )
        for row in missing[:200]
    ]


for _check in (
    BalanceCheck(
        "bank.unknown_ties_out", "待查来款清单 = 待查暂收", unknown_ties_out, pace="minute", owner="accountant"
    ),
    BalanceCheck("bank.books_agree", "银行专户余额 = 账面 ± 未达账项", books_agree, pace="minute", owner="accountant"),
    BalanceCheck(
        "bank.messages_taken_in", "银行报文都已处理", messages_taken_in, False, pace="minute", owner="accountant"
    ),
    BalanceCheck("bank.chain_unbroken", "银行流水余额逐笔连续", chain_unbroken, owner="accountant"),
    BalanceCheck("bank.payments_known", "付款结果都已明确", payments_known, owner="cashier"),
    BalanceCheck("bank.successes_have_lines", "付款成功的都有流水", successes_have_lines, owner="cashier"),
):
    checks.add(_check)

wall.register_bank_figures(adjusted_balances)
probes.add(Probe("accounts.bank_line", "结算银行线路", dispatch.line_fault, items=frozenset({"J-PAY", "J-ONLP"})))
