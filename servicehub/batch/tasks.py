"""Door of the worker. The doors that start and work off runs stand in the gate, which gives them a pass."""

from celery import shared_task

from servicehub.batch import running


@shared_task(name="servicehub.batch.resume_stale", ignore_result=True)
def resume_stale() -> None:
    running.resume_stale()
