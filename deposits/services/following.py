"""What follows a receipt: the employer is told, the case of the month is closed when it is posted."""

from deposits.enums import ReceiptDecision
from deposits.models import Receipt
from servicehub import gate, messages
from servicehub.declare import Origin, Party
from servicehub.kit.amounts import yuan
from servicehub.kit.months import Month

TOLD = {
    ReceiptDecision.ALLOCATE: "{month}汇缴 {total} 已入账，每名职工都已记账。",
    ReceiptDecision.ALLOCATE_KEEP_REST: "{month}汇缴 {total} 已入账，多转的 {rest} 记入暂收款。",
    ReceiptDecision.SHORT: "{month}汇缴应付 {total}，到账 {amount}，少 {missing}。已到的款记入暂收款，补足后用暂收款付款。",
    ReceiptDecision.DUPLICATE: "收到重复付款 {amount}，{month}已入账，这笔款记入暂收款，可用于下月或申请退款。",
    ReceiptDecision.NO_DOCUMENT: "收到来款 {amount}，没有待付款的汇缴书，记入暂收款。",
}


def tell(origin: Origin, receipt: Receipt) -> None:
    head = receipt.remittance
    employer = Party("employer", receipt.employer_account.employer_id)
    text = TOLD[ReceiptDecision(receipt.decision)].format(
        month=Month.of(head.month).words if head else "",
        total=yuan(head.total) if head else "",
        amount=yuan(receipt.amount),
        rest=yuan(receipt.into_suspense - receipt.from_suspense),
        missing=yuan(head.total - receipt.amount) if head else "",
    )
    messages.send(origin, "deposit", employer, text, f"deposits.receipt:{receipt.pk}")
    if head is not None and head.case_no and receipt.allocated:
        gate.finish_case(origin, head.case_no)
