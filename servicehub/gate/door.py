"""The one door: what a page, the API, a kiosk or a batch calls to get something done or read.

An edge only translates: it builds the ``Origin``, finds the target, calls, and renders the answer or the ``Refused``.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from psycopg2 import errorcodes

from servicehub import audit
from servicehub.cases import drafts, freezing
from servicehub.declare import CALLBACK, READ, Finding, Operation, Origin, Party, Pass, Table
from servicehub.declare import registry as declared
from servicehub.gate import inputs, stops
from servicehub.gate.acting import pass_kind
from servicehub.gate.answers import Answer, answer_of_key
from servicehub.gate.calls import Call, recorded
from servicehub.gate.facts import Facts, key_of, read_facts
from servicehub.gate.handing import Handing, carry, refused_items
from servicehub.gate.models import CallOutcome
from servicehub.gate.questions import CALLBACK_QUESTIONS, CREDENTIAL, QUESTIONS, Asked, Question, ask_all
from servicehub.gate.refusals import Refused, not_found

log = logging.getLogger(__name__)

DEADLOCK_TRIES_MAX = 3


def submit(
    operation_code: str,
    origin: Origin,
    target: Party | None,
    raw: Mapping[str, Any],
    key: str,
    files: Mapping[str, Any] | None = None,
    case: str = "",
) -> Answer:
    """Hand in an input. ``key`` is the caller's own: the same key with the same content gives the same answer.

    ``files`` maps field names to uploaded files; the frozen input keeps their number and hash. ``case`` is the number
    of a returned case whose input this revises.

    :raises Refused: with everything that is wrong, at once.
    """
    operation = _operation(operation_code)
    if operation.kind in {READ, CALLBACK}:
        raise not_found()
    call = Call(operation, origin, target)
    with recorded(call):
        try:
            return _through_the_gate(call, operation, origin, target, raw, key, files or {}, QUESTIONS, case)
        except Refused as refusal:
            if refusal.keeps_a_draft:
                _keep_draft(refusal, operation, origin, target, raw)
            raise


def callback(operation_code: str, origin: Origin, target: Party | None, raw: Mapping[str, Any], key: str) -> Answer:
    """A bank's or department's answer, stored raw before and submitted by the worker. No stop order refuses it; one
    that includes batches holds it: the answer says ``held``, and the worker comes back after the stop.
    """
    operation = _operation(operation_code)
    if operation.kind != CALLBACK:
        raise not_found()
    call = Call(operation, origin, target)
    with recorded(call):
        return _through_the_gate(call, operation, origin, target, raw, key, {}, CALLBACK_QUESTIONS)


def read(query_code: str, origin: Origin, target: Party | None, raw: Mapping[str, Any]) -> Table:
    """A list or a figure, through the same gate and the same switches. No case, no pass."""
    operation = _operation(query_code)
    if operation.kind != READ:
        raise not_found()
    call = Call(operation, origin, target)
    with recorded(call):
        data, _, errors = inputs.read_input(operation, raw)
        asked = _asked(operation, origin, target, data, errors)
        call.number = asked.facts.call
        ask_all(CREDENTIAL, asked)
        _refuse_faults(errors)
        ask_all(QUESTIONS, asked)
        table = operation.rows(origin, target, data)
        if origin.user_kind == "staff" and target is not None and target.kind == "person":
            # 谁看过我: whoever of the staff reads about a person is written down, whatever list it was.
            labels = [column.label for column in table.columns]
            audit.record_view(origin, target, labels, purpose=operation.label)
        return table


@dataclass(frozen=True, slots=True)
class Preview:
    """What the 核对页 shows before anything is handed in."""

    errors: tuple[Mapping[str, str], ...]  # format faults; with any, nothing else is filled
    findings: tuple[Finding, ...] = ()
    summary: tuple[tuple[str, str], ...] = ()
    button: str = ""
    stages: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.errors and not any(finding.blocks for finding in self.findings)


def preview(operation_code: str, origin: Origin, target: Party | None, raw: Mapping[str, Any]) -> Preview:
    """All the rules would say, and what would happen, without handing in. Writes nothing, counts nothing.

    :raises Refused: what the gate would refuse, except for a stale proof: that is asked for at the last step.
    """
    operation = _operation(operation_code)
    data, _, errors = inputs.read_input(operation, raw)
    asked = _asked(operation, origin, target, data, errors)
    asked.last_step = False
    ask_all(CREDENTIAL, asked)
    ask_all(QUESTIONS, asked)
    if errors:
        return Preview(tuple(errors))
    looking = origin.with_pass(Pass.issue(pass_kind(operation), operation.code, without=refused_items(asked)))
    return Preview(
        errors=(),
        findings=tuple(operation.check(looking, target, data)),
        summary=tuple(operation.summary(looking, target, data)),
        button=operation.button(looking, target, data),
        stages=tuple(operation.stages_for(looking, target, data)),
        data=data,
    )


def explain(operation_code: str, origin: Origin, target: Party | None) -> Refused | None:
    """Why this operation cannot be started here and now; ``None``: it can. Counts nothing, writes nothing."""
    operation = declared.operations.get(operation_code)
    if operation is None:
        return not_found()
    items = operation.every_item
    facts = read_facts(operation, origin, items, _applicant(operation, origin, target))
    asked = Asked(operation, origin, target, {}, items, facts, last_step=False)
    try:
        ask_all(CREDENTIAL, asked)
        ask_all(QUESTIONS, asked)
    except Refused as refusal:
        refusal.trace_id = origin.request_id
        return refusal
    return None


def _operation(code: str) -> Operation:
    operation = declared.operations.get(code)
    if operation is None:
        raise not_found()
    return operation


def _applicant(operation: Operation, origin: Origin, target: Party | None) -> Party | None:
    return None if target is None else operation.applicant(origin, target)


def _asked(
    operation: Operation,
    origin: Origin,
    target: Party | None,
    data: Mapping[str, Any],
    errors: list,
    key: UUID | None = None,
) -> Asked:
    # Which items a list exercises can be said only of an input that reads.
    items = operation.every_item if errors else tuple(operation.items(origin, target, data)) or (operation.item,)
    facts = read_facts(operation, origin, items, _applicant(operation, origin, target), key)
    return Asked(operation, origin, target, data, items, facts)


def _refuse_faults(errors: list[dict[str, str]]) -> None:
    if errors:
        raise Refused("INPUT_INVALID", 422, "填写的内容有误", f"共 {len(errors)} 处", errors=errors)


def _through_the_gate(
    call: Call,
    operation: Operation,
    origin: Origin,
    target: Party | None,
    raw: Mapping[str, Any],
    key: str,
    files: Mapping[str, Any],
    questions: tuple[Question, ...],
    case: str = "",
) -> Answer:
    if not key:
        raise Refused("KEY_REQUIRED", 400, "缺少幂等键", "每次提交带一个自己的幂等键（Idempotency-Key）。")
    data, frozen, errors = inputs.read_input(operation, inputs.with_files(raw, files))
    bound_key = key_of(origin, operation.code, target, key)
    asked = _asked(operation, origin, target, data, errors, bound_key)
    call.number = asked.facts.call
    ask_all(CREDENTIAL, asked)
    _refuse_faults(errors)
    fingerprint = freezing.digest(f"{operation.code}|{target}|{freezing.text_of(frozen)}")
    replayed = _replay(asked.facts, fingerprint)
    if replayed is not None:
        return _as_replay(call, replayed)
    ask_all(questions, asked)
    if operation.kind == CALLBACK and any(order.include_batch for order in stops.all_standing(asked)):
        return Answer(state="held", message="已收到，停办期间暂不入账，恢复后自动入账")
    handing = Handing(asked, frozen, bound_key, fingerprint, case)
    answer = _transacted(handing)
    if answer.replayed:
        return _as_replay(call, answer)
    call.case_number = answer.case_number
    return answer


def _replay(facts: Facts, fingerprint: UUID) -> Answer | None:
    """The stored answer of an earlier call with this key, even while everything is stopped."""
    if facts.replay_fingerprint is None:
        return None
    return answer_of_key(facts.replay_fingerprint, fingerprint, facts.replay_answer)


def _as_replay(call: Call, answer: Answer) -> Answer:
    call.outcome, call.case_number = CallOutcome.REPLAYED, answer.case_number
    return answer


def _transacted(handing: Handing) -> Answer:
    """The effect, in one transaction that nobody encloses. A deadlock is tried again, three times at most."""
    for attempt in range(1, DEADLOCK_TRIES_MAX + 1):
        try:
            with transaction.atomic(durable=True):
                return carry(handing)
        except OperationalError as error:
            is_deadlock = getattr(error.__cause__, "pgcode", "") == errorcodes.DEADLOCK_DETECTED
            if not is_deadlock or attempt == DEADLOCK_TRIES_MAX:
                raise
            log.warning("deadlock, trying again", extra={"event": "gate_deadlock", "attempt": attempt})
    raise AssertionError("unreachable")


def _keep_draft(
    refusal: Refused, operation: Operation, origin: Origin, target: Party | None, raw: Mapping[str, Any]
) -> None:
    # Uploads are not part of a draft: they were not taken in, and the reader still has them.
    typed = {name: value for name, value in inputs.plain(raw).items() if not hasattr(value, "read")}
    if not typed:
        return
    draft = drafts.save(origin, operation.code, target, typed)
    if draft is not None:
        refusal.draft = {"saved": True, "id": draft.number, "keep_until": draft.keep_until.isoformat()}
