"""One row per call, allowed or refused, outside the business transaction: a rolled-back call is counted too."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from servicehub.declare import DomainError, Operation, Origin, Party
from servicehub.gate.facts import principal_of
from servicehub.gate.models import CallOutcome
from servicehub.gate.refusals import Refused, from_domain

log = logging.getLogger(__name__)


class Call:
    """What is known about the call by the time it ends. ``number`` comes with the gate's facts."""

    def __init__(self, operation: Operation, origin: Origin, target: Party | None):
        self.operation = operation
        self.origin = origin
        self.target = target
        self.number: int | None = None
        self.outcome = CallOutcome.OK
        self.code = ""
        self.status = 200
        self.stop_order = ""
        self.case_number = ""
        self._started = time.perf_counter()

    def refused(self, refusal: Refused) -> None:
        self.code, self.status = refusal.code, refusal.status
        self.stop_order = str(refusal.facts.get("stop_order", ""))
        if self.stop_order:
            self.outcome = CallOutcome.REFUSED_STOP
        elif refusal.code == "INPUT_INVALID":
            self.outcome = CallOutcome.INVALID
        elif refusal.code in {"THROTTLED", "QUOTA_EXHAUSTED"}:
            self.outcome = CallOutcome.THROTTLED
        elif refusal.status in {409, 422}:
            self.outcome = CallOutcome.REFUSED_RULE
        else:
            self.outcome = CallOutcome.REFUSED

    def failed(self) -> None:
        self.outcome, self.code, self.status = CallOutcome.FAILED, "FAILED", 500

    def write(self) -> None:
        origin, target = self.origin, self.target
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT servicehub_record_call({', '.join(['%s'] * 21)})",
                    [
                        self.number,
                        origin.request_id,
                        str(origin.channel),
                        origin.client,
                        self.operation.item,
                        self.operation.code,
                        self.operation.kind,
                        principal_of(origin),
                        origin.operator,
                        origin.operator_name,
                        origin.user_kind,
                        target.kind if target else "",
                        target.id if target else 0,
                        origin.branch,
                        origin.at,
                        int((time.perf_counter() - self._started) * 1000),
                        self.outcome.value,
                        self.code,
                        self.status,
                        self.stop_order,
                        self.case_number,
                    ],
                )
        except DatabaseError:
            # What the caller was told stands; a figure is missing, and the log says so.
            log.exception("service call not recorded", extra={"event": "service_call_lost", "code": self.code})


@contextmanager
def recorded(call: Call) -> Iterator[Call]:
    """Whatever happens inside becomes one row; a rule's refusal leaves as ``Refused``, with the trace id."""
    try:
        yield call
    except DomainError as error:
        refusal = from_domain(error)
        refusal.trace_id = call.origin.request_id
        call.refused(refusal)
        if refusal is error:
            raise
        raise refusal from error
    except Exception:
        call.failed()
        raise
    finally:
        call.write()
