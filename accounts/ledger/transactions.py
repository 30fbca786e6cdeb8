"""Transactions of the ledger: patience, and a bounded answer to deadlocks."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

T = TypeVar("T")

ATTEMPTS_MAX = 3
_DEADLOCK, _SERIALISATION = "40P01", "40001"


def run(work: Callable[[], T]) -> T:
    """``work`` in one transaction, tried at most three times when PostgreSQL ends it for a deadlock.

    Inside a transaction of the caller it just runs: what came before would be lost with it, so only the outermost
    caller may try again (and should, with this function).
    """
    if connection.in_atomic_block:
        return work()
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if attempt == ATTEMPTS_MAX or not is_deadlock(error):
                raise
    raise AssertionError("unreachable")


def is_deadlock(error: Exception) -> bool:
    return getattr(error.__cause__, "pgcode", None) in {_DEADLOCK, _SERIALISATION}
