"""Door of the identity room for Celery."""

from celery import shared_task

from servicehub.clock import now
from servicehub.identity import housekeeping


@shared_task(name="servicehub.identity.tidy", acks_late=True)
def tidy():
    housekeeping.tidy(now())
