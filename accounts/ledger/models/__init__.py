"""Tables of the ledger, gathered for ``accounts.models``."""

from accounts.ledger.models.chart import Subject
from accounts.ledger.models.days import DayState, SubjectDay
from accounts.ledger.models.interest import InterestRow, InterestSegment, InterestYear
from accounts.ledger.models.subaccounts import Hold, Subaccount, UnitBalance
from accounts.ledger.models.vouchers import Line, Posting, Voucher, VoucherNumber

__all__ = [
    "DayState",
    "Hold",
    "InterestRow",
    "InterestSegment",
    "InterestYear",
    "Line",
    "Posting",
    "Subaccount",
    "Subject",
    "SubjectDay",
    "UnitBalance",
    "Voucher",
    "VoucherNumber",
]
