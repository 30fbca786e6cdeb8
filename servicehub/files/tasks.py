"""Door of the worker: one line."""

from celery import shared_task

from servicehub.files import storing


@shared_task(name="servicehub.files.remove_orphans")
def remove_orphans() -> int:
    return storing.remove_orphans()
