"""Jobs of the gate: submissions that run apart, and cases that waited for another one."""

from datetime import timedelta

from django.db import transaction

from servicehub import clock
from servicehub.cases import freezing, services
from servicehub.cases.models import Case, Submission
from servicehub.cases.services import Settlement
from servicehub.cases.states import CaseAction, CaseState, SubmissionState, move
from servicehub.declare import Finding, Origin, Pass
from servicehub.declare import registry as declared
from servicehub.gate import inputs, origins, tasks, telling
from servicehub.gate.acting import act, pass_kind
from servicehub.gate.answers import Answer, remarks_of
from servicehub.gate.queueing import queue
from servicehub.gate.settling import settle
from servicehub.outbox.after_commit import send

STALE_AFTER = timedelta(minutes=2)  # a submission still queued then was not told to any worker, or its worker died
SWEEP_MAX = 200


@transaction.atomic(durable=True)
def run_submission(submission_id: int) -> Answer | None:
    """Carry out a queued submission, once: a second delivery of the same task finds it done. ``None``: nothing to do.

    A rule that says no by now returns the case to its maker; a fault of the program leaves it queued and is raised.
    """
    submission = Submission.objects.select_for_update(of=("self",), no_key=True).get(pk=submission_id)
    if submission.state != SubmissionState.QUEUED:
        return None
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=submission.case_id)
    return _carry_out_and_tell(submission, case)


def _carry_out_and_tell(submission: Submission, case: Case) -> Answer:
    """Nobody waits at a page for this: the maker was promised a message."""
    origin = origins.at_work(submission.origin)
    answer = carry_out(submission, case, origin)
    if answer.state == "waiting":
        telling.tell_outcome(origin, submission, case, "returned", answer.message)
    else:
        telling.tell_outcome(origin, submission, case, "done")
    return answer


def sweep() -> int:
    """Wake the worker for what a lost message left lying: queued submissions, and cases whose blocker is gone."""
    limit = clock.now() - STALE_AFTER
    queued = Submission.objects.filter(state=SubmissionState.QUEUED, made_at__lt=limit).order_by("pk")
    submission_ids = list(queued.values_list("pk", flat=True)[:SWEEP_MAX])
    for submission_id in submission_ids:
        send(tasks.run_submission, submission_id)
    parked = Case.objects.filter(waits_for__closed_at__isnull=False).order_by("pk")
    case_ids = list(parked.values_list("pk", flat=True)[:SWEEP_MAX])
    for case_id in case_ids:
        send(tasks.resume_case, case_id)
    return len(submission_ids) + len(case_ids)


class RulesNowRefuse(Exception):
    """The input was accepted once; by now its rules say no."""

    def __init__(self, findings: list[Finding]):
        super().__init__(*findings)
        self.findings = findings


def carry_out(
    submission: Submission, case: Case, origin: Origin, call: int | None = None, refuse: bool = False
) -> Answer:
    """Check again against the world as it is now, then execute; settles submission and case.

    When the rules say no by now, the case goes back to its maker; with ``refuse`` nothing is written instead.

    :raises RulesNowRefuse: only with ``refuse``.
    """
    operation = declared.operations[submission.operation]
    target = submission.target
    data = inputs.thaw(operation, freezing.opened(submission.data, freezing.SUBMISSION_DATA))
    origin = origin.with_pass(Pass.issue(pass_kind(operation), operation.code, call, case=case.number))
    findings = operation.check(origin, target, data)
    at = origin.at.isoformat()
    if any(finding.blocks for finding in findings):
        if refuse:
            raise RulesNowRefuse(findings)
        first = next(finding for finding in findings if finding.blocks)
        answer = Answer("waiting", f"没有办成：{first.message}", case.number, submission.pk, at=at)
        returned, fault = move(case.state, CaseAction.RETURN), first.message[:200]
        settle(submission, case, returned, SubmissionState.RETURNED, answer, origin.at, fault=fault)
        return answer
    outcome = act(operation, origin, target, data, case.number)
    answer = Answer.of(outcome, case.number, submission.pk, at, remarks_of(findings))
    case_state = move(case.state, CaseAction.FINISH if outcome.state == "done" else CaseAction.PROCEED)
    settle(submission, case, case_state, SubmissionState.EXECUTED, answer, origin.at)
    return answer


@transaction.atomic(durable=True)
def resume_case(case_id: int) -> None:
    """The case that was waited for is closed: go on where the parked submission stopped."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case_id)
    submission = (
        Submission.objects.select_for_update(of=("self",), no_key=True)
        .filter(case=case, state=SubmissionState.PARKED)
        .order_by("pk")
        .first()
    )
    if submission is None:
        return
    blocker = services.blocker_of(case.pk)
    if blocker:
        Case.objects.filter(pk=case.pk).update(waits_for=blocker)
        return
    operation = declared.operations[submission.operation]
    if submission.stages:
        is_last = len(submission.stages) == 1
        _settle_parked(
            submission, case, CaseState.CHECKING if is_last else CaseState.REVIEWING, SubmissionState.WAITING
        )
        telling.tell_reviewers(origins.at_work(submission.origin), submission, case, 0)
    elif operation.runs == "job":
        _settle_parked(submission, case, CaseState.SUBMITTED, SubmissionState.QUEUED)
        queue(submission.pk)
    else:
        _carry_out_and_tell(submission, case)


def _settle_parked(submission: Submission, case: Case, case_state: CaseState, state: SubmissionState) -> None:
    services.settle(
        Settlement(
            case_id=case.pk,
            submission_id=submission.pk,
            key=submission.key,
            case_state=case_state,
            submission_state=state,
            answer=bytes(submission.answer),
            at=submission.made_at,
            stages=tuple(submission.stages),
            stage=submission.stage,
        )
    )
