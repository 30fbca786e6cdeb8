"""Reads of the ledger: balances, statements with running balance, vouchers, and the way from one to the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.ledger.events import KIND_LABELS
from accounts.ledger.models import Line, Posting, Subaccount, Subject, Voucher


@dataclass(frozen=True, slots=True)
class Balance:
    """Figures of one subaccount, yuan. ``available`` knows holds, not freezes: those live in the room above."""

    subaccount: int
    current: Decimal
    carried: Decimal
    held: Decimal
    total: Decimal

    @property
    def available(self) -> Decimal:
        return self.total - self.held


def balance(subaccount: int) -> Balance:
    """:raises Subaccount.DoesNotExist: no such subaccount."""
    return _balance(Subaccount.objects.get(id=subaccount))


def balances(subaccounts: Iterable[int]) -> dict[int, Balance]:
    return {row.id: _balance(row) for row in Subaccount.objects.filter(id__in=list(subaccounts))}


def locked_balances(subaccounts: Iterable[int]) -> dict[int, Balance]:
    """As ``balances``, each row locked against postings until the transaction ends, in id order.

    What is available (total − held − live freezes) is decided under this lock, and a freeze takes it too.
    """
    rows = Subaccount.objects.filter(id__in=list(subaccounts)).order_by("id")
    return {row.id: _balance(row) for row in rows.select_for_update(of=("self",), no_key=True)}


def _balance(row: Subaccount) -> Balance:
    # Money of the coming interest year (after 30 June, before the roll) is the owner's all the same: what came in
    # counts as current, what was taken out lowers what will be carried.
    return Balance(row.id, row.current + row.next_current, row.carried + row.next_carried, row.held, row.total)


@dataclass(frozen=True, slots=True)
class StatementRow:
    posting: int
    voucher: int
    event_type: str
    event_id: str
    case_number: str
    business_date: date
    value_date: date
    kind: str
    label: str
    summary: str
    amount: Decimal
    current: Decimal
    carried: Decimal
    employer_part: Decimal | None
    employee_part: Decimal | None
    month: int | None
    employer_ref: int | None
    balance: Decimal  # after this movement
    reverses: bool


_STATEMENT = """
WITH later AS (
    SELECT p.*, sum(p.current + p.carried) OVER (ORDER BY p.business_date DESC, p.id DESC) AS from_here
    FROM accounts_posting p
    WHERE p.subaccount_id = %(subaccount)s AND p.business_date >= %(since)s
)
SELECT p.id, p.voucher_id, v.event_type, v.event_id, v.case_number, p.business_date, p.value_date, p.kind, v.summary,
       p.current + p.carried, p.current, p.carried, p.employer_part, p.employee_part, p.month, p.employer_ref,
       s.current + s.carried + s.next_current + s.next_carried - p.from_here + p.current + p.carried,
       v.reverses_id IS NOT NULL
FROM later p
JOIN accounts_subaccount s ON s.id = p.subaccount_id
JOIN accounts_voucher v ON v.id = p.voucher_id
WHERE p.business_date <= %(until)s AND p.current + p.carried <> 0
ORDER BY p.business_date, p.id
LIMIT %(limit)s OFFSET %(offset)s
"""


def statement_rows(
    subaccount: int, since: date = date.min, until: date = date.max, limit: int = 1000, offset: int = 0
) -> list[StatementRow]:
    """Movements of a maintained subaccount in booking order, each with the balance after it.

    The running balance is drawn from the live balance backwards, in one statement and so in one snapshot; nothing
    is stored per movement, so a back-dated entry has nothing to repair.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENT,
            {"subaccount": subaccount, "since": since, "until": until, "limit": limit, "offset": offset},
        )
        return [
            StatementRow(*row[:8], KIND_LABELS.get(row[7], KIND_LABELS.get(row[7][:2], "其他")), *row[8:])
            for row in cursor.fetchall()
        ]


def balance_on(subaccount: int, day: date) -> Decimal:
    """Balance at the end of ``day``: live minus what was booked later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.current + s.carried + s.next_current + s.next_carried"
            " - coalesce((SELECT sum(p.current + p.carried) FROM accounts_posting p"
            "   WHERE p.subaccount_id = s.id AND p.business_date > %s), 0)"
            " FROM accounts_subaccount s WHERE s.id = %s",
            [day, subaccount],
        )
        row = cursor.fetchone()
    if row is None:
        raise Subaccount.DoesNotExist(subaccount)
    return row[0]


@dataclass(frozen=True, slots=True)
class VoucherView:
    """A voucher with its lines, and the way on: its event, its case, what it reverses, what reversed it."""

    voucher: Voucher
    lines: tuple[Line, ...]
    subject_names: dict[str, str]
    posting_count: int
    reversed_by: int | None
    numbers: tuple[tuple[str, int, int], ...]  # (book, month, no)

    @property
    def event(self) -> tuple[str, str]:
        return self.voucher.event_type, self.voucher.event_id


def voucher_view(voucher_id: int) -> VoucherView:
    """:raises Voucher.DoesNotExist: no such voucher."""
    voucher = Voucher.objects.get(id=voucher_id)
    lines = tuple(Line.objects.filter(voucher=voucher).order_by("id"))
    names = dict(Subject.objects.filter(code__in={line.subject for line in lines}).values_list("code", "name"))
    reversed_by = Voucher.objects.filter(reverses=voucher).values_list("id", flat=True).first()
    numbers = tuple(voucher.numbers.order_by("book").values_list("book", "month", "no"))
    return VoucherView(voucher, lines, names, postings_of(voucher).count(), reversed_by, numbers)


def voucher_lines(voucher_id: int) -> list[Line]:
    """Lines of a voucher in the order they were written; none where there is no such voucher."""
    return list(Line.objects.filter(voucher=voucher_id).order_by("id"))


def postings_of(voucher: Voucher):
    """Postings of a voucher, by the id bounds of its header: a range of the key, whatever the table's size."""
    if voucher.first_posting is None:
        return Posting.objects.none()
    return Posting.objects.filter(
        id__range=(voucher.first_posting, voucher.last_posting),
        business_date=voucher.business_date,
        voucher_id=voucher.id,
    ).order_by("id")


def vouchers_of_event(event_type: str, event_id: str):
    """Every voucher of an event, its versions and what reversed them, oldest first: the way back from a case."""
    own = Voucher.objects.filter(event_type=event_type, event_id=event_id)
    return (own | Voucher.objects.filter(reverses__in=own)).order_by("id")


def vouchers_of_case(case_number: str):
    return Voucher.objects.filter(case_number=case_number).order_by("id")
