"""Gathers the doors of the hub's rooms, where Celery looks for them."""

from servicehub.audit.tasks import seal, write_checkpoint
from servicehub.batch.tasks import resume_stale
from servicehub.gate.tasks import resume_case, run_submission, start_job, work_off_job
from servicehub.outbox.tasks import deliver_message, sweep

__all__ = [
    "deliver_message",
    "resume_case",
    "resume_stale",
    "run_submission",
    "seal",
    "start_job",
    "sweep",
    "work_off_job",
    "write_checkpoint",
]
