"""The centre's end of the settlement interface: one message out, one signed answer back, over HTTP.

Three outcomes are told apart, because the difference is somebody's money: an answer; certainly nothing delivered (the
connection was never made), so the same instruction may go out again; and silence, after which only a query may follow.
"""

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from accounts.bank import messages
from accounts.bank.messages import SIGNATURE_HEADER, AnswerHead, Head, MessageFault, TxStatus, from_wire, to_wire
from servicehub import clock

PATIENCE_S = 30


class NotDelivered(Exception):
    """Nothing reached the bank. Sending again is safe."""


class AnswerLost(Exception):
    """The bank may have acted. Nothing is sent again: it is asked (BDC110)."""


@dataclass(frozen=True, slots=True)
class Answer:
    head: AnswerHead
    body: dict

    @property
    def status(self) -> TxStatus:
        return TxStatus(self.head.tx_status)

    def read(self, kind: type):
        """The typed body; ``None`` where the bank refused and sent none.

        :raises MessageFault: it is not what the interface says.
        """
        return from_wire(kind, self.body) if self.body else None


def send(message, send_seq_no: str, business_date: date, oper_no: str = "") -> Answer:
    """One message, once.

    :raises NotDelivered: the connection could not be made.
    :raises AnswerLost: it was made, and no proper answer came back.
    """
    head = Head(business_date, clock.local_now().time(), send_seq_no, message.CODE, oper_no=oper_no)
    body = json.dumps({"head": to_wire(head), "body": to_wire(message)}, ensure_ascii=False).encode()
    request = urllib.request.Request(
        f"{settings.BANK_URL.rstrip('/')}/settlement",
        body,
        {"Content-Type": "application/json", SIGNATURE_HEADER: messages.sign(key(), body)},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            raw, signature = response.read(), response.headers.get(SIGNATURE_HEADER, "")
    except urllib.error.HTTPError as refused:
        # The bank's front door read nothing of it: a wrong key, an address that is not there.
        with refused:
            raise (AnswerLost if refused.code >= 500 else NotDelivered)(f"HTTP {refused.code}") from refused
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionRefusedError):
            raise NotDelivered(str(error.reason)) from error
        raise AnswerLost(str(error.reason)) from error
    except (OSError, http.client.HTTPException) as error:
        raise AnswerLost(f"{type(error).__name__}: {error}") from error
    return _read(raw, signature)


def _read(raw: bytes, signature: str) -> Answer:
    if not messages.verify(key(), raw, signature):
        raise AnswerLost("the answer is not signed by the bank")
    try:
        wire = json.loads(raw)
        return Answer(from_wire(AnswerHead, wire["head"]), wire.get("body") or {})
    except (ValueError, KeyError, MessageFault) as fault:
        raise AnswerLost(f"the answer cannot be read: {fault}") from fault


def key() -> bytes:
    """The key shared with the bank, for both directions."""
    return settings.BANK_KEY.encode()
