"""Annual settlement (年度结息), range by range: interest paid and carried over, the coming year's slot moved in.

A range is one voucher (借 211 贷 201). Repeatable: an account is settled where its open year is the year, and
nowhere else, so a range that was killed or run twice pays once. The batch that cuts the ranges, the release by two
people and the closing voucher for what was accrued stand above.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from accounts.ledger import events
from accounts.ledger.entries import fingerprint
from accounts.ledger.models import InterestYear
from accounts.ledger.posting import signature
from accounts.ledger.refusals import refusals_worded, refused
from accounts.ledger.rules.calendar import year_end
from accounts.ledger.statements import statement, steps
from accounts.ledger.transactions import run
from servicehub.declare import Origin, PassKind

SETTLE_EVENT = "accounts.settle_interest"
RANGE_ACCOUNTS_MAX = 5_000
"""Tellers post meanwhile: measured, a range of 5,000 keeps their 99th percentile at 4 ms, one of 50,000 at 942 ms."""


@dataclass(frozen=True, slots=True)
class Settlement:
    accounts: int
    interest: Decimal
    voucher: int | None  # none where nothing was earned, or nothing was left to settle


def release_year(origin: Origin, year: int, rate_current: Decimal, rate_carried: Decimal) -> None:
    """Set the rates (percent a year) of the settlement day. Two people have agreed to them above.

    :raises LedgerRefused: ledger.interest_year_missing; ledger.year_released with other rates before.
    """
    origin.require_pass()
    found = InterestYear.objects.filter(year=year).first()
    if found is None:
        raise refused("ledger.interest_year_missing", year=year)
    if found.released_on:
        if (found.rate_current, found.rate_carried) != (rate_current, rate_carried):
            raise refused("ledger.year_released", year=year)
        return
    InterestYear.objects.filter(year=year, released_on__isnull=True).update(
        rate_current=rate_current, rate_carried=rate_carried, released_on=origin.business_date
    )


def settle_range(origin: Origin, year: int, first: int, last: int) -> Settlement:
    """Settle ``year`` for the subaccounts with ids ``first`` to ``last`` that are still in it, in one transaction.

    Business date is 30 June, value date 1 July: the interest is principal from then on.

    :raises LedgerRefused: ledger.year_not_released, ledger.year_segmented, ledger.interest_year_missing (the next).
    """
    origin.require_pass(PassKind.BATCH)
    found = InterestYear.objects.filter(year=year).first()
    if found is None or found.released_on is None:
        raise refused("ledger.year_not_released", year=year)
    if found.application == InterestYear.Application.SEGMENTED:
        raise refused("ledger.year_segmented", year=year)
    if not InterestYear.objects.filter(year=year + 1).exists():
        raise refused("ledger.interest_year_missing", year=year + 1)
    with refusals_worded():
        return run(lambda: _settle(origin, found, first, last))


def _settle(origin: Origin, found: InterestYear, first: int, last: int) -> Settlement:
    day = year_end(found.year)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_enter_day(%s, true)", [day])
        cursor.execute(statement("settle_stage"), {"year": found.year, "first": first, "last": last})
        cursor.execute(
            "SELECT count(*), coalesce(sum(interest), 0), min(posting), max(posting), min(subaccount_id), max(branch)"
            " FROM pg_temp.ledger_settle"
        )
        accounts, interest, first_posting, last_posting, lowest, branch = cursor.fetchone()
        voucher = None
        if interest:
            key = [SETTLE_EVENT, f"{found.year}:{lowest}", 1]
            who = signature(origin)
            cursor.execute(
                "INSERT INTO accounts_voucher (event_type, event_id, version, business_date, branch, summary,"
                " case_number, operator, operator_name, channel, request_id, call, recorded_at, digest, first_posting,"
                " last_posting) VALUES (%s, %s, %s, %s, %s, %s, '', %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
                [
                    *key, day, branch, events.template(SETTLE_EVENT).label,
                    *(who[name] for name in ("operator", "name", "channel", "request", "call", "at")),
                    fingerprint(key, accounts, interest), first_posting, last_posting,
                ],
            )  # fmt: skip
            voucher = cursor.fetchone()[0]
        if accounts:
            for step in steps("settle_write"):
                cursor.execute(step, {"voucher": voucher, "day": day, "year": found.year, "branch": branch})
        cursor.execute("DROP TABLE pg_temp.ledger_settle")
    return Settlement(accounts, interest, voucher)
