"""What the bank sends is stored raw and answered at once; understanding it is the worker's business."""

import json
from dataclasses import dataclass

from django.db import transaction

from accounts.bank import messages, settlement
from accounts.bank.messages import AccountLine, ArrivalNotice, MessageFault, from_wire
from accounts.bank.models import BankMessage, BankStatement
from accounts.bank.states import MessageState
from servicehub import clock, gate, outbox
from servicehub.declare import CENTRE, Origin
from servicehub.gate import origins

BODY_BYTES_MAX = 2_000_000
RECEIVE = "accounts.receive_notice"


class NotTheBank(Exception):
    """The signature is not the bank's. Nothing is stored."""


def take_in(body: bytes, signature: str, ip: str | None = None) -> BankMessage:
    """Store a pushed message and have it processed after the commit.

    :raises NotTheBank: signed by somebody else, or not at all.
    """
    if not messages.verify(settlement.key(), body, signature):
        raise NotTheBank
    return keep(body.decode(errors="replace"), signature, ArrivalNotice.CODE, ip)


def keep(
    body: str, signature: str, tx_code: str, ip: str | None = None, statement: BankStatement | None = None
) -> BankMessage:
    """``statement``: the proven stretch of lines this message is part of."""
    from accounts.tasks import process_bank_message

    with transaction.atomic():
        message = BankMessage.objects.create(
            tx_code=tx_code, body=body, signature=signature, received_at=clock.now(), ip=ip, statement=statement
        )
        outbox.send_after_commit(process_bank_message, message.pk)
    return message


@dataclass(frozen=True, slots=True)
class ReadMessage:
    lines: tuple[AccountLine, ...]


def read(message: BankMessage) -> ReadMessage:
    """:raises MessageFault: it does not have the shape of the interface."""
    try:
        wire = json.loads(message.body)
    except ValueError as error:
        raise MessageFault("not JSON") from error
    if not isinstance(wire, dict):
        raise MessageFault("not an object")
    return ReadMessage(from_wire(ArrivalNotice, wire.get("body", {})).lines)


def process(message_id: int) -> None:
    """Submit a stored message through the gate. Safe to repeat: the gate's key is the message."""
    message = BankMessage.objects.get(pk=message_id)
    if message.state == MessageState.RECEIVED:
        gate.callback(RECEIVE, system_origin(f"bank-message:{message_id}"), CENTRE, {"message": message_id},
                      key=f"bank-message:{message_id}")  # fmt: skip


def waiting() -> list[int]:
    """Messages the worker has not come to: a broker that was down, a worker that was killed, a stop that held them."""
    return list(
        BankMessage.objects.filter(state=MessageState.RECEIVED).order_by("pk").values_list("pk", flat=True)[:500]
    )


def system_origin(request_id: str) -> Origin:
    """Nobody's hand: the bank speaks. The gate gives the pass."""
    return origins.of_system(None, clock.business_date(), request_id)
