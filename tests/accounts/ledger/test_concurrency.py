"""Two at the same moment. Each race is proved first: with the lock taken away, the same test must fail."""

import threading
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, connections, transaction

from accounts.ledger import batch, holds, proofs, transactions
from accounts.ledger import services as ledger
from accounts.ledger.days import begin_closing, finish_closing
from accounts.ledger.models import DayState, Hold, Subaccount, Voucher
from accounts.ledger.statements import statement
from servicehub.declare import Pass, PassKind
from tests.accounts.ledger.conftest import Books
from tests.conftest import BUSINESS_DATE
from tests.racing import race

LOCK = "FOR NO KEY UPDATE OF s"
BATCH = Pass.issue(PassKind.BATCH, "tests.batch")


@pytest.fixture
def books(transactional_db) -> Books:
    return Books()


@pytest.fixture
def without_row_locks(books):
    """The posting function as it stands, but for its lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('ledger_resolve'::regproc)")
        source = cursor.fetchone()[0]
        assert LOCK in source
        cursor.execute(source.replace(LOCK, ""))
    yield
    with connection.cursor() as cursor:
        cursor.execute(source)


def withdraw_at_once(books) -> list:
    """300 carried over, 500 of this year; two debits of 250 each take carried money first."""
    person = books.person(1)
    books.deposit(person, "300.00", bucket="carried")
    books.deposit(person, "500.00")
    held = threading.Event()

    def first():
        with transaction.atomic():
            books.withdraw(person, "250.00")
            held.set()
            _wait_for_a_waiter()

    def second():
        held.wait(10)
        books.withdraw(person, "250.00")

    finishes = race(first, second)
    assert proofs.every_account_ties(books.origin()) == []
    return finishes


def _wait_for_a_waiter(patience_s: float = 5) -> None:
    """Until another session waits for a lock of this one, or does not within the time."""
    with connection.cursor() as cursor:
        for _ in range(int(patience_s / 0.05)):
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.05)")


def test_two_debits_see_each_other(books):
    finishes = withdraw_at_once(books)
    assert [finish.error for finish in finishes] == [None, None]
    row = Subaccount.objects.get()
    assert (row.carried, row.current) == (Decimal("0.00"), Decimal("300.00"))


def test_without_the_lock_both_would_take_the_same_money(books, without_row_locks):
    finishes = withdraw_at_once(books)
    assert [finish.won for finish in finishes] == [True, False]
    assert finishes[1].error.code == "ledger.insufficient"  # although 550.00 were there


def hold_at_once(books) -> list:
    person = books.person(1)
    books.deposit(person, "100.00")
    return race(
        *(
            lambda event=event: ledger.hold(
                books.origin(), ledger.Reservation(person, Decimal("60.00"), "tests.payout", event)
            )
            for event in ("P1", "P2")
        )
    )


def test_two_holds_never_reserve_more_than_there_is(books):
    finishes = hold_at_once(books)
    assert sorted(finish.won for finish in finishes) == [False, True]
    (refused,) = (finish.error for finish in finishes if not finish.won)
    assert refused.code == "ledger.insufficient"
    assert Hold.objects.count() == 1


def test_without_the_lock_the_second_hold_would_only_meet_the_constraint(books, monkeypatch):
    barrier = threading.Barrier(2)

    def unlocked(subaccount):
        row = Subaccount.objects.get(id=subaccount)
        barrier.wait(10)
        return row

    monkeypatch.setattr(holds, "_locked", unlocked)
    finishes = hold_at_once(books)
    assert sorted(finish.won for finish in finishes) == [False, True]
    (refused,) = (finish.error for finish in finishes if not finish.won)
    assert getattr(refused, "code", None) != "ledger.insufficient"


def post_lists_in_opposite_order(books) -> list:
    """Two lists over the same people, given in opposite order, both under way before either can end."""
    people = [books.person(ref) for ref in range(1, 41)]
    books.deposit(books.person(99), "1.00")  # opens the day, for which both would wait otherwise

    def post(event: str, order: str):
        entry = ledger.Entry("tests.deposit", event, 1, {"total": Decimal(len(people))})
        sql = f"SELECT id, 1.00 FROM accounts_subaccount WHERE id = ANY(%s) ORDER BY id {order}"
        ledger.post_many(books.origin(), entry, ledger.Source(sql, ("subaccount", "current"), [people]))

    finishes = race(lambda: post("L1", "ASC"), lambda: post("L2", "DESC"))
    assert proofs.every_account_ties(books.origin()) == []
    return finishes


def test_lists_over_the_same_people_wait_for_each_other(books):
    finishes = post_lists_in_opposite_order(books)
    assert [finish.error for finish in finishes] == [None, None]
    assert Subaccount.objects.filter(current=2).count() == 40


def test_without_the_order_of_locks_lists_deadlock(books, monkeypatch):
    """The same statement, but each list begins to lock at its own end, and pauses there."""
    directions = iter(("ASC", "DESC"))
    guard = threading.Lock()

    def disordered(name: str) -> str:
        text = statement(name)
        if name != "batch_lock":
            return text
        with guard:
            direction = next(directions)
        begin = (
            "WITH begun AS MATERIALIZED (SELECT id FROM accounts_subaccount WHERE id IN"
            f" (SELECT subaccount_id FROM pg_temp.ledger_batch) ORDER BY id {direction} LIMIT 1 FOR NO KEY UPDATE),"
            " paused AS MATERIALIZED (SELECT pg_sleep(1) FROM begun) SELECT count(*)"
        )
        changed = text.replace("SELECT count(*)", begin, 1).replace(
            "AND s.maintained\n", "AND s.maintained AND (SELECT count(*) FROM paused) = 1\n"
        )
        assert changed.count("paused") == 2
        return changed

    monkeypatch.setattr(batch, "statement", disordered)
    monkeypatch.setattr("accounts.ledger.transactions.ATTEMPTS_MAX", 1)
    finishes = post_lists_in_opposite_order(books)
    assert sorted(finish.won for finish in finishes) == [False, True]
    (deadlocked,) = (finish.error for finish in finishes if not finish.won)
    assert transactions.is_deadlock(deadlocked)


def test_a_deadlock_is_tried_again_and_not_for_ever(books, monkeypatch):
    attempts = []

    def deadlocked():
        attempts.append(1)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")

    with pytest.raises(OperationalError):
        ledger.run(deadlocked)
    assert len(attempts) == 3


def test_the_same_event_ten_times_at_once_is_booked_once(books):
    people = [books.person(ref) for ref in range(1, 21)]
    entry = ledger.Entry("tests.deposit", "ONE", 1, {"total": Decimal(20)})
    source = ledger.Source("SELECT unnest(%s::bigint[]), 1.00", ("subaccount", "current"), [people])
    small = ledger.Entry("tests.deposit", "TWO", 1, {"total": Decimal(1)}, [ledger.Movement(people[0], Decimal(1))])
    finishes = race(
        *([lambda: ledger.post_many(books.origin(), entry, source)] * 5),
        *([lambda: ledger.post(books.origin(), small)] * 5),
    )
    assert [finish.error for finish in finishes] == [None] * 10
    assert [sum(not finish.value.replayed for finish in part) for part in (finishes[:5], finishes[5:])] == [1, 1]
    assert Voucher.objects.count() == 2
    assert ledger.balance(people[0]).total == 2


def test_a_posting_under_way_is_in_the_totals_of_its_day(books):
    """Closing waits for whoever began before it, and refuses whoever comes after."""
    person = books.person(1)
    books.deposit(person, "1.00")
    began = threading.Event()

    def teller():
        with transaction.atomic():
            books.deposit(person, "10.00")
            began.set()
            _wait_for_a_waiter()

    def close():
        began.wait(10)
        begin_closing(books.origin(pass_=BATCH), BUSINESS_DATE)
        finish_closing(books.origin(pass_=BATCH), BUSINESS_DATE)

    finishes = race(teller, close)
    assert [finish.error for finish in finishes] == [None, None]
    assert DayState.objects.get(day=BUSINESS_DATE).state == "closed"
    assert ledger.subject_balance("201", as_of=BUSINESS_DATE) == Decimal("11.00")
    with pytest.raises(ledger.LedgerRefused) as refusal:
        books.deposit(person, "100.00")
    assert refusal.value.code == "ledger.day_closed"
    connections.close_all()
