"""Doors of the worker: ids only, one line each."""

from celery import shared_task


@shared_task(name="servicehub.gate.run_submission", acks_late=True)
def run_submission(submission_id: int) -> None:
    from servicehub.gate import running

    running.run_submission(submission_id)


@shared_task(name="servicehub.gate.resume_case", acks_late=True)
def resume_case(case_id: int) -> None:
    from servicehub.gate import running

    running.resume_case(case_id)
