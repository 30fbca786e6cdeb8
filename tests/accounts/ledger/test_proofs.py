"""Proofs: silent on clean books, and each fault planted behind the program's back is named."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from accounts.ledger import proofs, wall
from accounts.ledger import services as ledger
from accounts.ledger.models import Subaccount
from accounts.ledger.settlement import release_year, settle_range
from servicehub.declare import Pass, PassKind
from servicehub.declare.registry import checks
from tests.accounts.ledger.conftest import BANK

MINUTE = ("ledger.totals_tie", "ledger.trial_balance", "ledger.books_apart", "ledger.signs")
BATCH = Pass.issue(PassKind.BATCH, "tests.batch")


def behind(sql: str, *params) -> None:
    """As somebody with the owner's rights and no conscience would: triggers off."""
    connection.check_constraints()  # what was posted until now is through, as if it had been committed
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET session_replication_role = DEFAULT")


def found(books, *codes: str) -> dict[str, set[str]]:
    """Finding code → objects, over the checks named (all when none)."""
    result: dict[str, set[str]] = {}
    for check in checks:
        if check.code.startswith("ledger.") and (not codes or check.code in codes):
            for finding in check.run(books.origin()):
                result.setdefault(finding.code, set()).add(finding.facts["object"])
    return result


@pytest.fixture
def people(books) -> list[int]:
    """A year of history: deposits, a withdrawal, a hold, money of July, a settlement, a late deposit, a reversal."""
    opened, july = date(2025, 7, 1), date(2026, 7, 6)
    people = [books.person(ref, employer=700 + ref % 2, branch=1 + ref % 2, day=opened) for ref in range(1, 5)]
    for person in people:
        books.deposit(person, "1000.00", day=date(2025, 9, 15))
    books.withdraw(people[0], "300.00", day=date(2026, 3, 2))
    books.deposit(people[0], "1.00", day=date(2026, 6, 30))
    books.deposit(people[1], "55.55", day=july)
    release_year(books.origin(), 2026, Decimal("1.50"), Decimal("1.50"))
    settle_range(books.origin(date(2026, 6, 30), pass_=BATCH), 2026, people[0], people[2])
    books.deposit(people[2], "400.00", day=july, value_date=date(2026, 6, 20))
    gone = books.deposit(people[0], "9.00", day=date(2026, 11, 20))
    ledger.reverse(books.origin(), gone.voucher, ledger.Reversal("C", "错缴"))
    ledger.hold(books.origin(), ledger.Reservation(people[0], Decimal("10.00"), "tests.payout", "P"))
    return people


def test_clean_books_prove_everything(books, people):
    # The settled accounts were opened in one year and one of them not settled yet; both slots are in use.
    assert Subaccount.objects.get(id=people[3]).open_year == 2026
    assert found(books) == {}
    assert all(row.equal for row in wall.balance_wall(books.origin(branches=None)))


def test_a_changed_balance_shows_within_a_minute_at_its_employer_and_subject(books, people):
    behind("UPDATE accounts_subaccount SET current = current + 0.01 WHERE id = %s", people[1])
    assert found(books, *MINUTE) == {
        "ledger.unit_differs": {"unit:201:1:700"},
        "ledger.subject_differs": {"subject:201:1"},
    }
    unequal = [row for row in wall.balance_wall(books.origin(branches=None)) if not row.equal]
    assert [(row.subject, row.branch, row.difference) for row in unequal] == [("201", 1, Decimal("0.01"))]


def test_money_moved_between_two_employers_shows_within_a_minute(books, people):
    behind("UPDATE accounts_subaccount SET current = current + 1 WHERE id = %s", people[1])
    behind("UPDATE accounts_subaccount SET current = current - 1 WHERE id = %s", people[3])
    behind("UPDATE accounts_subaccount SET employer_ref = 701 WHERE id = %s", people[3])
    assert "ledger.unit_differs" in found(books, *MINUTE)


def test_an_offsetting_pair_within_one_employer_shows_in_the_nightly_proof(books, people):
    one, other = people[1], people[3]  # same employer, same branch
    behind("UPDATE accounts_subaccount SET carried = carried + 0.01 WHERE id = %s", one)
    behind("UPDATE accounts_subaccount SET current = current - 0.01 WHERE id = %s", other)
    assert found(books, *MINUTE) == {}
    assert found(books, "ledger.changed_accounts")["ledger.account_balance_differs"] == {
        f"subaccount:{one}", f"subaccount:{other}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "code"),
    [("product_carried", "product"), ("product_current", "product"), ("held", "held")],
)
def test_a_changed_product_or_hold_shows_in_the_nightly_proof(books, people, column, code):
    behind(f"UPDATE accounts_subaccount SET {column} = {column} + 1 WHERE id = %s", people[0])
    assert found(books, "ledger.changed_accounts") == {
        f"ledger.account_{code}_differs": {f"subaccount:{people[0]}"},
    }


def test_money_in_the_wrong_bucket_shows_in_the_nightly_proof(books, people):
    behind("UPDATE accounts_subaccount SET carried = carried - 1, current = current + 1 WHERE id = %s", people[0])
    assert set(found(books, *MINUTE)) == set()
    assert set(found(books, "ledger.changed_accounts")) == {"ledger.account_balance_differs"}


def test_a_changed_posting_shows_although_the_balance_was_not_touched(books, people):
    behind(
        "UPDATE accounts_posting SET value_date = value_date - 1 WHERE subaccount_id = %s AND kind = '01'", people[3]
    )
    assert found(books, "ledger.changed_accounts") == {"ledger.account_product_differs": {f"subaccount:{people[3]}"}}


def test_a_removed_posting_shows_at_its_voucher(books, people):
    posted = books.deposit(people[0], "5.00")
    behind("DELETE FROM accounts_posting WHERE voucher_id = %s", posted.voucher)
    assert found(books, "ledger.vouchers") == {"ledger.voucher_postings_differ": {f"voucher:{posted.voucher}:201"}}


def test_a_changed_line_shows_within_a_minute(books, people):
    posted = books.deposit(people[0], "5.00")
    behind("UPDATE accounts_line SET amount = 6 WHERE voucher_id = %s AND subject = '201'", posted.voucher)
    assert set(found(books, *MINUTE)) == {
        "ledger.subject_differs", "ledger.trial_balance_differs", "ledger.books_mixed",
    }  # fmt: skip
    assert found(books, "ledger.vouchers") == {
        "ledger.voucher_unbalanced": {f"voucher:{posted.voucher}:"},
        "ledger.voucher_postings_differ": {f"voucher:{posted.voucher}:201"},
    }


def test_lines_and_postings_without_a_voucher_show(books, people):
    posted = books.deposit(people[0], "5.00")
    behind("DELETE FROM accounts_voucher WHERE id = %s", posted.voucher)
    assert set(found(books, "ledger.vouchers")) == {"ledger.voucher_no_voucher"}


def test_a_changed_employers_total_shows_within_a_minute(books, people):
    behind("UPDATE accounts_unitbalance SET balance = balance + 1 WHERE employer_ref = 700 AND subject = '201'")
    assert found(books, *MINUTE) == {"ledger.unit_differs": {"unit:201:1:700"}}


def test_the_next_interest_year_is_asked_for_in_time(books):
    assert proofs.next_year_is_set(books.origin(date(2029, 4, 1))) == []
    early = proofs.next_year_is_set(books.origin(date(2029, 5, 3)))
    assert [finding.facts["object"] for finding in early] == ["interest_year:2030"]


def test_a_bank_balance_that_differs_stands_on_the_wall(books, people, monkeypatch):
    booked = ledger.subject_balance(BANK)
    monkeypatch.setattr(wall, "_bank_figures", [lambda origin: {BANK: booked - 1}])
    unequal = [row for row in wall.balance_wall(books.origin(branches=None)) if not row.equal]
    assert [(row.subject, row.general, row.bank) for row in unequal] == [(BANK, booked, booked - 1)]


def test_the_wall_shows_the_branches_somebody_may_see(books, people):
    rows = wall.balance_wall(books.origin(branches=frozenset({1})))
    assert {row.branch for row in rows} == {1, None}
