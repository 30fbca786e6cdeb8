"""The centre's own money between its own special accounts (E24): asked of the bank, booked when the bank has done it."""

from decimal import Decimal

from accounts.bank import events, payments
from accounts.bank.messages import BusinessType
from accounts.bank.models import PaymentInstruction, SpecialAccount
from accounts.bank.payments import Order, PaymentOwner, payment_event
from accounts.bank.states import Nature, PaymentState
from accounts.ledger import services as ledger
from servicehub.declare import Finding, Origin

OWNER = "accounts.own_transfer"
_EVENTS = {
    (Nature.COLLECTION, Nature.LOAN): events.OWN_TO_LOANS,
    (Nature.LOAN, Nature.COLLECTION): events.OWN_FROM_LOANS,
    (Nature.COLLECTION, Nature.COLLECTION): events.OWN_BETWEEN,
    (Nature.SURPLUS, Nature.SURPLUS): events.OWN_SURPLUS,
}


def transfer_faults(source: SpecialAccount, target: SpecialAccount, amount: Decimal) -> list[Finding]:
    """Fund money and surplus money never mix here: 增值收益划转 is an entry of its own (E42)."""
    faults = []
    if source.pk == target.pk:
        faults.append(Finding("own.same", "付款专户和收款专户是同一个", field="target", remedy="选另一个专户"))
    elif (source.nature, target.nature) not in _EVENTS:
        words = f"不能从{source.get_nature_display()}划到{target.get_nature_display()}"
        faults.append(Finding("own.nature", words, field="target", remedy="增值收益划转按月结的划转办理"))
    held = ledger.subject_balance(source.subject_id)
    if held < amount:
        words = f"{source} 账面余额 {held:,.2f} 元，不够划 {amount:,.2f} 元"
        faults.append(Finding("own.short", words, field="amount", remedy="核对金额，或先归集资金"))
    return faults


def transfer(
    origin: Origin, source: SpecialAccount, target: SpecialAccount, amount: Decimal, summary: str
) -> PaymentInstruction:
    """Instruct the bank (BDC109). Nothing is booked before it answers."""
    kind = BusinessType.LOAN_FUND if Nature.LOAN in {source.nature, target.nature} else BusinessType.FUND_MOVE
    order = Order(OWNER, f"accounts.special_account:{target.pk}", summary=summary[:100], business_type=kind)
    return payments.transfer(origin, source, target, amount, order)


class OwnTransfer(PaymentOwner):
    def bank_answered(self, origin: Origin, instruction: PaymentInstruction) -> None:
        if instruction.state != PaymentState.SUCCESS:
            return  # nothing was booked, nothing is taken back
        source = instruction.special_account
        target = SpecialAccount.objects.get(pk=int(instruction.subject.partition(":")[2]))
        entry = ledger.Entry(
            event_type=_EVENTS[source.nature, target.nature].code,
            event_id=payment_event(instruction),
            branch=source.branch_id,
            amounts={"total": instruction.amount},
            subjects={"from": source.subject_id, "to": target.subject_id},
        )
        ledger.post(origin, entry)


payments.owners[OWNER] = OwnTransfer()
