"""The worker's side of payments and messages: send, ask, hand the answer to the gate, and look for what was missed."""

import dataclasses
import logging
from datetime import timedelta

from django.core.cache import cache

from accounts.bank import inbox, payments, settlement
from accounts.bank.messages import Probe, to_wire
from accounts.bank.models import PaymentInstruction
from accounts.bank.payments import BATCHES, Heard
from accounts.bank.settlement import AnswerLost, NotDelivered
from accounts.bank.states import PaymentState
from servicehub import clock, gate
from servicehub.declare import CENTRE
from servicehub.outbox.after_commit import send as send_task

log = logging.getLogger(__name__)

PROBED = "accounts.bank.probed"
ANSWER = "accounts.record_bank_answer"
ASK_AFTER_S = 20
SWEPT_MAX = 200


def send(instruction_id: int) -> None:
    _hand_over(payments.send_out(instruction_id, clock.business_date()))


def ask(instruction_id: int) -> None:
    _hand_over(payments.ask(instruction_id, clock.business_date()))


def _hand_over(heard: Heard | None) -> None:
    if heard is None or not heard.action:
        return
    given = dataclasses.asdict(heard)
    given["host_date"] = heard.host_date.isoformat() if heard.host_date else None
    instruction = PaymentInstruction.objects.get(attempts=heard.attempt)
    if heard.action in {"succeed", "fail"} and instruction.tx_code in BATCHES and heard.batch_no:
        instruction.batch_no = heard.batch_no
        details = payments.ask_details(instruction, clock.business_date())
        if details is None:
            return  # the header alone ends nothing; the next sweep asks again
        given["details"] = to_wire(details)
    key = f"bank-answer:{heard.attempt}"
    gate.callback(ANSWER, inbox.system_origin(key), CENTRE, given, key=key)


def probe() -> bool:
    """SYS600, once a business day: the bank hears which day it is, and a line that is down is seen before it is needed."""
    day = clock.business_date_or_none()
    if day is None or cache.get(PROBED) == day.isoformat():
        return True
    try:
        settlement.send(Probe(), f"600-{day:%y%m%d}", day)
    except (NotDelivered, AnswerLost) as fault:
        log.warning("the bank does not answer", extra={"event": "bank_silent", "reason": str(fault)[:200]})
        return False
    cache.set(PROBED, day.isoformat(), timeout=24 * 3600)
    return True


def line_fault() -> str:
    """What is wrong with the line at this moment, ``""`` when the bank answers; asked before a stop opens by itself."""
    now = clock.now()
    try:
        settlement.send(Probe(), f"600-{now:%y%m%d%H%M%S}", clock.business_date())
    except (NotDelivered, AnswerLost):
        return "银行前置没有应答"
    return ""


def sweep() -> None:
    """Everything a worker that died, a broker that was away or a bank that was silent left behind. Repeatable."""
    from accounts.tasks import ask_payment, process_bank_message, send_payment

    probe()
    for message in inbox.waiting():
        send_task(process_bank_message, message)
    long_ago = clock.now() - timedelta(seconds=ASK_AFTER_S)
    unsent = PaymentInstruction.objects.filter(state=PaymentState.NEW, created_at__lt=long_ago).order_by("pk")
    for number in unsent.values_list("pk", flat=True)[:SWEPT_MAX]:
        send_task(send_payment, number)
    silent = PaymentInstruction.objects.open_at_the_bank().exclude(attempts__sent_at__gte=long_ago).order_by("pk")
    for number in silent.values_list("pk", flat=True)[:SWEPT_MAX]:
        send_task(ask_payment, number)
