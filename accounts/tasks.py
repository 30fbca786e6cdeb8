"""Doors of the worker: ids only, one line each."""

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
