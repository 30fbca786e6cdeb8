"""Doors of the worker: ids only, one line each."""

from contextlib import suppress

from celery import shared_task


@shared_task(name="accounts.process_bank_message", acks_late=True, ignore_result=True)
def process_bank_message(message_id: int) -> None:
    from accounts.bank import inbox

    inbox.process(message_id)


@shared_task(name="accounts.send_payment", acks_late=True, ignore_result=True)
def send_payment(instruction_id: int) -> None:
    from accounts.bank import dispatch

    dispatch.send(instruction_id)


@shared_task(name="accounts.ask_payment", acks_late=True, ignore_result=True)
def ask_payment(instruction_id: int) -> None:
    from accounts.bank import dispatch

    dispatch.ask(instruction_id)


@shared_task(name="accounts.sweep_bank", ignore_result=True)
def sweep_bank() -> None:
    from accounts.bank import dispatch

    dispatch.sweep()


@shared_task(name="accounts.advance_closing", acks_late=True, ignore_result=True)
def advance_closing(closing_id: int) -> None:
    """Refused by a stop order that includes batches, it ends; the tick looks again."""
    from accounts.day_close import running
    from servicehub.gate import Refused

    with suppress(Refused):
        running.advance(closing_id)


@shared_task(name="accounts.sweep_closings", ignore_result=True)
def sweep_closings() -> None:
    from accounts.day_close import running
    from servicehub.outbox.after_commit import send

    for closing in running.under_way():
        send(advance_closing, closing)
