"""One event over any number of subaccounts."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from accounts.ledger import services as ledger
from accounts.ledger.models import Line, Posting, Subaccount, UnitBalance, Voucher
from tests.accounts.ledger.conftest import BRANCH

SUSPENSE_VALUE_DATE = date(2026, 11, 20)


def source(rows: list[tuple], **given) -> ledger.Source:
    """Rows of (subaccount, employer part, employee part)."""
    return ledger.Source(
        "SELECT s, a + b, a, b FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS r(s, a, b)",
        ("subaccount", "current", "employer_part", "employee_part"),
        [list(column) for column in zip(*rows, strict=True)],
        **given,
    )


def allocation(suspense: int, total: str, event_id: str = "R1") -> ledger.Entry:
    taken = ledger.Movement(suspense, -Decimal(total), kind="9911")
    return ledger.Entry("tests.allocate", event_id, BRANCH, {"total": Decimal(total)}, [taken])


def arrival(books, suspense: int, amount: str):
    entry = ledger.Entry(
        "tests.arrival", books.event_id(), BRANCH, {"total": Decimal(amount)},
        [ledger.Movement(suspense, Decimal(amount))], {"bank": "10101"},
    )  # fmt: skip
    return ledger.post(books.origin(), entry)


@pytest.fixture
def employer(books):
    """Employer 700 with three people, one of them in another branch, and 900.00 in suspense."""
    people = [books.person(1), books.person(2), books.person(3, branch=2)]
    suspense = books.suspense(700)
    arrival(books, suspense, "900.00")
    return people, suspense


ROWS = [(Decimal("100.00"), Decimal("100.00")), (Decimal("150.00"), Decimal("150.00")), (Decimal(200), Decimal(200))]


def test_an_allocation_moves_everybody_and_the_suspense(books, employer):
    people, suspense = employer
    rows = [(person, *parts) for person, parts in zip(people, ROWS, strict=True)]
    posted = ledger.post_many(
        books.origin(), allocation(suspense, "900.00"), source(rows, value_date=SUSPENSE_VALUE_DATE, month=202611)
    )
    assert [ledger.balance(person).total for person in people] == [200, 300, 400]
    assert ledger.balance(suspense).total == 0
    weight = (date(2027, 6, 30) - SUSPENSE_VALUE_DATE).days + 1
    assert Subaccount.objects.get(id=people[0]).product_current == 200 * weight
    lines = Line.objects.filter(voucher_id=posted.voucher).order_by("id")
    assert list(lines.values_list("side", "subject", "branch", "amount")) == [
        ("D", "21901", 1, 900), ("C", "201", 1, 500), ("C", "201", 2, 400),
    ]  # fmt: skip
    units = UnitBalance.objects.filter(employer_ref=700).order_by("subject", "branch")
    assert list(units.values_list("subject", "branch", "balance")) == [
        ("201", 1, 500),
        ("201", 2, 400),
        ("21901", 1, 0),
    ]
    voucher = Voucher.objects.get(id=posted.voucher)
    assert list(ledger.postings_of(voucher)) == list(Posting.objects.filter(voucher_id=voucher.id).order_by("id"))
    assert set(ledger.postings_of(voucher).filter(subject="201").values_list("month", flat=True)) == {202611}


def test_the_same_allocation_again_gives_the_same_voucher_and_other_content_is_refused(books, employer):
    people, suspense = employer
    rows = [(person, *parts) for person, parts in zip(people, ROWS, strict=True)]
    first = ledger.post_many(books.origin(), allocation(suspense, "900.00"), source(rows))
    again = ledger.post_many(books.origin(), allocation(suspense, "900.00"), source(rows))
    assert (again.voucher, again.replayed) == (first.voucher, True)
    swapped = [(people[1], *ROWS[0]), (people[0], *ROWS[1]), (people[2], *ROWS[2])]
    with pytest.raises(ledger.LedgerRefused) as refusal:
        ledger.post_many(books.origin(), allocation(suspense, "900.00"), source(swapped))
    assert refusal.value.code == "ledger.other_content"


def test_every_bad_row_is_named_with_its_reason(books, employer):
    people, suspense = employer
    closed = books.person(9)
    ledger.close_subaccount(books.origin(), closed)
    rows = [
        (people[0], Decimal("100.00"), Decimal("100.00")),
        (people[1], Decimal("0.005"), Decimal("0.005")),
        (people[2], Decimal("0.00"), Decimal("0.00")),
        (closed, Decimal("1.00"), Decimal("1.00")),
        (999_999_999, Decimal("1.00"), Decimal("1.00")),
    ]
    with pytest.raises(ledger.LedgerRefused) as refusal:
        ledger.post_many(books.origin(), allocation(suspense, "204.01"), source(rows))
    assert refusal.value.facts["rows"] == [
        (people[1], "ledger.inexact_amount"),
        (people[2], "ledger.zero_movement"),
        (closed, "ledger.closed_subaccount"),
        (999_999_999, "ledger.unknown_subaccount"),
    ]


def test_a_list_that_does_not_add_up_is_refused(books, employer):
    people, suspense = employer
    rows = [(person, *parts) for person, parts in zip(people[:2], ROWS, strict=False)]
    with pytest.raises(ledger.LedgerRefused) as refusal:
        ledger.post_many(books.origin(), allocation(suspense, "900.00"), source(rows))
    assert refusal.value.code == "ledger.lines_differ"


def test_time_limits_of_the_caller_come_back(books, employer):
    people, suspense = employer
    rows = [(person, *parts) for person, parts in zip(people, ROWS, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        ledger.post_many(books.origin(), allocation(suspense, "900.00"), source(rows))
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)


def test_one_person_twice_in_a_list(books, employer):
    people, suspense = employer
    rows = [(people[0], *ROWS[0]), (people[0], *ROWS[1]), (people[2], *ROWS[2])]
    ledger.post_many(books.origin(), allocation(suspense, "900.00"), source(rows))
    assert ledger.balance(people[0]).total == 500
    assert Posting.objects.filter(subaccount_id=people[0]).count() == 2
