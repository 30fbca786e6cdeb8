"""Gathers the tables of the app's rooms: one Django app, one migration history."""

from accounts.bank.models import (
    BankBalance,
    BankMessage,
    BankNotice,
    BankStatement,
    PaymentAttempt,
    PaymentInstruction,
    PaymentLine,
    SpecialAccount,
    StagedStatementLine,
)
from accounts.bank.reconciliation.models import BankMatch, JournalEntry, OutstandingItem
from accounts.day_close.models import Closing, ClosingStep, PeriodEnd
from accounts.interest.models import InterestException, InterestSettlement, InterestTrial
from accounts.ledger.models import (
    DayState,
    Hold,
    InterestRow,
    InterestSegment,
    InterestYear,
    Line,
    Posting,
    Subaccount,
    Subject,
    SubjectDay,
    UnitBalance,
    Voucher,
    VoucherNumber,
)
from accounts.models.employers import Employer, EmployerAccount
from accounts.models.fund_accounts import BaseRecord, FundAccount, Membership, RosterChange
from accounts.models.grants import AgentGrant, EmployerUserObjectPermission
from accounts.models.persons import Person
from accounts.models.restrictions import Restriction

__all__ = [
    "AgentGrant",
    "BankBalance",
    "BankMatch",
    "BankMessage",
    "BankNotice",
    "BankStatement",
    "BaseRecord",
    "Closing",
    "ClosingStep",
    "DayState",
    "Employer",
    "EmployerAccount",
    "EmployerUserObjectPermission",
    "FundAccount",
    "Hold",
    "InterestException",
    "InterestRow",
    "InterestSegment",
    "InterestSettlement",
    "InterestTrial",
    "InterestYear",
    "JournalEntry",
    "Line",
    "Membership",
    "OutstandingItem",
    "PaymentAttempt",
    "PaymentInstruction",
    "PaymentLine",
    "PeriodEnd",
    "Person",
    "Posting",
    "Restriction",
    "RosterChange",
    "SpecialAccount",
    "StagedStatementLine",
    "Subaccount",
    "Subject",
    "SubjectDay",
    "UnitBalance",
    "Voucher",
    "VoucherNumber",
]
