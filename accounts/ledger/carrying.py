"""The end of an accounting period: income and expense carried into 311 (E40, E41), and 311 into 321 at year end (E43).

Steps of the month and year close. Each is repeatable: what is already carried has no balance left, so a second run
books nothing; what was booked after the first run is carried by a further voucher of the same month.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from accounts.ledger import templates
from accounts.ledger.entries import Entry
from accounts.ledger.general import general_balances
from accounts.ledger.models import Voucher
from accounts.ledger.posting import post
from accounts.ledger.transactions import run
from servicehub.declare import Origin

CARRY_INCOME, CARRY_EXPENSE, CARRY_YEAR = (
    "accounts.carry_income",
    "accounts.carry_expense",
    "accounts.carry_year",
)
SURPLUS = "311"


def carry_period(origin: Origin, month: int) -> list[int]:
    """Carry what 401 and 411 hold into 311, branch by branch, on the origin's business date. Returns the vouchers.

    ``month``: 202611, names the event. The fund side still holds the money until E42 moves it between the banks.

    :raises LedgerRefused: ledger.day_closed.
    """
    origin.require_pass()

    def carry() -> list[int]:
        vouchers = []
        for event, entry, prefix in ((CARRY_INCOME, "E40", "401"), (CARRY_EXPENSE, "E41", "411")):
            names = {line.subject: line.amount for line in templates.form(entry).lines if line.subject != SURPLUS}
            for branch, held in _held(origin.business_date, lambda code, prefix=prefix: code.startswith(prefix)):
                amounts = {names[code]: amount for code, amount in held.items()}
                vouchers.append(_book(origin, event, f"{month}:{branch}", branch, amounts))
        return vouchers

    return run(carry)


def carry_year(origin: Origin, year: int) -> list[int]:
    """Carry the year's surplus, 311, into 待分配增值收益, branch by branch. Returns the vouchers."""
    origin.require_pass()

    def carry() -> list[int]:
        return [
            _book(origin, CARRY_YEAR, f"{year}:{branch}", branch, {"total": held[SURPLUS]})
            for branch, held in _held(origin.business_date, lambda code: code == SURPLUS)
        ]

    return run(carry)


def _held(day: date, wanted: Callable[[str], bool]) -> list[tuple[int, dict[str, Decimal]]]:
    """(branch, subject → balance not zero), in order of branch."""
    found: dict[int, dict[str, Decimal]] = {}
    for row in general_balances(day):
        if row.balance and wanted(row.subject):
            found.setdefault(row.branch, {})[row.subject] = row.balance
    return sorted(found.items())


def _book(origin: Origin, event: str, event_id: str, branch: int, amounts: dict[str, Decimal]) -> int:
    version = Voucher.objects.filter(event_type=event, event_id=event_id).count() + 1
    return post(origin, Entry(event, event_id, branch, amounts, version=version)).voucher
