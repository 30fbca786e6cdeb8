"""What certain entries moved: how much of a period's income was carried over, swept to the surplus, distributed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.ledger.statements import statement
from servicehub.declare.registry import ledger_events

CARRYING = ("E40", "E41")
"""Income and expense into 311: their turnover is no income or expense of the period."""
SWEEPING = ("E42",)
"""What was carried over moves from the fund's bank account to the surplus's."""
SURPLUS_INTEREST = "40102"
"""Interest of the surplus's own bank account: it is there already and never swept."""


@dataclass(frozen=True, slots=True)
class Flow:
    entry: str
    subject: str
    branch: int
    debit: Decimal
    credit: Decimal


def flows(entries: Iterable[str], since: date = date.min, until: date = date.max) -> list[Flow]:
    """Turnover of these entries' vouchers, per subject and branch, red copies counted in."""
    wanted = set(entries)
    events = sorted((one.code, one.entry) for one in ledger_events if one.entry in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            statement("entry_flows"),
            {
                "events": [code for code, _entry in events],
                "entries": [entry for _code, entry in events],
                "since": since,
                "until": until,
            },
        )
        return [Flow(*row) for row in cursor.fetchall()]


def unswept() -> Decimal:
    """Fund income − expense that was carried to 311 and not yet moved to the surplus's bank account.

    Zero once the transfer of the period (E42) is booked; its bank transfer may take a day.
    """
    total = Decimal("0.00")
    for flow in flows((*CARRYING, *SWEEPING)):
        if flow.entry in SWEEPING:
            total -= flow.debit - flow.credit if flow.subject.startswith("102") else Decimal(0)
        elif flow.subject.startswith("311"):
            total += flow.credit - flow.debit
        elif flow.subject.startswith(SURPLUS_INTEREST):
            total -= flow.debit - flow.credit
    return total
