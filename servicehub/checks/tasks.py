"""Doors of the worker: they go through the gate, and end quietly while a stop order holds batches back."""

from contextlib import suppress

from celery import shared_task

from servicehub import checks, clock
from servicehub.gate import Refused, batch_origin


@shared_task(name="servicehub.checks.run", ignore_result=True)
def run_checks(pace: str) -> None:
    with suppress(Refused):
        checks.run(batch_origin(f"servicehub.checks.{pace}", clock.business_date()), pace)
