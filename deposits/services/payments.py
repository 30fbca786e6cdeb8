"""付款: online from the signed account, or out of suspense. One live attempt; an unknown result is never sent again."""

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.bank import cashier
from accounts.bank.models import SpecialAccount
from accounts.bank.states import Nature
from accounts.bank.suspense import suspense_balance
from deposits.enums import PaymentMethod, RemittanceState
from deposits.models import Payment, Remittance
from deposits.services.settlement import Paid, settle
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit.amounts import money


def may_pay(head: Remittance, method: PaymentMethod) -> list[Finding]:
    findings = []
    if head.state == RemittanceState.POSTED:
        findings.append(Finding("pay.posted", f"{head.number} 已经入账，不需再付"))
    elif head.state == RemittanceState.REVOKED:
        findings.append(Finding("pay.withdrawn", f"{head.number} 已撤销，不能付款", remedy="重新核定后再付"))
    elif head.state == RemittanceState.PAYING:
        finding = Finding(
            "pay.live", "银行还没有回复这笔付款的结果", remedy="等结果通知，系统每 5 分钟查询一次，不要重复付款"
        )
        findings.append(finding)
    if method == PaymentMethod.SUSPENSE:
        there = suspense_balance(head.employer_account)
        if there < head.total:
            findings.append(
                Finding(
                    "pay.suspense",
                    f"暂收款 {money(there)}，不够付 {money(head.total)}",
                    clause="GB/T 51271-2017 归集：暂收款须足额分摊整份汇缴书",
                    remedy=f"再转 {money(head.total - there)}，或改用其他付款方式",
                )
            )
    elif method == PaymentMethod.ONLINE and collecting_account(head.branch_id) is None:
        findings.append(Finding("pay.account", "管理部没有开通在线付款的归集专户", remedy="改用转账，或联系中心财务"))
    return findings


def pay(origin: Origin, head: Remittance, method: PaymentMethod) -> Payment:
    """Start a payment. Out of suspense it is done at once; online the bank's notice of the money ends it."""
    origin.require_pass()
    with transaction.atomic():
        rows = Remittance.objects.select_for_update(no_key=True, of=("self",))
        head = rows.select_related("employer_account__employer").get(pk=head.pk)
        if findings := may_pay(head, method):
            raise DomainError(findings[0].code, *findings)
        payment = _attempt(origin, head, method)
        if method == PaymentMethod.SUSPENSE:
            settle(origin, [Paid(head, origin.business_date)])
            return payment
        payment.instruction_no = f"{head.number}-{payment.pk}"
        payment.save(update_fields=["instruction_no"])
        Remittance.objects.filter(pk=head.pk).update(state=RemittanceState.PAYING)
    return payment


def collecting_account(branch: int) -> SpecialAccount:
    """The branch's special account for deposits (归集专户), where its employers pay to."""
    return SpecialAccount.objects.open().filter(nature=Nature.COLLECTION, branch=branch).order_by("pk").first()


def bank_page(payment: Payment, back: str) -> str:
    """Where the employer pays: the bank's own page, with an order nobody can change. Paying it twice moves nothing."""
    head = payment.remittance
    employer = head.employer_account.employer
    account = collecting_account(head.branch_id)
    order = cashier.PaymentOrder(
        order=payment.instruction_no,
        payee_account=account.account_no,
        payee_name=account.name,
        amount=payment.amount,
        remark=head.remark_code,
        payer_account=employer.payer_account or "",
        payer_name=employer.payer_name or employer.name,
        back=back,
    )
    return cashier.payment_url(settings.BANK_PAGE_URL, settings.BANK_KEY.encode(), order)


def abandon(origin: Origin, head: Remittance) -> None:
    """Give a started payment up. Safe whatever the bank does: money that comes all the same finds the document."""
    origin.require_pass()
    with transaction.atomic():
        live = Payment.objects.select_for_update().filter(remittance=head, state__in=["paying", "checking"])
        if not live.update(state="failed", reason="单位放弃了这次付款", ended_at=origin.at):
            finding = Finding("pay.none", "没有正在进行的付款", remedy="刷新付款进度再看")
            raise DomainError("pay.none", finding)
        Remittance.objects.filter(pk=head.pk, state=RemittanceState.PAYING).update(state=RemittanceState.TO_PAY)


def _attempt(origin: Origin, head: Remittance, method: PaymentMethod) -> Payment:
    try:
        with transaction.atomic():
            return Payment.objects.create(
                remittance=head,
                method=method,
                amount=head.total,
                state="paid" if method == PaymentMethod.SUSPENSE else "paying",
                made_by_id=origin.operator,
                made_at=origin.at,
                case_no=origin.pass_.case,
                ended_at=origin.at if method == PaymentMethod.SUSPENSE else None,
            )
    except IntegrityError as error:
        if "one_live_payment" not in str(error):
            raise
        finding = Finding("pay.live", "这份汇缴书正在付款，结果出来前不能再付", remedy="等结果通知")
        raise DomainError("pay.live", finding) from error
