"""Deciding on what somebody else handed in: never one's own, once per person, checked again before it takes effect."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import IntegrityError, transaction

from servicehub import audit, parties
from servicehub.cases import freezing
from servicehub.cases.models import Case, Decision, RequestKey, Submission
from servicehub.cases.states import CaseAction, CaseState, SubmissionState, move
from servicehub.declare import CONTINUE, Change, Operation, Origin, Pass, PassKind
from servicehub.declare import registry as declared
from servicehub.gate import origins, running, telling
from servicehub.gate.answers import Answer, answer_of_key
from servicehub.gate.calls import Call, recorded
from servicehub.gate.facts import Facts, key_of, read_facts
from servicehub.gate.models import CallOutcome
from servicehub.gate.questions import CREDENTIAL, DECIDING_QUESTIONS, Asked, ask_all, operator_may
from servicehub.gate.queueing import queue
from servicehub.gate.refusals import Refused, not_found, rules_refuse
from servicehub.gate.settling import settle

CODE = "servicehub.decide"
Verdict = Decision.Verdict
ENDS = {
    Verdict.RETURN: (CaseAction.RETURN, SubmissionState.RETURNED, "已退回修改"),
    Verdict.DECLINE: (CaseAction.DECLINE, SubmissionState.DECLINED, "不予办理"),
}


class Deciding(Operation):
    """Stands for the decision on the way through the gate: it goes on with an open case of the item decided on.

    Not in the registry: it has no form of its own, and which item and party it concerns the submission says.
    """

    code = CODE
    label = "审核"
    kind = CONTINUE
    opens_case = False

    def __init__(self, about: Operation):
        self.item = about.item
        self.target = about.target


def decide(submission_id: int, origin: Origin, verdict: str, reason: str, key: str) -> Answer:
    """``verdict``: approve | return | decline; the last two need a reason.

    :raises Refused: OWN_CASE 403, ROLE_MISSING 403, NOT_FOUND 404, NOT_WAITING 409, ALREADY_DECIDED 409,
        TARGET_MOVED 409, RULE_REFUSED 422, or whatever the gate's questions say.
    """
    submission = Submission.objects.select_related("case").filter(pk=submission_id).first()
    operation = declared.operations.get(submission.operation) if submission else None
    if operation is None:
        raise not_found()
    target = submission.target
    standing_in = Deciding(operation)
    call = Call(standing_in, origin, target)
    call.case_number = submission.case.number
    with recorded(call):
        if not key:
            raise Refused("KEY_REQUIRED", 400, "缺少幂等键", "每次审核带一个自己的幂等键（Idempotency-Key）。")
        bound_key = key_of(origin, CODE, submission_id, key)
        fingerprint = freezing.digest(f"{submission_id}|{verdict}|{reason}")
        if verdict not in Verdict.values:
            raise Refused("INPUT_INVALID", 422, "填写的内容有误", "结论只能是通过、退回修改或不予办理。")
        if verdict != Verdict.APPROVE and len(reason.strip()) < 2:
            raise Refused("INPUT_INVALID", 422, "填写的内容有误", "退回或不予办理要写明原因。")
        facts = read_facts(standing_in, origin, (operation.item,), None, bound_key)
        call.number = facts.call
        asked = Asked(standing_in, origin, target, {}, (operation.item,), facts)
        ask_all(CREDENTIAL, asked)
        if facts.replay_fingerprint is not None:
            answer = answer_of_key(facts.replay_fingerprint, fingerprint, facts.replay_answer)
            call.outcome = CallOutcome.REPLAYED
            return answer
        ask_all(DECIDING_QUESTIONS, asked)
        with transaction.atomic(durable=True):
            deciding = _Deciding(operation, origin, asked, Verdict(verdict), reason.strip(), bound_key, fingerprint)
            return deciding.carry(submission_id)


@dataclass(frozen=True, slots=True)
class _Deciding:
    operation: Operation
    origin: Origin
    asked: Asked
    verdict: Verdict
    reason: str
    key: UUID
    fingerprint: UUID

    def carry(self, submission_id: int) -> Answer:
        # Locked case first, as every other writer of both does.
        case = Case.objects.select_for_update(of=("self",), no_key=True).get(submissions=submission_id)
        submission = Submission.objects.select_for_update(of=("self",), no_key=True).get(pk=submission_id)
        known = RequestKey.objects.filter(pk=self.key).first()
        if known is not None:
            return answer_of_key(known.fingerprint, self.fingerprint, known.answer)
        role = self._may(submission)
        self._write(submission, role)
        if self.verdict != Verdict.APPROVE:
            answer = self._end(submission, case)
        elif submission.stage + 1 < len(submission.stages):
            answer = self._pass_on(submission, case)
        else:
            answer = self._carry_out(submission, case)
        RequestKey.objects.create(
            key=self.key,
            fingerprint=self.fingerprint,
            operation=CODE,
            answer=answer.shut(),
            made_at=self.origin.at,
        )
        return answer

    def _may(self, submission: Submission) -> str:
        """The role that is wanted, held by somebody who is not the maker (AP-01: of any role, superusers too)."""
        operator = self.origin.operator
        if operator is None:
            raise not_found()
        if operator == submission.maker_id:
            raise Refused(
                "OWN_CASE",
                403,
                "不能审核本人经办的业务",
                f"不能复核本人经办的单据（本单由{submission.maker_name}受理）。",
                maker=submission.maker_name,
            )
        if Decision.objects.filter(submission=submission, decided_by_id=operator).exists():
            raise Refused("ALREADY_DECIDED", 409, "已经审核过", "每人对同一笔业务只审核一次，后续环节由其他人审核。")
        role = submission.role_wanted
        if not role:
            raise Refused("NOT_WAITING", 409, "这笔业务不在待审状态", "它可能刚被其他人审核，或已经撤回。")
        authority = self.asked.authority
        held = authority.roles if authority else self.origin.roles
        if role not in held:
            raise Refused("ROLE_MISSING", 403, "没有审核权限", f"这一环节由{origins.post_name(role)}审核。", role=role)
        return role

    def _write(self, submission: Submission, role: str) -> None:
        try:
            Decision.objects.create(
                submission=submission,
                stage=submission.stage,
                role=role,
                decided_by_id=self.origin.operator,
                decided_by_name=self.origin.operator_name,
                verdict=self.verdict,
                reason=self.reason,
                decided_at=self.origin.at,
            )
        except IntegrityError as error:
            raise Refused("ALREADY_DECIDED", 409, "已经审核过", "这一环节刚被其他人审核。") from error
        passed = self.origin.with_pass(Pass.issue(PassKind.CALL, CODE, self.asked.facts.call))
        change = Change(
            f"servicehub.submission:{submission.pk}",
            f"审核{Verdict(self.verdict).label}",
            f"{submission.label}（{origins.post_name(role)}）",
            after={"意见": self.reason} if self.reason else {},
        )
        audit.record(passed, [change], case_no=submission.case.number)

    def _end(self, submission: Submission, case: Case) -> Answer:
        action, state, words = ENDS[self.verdict]
        answer = self._answer("done", f"{words}：{self.reason}", submission, case)
        settle(submission, case, move(case.state, action), state, answer, self.origin.at, fault=self.reason[:200])
        telling.tell_outcome(self.origin, submission, case, str(state), self.reason)
        return answer

    def _pass_on(self, submission: Submission, case: Case) -> Answer:
        stage = submission.stage + 1
        is_last = stage + 1 == len(submission.stages)
        answer = self._answer(
            "waiting", f"已通过，等待{origins.post_name(submission.stages[stage])}审核", submission, case
        )
        case_state = move(case.state, CaseAction.CHECK if is_last else CaseAction.REVIEW)
        settle(submission, case, case_state, SubmissionState.WAITING, answer, self.origin.at, stage=stage)
        telling.tell_reviewers(self.origin, submission, case, stage)
        return answer

    def _carry_out(self, submission: Submission, case: Case) -> Answer:
        target = submission.target
        if target is not None and parties.version(target) != submission.target_version:
            raise Refused(
                "TARGET_MOVED",
                409,
                "对象已有变动",
                "提交以后，该对象的信息已经变动。退回经办人核对后重新提交。",
                case=case.number,
            )
        if self.operation.runs == "job":
            answer = self._answer("queued", "已通过，正在处理，完成后发消息通知", submission, case)
            case_state, stage = CaseState(case.state), len(submission.stages)
            settle(submission, case, case_state, SubmissionState.QUEUED, answer, self.origin.at, stage=stage)
            queue(submission.pk)
            return answer
        # The effect belongs to the branch that accepted the case, whoever approves it.
        origin = replace(self.origin, branch=case.branch_id)
        submission.stage = len(submission.stages)
        try:
            answer = running.carry_out(submission, case, origin, call=self.asked.facts.call, refuse=True)
        except running.RulesNowRefuse as changed:
            raise rules_refuse(changed.findings) from changed
        telling.tell_outcome(self.origin, submission, case, "approved")
        return answer

    def _answer(self, state: str, message: str, submission: Submission, case: Case) -> Answer:
        return Answer(state, message, case.number, submission.pk, at=self.origin.at.isoformat())


def may_decide(submission: Submission, origin: Origin) -> bool:
    """For pages: whether to offer the buttons at all. The decision itself asks again."""
    operation = declared.operations.get(submission.operation)
    role = submission.role_wanted
    if operation is None or not role or origin.operator is None or origin.operator == submission.maker_id:
        return False
    asked = Asked(Deciding(operation), origin, submission.target, {}, (operation.item,), Facts())
    try:
        operator_may(asked)
    except Refused:
        return False
    held = asked.authority.roles if asked.authority else origin.roles
    return role in held
