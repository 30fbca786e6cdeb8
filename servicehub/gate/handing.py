"""Behind the gate, inside one transaction: bind the key, take the claims, check, then execute or wait; settle."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from servicehub import audit, parties
from servicehub.cases import freezing, services
from servicehub.cases.claims import Claims, claims_of, finding_of
from servicehub.cases.models import Case, Submission
from servicehub.cases.services import Intent, Opened, Settlement
from servicehub.cases.states import OPEN, CaseState, SubmissionState
from servicehub.clock.working_days import due
from servicehub.declare import NEW, Change, Finding, Operation, Origin, Pass
from servicehub.gate import inputs, origins, stops, telling
from servicehub.gate.acting import act, pass_kind
from servicehub.gate.answers import Answer, answer_of_key, remarks_of
from servicehub.gate.questions import Asked
from servicehub.gate.queueing import queue, resume_all
from servicehub.gate.refusals import Refused, not_found, rules_refuse

CLASH_APPROVER = "supervisor"
REVISABLE = frozenset({CaseState.RETURNED, CaseState.SUPPLEMENT})


@dataclass(frozen=True, slots=True)
class Handing:
    """An input the gate let through."""

    asked: Asked
    frozen: dict[str, Any]
    key: UUID
    fingerprint: UUID
    case: str = ""  # a returned case this input revises

    @property
    def operation(self) -> Operation:
        return self.asked.operation

    @property
    def goes_on(self) -> bool:
        return bool(self.case) or self.operation.kind != NEW


def carry(handing: Handing) -> Answer:
    """:raises Refused: a rule or a clash; the caller's transaction rolls back, the key stays free (R-ST-10)."""
    asked, operation = handing.asked, handing.operation
    origin, target, data = asked.origin, asked.target, asked.data
    if operation.opens_case:
        inputs.keep_files(origin, data, handing.frozen)
    claims = claims_of(operation.claims(origin, target, data), operation.claim_rows(origin, target, data))
    stages = tuple(operation.stages_for(origin, target, data))
    opened = services.open_case(_intent(handing, claims), origin)
    if opened.is_replay:
        return answer_of_key(opened.fingerprint, handing.fingerprint, opened.answer)
    passed = origin.with_pass(
        Pass.issue(
            pass_kind(operation),
            operation.code,
            asked.facts.call,
            case=opened.case_number,
            without=refused_items(asked),
        )
    )
    if any(rival["verdict"] == "approval" for rival in opened.rivals):
        stages = (*stages, CLASH_APPROVER)
    blocker = next((rival for rival in opened.rivals if rival["verdict"] == "waits"), None)
    # Read before the rules look: a change between the two makes the stored version old, never too new.
    waits = target is not None and (stages or blocker or operation.runs == "job")
    version = parties.version(target) if waits else None
    findings = [*_clashes(opened.rivals), *operation.check(passed, target, data)]
    if any(finding.blocks for finding in findings):
        raise rules_refuse(findings)
    course = Course(handing, opened, passed, tuple(findings), claims, stages, version)
    if blocker is not None:
        return course.park(blocker)
    if stages:
        return course.wait()
    if operation.runs == "job":
        return course.queue()
    return course.execute()


def refused_items(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Items a partial operation goes on without, each with the sentence its lines are refused with."""
    return tuple((code, stops.sentence(refused)) for code, refused in asked.without.items())


def _intent(handing: Handing, claims: Claims) -> Intent:
    asked, operation = handing.asked, handing.operation
    origin, target = asked.origin, asked.target
    item = asked.facts.items.get(operation.item) or asked.facts.items.get(asked.items[0]) or {}
    return Intent(
        key=handing.key,
        fingerprint=handing.fingerprint,
        operation=operation.code,
        label=operation.label,
        item=operation.item or asked.items[0],
        item_version=item.get("version", 0),
        opens=operation.opens_case,
        case_id=_case_gone_on_with(handing),
        applicant=operation.applicant(origin, target) if target else None,
        target=target,
        origin=origins.freeze(origin) if operation.opens_case else {},
        data=freezing.shut(handing.frozen, freezing.SUBMISSION_DATA) if operation.opens_case else b"",
        claims=claims,
    )


def _case_gone_on_with(handing: Handing) -> int:
    """Id of the open case this submission belongs to, locked; 0: it opens its own."""
    asked = handing.asked
    number = handing.case or handing.operation.case_of(asked.origin, asked.target, asked.data)
    if not number:
        return 0
    case = Case.objects.select_for_update(of=("self",), no_key=True).filter(number=number).first()
    if case is None or case.target != asked.target:
        raise not_found()
    if not case.is_open:
        raise Refused("CASE_CLOSED", 409, "这笔业务已经结束", f"流水号 {number} 已经结束，不能继续办理。", case=number)
    is_revision = case.operation == handing.operation.code and case.state in REVISABLE
    if handing.case and not is_revision:
        raise Refused(
            "NOT_RETURNED", 409, "这笔业务不在修改状态", f"流水号 {number} 没有退回修改，不能重新提交。", case=number
        )
    return case.pk


def _clashes(rivals: list[dict]) -> list[Finding]:
    return [finding_of(rival) for rival in rivals if rival["verdict"] == "refused"]


@dataclass(frozen=True, slots=True)
class Course:
    """The four ways a submission can go on once its rules agree."""

    handing: Handing
    opened: Opened
    origin: Origin  # with the pass
    findings: tuple[Finding, ...]
    claims: Claims
    stages: tuple[str, ...]
    target_version: int | None

    def execute(self) -> Answer:
        asked = self.handing.asked
        outcome = act(self.handing.operation, self.origin, asked.target, asked.data, self.opened.case_number)
        answer = Answer.of(
            outcome,
            self.opened.case_number,
            self.opened.submission_id,
            self.origin.at.isoformat(),
            remarks_of(list(self.findings)),
        )
        ended = CaseState.WITHDRAWN if self.handing.operation.withdraws else CaseState.DONE
        state = ended if outcome.state == "done" else CaseState.RUNNING
        self._settle(answer, state, SubmissionState.EXECUTED)
        return answer

    def wait(self) -> Answer:
        state = CaseState.CHECKING if len(self.stages) == 1 else CaseState.REVIEWING
        answer = self._answer("waiting", f"已提交，等待{origins.post_name(self.stages[0])}审核")
        self._settle(answer, state, SubmissionState.WAITING)
        submission = Submission.objects.select_related("case").get(pk=self.opened.submission_id)
        telling.tell_reviewers(self.origin, submission, submission.case, 0)
        self._note(f"提交“{self.handing.operation.label}”待审")
        return answer

    def queue(self) -> Answer:
        answer = self._answer("queued", "已提交，正在处理，完成后发消息通知")
        self._settle(answer, CaseState.SUBMITTED, SubmissionState.QUEUED)
        queue(self.opened.submission_id)
        return answer

    def park(self, blocker: dict) -> Answer:
        answer = self._answer("parked", f"已提交，流水号 {blocker['case']} 办结后自动继续办理")
        self._settle(answer, CaseState.SUBMITTED, SubmissionState.PARKED, waits_for=blocker["case_id"])
        self._note(f"提交“{self.handing.operation.label}”，等待 {blocker['case']} 办结")
        return answer

    def _answer(self, state: str, message: str) -> Answer:
        return Answer(
            state=state,
            message=message,
            case_number=self.opened.case_number,
            submission=self.opened.submission_id,
            remarks=remarks_of(list(self.findings)),
            at=self.origin.at.isoformat(),
        )

    def _settle(self, answer: Answer, case_state: CaseState, state: SubmissionState, waits_for: int = 0) -> None:
        freed = services.settle(
            Settlement(
                case_id=self.opened.case_id,
                submission_id=self.opened.submission_id,
                key=self.handing.key,
                case_state=case_state,
                submission_state=state,
                answer=answer.shut(),
                at=self.origin.at,
                stages=self.stages,
                due_on=self._due_on() if case_state in OPEN else None,
                waits_for=waits_for,
                target_version=self.target_version,
                claims=self.claims,
                had_claims=self.handing.goes_on,  # a case that opened just now has kept none
            )
        )
        resume_all(freed)

    def _due_on(self) -> date | None:
        """The day the guide promises, counted from today, for a case that is not done at once."""
        asked = self.handing.asked
        promised = [asked.facts.items[code]["promised_days"] for code in asked.items if code in asked.facts.items]
        days = max(promised, default=0)
        return due(self.origin.business_date, days).date if days and not self.handing.goes_on else None

    def _note(self, words: str) -> None:
        change = Change(f"servicehub.case:{self.opened.case_number}", "提交", words)
        audit.record(self.origin, [change], case_no=self.opened.case_number)
