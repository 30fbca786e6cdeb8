"""The effect of an operation and its audit rows, wherever it is set off: at once, by a decision, by a job."""

from collections.abc import Mapping
from typing import Any

from servicehub import audit
from servicehub.declare import CALLBACK, Operation, Origin, Outcome, Party, PassKind


def pass_kind(operation: Operation) -> PassKind:
    return PassKind.CALLBACK if operation.kind == CALLBACK else PassKind.CALL


def act(
    operation: Operation, origin: Origin, target: Party | None, data: Mapping[str, Any], case_number: str
) -> Outcome:
    """One audit row per change, in the transaction of the change."""
    outcome = operation.execute(origin, target, data)
    if outcome.changes:
        audit.record(origin, outcome.changes, case_no=case_number)
    return outcome
