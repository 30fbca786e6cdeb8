"""Gathers the doors of the hub's rooms, where Celery looks for them."""

from servicehub.audit.tasks import seal, write_checkpoint
from servicehub.batch.tasks import resume_stale
from servicehub.checks.tasks import run_checks
from servicehub.files.tasks import remove_orphans
from servicehub.gate.tasks import resume_case, run_submission, start_job, sweep_submissions, watch_stops, work_off_job
from servicehub.identity.tasks import tidy
from servicehub.letters.tasks import render_print_out, sweep_print_outs
from servicehub.outbox.tasks import deliver_message, sweep

__all__ = [
    "deliver_message",
    "remove_orphans",
    "render_print_out",
    "resume_case",
    "resume_stale",
    "run_checks",
    "run_submission",
    "seal",
    "start_job",
    "sweep",
    "sweep_print_outs",
    "sweep_submissions",
    "tidy",
    "watch_stops",
    "work_off_job",
    "write_checkpoint",
]
