"""Doors of the worker: ids only, one line each."""

from celery import shared_task

from servicehub.outbox import sending


@shared_task(name="servicehub.outbox.deliver", ignore_result=True)
def deliver_message(message_id: int) -> None:
    sending.deliver(message_id)


@shared_task(name="servicehub.outbox.sweep", ignore_result=True)
def sweep() -> None:
    sending.sweep()
