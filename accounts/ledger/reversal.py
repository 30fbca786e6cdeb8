"""Answering a voucher with its red copy (红字冲销). Nothing is edited; a voucher is reversed once at most."""

from dataclasses import dataclass

from django.db import connection

from accounts.ledger.batch import LargeEvent, Source, post_large
from accounts.ledger.entries import Entry, Posted
from accounts.ledger.events import Kind
from accounts.ledger.models import InterestRow, Line, Posting, Voucher
from accounts.ledger.refusals import refused
from accounts.ledger.transactions import run
from servicehub.declare import Origin
from servicehub.declare.registry import ledger_events

REVERSAL_EVENT = "ledger.reverse"  # E47, in the original's accounting month
LATER_EVENT = "ledger.reverse_later"  # E48, in a later one

# In an open year the money is taken from the bucket it went to, first; from the other for the rest. What was booked
# late went into carried; what came in had been current money of its own year, and there the year's product has to give
# it back; what went out late had been taken from carried there too.
# Whose total it counts for is left to the subaccount: money of somebody who has moved on follows the person.
_RED_ROWS = """
SELECT p.subaccount_id,
       CASE WHEN p.interest_year IS NOT NULL AND p.value_date < ledger_year_start(p.interest_year)
            THEN -greatest(p.current + p.carried, 0) ELSE -p.current END,
       CASE WHEN p.interest_year IS NOT NULL AND p.value_date < ledger_year_start(p.interest_year)
            THEN greatest(-p.current - p.carried, 0) ELSE -p.carried END,
       p.kind, p.value_date, p.month, -p.employer_part, -p.employee_part,
       -p.product_adjust_current, -p.product_adjust_carried, true
FROM accounts_posting p
WHERE p.id BETWEEN %s AND %s AND p.business_date = %s AND p.voucher_id = %s
"""
_RED_COLUMNS = (
    "subaccount", "current", "carried", "kind", "value_date", "month", "employer_part", "employee_part",
    "adjust_current", "adjust_carried", "spill",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reversal:
    """Why and for which event of the business a voucher is reversed; ``event_id`` makes it replay-safe."""

    event_id: str
    reason: str
    case_number: str = ""


def reverse(origin: Origin, voucher_id: int, reversal: Reversal) -> Posted:
    """Book the red copy of a voucher: each line on its own side with a negative amount, each movement taken back.

    Value dates stay those of the original, so interest comes out as if it had not been; where its year is settled,
    the interest of that and every later settled year is corrected in a voucher of its own (``ledger.late_interest``).

    :raises LedgerRefused: ledger.already_reversed, ledger.not_reversible (it reverses one itself, or pays interest),
        ledger.insufficient (the money is gone or held), ledger.closed_subaccount.
    """
    origin.require_pass()
    original = Voucher.objects.filter(id=voucher_id).first()
    if original is None:
        raise refused("ledger.unknown_voucher", voucher=voucher_id)
    if not _reversible(original):
        raise refused("ledger.not_reversible", voucher=voucher_id)
    same_month = original.business_date.replace(day=1) == origin.business_date.replace(day=1)
    event = REVERSAL_EVENT if same_month else LATER_EVENT
    entry = Entry(event, reversal.event_id, original.branch, {}, case_number=reversal.case_number)
    lines = tuple(
        (line.side, line.subject, -line.amount, line.branch)
        for line in Line.objects.filter(voucher=original).order_by("id")
    )
    source = Source(
        _RED_ROWS,
        _RED_COLUMNS,
        [original.first_posting, original.last_posting, original.business_date, original.id],
    )
    summary = f"冲销：{reversal.reason}" if reversal.reason else f"冲销：{original.summary}"
    event = LargeEvent(entry, summary[:200], "99", source, original.id, lines)
    return run(lambda: _taken_back(original, post_large(origin, event)))


def _taken_back(original: Voucher, posted: Posted) -> Posted:
    """Closing interest that is reversed leaves its year: a further row says so."""
    paid = () if original.first_posting is None else (
        Posting.objects.filter(
            id__range=(original.first_posting, original.last_posting), business_date=original.business_date,
            kind=Kind.CLOSING_INTEREST,
        ).values_list("subaccount_id", flat=True)
    )  # fmt: skip
    for subaccount in () if posted.replayed else paid:
        rows = list(InterestRow.objects.filter(subaccount_id=subaccount, voucher=original).order_by("seq"))
        for row in rows:
            _append_reversed(row, posted.voucher)
    return posted


def _append_reversed(row: InterestRow, voucher: int) -> None:
    of_year = InterestRow.objects.filter(subaccount_id=row.subaccount_id, year=row.year)
    last = of_year.order_by("-seq").first()
    before = of_year.filter(seq=row.seq - 1).first()
    InterestRow.objects.create(
        subaccount_id=row.subaccount_id,
        year=row.year,
        seq=last.seq + 1,
        kind=InterestRow.Kind.REVERSED,
        product_current=last.product_current - row.product_current + (before.product_current if before else 0),
        product_carried=last.product_carried - row.product_carried + (before.product_carried if before else 0),
        closing_current=row.closing_current,
        closing_carried=row.closing_carried,
        rate_current=row.rate_current,
        rate_carried=row.rate_carried,
        interest=last.interest - row.paid,
        paid=-row.paid,
        voucher_id=voucher,
    )


def _reversible(voucher: Voucher) -> bool:
    declared = ledger_events.get(voucher.event_type)
    if voucher.reverses_id or (declared and not declared.reversible):
        return False
    with connection.cursor() as cursor:  # an adjustment of products in a year since settled cannot be taken back alone
        cursor.execute(
            "SELECT EXISTS (SELECT FROM accounts_posting p JOIN accounts_subaccount s ON s.id = p.subaccount_id"
            " WHERE p.id BETWEEN %s AND %s AND p.business_date = %s AND p.voucher_id = %s"
            " AND p.interest_year < s.open_year AND (p.product_adjust_current, p.product_adjust_carried) <> (0, 0))",
            [voucher.first_posting, voucher.last_posting, voucher.business_date, voucher.id],
        )
        return not cursor.fetchone()[0]
