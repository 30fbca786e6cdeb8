"""Money that arrived for an employer: decided by one rule, booked once, told to the employer."""

from django.db import transaction

from accounts.bank import suspense
from accounts.bank.models import BankNotice
from accounts.models import EmployerAccount
from deposits.enums import OPEN_STATES, ReceiptDecision, RemittanceState
from deposits.models import Payment, Receipt, Remittance
from deposits.rules.receipts import Decided, ReceiptFacts, decide_receipt
from deposits.services.settlement import Paid, settle
from servicehub.declare import Origin


def receive(origin: Origin, notice: BankNotice, account: EmployerAccount, remittance: Remittance | None) -> Receipt:
    """Take a bank notice in, once: the same notice again answers what was decided the first time."""
    origin.require_pass()
    with transaction.atomic():
        EmployerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        if known := Receipt.objects.filter(notice=notice).first():
            return known
        head = _locked(remittance)
        decided = decide_receipt(_facts(notice, head))
        receipt = Receipt.objects.create(
            notice=notice,
            employer_account=account,
            remittance=head,
            amount=notice.amount,
            value_date=notice.host_date,
            decision=decided.decision,
            allocated=decided.allocate,
            into_suspense=decided.into_suspense,
            from_suspense=decided.from_suspense,
            voucher_id=_book(origin, notice, account, head, decided),
            taken_on=origin.business_date,
        )
        if head is not None:
            _end_payment(origin, head)
    return receipt


def use_suspense(origin: Origin, notice: BankNotice, account: EmployerAccount) -> Receipt | None:
    """An accountant found whose the money is; it lies in the employer's suspense. Pays the month it was meant for."""
    origin.require_pass()
    head = open_remittance(account)
    if head is None or head.total != notice.amount or suspense.suspense_balance(account) < head.total:
        return None
    with transaction.atomic():
        settle(origin, [Paid(head, notice.host_date)])
        return Receipt.objects.create(
            notice=notice,
            employer_account=account,
            remittance=head,
            amount=notice.amount,
            value_date=notice.host_date,
            decision=ReceiptDecision.ALLOCATE,
            allocated=head.total,
            into_suspense=notice.amount,
            from_suspense=head.total,
            voucher_id=Remittance.objects.values_list("voucher_id", flat=True).get(pk=head.pk),
            taken_on=origin.business_date,
        )


def open_remittance(account: EmployerAccount) -> Remittance | None:
    """The one document of the account that waits for money."""
    rows = Remittance.objects.filter(employer_account=account, state__in=OPEN_STATES)
    return rows.select_related("employer_account__employer").order_by("month").first()


def _locked(remittance: Remittance | None) -> Remittance | None:
    if remittance is None:
        return None
    rows = Remittance.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("employer_account__employer").get(pk=remittance.pk)


def _facts(notice: BankNotice, head: Remittance | None) -> ReceiptFacts:
    return ReceiptFacts(
        notice.amount,
        employer_known=True,
        due=head.total if head else None,
        state=RemittanceState(head.state) if head else None,
    )


def _book(
    origin: Origin, notice: BankNotice, account: EmployerAccount, head: Remittance | None, decided: Decided
) -> int:
    """The voucher that books the arrival."""
    voucher = suspense.book_to_employer(origin, notice, account) if decided.into_suspense else 0
    match decided.decision:
        case ReceiptDecision.ALLOCATE:
            vouchers = settle(origin, [Paid(head, notice.host_date, notice.special_account.subject_id)])
            voucher = vouchers[head.pk]
        case ReceiptDecision.ALLOCATE_KEEP_REST:
            settle(origin, [Paid(head, notice.host_date)])
        case ReceiptDecision.SHORT:
            Remittance.objects.filter(pk=head.pk).update(state=RemittanceState.PART_RECEIVED)
    return voucher


def _end_payment(origin: Origin, head: Remittance) -> None:
    Payment.objects.filter(remittance=head, state__in=["paying", "checking"]).update(state="paid", ended_at=origin.at)
