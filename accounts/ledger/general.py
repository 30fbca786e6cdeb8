"""The general ledger (总账): balances per subject and branch, from the last closed day and the lines of open days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.ledger.statements import statement


@dataclass(frozen=True, slots=True)
class GeneralRow:
    subject: str
    branch: int
    book: str  # F | S
    side: str  # the subject's own side
    balance: Decimal  # on that side


def general_balances(as_of: date | None = None) -> list[GeneralRow]:
    """Every subject and branch with a balance or a movement, in order. ``as_of`` unset: now, open days included."""
    with connection.cursor() as cursor:
        cursor.execute(statement("general_balances"), {"as_of": as_of or date.max})
        return [GeneralRow(*row) for row in cursor.fetchall()]


def subject_balance(subject: str, branch: int | None = None, as_of: date | None = None) -> Decimal:
    """Of a subject and everything below it (codes are prefixes), on its own side."""
    rows = [row for row in general_balances(as_of) if row.subject.startswith(subject)]
    return sum((row.balance for row in rows if branch is None or row.branch == branch), Decimal("0.00"))
