"""Business days: what closes, what is refused, what the general ledger is drawn from."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.ledger import services as ledger
from accounts.ledger.days import begin_closing, finish_closing
from accounts.ledger.models import DayState, SubjectDay, VoucherNumber
from servicehub.declare import Pass, PassKind
from tests.accounts.ledger.conftest import BANK, Books

BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
FIRST, SECOND = date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
def books(transactional_db) -> Books:  # closing commits by itself
    return Books()


def close(books: Books, day: date) -> None:
    begin_closing(books.origin(pass_=BATCH), day)
    finish_closing(books.origin(pass_=BATCH), day)


def test_the_first_posting_opens_a_day_and_a_day_passed_over_stays_shut(books):
    person = books.person(1)
    books.deposit(person, "1.00", day=SECOND)
    assert DayState.objects.get(day=SECOND).state == "open"
    with pytest.raises(ledger.LedgerRefused) as refusal:
        books.deposit(person, "1.00", day=FIRST)
    assert refusal.value.code == "ledger.day_unknown"


def test_a_closing_day_takes_batches_only_and_a_closed_one_nothing(books):
    person = books.person(1)
    books.deposit(person, "1.00", day=FIRST)
    begin_closing(books.origin(pass_=BATCH), FIRST)
    with pytest.raises(ledger.LedgerRefused) as refusal:
        books.deposit(person, "1.00", day=FIRST)
    assert refusal.value.code == "ledger.day_closed"
    entry = ledger.Entry("tests.deposit", "B", 1, {"total": Decimal(1)}, [ledger.Movement(person, Decimal(1))])
    ledger.post(books.origin(FIRST, pass_=BATCH), entry)
    finish_closing(books.origin(pass_=BATCH), FIRST)
    with pytest.raises(ledger.LedgerRefused):
        ledger.post(
            books.origin(FIRST, pass_=BATCH), ledger.Entry("tests.deposit", "B2", 1, entry.amounts, entry.movements)
        )
    books.deposit(person, "1.00", day=SECOND)


def test_days_close_in_order(books):
    person = books.person(1)
    books.deposit(person, "1.00", day=FIRST)
    books.deposit(person, "1.00", day=SECOND)
    with pytest.raises(ledger.LedgerRefused) as refusal:
        begin_closing(books.origin(pass_=BATCH), SECOND)
    assert refusal.value.code == "ledger.earlier_day_open"


def test_the_general_ledger_reads_closed_totals_and_open_lines_alike(books):
    person = books.person(1)
    books.deposit(person, "100.00", day=FIRST)
    books.deposit(person, "50.00", day=SECOND)
    before = ledger.general_balances()
    close(books, FIRST)
    assert ledger.general_balances() == before
    assert ledger.subject_balance("201", as_of=FIRST) == Decimal("100.00")
    assert ledger.subject_balance("201") == ledger.subject_balance("101") == Decimal("150.00")
    close(books, SECOND)
    assert ledger.general_balances() == before
    totals = (
        SubjectDay.objects.filter(day=SECOND).order_by("subject").values_list("subject", "debit", "credit", "balance")
    )
    assert list(totals) == [(BANK, 50, 0, 150), ("201", 0, 50, 150)]


def test_vouchers_are_numbered_without_gaps_when_the_day_closes(books):
    person = books.person(1)
    vouchers = [books.deposit(person, "1.00", day=FIRST).voucher for _ in range(3)]
    close(books, FIRST)
    vouchers += [books.deposit(person, "1.00", day=SECOND).voucher for _ in range(2)]
    close(books, SECOND)
    close(books, SECOND)
    numbers = VoucherNumber.objects.order_by("no").values_list("book", "month", "no", "voucher_id")
    assert list(numbers) == [("F", 202611, no, voucher) for no, voucher in enumerate(vouchers, start=1)]
    assert ledger.voucher_view(vouchers[4]).numbers == (("F", 202611, 5),)
