"""The SMS provider behind its adapter contract: one envelope, three seconds, a breaker, every call on record.

Speaks HTTP to ``SMS_URL``: the simulator of the demo (``python -m servicehub.identity.sms_simulator``), or a gateway
that speaks the same envelope. An unavailable provider is never shown to a person as a wrong number.
"""

import hashlib
import http.client
import json
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings

from servicehub.clock import now
from servicehub.identity.models import AdapterCall
from servicehub.kit.masks import mask_mobile

TIMEOUT_S = 3
ANSWER_BYTES_MAX = 512 * 1024
RESULTS = frozenset({"MATCH", "MISMATCH", "NOT_FOUND", "OK", "REJECTED", "PENDING", "UNAVAILABLE"})


@dataclass(frozen=True, slots=True)
class Answer:
    """The common response envelope of outside providers."""

    request_id: str
    result: str
    reason_code: str = ""
    provider_txn: str = ""
    raw_digest: str = ""

    @property
    def ok(self) -> bool:
        """Taken for delivery; ``PENDING`` is under way."""
        return self.result in {"OK", "PENDING"}


class Breaker:
    """Opens at 50 % failures of the last 20 calls within 60 s; after 30 s lets one call through to see."""

    CALLS, WITHIN_S, SHARE, REST_S = 20, 60, 0.5, 30

    def __init__(self):
        self._calls: deque[tuple[float, bool]] = deque(maxlen=self.CALLS)
        self._opened_at: float | None = None
        self._guard = threading.Lock()

    def lets_through(self) -> bool:
        with self._guard:
            if self._opened_at is None:
                return True
            if time.monotonic() - self._opened_at < self.REST_S:
                return False
            self._opened_at = time.monotonic()  # one call tries; the others rest on
            return True

    def count(self, failed: bool) -> None:
        with self._guard:
            moment = time.monotonic()
            if self._opened_at is not None:
                if not failed:
                    self._opened_at = None
                    self._calls.clear()
                return
            self._calls.append((moment, failed))
            recent = [bad for at, bad in self._calls if moment - at <= self.WITHIN_S]
            if len(recent) == self.CALLS and sum(recent) >= self.CALLS * self.SHARE:
                self._opened_at = moment


breaker = Breaker()


def send(mobile: str, text: str, *, template: str, purpose: str, operator: str = "", trace_id: str = "") -> Answer:
    """One message. Never raises for the provider's sake. Call it outside transactions: it may take three seconds."""
    return call(
        "send",
        {"template": template, "mobile": mobile, "params": {"text": text}},
        masked={"template": template, "mobile": mask_mobile(mobile)},
        purpose=purpose,
        operator=operator,
        trace_id=trace_id,
    )


def ask_balance(*, purpose: str, trace_id: str = "") -> Answer:
    """How many messages are left in the account: the same round trip as a message, without one."""
    return call("balance", {}, masked={}, purpose=purpose, operator="", trace_id=trace_id)


def outbox(limit: int = 50) -> list[dict]:
    """Messages the simulator has taken, newest first: for the page of the demo. Empty where there is none."""
    if not settings.SMS_URL:
        return []
    try:
        return json.loads(_exchange("GET", f"/outbox?limit={limit}"))["messages"]
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return []


def call(operation: str, payload: dict, *, masked: dict, purpose: str, operator: str, trace_id: str) -> Answer:
    request_id = uuid.uuid4()
    sent_at, begun = now(), time.monotonic()
    envelope = {
        "request_id": str(request_id),
        "trace_id": trace_id,
        "adapter": "sms",
        "operation": operation,
        "purpose_code": purpose,
        "case_no": "",
        "operator": operator,
        "sent_at": sent_at.isoformat(),
        "payload": payload,
    }
    answer = _ask(envelope)
    AdapterCall.objects.create(
        request_id=request_id,
        trace_id=trace_id[:40],
        adapter="sms",
        operation=operation,
        purpose=purpose,
        operator=operator,
        payload=masked,
        sent_at=sent_at,
        milliseconds=int((time.monotonic() - begun) * 1000),
        result=answer.result,
        reason_code=answer.reason_code[:20],
        provider_txn=answer.provider_txn[:64],
        raw_digest=answer.raw_digest,
    )
    return answer


def _ask(envelope: dict) -> Answer:
    request_id = envelope["request_id"]
    if not settings.SMS_URL:
        return Answer(request_id, "UNAVAILABLE", "NOT_CONFIGURED")
    if not breaker.lets_through():
        return Answer(request_id, "UNAVAILABLE", "BREAKER_OPEN")
    try:
        raw = _exchange("POST", "/sms", json.dumps(envelope).encode())
        told = json.loads(raw)
        if told["request_id"] != request_id or told["result"] not in RESULTS:
            raise ValueError("not an answer to this request")
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException) as fault:
        breaker.count(failed=True)
        return Answer(request_id, "UNAVAILABLE", _reason(fault))
    breaker.count(failed=told["result"] == "UNAVAILABLE")
    return Answer(
        request_id,
        told["result"],
        str(told.get("reason_code", "")),
        str(told.get("provider_txn", "")),
        hashlib.sha256(raw).hexdigest(),
    )


class Refused(OSError):
    """The provider answered, but not with 200."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


def _exchange(method: str, path: str, body: bytes | None = None) -> bytes:
    """One request to ``SMS_URL``. Follows no redirect and no proxy: messages go where the setting says, or nowhere."""
    address = urlsplit(settings.SMS_URL)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname, address.port, timeout=TIMEOUT_S)
    try:
        connection.request(method, address.path.rstrip("/") + path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        if response.status != HTTPStatus.OK:
            raise Refused(response.status)
        return response.read(ANSWER_BYTES_MAX)
    finally:
        connection.close()


def _reason(fault: Exception) -> str:
    match fault:
        case TimeoutError():
            return "TIMEOUT"
        case Refused():
            return f"HTTP_{fault.status}"
        case OSError() | http.client.HTTPException():
            return "NO_CONNECTION"
    return "BAD_ANSWER"
