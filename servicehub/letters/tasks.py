"""Doors of the worker: ids only, one line each."""

from celery import shared_task

from servicehub.letters import issuing


@shared_task(name="servicehub.letters.render", ignore_result=True)
def render_print_out(print_out_id: int) -> None:
    issuing.render(print_out_id)


@shared_task(name="servicehub.letters.sweep", ignore_result=True)
def sweep_print_outs() -> None:
    issuing.sweep()
