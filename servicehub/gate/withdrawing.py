"""Taking back what has not taken effect (撤回): while it waits, is parked, queued, or was returned."""

from django.db import transaction

from servicehub import audit
from servicehub.cases import freezing
from servicehub.cases.models import Case, RequestKey, Submission
from servicehub.cases.states import CASE_MOVES, CaseAction, CaseState, SubmissionState, move
from servicehub.declare import CONTINUE, Change, Operation, Origin, Pass, PassKind
from servicehub.declare import registry as declared
from servicehub.gate.answers import Answer, answer_of_key
from servicehub.gate.calls import Call, recorded
from servicehub.gate.facts import key_of, read_facts
from servicehub.gate.models import CallOutcome
from servicehub.gate.questions import CREDENTIAL, DECIDING_QUESTIONS, Asked, ask_all
from servicehub.gate.refusals import Refused, not_found
from servicehub.gate.settling import settle

CODE = "servicehub.withdraw"
# A running case has had its effect already: only an operation of its own can take that back.
WITHDRAWABLE = frozenset(
    state for state, action in CASE_MOVES if action is CaseAction.WITHDRAW and state is not CaseState.RUNNING
)


class Withdrawing(Operation):
    """Stands for the withdrawal on the way through the gate: READ_ONLY still lets it through."""

    code = CODE
    label = "撤回"
    kind = CONTINUE
    withdraws = True
    opens_case = False

    def __init__(self, about: Operation):
        self.item = about.item
        self.target = about.target
        self.roles = about.roles


def withdraw(case_number: str, origin: Origin, key: str) -> Answer:
    """Whoever may hand such a thing in for this party may take it back.

    :raises Refused: NOT_FOUND 404, ROLE_MISSING 403, TOO_LATE 409, or whatever the gate's questions say.
    """
    case = Case.objects.filter(number=case_number).first()
    operation = declared.operations.get(case.operation) if case else None
    if operation is None:
        raise not_found()
    standing_in = Withdrawing(operation)
    call = Call(standing_in, origin, case.target)
    call.case_number = case.number
    with recorded(call):
        if not key:
            raise Refused("KEY_REQUIRED", 400, "缺少幂等键", "每次提交带一个自己的幂等键（Idempotency-Key）。")
        bound_key = key_of(origin, CODE, case.pk, key)
        fingerprint = freezing.digest(f"{CODE}|{case.pk}")
        facts = read_facts(standing_in, origin, (operation.item,), None, bound_key)
        call.number = facts.call
        asked = Asked(standing_in, origin, case.target, {}, (operation.item,), facts)
        ask_all(CREDENTIAL, asked)
        if facts.replay_fingerprint is not None:
            call.outcome = CallOutcome.REPLAYED
            return answer_of_key(facts.replay_fingerprint, fingerprint, facts.replay_answer)
        ask_all(DECIDING_QUESTIONS, asked)
        with transaction.atomic(durable=True):
            answer = _take_back(case.pk, origin.with_pass(Pass.issue(PassKind.CALL, CODE, facts.call, case.number)))
            RequestKey.objects.create(
                key=bound_key, fingerprint=fingerprint, operation=CODE, answer=answer.shut(), made_at=origin.at
            )
        return answer


def _take_back(case_id: int, origin: Origin) -> Answer:
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case_id)
    if case.state not in WITHDRAWABLE:
        raise Refused(
            "TOO_LATE",
            409,
            "这笔业务不能撤回",
            f"流水号 {case.number} 现在是“{CaseState(case.state).label}”，已经办理的部分不能撤回。",
            case=case.number,
        )
    submission = (
        Submission.objects.select_for_update(of=("self",), no_key=True).filter(case=case).order_by("-pk").first()
    )
    answer = Answer("done", f"已撤回流水号 {case.number}", case.number, submission.pk, at=origin.at.isoformat())
    withdrawn = move(case.state, CaseAction.WITHDRAW)
    settle(submission, case, withdrawn, SubmissionState.WITHDRAWN, answer, origin.at)
    audit.record(origin, [Change(f"servicehub.case:{case.number}", "撤回", submission.label)], case_no=case.number)
    return answer
