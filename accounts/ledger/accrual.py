"""Interest expensed month by month (E16), and what the settlement of 30 June found to be different (E17).

211 of a branch holds what its people have earned and not been paid. Month end brings it up to the estimate; the
settlement takes it out, account by account; what is left over or missing is the difference.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.ledger.entries import Entry
from accounts.ledger.general import general_balances
from accounts.ledger.models import InterestYear, Voucher
from accounts.ledger.money import ZERO, divide_to_fen
from accounts.ledger.posting import post
from accounts.ledger.refusals import refused
from accounts.ledger.rules.calendar import Method, interest_year, weight_after, year_end, year_weight
from accounts.ledger.rules.interest import Buckets
from accounts.ledger.statements import statement
from accounts.ledger.transactions import run
from servicehub.declare import Origin

PAYABLE = "211"
ACCRUE_EVENT = "accounts.accrue_interest"
DIFFERENCE_EVENT = "accounts.settle_interest_difference"


@dataclass(frozen=True, slots=True)
class Accrual:
    """Of one branch, yuan: ``earned`` until the day and not yet paid, ``booked`` by this accrual."""

    branch: int
    earned: Decimal
    booked: Decimal
    voucher: int | None


def estimates(day: date, rates: Buckets) -> dict[int, Decimal]:
    """What each branch's people have earned since 1 July until ``day`` (which counts), at these rates (percent).

    Rounded once per branch: it is an estimate of what thirty thousand roundings will make of it.

    :raises LedgerRefused: ledger.interest_year_missing.
    """
    year = InterestYear.objects.filter(year=interest_year(day)).first()
    if year is None:
        raise refused("ledger.interest_year_missing", year=interest_year(day))
    method = Method(year.method)
    facts = {
        "year": year.year,
        "rest": weight_after(day, year.year, method),
        "whole": year_weight(year.year, method),
        "rate_current": rates.current,
        "rate_carried": rates.carried,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("accrual"), facts)
        return {
            branch: divide_to_fen(numerator, Decimal(100 * year.divisor)) for branch, numerator in cursor.fetchall()
        }


def accrue_interest(origin: Origin, day: date, rates: Buckets) -> list[Accrual]:
    """Book the month's interest expense of every branch: 411-01 / 211 up to the estimate (E16). Repeatable.

    Booked on the origin's business date, once per ``day`` and branch.
    """
    origin.require_pass()
    return run(lambda: _accrue(origin, day, rates))


def _accrue(origin: Origin, day: date, rates: Buckets) -> list[Accrual]:
    earned, payable = estimates(day, rates), _payable(origin.business_date)
    accruals = []
    for branch in sorted(earned.keys() | payable.keys()):
        wanted, event_id = earned.get(branch, ZERO), f"{day.isoformat()}:{branch}"
        if done := _voucher(ACCRUE_EVENT, event_id):
            accruals.append(Accrual(branch, wanted, ZERO, done))
            continue
        missing = wanted - payable.get(branch, ZERO)
        if not wanted and not missing:
            continue
        made = post(origin, Entry(ACCRUE_EVENT, event_id, branch, {"interest": missing})).voucher if missing else None
        accruals.append(Accrual(branch, wanted, missing, made))
    return accruals


def settle_difference(origin: Origin, year: int) -> list[int]:
    """After the last range of ``year``: 41101 / 211 per branch for what the accruals missed (E17). Repeatable.

    Returns the vouchers. Afterwards 211 of 30 June is nothing in every branch.
    """
    origin.require_pass()
    return run(lambda: _settle_difference(origin, year))


def _settle_difference(origin: Origin, year: int) -> list[int]:
    vouchers = []
    for branch, left in sorted(_payable(year_end(year)).items()):
        event_id = f"{year}:{branch}"
        if left and not _voucher(DIFFERENCE_EVENT, event_id):
            vouchers.append(post(origin, Entry(DIFFERENCE_EVENT, event_id, branch, {"difference": -left})).voucher)
    return vouchers


def _payable(as_of: date) -> dict[int, Decimal]:
    return {row.branch: row.balance for row in general_balances(as_of) if row.subject == PAYABLE and row.balance}


def _voucher(event_type: str, event_id: str) -> int | None:
    return Voucher.objects.filter(event_type=event_type, event_id=event_id).values_list("id", flat=True).first()
