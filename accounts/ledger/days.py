"""Business days of the ledger: D closes while D+1 is open, and its totals become the general ledger.

A day opens by its first posting (``ledger_enter_day``). Day close calls ``begin_closing``, runs its steps with batch
passes, and ends with ``finish_closing``.
"""

from datetime import date

from django.db import connection, transaction

from accounts.ledger.models import DayState
from accounts.ledger.refusals import refusals_worded, refused
from accounts.ledger.statements import steps
from servicehub.declare import Origin, PassKind

_DAY_LOCK = "SELECT pg_advisory_xact_lock(7301, %s - date '2000-01-01')"


def enter_day(origin: Origin, day: date) -> None:
    """Open ``day`` where nothing was ever posted on it: a day without business is closed like any other. Repeatable.

    :raises LedgerRefused: ledger.day_closed; ledger.day_unknown, when a later day is open already.
    """
    given = origin.require_pass()
    with transaction.atomic(), refusals_worded(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_enter_day(%s, %s)", [day, given.kind is PassKind.BATCH])


def begin_closing(origin: Origin, day: date) -> None:
    """Stop posting on ``day`` for everybody but batches. Repeatable.

    Runs outside a transaction of the caller: the state must be committed before the lock is waited for, so that a
    posting either is through before the totals are drawn, or sees that it is too late.

    :raises LedgerRefused: ledger.day_unknown, ledger.earlier_day_open.
    """
    origin.require_pass(PassKind.BATCH)
    with transaction.atomic(durable=True):
        state = _locked(day)
        if DayState.objects.filter(day__lt=day).exclude(state=DayState.State.CLOSED).exists():
            raise refused("ledger.earlier_day_open", day=day.isoformat())
        if state.state == DayState.State.OPEN:
            DayState.objects.filter(day=day).update(state=DayState.State.CLOSING)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_DAY_LOCK, [day])  # whoever was still posting has ended


def finish_closing(origin: Origin, day: date) -> None:
    """Number the day's vouchers without gaps, draw its totals, close it. Repeatable.

    :raises LedgerRefused: ledger.day_unknown, ledger.day_not_closing.
    """
    origin.require_pass(PassKind.BATCH)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DAY_LOCK, [day])
        state = _locked(day)
        if state.state == DayState.State.CLOSED:
            return
        if state.state != DayState.State.CLOSING:
            raise refused("ledger.day_not_closing", day=day.isoformat())
        for step in steps("day_close"):
            cursor.execute(step, {"day": day, "month": day.year * 100 + day.month})
        DayState.objects.filter(day=day).update(state=DayState.State.CLOSED)


def _locked(day: date) -> DayState:
    state = DayState.objects.select_for_update(of=("self",), no_key=True).filter(day=day).first()
    if state is None:
        raise refused("ledger.day_unknown", day=day.isoformat())
    return state
