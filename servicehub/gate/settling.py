"""What becomes of a submission after its first answer: decided on, carried out, taken back."""

from datetime import datetime

from servicehub.cases import services
from servicehub.cases.models import Case, Submission
from servicehub.cases.services import Settlement
from servicehub.cases.states import CaseState, SubmissionState
from servicehub.gate.answers import Answer
from servicehub.gate.queueing import resume_all


def settle(
    submission: Submission,
    case: Case,
    case_state: CaseState,
    state: SubmissionState,
    answer: Answer,
    at: datetime,
    *,
    stage: int | None = None,
    fault: str = "",
) -> None:
    """In the caller's transaction. The key keeps its first answer; cases that waited for this one go on.

    ``stage`` stays as it is unless given.
    """
    services.keep_first_answer(submission.pk)
    freed = services.settle(
        Settlement(
            case_id=case.pk,
            submission_id=submission.pk,
            key=submission.key,
            case_state=case_state,
            submission_state=state,
            answer=answer.shut(),
            at=at,
            stages=tuple(submission.stages),
            stage=submission.stage if stage is None else stage,
            fault=fault,
        )
    )
    resume_all(freed)
