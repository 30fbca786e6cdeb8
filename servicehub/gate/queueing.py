"""What the gate leaves to the worker, sent when the transaction has committed."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from servicehub.gate import tasks


def queue(submission_id: int) -> None:
    transaction.on_commit(partial(tasks.run_submission.delay, submission_id))


def resume_all(case_ids: Iterable[int]) -> None:
    for case_id in case_ids:
        transaction.on_commit(partial(tasks.resume_case.delay, case_id))
