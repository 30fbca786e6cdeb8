"""Annual settlement (年度结息), range by range: interest paid and carried over, the coming year's slot moved in.

A range is one voucher (借 211 贷 201). Repeatable: an account is settled where its open year is the year, and
nowhere else, so a range that was killed or run twice pays once. The batch that cuts the ranges, the release by two
people and the closing voucher for what was accrued stand above.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from accounts.ledger import events
from accounts.ledger.entries import fingerprint
from accounts.ledger.events import Kind
from accounts.ledger.models import InterestRow, InterestSegment, InterestYear, Subaccount
from accounts.ledger.posting import signature
from accounts.ledger.refusals import refusals_worded, refused
from accounts.ledger.rules.calendar import interest_year, year_end
from accounts.ledger.rules.interest import Buckets, RateChange
from accounts.ledger.statements import statement, steps
from accounts.ledger.transactions import run
from servicehub.declare import Origin, PassKind

SETTLE_EVENT = "accounts.settle_interest"
LATE_EVENT = "ledger.late_interest"
RANGE_ACCOUNTS_MAX = 5_000
"""Tellers post meanwhile: measured, a range of 5,000 keeps their 99th percentile at 4 ms, one of 50,000 at 942 ms."""

_GAINS = """LEFT JOIN ledger_segment_gain(
        ARRAY(SELECT id FROM locked), %(year)s, %(rate_current)s, %(rate_carried)s, %(since)s::date[],
        %(later_current)s::numeric[], %(later_carried)s::numeric[]) g ON g.subaccount_id = w.id"""
_POSTING = "CASE WHEN c.interest <> c.paid_before THEN nextval('accounts_posting_id_seq') END"


@dataclass(frozen=True, slots=True)
class Settlement:
    accounts: int
    interest: Decimal
    voucher: int | None  # none where nothing was earned, or nothing was left to settle


@dataclass(frozen=True, slots=True)
class _Range:
    first: int
    last: int
    waiting: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a range is booked: on its 30 June out of what was accrued, or later, as an expense of the day."""

    day: date
    batch: bool
    event: str
    event_id: str | None  # unset: the year and the lowest account
    kind: Kind
    row_kind: str
    payer: str


def release_year(
    origin: Origin, year: int, rate_current: Decimal, rate_carried: Decimal, later: Sequence[RateChange] = ()
) -> None:
    """Set the rates (percent a year) the year is paid at. Two people have agreed to them above.

    ``later``: new rates within the year, in a year computed by segments; the first two hold until the first of them.

    :raises ValueError: segments in a year that is not computed by them, or outside it.
    :raises LedgerRefused: ledger.interest_year_missing; ledger.year_released with other rates before.
    """
    origin.require_pass()
    with transaction.atomic():
        found = InterestYear.objects.select_for_update(of=("self",), no_key=True).filter(year=year).first()
        if found is None:
            raise refused("ledger.interest_year_missing", year=year)
        _check_segments(found, later)
        given = [(change.since, change.rates.current, change.rates.carried) for change in later]
        if found.released_on:
            kept = list(found.segments.order_by("since").values_list("since", "rate_current", "rate_carried"))
            if (found.rate_current, found.rate_carried, kept) != (rate_current, rate_carried, given):
                raise refused("ledger.year_released", year=year)
            return
        InterestSegment.objects.bulk_create(
            [
                InterestSegment(year_id=year, since=since, rate_current=current, rate_carried=carried)
                for since, current, carried in given
            ]
        )
        InterestYear.objects.filter(year=year).update(
            rate_current=rate_current, rate_carried=rate_carried, released_on=origin.business_date
        )


def _check_segments(found: InterestYear, later: Sequence[RateChange]) -> None:
    days = [change.since for change in later]
    if days and found.application != InterestYear.Application.SEGMENTED:
        raise ValueError(f"interest year {found.year} is paid at the rates of one day")
    if days != sorted(set(days)) or any(interest_year(day) != found.year for day in days):
        raise ValueError(f"segments of {found.year} must lie in it, in order: {days}")


def released_terms(year: int) -> tuple[Buckets, tuple[RateChange, ...]] | None:
    """The rates (percent) a year was released with and their changes within it; ``None``: not released."""
    found = InterestYear.objects.filter(year=year, released_on__isnull=False).first()
    if found is None:
        return None
    later = tuple(
        RateChange(row.since, Buckets(row.rate_current, row.rate_carried)) for row in found.segments.order_by("since")
    )
    return Buckets(found.rate_current, found.rate_carried), later


def settle_range(origin: Origin, year: int, first: int, last: int, waiting: Sequence[int] = ()) -> Settlement:
    """Settle ``year`` for the subaccounts with ids ``first`` to ``last`` that are still in it, in one transaction.

    Business date is 30 June, value date 1 July: the interest is principal from then on. ``waiting`` are left out:
    their money is on its way to the bank; ``settle_late`` takes them when the bank has answered.

    :raises LedgerRefused: ledger.year_not_released, ledger.interest_year_missing (the next).
    """
    origin.require_pass(PassKind.BATCH)
    manner = _Manner(
        year_end(year), True, SETTLE_EVENT, None, Kind.INTEREST, InterestRow.Kind.ANNUAL, payer="211"
    )  # fmt: skip
    return _settled(origin, year, manner, _Range(first, last, tuple(waiting)))


@dataclass(frozen=True, slots=True)
class Unproved:
    """An account whose row is not what its postings say; balances in yuan, products in yuan × days."""

    subaccount: int
    branch: int
    balance: Decimal
    balance_found: Decimal
    product: Decimal
    product_found: Decimal


UNPROVED_MAX = 1_000
SORT_MEMORY = "64MB"
_DAYS = (
    "make_date(p.interest_year, 6, 30) - greatest(p.value_date, make_date(p.interest_year - 1, 7, 1)) + 1",
    "",
)
_DAYS_OF_ANY = (
    "ledger_weight(p.value_date, p.interest_year, y.method)",
    "JOIN accounts_interestyear y ON y.year = p.interest_year",
)


def unproved(first: int, last: int) -> list[Unproved]:
    """Balances and products of a range recomputed from every posting: where they differ, at most a thousand.

    One statement, and so one moment: tellers may post meanwhile.
    """
    by_months = InterestYear.objects.filter(method=InterestYear.Method.MONTHS_11_TO_0).exists()
    days, years = _DAYS_OF_ANY if by_months else _DAYS
    sql = statement("proof_interest").replace("{days}", days).replace("{years}", years)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = %s", [SORT_MEMORY])
        cursor.execute(sql, {"first": first, "last": last, "limit": UNPROVED_MAX})
        return [Unproved(*row) for row in cursor.fetchall()]


def settle_late(origin: Origin, subaccount: int) -> list[Settlement]:
    """Bring one account through every 30 June it missed (restored after it, having been closed): booked today,
    principal since each 1 July, an expense of today. Nothing happens to an account that is up to date.

    :raises LedgerRefused: ledger.year_not_released, ledger.interest_year_missing.
    """
    given = origin.require_pass()
    settled = []
    with transaction.atomic():
        row = Subaccount.objects.select_for_update(of=("self",), no_key=True).get(id=subaccount)
        if row.open_year is None:
            return []
        for year in range(row.open_year, interest_year(origin.business_date)):
            manner = _Manner(
                origin.business_date,
                given.kind is PassKind.BATCH,
                LATE_EVENT,
                f"settle:{subaccount}:{year}",
                Kind.LATE_INTEREST,
                InterestRow.Kind.LATE,
                payer="41101",
            )
            settled.append(_settled(origin, year, manner, _Range(subaccount, subaccount)))
    return settled


def _settled(origin: Origin, year: int, manner: _Manner, accounts: _Range) -> Settlement:
    found = InterestYear.objects.filter(year=year).first()
    if found is None or found.released_on is None:
        raise refused("ledger.year_not_released", year=year)
    if not InterestYear.objects.filter(year=year + 1).exists():
        raise refused("ledger.interest_year_missing", year=year + 1)
    with refusals_worded():
        return run(lambda: _settle(origin, found, manner, accounts))


def try_range(cursor, year: int, rates: Buckets, later: Sequence[RateChange], first: int, last: int) -> None:
    """What ``settle_range`` would pay at these rates, into ``pg_temp.ledger_settle``; nothing is locked or numbered.

    The caller reads the table in its transaction and drops it.

    :raises LedgerRefused: ledger.interest_year_missing. :raises ValueError: as ``release_year``.
    """
    found = InterestYear.objects.filter(year=year).first()
    if found is None:
        raise refused("ledger.interest_year_missing", year=year)
    _check_segments(found, later)
    _stage(cursor, found, _Range(first, last), rates, later, trial=True)


def _stage(
    cursor, found: InterestYear, accounts: _Range, rates: Buckets, later: Sequence[RateChange], *, trial: bool = False
) -> None:
    """Where rates change within the year, what they add comes from the postings."""
    sql = statement("settle_stage").replace("{gains}", _GAINS if later else "")
    sql = sql.replace("{gain}", "coalesce(g.gain, 0)" if later else "0")
    sql = sql.replace("{lock}", "" if trial else "FOR NO KEY UPDATE OF s")
    sql = sql.replace("{posting}", "NULL::bigint" if trial else _POSTING)
    facts = {
        "year": found.year, "first": accounts.first, "last": accounts.last, "waiting": list(accounts.waiting),
        "rate_current": rates.current, "rate_carried": rates.carried,
        "since": [change.since for change in later],
        "later_current": [change.rates.current for change in later],
        "later_carried": [change.rates.carried for change in later],
    }  # fmt: skip
    cursor.execute(sql, facts)


def _settle(origin: Origin, found: InterestYear, manner: _Manner, accounts: _Range) -> Settlement:
    _, later = released_terms(found.year)
    rates = Buckets(found.rate_current, found.rate_carried)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_enter_day(%s, %s)", [manner.day, manner.batch])
        _stage(cursor, found, accounts, rates, later)
        cursor.execute(
            "SELECT count(*), coalesce(sum(interest), 0), min(posting), max(posting), min(subaccount_id), max(branch)"
            " FROM pg_temp.ledger_settle"
        )
        count, interest, first_posting, last_posting, lowest, branch = cursor.fetchone()
        voucher = None
        if first_posting:
            key = [manner.event, manner.event_id or f"{found.year}:{lowest}", 1]
            who = signature(origin)
            cursor.execute(
                "INSERT INTO accounts_voucher (event_type, event_id, version, business_date, branch, summary,"
                " case_number, operator, operator_name, channel, request_id, call, recorded_at, digest, first_posting,"
                " last_posting) VALUES (%s, %s, %s, %s, %s, %s, '', %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
                [
                    *key, manner.day, branch, events.template(manner.event).label,
                    *(who[name] for name in ("operator", "name", "channel", "request", "call", "at")),
                    fingerprint(key, count, interest), first_posting, last_posting,
                ],
            )  # fmt: skip
            voucher = cursor.fetchone()[0]
        if count:
            facts = {
                "voucher": voucher, "day": manner.day, "year": found.year, "kind": manner.kind,
                "row_kind": manner.row_kind, "payer": manner.payer, "first": accounts.first, "last": accounts.last,
            }  # fmt: skip
            for step in steps("settle_write"):
                cursor.execute(step, facts)
        cursor.execute("DROP TABLE pg_temp.ledger_settle")
    return Settlement(count, interest, voucher)
