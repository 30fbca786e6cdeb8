"""Doors of the worker: one line each."""

from celery import shared_task

from servicehub import audit


@shared_task(name="servicehub.audit.seal", ignore_result=True)
def seal() -> None:
    audit.seal()


@shared_task(name="servicehub.audit.checkpoint", ignore_result=True)
def write_checkpoint() -> None:
    audit.checkpoint()
