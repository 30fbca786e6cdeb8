"""One event of a few movements."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.ledger import services as ledger
from accounts.ledger.models import Line, Posting, Subaccount, UnitBalance, Voucher
from servicehub.declare import PassRequired
from tests.accounts.ledger.conftest import BANK, BRANCH
from tests.conftest import make_origin

HALF = Decimal("500.00")
DAY = date(2026, 11, 23)
WEIGHT = (date(2027, 6, 30) - DAY).days + 1


def deposit_entry(person: int, amount: str) -> ledger.Entry:
    movement = ledger.Movement(person, Decimal(amount))
    return ledger.Entry("tests.deposit", "X", BRANCH, {"total": Decimal(amount)}, [movement])


def test_a_deposit_moves_balance_product_and_employers_total(books):
    person = books.person(1)
    posted = books.deposit(
        person, "1000.00", employer_part=Decimal("500.00"), employee_part=Decimal("500.00"), month=202611
    )
    row = Subaccount.objects.get(id=person)
    assert (row.current, row.carried, row.product_current) == (Decimal("1000.00"), 0, Decimal(1000) * WEIGHT)
    assert UnitBalance.objects.get(employer_ref=700, subject="201").balance == Decimal("1000.00")
    lines = Line.objects.filter(voucher_id=posted.voucher).order_by("id").values_list("side", "subject", "amount")
    assert list(lines) == [("D", BANK, Decimal("1000.00")), ("C", "201", Decimal("1000.00"))]
    posting = Posting.objects.get(voucher_id=posted.voucher)
    assert (posting.interest_year, posting.value_date, posting.month) == (2027, DAY, 202611)
    voucher = Voucher.objects.get(id=posted.voucher)
    assert (voucher.first_posting, voucher.last_posting) == (posting.id, posting.id)


def test_without_a_pass_nothing_is_written(books):
    person = books.person(1)
    entry = ledger.Entry(
        "tests.deposit", "X", BRANCH, {"total": Decimal("1.00")}, [ledger.Movement(person, Decimal("1.00"))]
    )
    with pytest.raises(PassRequired):
        ledger.post(make_origin(pass_=None), entry)
    assert not Voucher.objects.exists()


def test_the_same_event_again_gives_the_same_voucher(books):
    person = books.person(1)
    entry = ledger.Entry(
        "tests.deposit", "X", BRANCH, {"total": Decimal("1.00")}, [ledger.Movement(person, Decimal("1.00"))]
    )
    first, again = ledger.post(books.origin(), entry), ledger.post(books.origin(), entry)
    assert (again.voucher, first.replayed, again.replayed) == (first.voucher, False, True)
    assert ledger.balance(person).total == Decimal("1.00")


def test_the_same_event_with_other_content_is_refused(books):
    person = books.person(1)
    for amount in ("1.00", "2.00"):
        entry = ledger.Entry(
            "tests.deposit", "X", BRANCH, {"total": Decimal(amount)}, [ledger.Movement(person, Decimal(amount))]
        )
        if amount == "1.00":
            ledger.post(books.origin(), entry)
    with pytest.raises(ledger.LedgerRefused) as refusal:
        ledger.post(books.origin(), entry)
    assert refusal.value.code == "ledger.other_content"


def test_a_debit_takes_last_years_money_first_and_spills_over(books):
    person = books.person(1)
    books.deposit(person, "300.00", bucket="carried")
    books.deposit(person, "500.00")
    books.withdraw(person, "400.00")
    balance = ledger.balance(person)
    assert (balance.carried, balance.current) == (Decimal("0.00"), Decimal("400.00"))


def test_two_debits_in_one_event_do_not_count_the_same_money_twice(books):
    person = books.person(1)
    books.deposit(person, "300.00", bucket="carried")
    books.deposit(person, "500.00")
    entry = ledger.Entry(
        "tests.withdraw", "W", BRANCH, {"total": Decimal("450.00")},
        [ledger.Movement(person, Decimal("-200.00")), ledger.Movement(person, Decimal("-250.00"))],
    )  # fmt: skip
    posted = ledger.post(books.origin(), entry)
    rows = Posting.objects.filter(voucher_id=posted.voucher).order_by("id").values_list("carried", "current")
    assert list(rows) == [(Decimal("-200.00"), Decimal("0.00")), (Decimal("-100.00"), Decimal("-150.00"))]


def test_more_than_the_balance_is_refused(books):
    person = books.person(1)
    books.deposit(person, "100.00")
    with pytest.raises(ledger.LedgerRefused) as refusal:
        books.withdraw(person, "100.01")
    assert refusal.value.code == "ledger.insufficient"


def test_parts_of_a_fen_are_refused_before_the_column_would_round_them(books):
    person = books.person(1)
    with pytest.raises(ledger.LedgerRefused) as refusal:
        books.deposit(person, "100.005")
    assert refusal.value.code == "ledger.inexact_amount"


def test_many_events_in_one_call(books):
    people = [books.person(ref) for ref in range(1, 6)]
    entries = [
        ledger.Entry("tests.deposit", f"M{n}", BRANCH, {"total": Decimal(n)}, [ledger.Movement(person, Decimal(n))])
        for n, person in enumerate(people, start=1)
    ]
    first = ledger.post_each(books.origin(), entries[:2])
    every = ledger.post_each(books.origin(), entries)
    assert [posted.replayed for posted in every] == [True, True, False, False, False]
    assert [posted.voucher for posted in every[:2]] == [posted.voucher for posted in first]
    assert [ledger.balance(person).total for person in people] == [1, 2, 3, 4, 5]
