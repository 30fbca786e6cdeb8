"""付款: online from the signed account, or out of suspense. One live attempt; an unknown result is never sent again."""

from django.db import IntegrityError, transaction

from accounts.bank import services as bank
from deposits.enums import PaymentMethod, RemittanceState
from deposits.models import Payment, Remittance
from deposits.services.settlement import Paid, settle, suspense_of
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
        there = suspense_of(head.employer_account)
        if there < head.total:
            findings.append(
                Finding(
                    "pay.suspense",
                    f"暂收款 {money(there)}，不够付 {money(head.total)}",
                    clause="GB/T 51271-2017 归集：暂收款须足额分摊整份汇缴书",
                    remedy=f"再转 {money(head.total - there)}，或改用其他付款方式",
                )
            )
    elif method == PaymentMethod.ONLINE and not head.employer_account.employer.payer_account:
        findings.append(Finding("pay.account", "没有登记付款账户", remedy="在单位信息里登记发薪账户，或改用转账"))
    return findings


def pay(origin: Origin, head: Remittance, method: PaymentMethod) -> Payment:
    """Start a payment. Out of suspense it is done at once; online the bank answers later (``take_result``)."""
    origin.require_pass()
    with transaction.atomic():
        head = Remittance.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "employer_account__employer"
        ).get(pk=head.pk)
        if findings := may_pay(head, method):
            raise DomainError(findings[0].code, *findings)
        payment = _attempt(origin, head, method)
        if method == PaymentMethod.SUSPENSE:
            settle(origin, [Paid(head, origin.business_date)])
            return payment
        payment.instruction_no = bank.collect(
            origin,
            payer_account=head.employer_account.employer.payer_account,
            payer_name=head.employer_account.employer.payer_name,
            amount=head.total,
            remark=head.remark_code,
            reference=f"deposits.payment:{payment.pk}",
        )
        payment.save(update_fields=["instruction_no"])
        Remittance.objects.filter(pk=head.pk).update(state=RemittanceState.PAYING)
    return payment


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


def take_result(origin: Origin, payment: Payment, state: str, reason: str = "") -> None:
    """The bank's answer to an online payment. Success only notes it: the money itself comes with the bank's notice."""
    origin.require_pass()
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        if payment.state in {"paid", "failed"}:
            return
        payment.state, payment.reason = state, reason[:80]
        payment.ended_at = origin.at if state in {"paid", "failed"} else None
        payment.save(update_fields=["state", "reason", "ended_at"])
        if state == "failed":
            Remittance.objects.filter(pk=payment.remittance_id, state=RemittanceState.PAYING).update(
                state=RemittanceState.TO_PAY
            )
