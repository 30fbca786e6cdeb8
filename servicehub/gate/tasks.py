"""Doors of the worker: ids only, one line each."""

from celery import shared_task


@shared_task(name="servicehub.gate.run_submission", acks_late=True, ignore_result=True)
def run_submission(submission_id: int) -> None:
    from servicehub.gate import running

    running.run_submission(submission_id)


@shared_task(name="servicehub.gate.resume_case", acks_late=True, ignore_result=True)
def resume_case(case_id: int) -> None:
    from servicehub.gate import running

    running.resume_case(case_id)


@shared_task(name="servicehub.gate.sweep", ignore_result=True)
def sweep_submissions() -> None:
    from servicehub.gate import running

    running.sweep()


@shared_task(name="servicehub.gate.watch_stops", ignore_result=True)
def watch_stops() -> None:
    from servicehub.gate import watching

    watching.watch()


@shared_task(name="servicehub.batch.start_job", bind=True, max_retries=24 * 60, default_retry_delay=60)
def start_job(self, job_code: str, key: str = "") -> None:
    """A stop order that includes batches puts the start off minute by minute, up to a day."""
    from servicehub import batch, clock
    from servicehub.gate import Refused, batch_origin

    try:
        batch.start(batch_origin(job_code, clock.business_date()), job_code, key)
    except Refused as refused:
        raise self.retry(exc=refused) from refused


@shared_task(name="servicehub.batch.work_off", acks_late=True, ignore_result=True)
def work_off_job(run_id: int) -> None:
    """Refused by a stop order, it ends; the sweeper looks again every minute."""
    from servicehub.gate import batches

    batches.work_off(run_id)
