"""Across 30 June: two slots, settlement and roll, late movements into settled years."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from accounts.ledger import services as ledger
from accounts.ledger.models import InterestRow, Line, Subaccount, Voucher
from accounts.ledger.settlement import release_year, settle_range
from servicehub.declare import Pass, PassKind
from tests.accounts.ledger.conftest import Books

BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
OPENED = date(2025, 7, 1)
RATE = Decimal("1.50")


@pytest.fixture
def person(books) -> int:
    return books.person(1, day=OPENED)


def settle(books: Books, year: int, first: int = 0, last: int = 2**40):
    release_year(books.origin(), year, RATE, RATE)
    return settle_range(books.origin(date(year, 6, 30), pass_=BATCH), year, first, last)


def figures(subaccount: int) -> tuple:
    row = Subaccount.objects.get(id=subaccount)
    return row.open_year, row.current, row.carried, row.product_current, row.product_carried


def test_the_roll_carries_everything_over_with_its_interest(books, person):
    books.deposit(person, "50000.00", day=OPENED, bucket="carried")
    settled = settle(books, 2026)
    assert (settled.accounts, settled.interest) == (1, Decimal("760.42"))
    assert figures(person) == (2027, 0, Decimal("50760.42"), 0, Decimal("50760.42") * 365)
    row = InterestRow.objects.get(subaccount_id=person)
    assert (row.year, row.seq, row.kind) == (2026, 1, "annual")
    assert row.interest == row.paid == settled.interest
    lines = Line.objects.filter(voucher_id=settled.voucher).order_by("id").values_list("side", "subject", "amount")
    assert list(lines) == [("D", "211", settled.interest), ("C", "201", settled.interest)]
    connection.check_constraints()


def test_a_range_settled_twice_pays_once(books, person):
    books.deposit(person, "50000.00", day=OPENED)
    settle(books, 2026)
    again = settle(books, 2026)
    assert (again.accounts, again.interest, again.voucher) == (0, 0, None)
    assert ledger.balance(person).total == Decimal("50760.42")


def test_money_of_july_waits_in_the_next_slot(books, person):
    july = date(2026, 7, 6)
    books.deposit(person, "1000.00", day=OPENED)
    books.deposit(books.person(2, day=OPENED), "1.00", day=date(2026, 6, 30))  # still open while July is booked
    books.deposit(person, "200.00", day=july)
    books.withdraw(person, "900.00", day=july)
    row = Subaccount.objects.get(id=person)
    assert (row.current, row.next_current, row.next_carried) == (1000, 200, -900)
    assert ledger.balance(person).total == Decimal("300.00")
    settle(books, 2026)
    weight = (date(2027, 6, 30) - july).days + 1
    interest = Decimal("15.21")  # 1,000 × 365 × 1.5% ÷ 360
    opening = 1000 + interest
    assert figures(person) == (2027, 200, opening - 900, 200 * weight, opening * 365 - 900 * weight)


def test_a_debit_of_july_is_not_paid_from_interest_that_is_not_there_yet(books, person):
    books.deposit(person, "1000.00", day=OPENED)
    with pytest.raises(ledger.LedgerRefused) as refusal, transaction.atomic():
        books.withdraw(person, "1000.01", day=date(2026, 7, 6))
    assert refusal.value.code == "ledger.insufficient"


def test_beyond_the_next_year_nothing_is_booked(books, person):
    with pytest.raises(ledger.LedgerRefused) as refusal:
        books.deposit(person, "1.00", value_date=date(2027, 7, 1))
    assert refusal.value.code == "ledger.value_date_too_late"


def test_june_money_booked_in_july_earns_what_june_would_have_earned(books, person):
    """1,234,567.00 with value date 28 June: 154.32 for June, and that interest earns too: 18,932.37 by next June."""
    settle(books, 2026)
    posted = books.deposit(person, "1234567.00", day=date(2026, 7, 6), value_date=date(2026, 6, 28))
    assert ledger.balance(person).total == Decimal("1234567.00") + Decimal("154.32")
    late = Voucher.objects.get(event_type="ledger.late_interest", event_id=str(posted.voucher))
    lines = Line.objects.filter(voucher=late).order_by("id").values_list("side", "subject", "amount")
    assert list(lines) == [("D", "41101", Decimal("154.32")), ("C", "201", Decimal("154.32"))]
    rows = InterestRow.objects.filter(subaccount_id=person, year=2026).order_by("seq")
    assert list(rows.values_list("seq", "kind", "interest", "paid")) == [
        (1, "annual", 0, 0), (2, "late", Decimal("154.32"), Decimal("154.32")),
    ]  # fmt: skip
    connection.check_constraints()
    settled = settle(books, 2027)
    assert Decimal("154.32") + settled.interest == Decimal("18932.37")


def test_a_late_list_of_many_is_corrected_set_based_and_alike(books):
    one, other = books.person(1, day=OPENED), books.person(2, day=OPENED)
    settle(books, 2026)
    value_date, day = date(2026, 6, 28), date(2026, 7, 6)
    books.deposit(one, "1234567.00", day=day, value_date=value_date)
    entry = ledger.Entry("tests.deposit", "L", 1, {"total": Decimal("1234567.00")})
    source = ledger.Source(
        "SELECT %s, 1234567.00", ("subaccount", "current"), [other], value_date=value_date
    )  # fmt: skip
    ledger.post_many(books.origin(day), entry, source)
    assert figures(other) == figures(one)
    row = InterestRow.objects.values("year", "seq", "kind", "product_current", "product_carried", "interest", "paid")
    assert list(row.filter(subaccount_id=other).order_by("seq")) == list(row.filter(subaccount_id=one).order_by("seq"))
    connection.check_constraints()


def test_two_settled_years_are_corrected_in_chain(books):
    person = books.person(1, day=date(2024, 7, 1))
    settle(books, 2025)
    settle(books, 2026)
    books.deposit(person, "100000.00", day=date(2026, 9, 1), value_date=date(2024, 7, 1))
    first = Decimal("1520.83")  # 365 days
    second = Decimal("1543.96")  # 365 days of 101,520.83
    rows = InterestRow.objects.filter(subaccount_id=person, kind="late").order_by("year")
    assert list(rows.values_list("year", "paid")) == [(2025, first), (2026, second)]
    assert ledger.balance(person).total == 100_000 + first + second


def test_a_reversal_after_the_roll_takes_the_interest_back_too(books, person):
    books.deposit(person, "500.00", day=OPENED)
    posted = books.deposit(person, "1000.00", day=date(2025, 9, 15))
    settle(books, 2026)
    ledger.reverse(books.origin(date(2026, 8, 3)), posted.voucher, ledger.Reversal("C1", "错缴"))
    balance = ledger.balance(person)
    interest_of_the_rest = Decimal("7.60")  # 500 × 365 × 1.5% ÷ 360
    assert balance.total == Decimal("500.00") + interest_of_the_rest
    rows = InterestRow.objects.filter(subaccount_id=person).order_by("seq")
    assert [row.kind for row in rows] == ["annual", "reversed"]
    assert rows[1].interest == interest_of_the_rest
    assert figures(person)[4] == balance.total * 365
    connection.check_constraints()


def test_interest_vouchers_are_not_reversed(books, person):
    books.deposit(person, "50000.00", day=OPENED)
    settled = settle(books, 2026)
    with pytest.raises(ledger.LedgerRefused) as refusal:
        ledger.reverse(books.origin(), settled.voucher, ledger.Reversal("C1", ""))
    assert refusal.value.code == "ledger.not_reversible"


def test_a_year_whose_rates_are_not_released_takes_nothing_late(books):
    person = books.person(1, day=date(2026, 7, 2))
    with pytest.raises(ledger.LedgerRefused) as refusal:
        books.deposit(person, "1.00", day=date(2026, 7, 6), value_date=date(2026, 6, 28))
    assert refusal.value.code == "ledger.year_not_released"
