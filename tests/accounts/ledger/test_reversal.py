"""Red copies: the only way back."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from accounts.ledger import services as ledger
from accounts.ledger.models import Line, Subaccount, UnitBalance
from tests.accounts.ledger.conftest import BANK


def figures(subaccount: int) -> dict:
    row = Subaccount.objects.values().get(id=subaccount)
    return {name: row[name] for name in ("current", "carried", "product_current", "product_carried")}


def reverse(books, voucher: int, event_id: str = "C1"):
    return ledger.reverse(books.origin(), voucher, ledger.Reversal(event_id, "金额录错"))


def test_a_reversal_leaves_everything_as_if_it_had_not_been(books):
    person = books.person(1)
    books.deposit(person, "70.00")
    before = figures(person)
    posted = books.deposit(
        person, "100.00", value_date=date(2026, 9, 1), employer_part=Decimal(50), employee_part=Decimal(50)
    )
    reversal = reverse(books, posted.voucher)
    assert figures(person) == before
    assert UnitBalance.objects.get(subject="201").balance == Decimal("70.00")
    lines = Line.objects.filter(voucher_id=reversal.voucher).order_by("id").values_list("side", "subject", "amount")
    assert list(lines) == [("D", BANK, Decimal("-100.00")), ("C", "201", Decimal("-100.00"))]
    view = ledger.voucher_view(posted.voucher)
    assert view.reversed_by == reversal.voucher
    assert [v.id for v in ledger.vouchers_of_event(*view.event)] == [posted.voucher, reversal.voucher]
    connection.check_constraints()


def test_a_voucher_is_reversed_once_and_the_same_request_is_answered_again(books):
    person = books.person(1)
    posted = books.deposit(person, "100.00")
    first, again = reverse(books, posted.voucher), reverse(books, posted.voucher)
    assert (again.voucher, again.replayed) == (first.voucher, True)
    with pytest.raises(ledger.LedgerRefused) as refusal:
        reverse(books, posted.voucher, "C2")
    assert refusal.value.code == "ledger.already_reversed"


def test_a_reversal_is_not_reversed(books):
    person = books.person(1)
    reversal = reverse(books, books.deposit(person, "100.00").voucher)
    with pytest.raises(ledger.LedgerRefused) as refusal:
        reverse(books, reversal.voucher, "C2")
    assert refusal.value.code == "ledger.not_reversible"


def test_what_was_spent_meanwhile_is_taken_from_the_other_bucket(books):
    person = books.person(1)
    books.deposit(person, "500.00", bucket="carried")
    posted = books.deposit(person, "100.00")
    books.withdraw(person, "70.00", bucket="current")
    reverse(books, posted.voucher)
    balance = ledger.balance(person)
    assert (balance.current, balance.carried) == (Decimal("0.00"), Decimal("430.00"))


def test_money_that_is_held_is_not_taken_back(books):
    person = books.person(1)
    posted = books.deposit(person, "100.00")
    ledger.hold(books.origin(), ledger.Reservation(person, Decimal("60.00"), "tests.payout", "P1"))
    with pytest.raises(ledger.LedgerRefused) as refusal:
        reverse(books, posted.voucher)
    assert refusal.value.code == "ledger.insufficient"


def test_an_unknown_voucher(books):
    with pytest.raises(ledger.LedgerRefused) as refusal:
        reverse(books, 1)
    assert refusal.value.code == "ledger.unknown_voucher"
