"""What the database itself refuses, whoever writes."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.ledger import services as ledger
from accounts.ledger.models import Line, Voucher
from fundcentre.grants import grant
from tests.accounts.ledger.conftest import BANK, Books

APPEND_ONLY = ("voucher", "vouchernumber", "line", "posting", "interestrow", "subjectday")


def state_of(sql: str, *params) -> str:
    """SQLSTATE with which the statement, and the checks due at commit, are refused."""

    def attempt():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(DatabaseError) as refusal:
        attempt()
    return refusal.value.__cause__.pgcode


def write_voucher(lines: list[tuple], **given) -> int:
    """A voucher written past the services: (side, subject, amount) lines and no postings."""
    values = {
        "event_type": "tests.raw", "event_id": "R", "business_date": "2026-11-23", "branch": 1, "summary": "",
        "operator_name": "", "channel": "CTR", "request_id": "", "recorded_at": "2026-11-23T00:00Z", "digest": "",
        **given,
    }  # fmt: skip
    voucher = Voucher.objects.create(**values)
    for side, subject, amount in lines:
        Line.objects.create(
            voucher=voucher, side=side, subject=subject, amount=Decimal(amount), branch=1, business_date="2026-11-23"
        )
    return voucher.id


def refused_at_commit(lines: list[tuple], **given) -> str:
    def attempt():
        with transaction.atomic():
            write_voucher(lines, **given)
            connection.check_constraints()

    with pytest.raises(DatabaseError) as refusal:
        attempt()
    return refusal.value.__cause__.pgcode


def test_a_balanced_voucher_of_plain_subjects_is_taken(books):
    write_voucher([("D", "41101", "5.00"), ("C", "211", "5.00")])
    connection.check_constraints()


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([], "LG103"),
        ([("D", "41101", "5.00")], "LG103"),
        ([("D", "41101", "5.00"), ("C", "211", "4.99")], "LG103"),
        ([("D", "41101", "-5.00"), ("C", "211", "-5.00")], "LG103"),  # red, and reverses nothing
        ([("D", BANK, "5.00"), ("C", "201", "5.00")], "LG104"),  # the sub-ledger knows nothing of it
        ([("D", "41101", "5.00"), ("C", "99999", "5.00")], "LG102"),
        ([("D", "101", "5.00"), ("C", "211", "5.00")], "LG102"),  # a heading, not an account
    ],
)
def test_a_voucher_that_is_not_whole_is_refused(books, lines, state):
    assert refused_at_commit(lines) == state


def test_a_voucher_cannot_claim_to_be_of_another_transaction(books):
    assert refused_at_commit([("D", "41101", "5.00"), ("C", "211", "5.00")], xid=1) == "LG101"


class TestCommitted:
    @pytest.fixture
    def books(self, transactional_db) -> Books:
        return Books()

    def test_nothing_is_added_to_a_voucher_of_another_transaction(self, books):
        person = books.person(1)
        posted = books.deposit(person, "5.00")
        copy_lines = (
            "INSERT INTO accounts_line (voucher_id, side, subject, amount, branch, business_date)"
            " SELECT voucher_id, side, subject, amount, branch, business_date FROM accounts_line WHERE voucher_id = %s"
        )
        copy_postings = (
            "INSERT INTO accounts_posting (voucher_id, subaccount_id, subject, branch, kind, business_date, value_date,"
            " current, carried) SELECT voucher_id, subaccount_id, subject, branch, kind, business_date, value_date,"
            " current, carried FROM accounts_posting WHERE voucher_id = %s"
        )
        assert state_of(copy_lines, posted.voucher) == "LG101"
        assert state_of(copy_postings, posted.voucher) == "LG101"

    def test_the_role_of_the_product_reads_and_adds_only(self, books):
        person = books.person(1)
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE IF EXISTS ledger_test_app")
            cursor.execute("CREATE ROLE ledger_test_app")
            grant("ledger_test_app")
            cursor.execute("SET ROLE ledger_test_app")
        try:
            books.deposit(person, "5.00")
            held = ledger.hold(books.origin(), ledger.Reservation(person, Decimal("1.00"), "tests.payout", "P"))
            ledger.release(books.origin(), held)
            for table in APPEND_ONLY:
                assert state_of(f"UPDATE accounts_{table} SET branch = 1") in {"42501", "42703"}
                assert state_of(f"DELETE FROM accounts_{table}") == "42501"
                assert state_of(f"TRUNCATE accounts_{table}") == "42501"
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
                cursor.execute("DROP OWNED BY ledger_test_app")
                cursor.execute("DROP ROLE ledger_test_app")
        assert ledger.balance(person).total == Decimal("5.00")


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_even_the_owner_changes_nothing(books, table):
    books.deposit(books.person(1), "5.00")
    connection.check_constraints()
    assert state_of(f"DELETE FROM accounts_{table}") == "LG100"
    assert state_of(f"TRUNCATE accounts_{table} CASCADE") == "LG100"


def test_updates_are_refused_too(books):
    books.deposit(books.person(1), "5.00")
    connection.check_constraints()
    assert state_of("UPDATE accounts_voucher SET summary = 'x'") == "LG100"
    assert state_of("UPDATE accounts_line SET amount = amount") == "LG100"
    assert state_of("UPDATE accounts_posting SET current = current") == "LG100"
    assert state_of("UPDATE accounts_interestrow SET interest = interest") == "LG100"


def test_subaccounts_stay(books):
    books.person(1)
    assert state_of("DELETE FROM accounts_subaccount") == "LG100"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("current = -1, held = 0", "subaccount_current_not_negative"),
        ("carried = -1, held = 0", "subaccount_carried_not_negative"),
        ("next_current = -1", "subaccount_next_current_not_negative"),
        ("next_current = 9, next_carried = -6", "subaccount_roll_not_negative"),
        ("held = 6", "subaccount_held_within_balance"),
        ("held = -1", "subaccount_held_within_balance"),
    ],
)
def test_no_balance_leaves_its_bounds(books, change, constraint):
    person = books.person(1)
    books.deposit(person, "5.00")
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_subaccount SET {change} WHERE id = %s", [person])
    assert refusal.value.__cause__.diag.constraint_name == constraint


def test_postings_of_many_touch_heap_pages_only(books):
    """No index stands on a column a posting changes: an update of a balance can stay on its page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
            " WHERE i.indrelid = 'accounts_subaccount'::regclass"
        )
        indexed = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'accounts_subaccount'::regclass")
        options = cursor.fetchone()[0]
    assert indexed == {"id", "subject_id", "owner_kind", "owner_ref"}
    assert "fillfactor=50" in options


def test_a_posting_table_that_can_be_cut_by_year(books):
    """The key carries the business date, and nothing refers to a posting by a foreign key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contype, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE 'accounts_posting'::regclass IN (conrelid, confrelid) AND contype IN ('p', 'f')"
        )
        assert cursor.fetchall() == [("p", "PRIMARY KEY (id, business_date)")]
