"""Money reserved until the bank has answered (可用额占用): a hold ends once, posted or released."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F

from accounts.ledger.models import Hold, Subaccount
from accounts.ledger.money import ZERO, InexactAmount, as_fen_exact
from accounts.ledger.refusals import refused
from accounts.ledger.transactions import run
from servicehub.declare import Origin


@dataclass(frozen=True, slots=True)
class Reservation:
    """``frozen`` is the sum of live freeze limits the room above found; it read them under ``locked_balances``."""

    subaccount: int
    amount: Decimal
    event_type: str
    event_id: str
    frozen: Decimal = ZERO


def hold(origin: Origin, reservation: Reservation) -> int:
    """Reserve an amount and return the hold's id; the same event again gives the same hold.

    It is ended by the debit that names it (``Movement.hold``) or by ``release``.

    :raises LedgerRefused: ledger.insufficient (available = total − held − frozen), ledger.other_content,
        ledger.unknown_subaccount, ledger.closed_subaccount, ledger.inexact_amount.
    """
    origin.require_pass()
    try:
        amount = as_fen_exact(reservation.amount)
    except InexactAmount as error:
        raise refused("ledger.inexact_amount", amount=str(reservation.amount)) from error
    return run(lambda: _hold(origin, reservation, amount))


def _hold(origin: Origin, reservation: Reservation, amount: Decimal) -> int:
    row = _locked(reservation.subaccount)
    key = {"event_type": reservation.event_type, "event_id": reservation.event_id}
    if present := Hold.objects.filter(**key).first():
        if (present.subaccount_id, present.amount) != (row.id, amount):
            raise refused("ledger.other_content", **key)
        return present.id
    if row.closed_on:
        raise refused("ledger.closed_subaccount", subaccount=row.id)
    available = row.total - row.held - reservation.frozen
    if amount <= 0 or amount > available:
        raise refused("ledger.insufficient", subaccount=row.id, available=str(available), wanted=str(amount))
    Subaccount.objects.filter(id=row.id).update(held=F("held") + amount)
    made = Hold.objects.create(
        **key,
        subaccount_id=row.id,
        amount=amount,
        branch=row.branch,
        business_date=origin.business_date,
        operator=origin.operator,
        operator_name=origin.operator_name,
        request_id=origin.request_id,
    )
    return made.id


def release(origin: Origin, hold_id: int) -> None:
    """End a hold without posting: the bank refused, the case was withdrawn. Releasing a released one again is silent.

    :raises LedgerRefused: ledger.hold_ended (it was posted, or does not exist).
    """
    origin.require_pass()
    run(lambda: _release(origin, hold_id))


def _release(origin: Origin, hold_id: int) -> None:
    subaccount = Hold.objects.filter(id=hold_id).values_list("subaccount_id", flat=True).first()
    if subaccount is None:
        raise refused("ledger.hold_ended", hold=hold_id)
    _locked(subaccount)  # subaccounts before holds, everywhere
    live = Hold.objects.select_for_update(of=("self",)).get(id=hold_id)
    if live.outcome == Hold.Outcome.RELEASED:
        return
    if live.outcome:
        raise refused("ledger.hold_ended", hold=hold_id, outcome=live.outcome)
    Hold.objects.filter(id=hold_id).update(outcome=Hold.Outcome.RELEASED, ended_on=origin.business_date)
    Subaccount.objects.filter(id=subaccount).update(held=F("held") - live.amount)


def _locked(subaccount: int) -> Subaccount:
    try:
        return Subaccount.objects.select_for_update(of=("self",), no_key=True).get(id=subaccount, maintained=True)
    except Subaccount.DoesNotExist as error:
        raise refused("ledger.unknown_subaccount", subaccount=subaccount) from error
