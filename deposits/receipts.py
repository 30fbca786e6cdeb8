"""Who owns money that arrives for a month: by the remark code, else by the employer the bank line names."""

from collections.abc import Iterable

from stdnum import luhn

from accounts.bank.employers import employers_of
from accounts.bank.matching import Arrival, Claim, ReceiptClaimer, Rung, Settled
from accounts.bank.rules.texts import numbers
from accounts.bank.suspense import remittable_account
from deposits.enums import ReceiptDecision, RemittanceState
from deposits.models import Receipt, Remittance
from deposits.services import following
from deposits.services.receipts import open_remittance, receive, use_suspense
from servicehub.declare import Party
from servicehub.declare.registry import receipts

WORDS = {
    ReceiptDecision.ALLOCATE: "已分摊到每名职工",
    ReceiptDecision.ALLOCATE_KEEP_REST: "已分摊到每名职工，多出的款记单位暂收款",
    ReceiptDecision.SHORT: "到账金额不足，全额记单位暂收款",
    ReceiptDecision.DUPLICATE: "汇缴书已入账，这笔款记单位暂收款",
    ReceiptDecision.NO_DOCUMENT: "单位没有待付款的汇缴书，记单位暂收款",
}
POSTED = (ReceiptDecision.ALLOCATE, ReceiptDecision.ALLOCATE_KEEP_REST)


class RemittanceClaimer(ReceiptClaimer):
    code = "deposits.remittance"
    label = "单位汇缴"
    order = 10

    def candidates(self, arrival: Arrival, rung: Rung) -> Iterable[Claim]:
        if rung is Rung.SERIAL:
            return self._by_serial(arrival)
        return [self._of_employer(employer) for employer in employers_of(arrival, rung)]

    def _by_serial(self, arrival: Arrival) -> list[Claim]:
        """A remark code is taken only with its check digit right, and only for a document that was not revoked."""
        codes = [code for code in numbers(arrival.remark) if luhn.is_valid(code)]
        found = Remittance.objects.filter(remark_code__in=codes).exclude(state=RemittanceState.REVOKED)
        rows = found.select_related("employer_account").order_by("pk")
        return [Claim(Party("employer", row.employer_account.employer_id), _document(row)) for row in rows]

    def _of_employer(self, employer) -> Claim:
        account = employer.accounts.filter(fund_kind="01").exclude(status="04").first()
        head = open_remittance(account) if account else None
        return Claim(employer.party, _document(head) if head else "")

    def settle(self, origin, notice, claim) -> Settled:
        head = _remittance(claim.document)
        account = head.employer_account if head else remittable_account(claim.party.id)
        return self._settled(origin, receive(origin, notice, account, head))

    def claimed(self, origin, notice, employer) -> Settled | None:
        receipt = use_suspense(origin, notice, remittable_account(employer.id))
        return self._settled(origin, receipt) if receipt else None

    def _settled(self, origin, receipt: Receipt) -> Settled:
        following.tell(origin, receipt)
        document = _document(receipt.remittance) if receipt.remittance else ""
        action = "match" if receipt.decision in POSTED else "suspend"
        return Settled(action, receipt.voucher_id, WORDS[ReceiptDecision(receipt.decision)], document)


def _document(head: Remittance) -> str:
    return f"deposits.remittance:{head.pk}"


def _remittance(document: str) -> Remittance | None:
    if not document:
        return None
    rows = Remittance.objects.select_related("employer_account__employer")
    return rows.get(pk=int(document.rpartition(":")[2]))


receipts.add(RemittanceClaimer())
