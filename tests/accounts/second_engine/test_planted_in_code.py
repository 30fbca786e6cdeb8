"""A hundred faults in the first engine's code, all of them caught."""

import pytest
from django.db import connection

from accounts.ledger.refusals import LedgerRefused
from tests.accounts.ledger.conftest import declared_events  # noqa: F401
from tests.accounts.second_engine.faults_in_code import KINDS, planted
from tests.accounts.second_engine.world import World, difference

HUNDRED = [
    (kind, KINDS[kind][number % len(KINDS[kind])], number)
    for kind, number in sorted((kind, number) for kind in KINDS for number in range(9))
    if number < 8 or list(KINDS).index(kind) < 4
]


def test_they_are_a_hundred_of_twelve_kinds():
    assert len(HUNDRED) == 100
    assert len({kind for kind, _, _ in HUNDRED}) == 12


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "fault", "seed"), HUNDRED, ids=[f"{kind} {number}" for kind, _, number in HUNDRED])
def test_caught(kind, fault, seed, monkeypatch):
    # A fault may write what a voucher does not allow: here the second engine alone is asked.
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    try:
        try:
            with planted(fault, monkeypatch):
                World(100 + seed, fault.method)
        except LedgerRefused:
            return  # the books themselves refuse what the fault writes: nothing wrong was booked
        assert difference(), kind
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")
