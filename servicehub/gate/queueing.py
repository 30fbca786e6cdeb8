"""What the gate leaves to the worker, sent when the transaction has committed."""

from collections.abc import Iterable

from servicehub.gate import tasks
from servicehub.outbox import send_after_commit


def queue(submission_id: int) -> None:
    send_after_commit(tasks.run_submission, submission_id)


def resume_all(case_ids: Iterable[int]) -> None:
    for case_id in case_ids:
        send_after_commit(tasks.resume_case, case_id)
