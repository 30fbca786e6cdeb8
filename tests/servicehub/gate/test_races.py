"""Two at the same moment over real connections: one wins, the other is told, and the effect happens once."""

import time

import pytest
from django.db import connection

from servicehub import gate
from servicehub.cases.models import Case, Claim, Decision
from servicehub.declare import Authority
from tests.racing import race
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN
from tests.servicehub.gate.test_stopping import stop

EXAMPLE = {"amount": "10.00"}
OVERLAP_S = 0.4  # how long a runner stays inside, so that the other surely meets it


def hand_in(code, key, number=1):
    return lambda: gate.submit(code, person(number), GARDEN, EXAMPLE, key)


def linger():
    time.sleep(OVERLAP_S)


def without_locks(runner):
    """The same session, in which taking an advisory lock does nothing."""

    def run():
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = lockless, public, pg_catalog")
        return runner()

    return run


@pytest.fixture
def lockless(committed_world):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA lockless")
        for name in ("pg_advisory_xact_lock(bigint)", "pg_advisory_xact_lock_shared(integer, integer)"):
            cursor.execute(f"CREATE FUNCTION lockless.{name} RETURNS void LANGUAGE sql AS 'SELECT'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA lockless CASCADE")


def test_of_two_makers_of_clashing_items_one_wins(committed_world):
    committed_world.while_checking = linger
    first, second = race(hand_in("tests.reviewed", "k1"), hand_in("tests.twin", "k2"))
    winner, loser = (first, second) if first.won else (second, first)
    assert winner.won and not loser.won
    assert loser.error.code == "IN_FLIGHT" and loser.error.facts["case"] == winner.value.case_number
    assert Case.objects.count() == Claim.objects.count() == 1


def test_without_the_lock_both_would_win(committed_world, lockless):
    committed_world.while_checking = linger
    finishes = race(without_locks(hand_in("tests.reviewed", "k1")), without_locks(hand_in("tests.twin", "k2")))
    assert [finish.won for finish in finishes] == [True, True]
    assert Claim.objects.count() == 2


def test_two_makers_of_one_immediate_thing_act_one_after_the_other(committed_world):
    """Neither is in flight when the other asks: the second acts on the world as the first left it."""
    spans = []

    def act():
        began = time.monotonic()
        linger()
        spans.append((began, time.monotonic()))

    committed_world.before_execute = act
    finishes = race(hand_in("tests.plant", "k1"), hand_in("tests.plant", "k2"))
    assert all(finish.won for finish in finishes)
    (_, first_end), (second_start, _) = sorted(spans)
    assert first_end <= second_start


def test_a_large_set_and_a_single_one_do_not_miss_each_other(committed_world):
    committed_world.while_checking = linger

    def many():
        return gate.submit("tests.many", person(1), GARDEN, {"amount": "1.00", "people": 1000}, "k1")

    finishes = race(many, hand_in("tests.twin", "k2"))
    assert sorted(finish.won for finish in finishes) == [False, True]
    assert Case.objects.count() == 1


def test_the_same_key_twice_has_one_effect(committed_world):
    committed_world.before_execute = linger
    finishes = race(hand_in("tests.upload", "k1"), hand_in("tests.upload", "k1"))
    assert sorted(finish.value.replayed for finish in finishes) == [False, True]
    assert len(committed_world.executed) == 1


def test_two_keys_have_two_effects(committed_world):
    """The race above is one: nothing but the key keeps the two apart."""
    committed_world.before_execute = linger
    finishes = race(hand_in("tests.upload", "k1"), hand_in("tests.upload", "k2"))
    assert [finish.value.replayed for finish in finishes] == [False, False]
    assert len(committed_world.executed) == 2


def test_of_two_deciders_one_decides(committed_world):
    committed_world.authorities[3] = Authority(frozenset({"reviewer"}))
    submission = hand_in("tests.reviewed", "k1")().submission
    committed_world.before_execute = linger

    def decide(number):
        return lambda: gate.decide(submission, person(number), "approve", "", f"d{number}")

    finishes = race(decide(2), decide(3))
    assert sorted(finish.won for finish in finishes) == [False, True]
    (loser,) = [finish.error for finish in finishes if not finish.won]
    assert loser.code in {"NOT_WAITING", "ALREADY_DECIDED"}
    assert len(committed_world.executed) == Decision.objects.count() == 1


def test_a_decision_and_a_withdrawal_do_not_both_happen(committed_world):
    waiting = hand_in("tests.reviewed", "k1")()
    committed_world.before_execute = linger
    finishes = race(
        lambda: gate.decide(waiting.submission, person(2), "approve", "", "d1"),
        lambda: gate.withdraw(waiting.case_number, person(1), "w1"),
    )
    assert sorted(finish.won for finish in finishes) == [False, True]
    assert len(committed_world.executed) == (Case.objects.get().state == "done")


def test_a_stop_is_seen_by_the_next_call_of_another_connection(committed_world, other_connection):
    assert hand_in("tests.upload", "k1")().state == "done"
    with other_connection.cursor() as cursor:
        order = stop()
        cursor.execute("SELECT count(*) FROM servicehub_stoporder WHERE number = %s", [order.number])
        assert cursor.fetchone()[0] == 1
    (finish,) = race(hand_in("tests.upload", "k2"))
    assert finish.error.code == "PLATFORM_SUSPENDED"
