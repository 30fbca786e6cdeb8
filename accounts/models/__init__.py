"""Gathers the tables of the app's rooms: one Django app, one migration history."""

from accounts.ledger.models import (
    DayState,
    Hold,
    InterestRow,
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
    "BaseRecord",
    "DayState",
    "Employer",
    "EmployerAccount",
    "EmployerUserObjectPermission",
    "FundAccount",
    "Hold",
    "InterestRow",
    "InterestYear",
    "Line",
    "Membership",
    "Person",
    "Posting",
    "Restriction",
    "RosterChange",
    "Subaccount",
    "Subject",
    "SubjectDay",
    "UnitBalance",
    "Voucher",
    "VoucherNumber",
]
