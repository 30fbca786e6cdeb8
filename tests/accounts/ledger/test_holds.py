"""Reservations: ended once, by a posting or a release."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.ledger import services as ledger
from accounts.ledger.models import Hold


@pytest.fixture
def person(books) -> int:
    person = books.person(1)
    books.deposit(person, "100.00")
    return person


def reserve(books, person: int, amount: str, event_id: str = "P1", frozen: str = "0.00") -> int:
    reservation = ledger.Reservation(person, Decimal(amount), "tests.payout", event_id, Decimal(frozen))
    return ledger.hold(books.origin(), reservation)


def refusal_of(action, *arguments, **given) -> str:
    with pytest.raises(ledger.LedgerRefused) as refusal, transaction.atomic():
        action(*arguments, **given)
    return refusal.value.code


def test_what_is_held_is_not_available(books, person):
    reserve(books, person, "60.00")
    assert ledger.balance(person).available == Decimal("40.00")
    assert refusal_of(reserve, books, person, "40.01", "P2") == "ledger.insufficient"
    assert refusal_of(reserve, books, person, "40.00", "P2", frozen="0.01") == "ledger.insufficient"
    assert refusal_of(books.withdraw, person, "40.01") == "ledger.insufficient"


def test_the_same_reservation_again_is_the_same_hold(books, person):
    assert reserve(books, person, "60.00") == reserve(books, person, "60.00")
    assert ledger.balance(person).held == Decimal("60.00")
    assert refusal_of(reserve, books, person, "61.00") == "ledger.other_content"


def test_a_posting_ends_its_hold(books, person):
    held = reserve(books, person, "60.00")
    posted = books.withdraw(person, "60.00", hold=held)
    balance = ledger.balance(person)
    assert (balance.total, balance.held) == (Decimal("40.00"), Decimal("0.00"))
    row = Hold.objects.get(id=held)
    assert (row.outcome, row.voucher_id) == ("posted", posted.voucher)
    assert refusal_of(books.withdraw, person, "10.00", hold=held) == "ledger.hold_ended"
    assert refusal_of(ledger.release, books.origin(), held) == "ledger.hold_ended"


def test_a_late_answer_of_the_bank_cannot_pay_twice(books, person):
    held = reserve(books, person, "60.00")
    ledger.release(books.origin(), held)
    ledger.release(books.origin(), held)
    assert ledger.balance(person).held == 0
    assert refusal_of(books.withdraw, person, "60.00", hold=held) == "ledger.hold_ended"


def test_a_hold_covers_its_amount_and_its_account_only(books, person):
    other = books.person(2)
    books.deposit(other, "100.00")
    held = reserve(books, person, "60.00")
    assert refusal_of(books.withdraw, person, "60.01", hold=held) == "ledger.hold_ended"
    assert refusal_of(books.withdraw, other, "60.00", hold=held) == "ledger.hold_ended"


def test_the_database_keeps_an_ended_hold_as_it_is(books, person):
    held = reserve(books, person, "60.00")
    ledger.release(books.origin(), held)
    for change in ({"outcome": "", "ended_on": None}, {"amount": Decimal("1.00")}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Hold.objects.filter(id=held).update(**change)
