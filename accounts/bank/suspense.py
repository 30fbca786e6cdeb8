"""Money that is here and not yet anybody's deposit: an employer's suspense (219-01), unknown receipts (219-02).

Every receipt is booked on the day it is told, whoever it belongs to, so that the bank account and the books agree.
"""

from decimal import Decimal

from accounts.bank import events
from accounts.bank.models import BankNotice
from accounts.enums import FundKind
from accounts.ledger import services as ledger
from accounts.ledger.models import Voucher
from accounts.models.employers import Employer, EmployerAccount
from servicehub.declare import DomainError, Finding, Origin

EMPLOYER_SUSPENSE, UNKNOWN = "21901", "21902"
EMPLOYER_OWNER, NOTICE_OWNER = "employer_account", "bank_notice"


def suspense_subaccount(origin: Origin, account: EmployerAccount) -> int:
    """The employer account's 单位暂收 in the ledger, opened at its first money. Balance: ``ledger.balance``."""
    if account.suspense_id is None:
        branch = Employer.objects.values_list("branch", flat=True).get(pk=account.employer_id)
        account.suspense_id = ledger.open_subaccount(
            origin, EMPLOYER_SUSPENSE, EMPLOYER_OWNER, account.pk, branch, employer_ref=account.pk
        )
        EmployerAccount.objects.filter(pk=account.pk).update(suspense_id=account.suspense_id)
    return account.suspense_id


def suspense_balance(account: EmployerAccount) -> Decimal:
    """暂收余额 (yuan); zero where no money ever waited."""
    return ledger.balance(account.suspense_id).total if account.suspense_id else Decimal("0.00")


def remittable_account(employer: int, fund_kind: str = FundKind.HOUSING) -> EmployerAccount:
    """:raises DomainError: the employer keeps no live account of that fund kind."""
    account = EmployerAccount.objects.of(employer, fund_kind).exclude(status="04").first()
    if account is None:
        raise DomainError(
            "bank.employer_account_closed",
            Finding(
                "bank.employer_account_closed",
                "这家单位没有可收款的单位账户",
                remedy="核对单位账户状态，款项列入待查",
            ),
        )
    return account


def book_to_employer(origin: Origin, notice: BankNotice, account: EmployerAccount) -> int:
    """E01: the arrival goes whole into the employer's suspense. Returns the voucher."""
    movement = ledger.Movement(
        suspense_subaccount(origin, account), notice.amount, value_date=notice.host_date, employer=account.pk
    )
    return _book_arrival(origin, notice, events.RECEIPT_TO_EMPLOYER.code, movement)


def book_unknown(origin: Origin, notice: BankNotice) -> int:
    """E02: nobody's yet. Each receipt keeps a subaccount of its own, so that the list and 219-02 tie out."""
    subaccount = ledger.open_subaccount(origin, UNKNOWN, NOTICE_OWNER, notice.pk, notice.special_account.branch_id)
    movement = ledger.Movement(subaccount, notice.amount, value_date=notice.host_date)
    return _book_arrival(origin, notice, events.RECEIPT_UNKNOWN.code, movement)


def book_claim(origin: Origin, notice: BankNotice, account: EmployerAccount, case_number: str) -> int:
    """219-02 → 219-01 of the owner found. Returns the voucher."""
    unknown = ledger.subaccount_ids(UNKNOWN, NOTICE_OWNER, [notice.pk])[notice.pk]
    entry = ledger.Entry(
        event_type=events.RECEIPT_CLAIMED.code,
        event_id=notice_event(notice),
        branch=notice.special_account.branch_id,
        amounts={"total": notice.amount},
        movements=[
            ledger.Movement(unknown, -notice.amount),
            ledger.Movement(suspense_subaccount(origin, account), notice.amount, employer=account.pk),
        ],
        case_number=case_number,
    )
    voucher = ledger.post(origin, entry).voucher
    ledger.close_subaccount(origin, unknown)
    return voucher


def book_taken_back(origin: Origin, reversal: BankNotice, original: BankNotice, case_number: str) -> int:
    """The bank took the money back (冲正) while it still waited in suspense. Returns the voucher.

    :raises LedgerRefused: ledger.insufficient: it was used meanwhile; what used it is undone first.
    """
    subject, subaccount, employer = _where_it_waits(original)
    template = events.UNKNOWN_TAKEN_BACK if subject == UNKNOWN else events.RECEIPT_TAKEN_BACK
    entry = ledger.Entry(
        event_type=template.code,
        event_id=notice_event(reversal),
        branch=reversal.special_account.branch_id,
        amounts={"total": original.amount},
        subjects={"bank": reversal.special_account.subject_id},
        movements=[ledger.Movement(subaccount, -original.amount, value_date=reversal.host_date, employer=employer)],
        case_number=case_number,
    )
    return ledger.post(origin, entry).voucher


def _where_it_waits(notice: BankNotice) -> tuple[str, int, int | None]:
    """(subject, subaccount, employer account) the receipt was put into: by its claim, else by its arrival."""
    claimed = ledger.vouchers_of_event(events.RECEIPT_CLAIMED.code, notice_event(notice)).last()
    rows = ledger.postings_of(claimed or Voucher.objects.get(pk=notice.voucher))
    waiting = rows.filter(subject__in=[EMPLOYER_SUSPENSE, UNKNOWN], current__gt=0)
    return waiting.values_list("subject", "subaccount_id", "employer_ref").get()


def notice_event(notice: BankNotice) -> str:
    """The receipt as the ledger names it: an event id of every voucher that books it."""
    return f"notice:{notice.pk}"


def _book_arrival(origin: Origin, notice: BankNotice, event_type: str, movement: ledger.Movement) -> int:
    entry = ledger.Entry(
        event_type=event_type,
        event_id=notice_event(notice),
        branch=notice.special_account.branch_id,
        amounts={"total": notice.amount},
        subjects={"bank": notice.special_account.subject_id},
        movements=[movement],
    )
    return ledger.post(origin, entry).voucher
