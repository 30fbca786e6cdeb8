"""An SMS provider for demo and tests: a process of its own, deterministic faults by mobile number, an outbox to read.

    python -m servicehub.identity.sms_simulator --port 8002

Numbers ending 0000 are refused, 0001 arrive after a delay (``--delay`` seconds), 0002 arrive without a receipt.
Standard library only: it starts in a blink and shares nothing with the product but the envelope.
"""

import argparse
import json
import threading
import time
from collections import deque
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

OUTBOX_MAX = 500
BODY_BYTES_MAX = 64 * 1024
DELAY_S = 90
SIGNATURE = "【公积金中心】"


class Provider:
    """Messages taken, by request id: the same request twice is one message."""

    def __init__(self, delay_s: float = DELAY_S):
        self.delay_s = delay_s
        self._guard = threading.Lock()
        self._answers: dict[str, dict] = {}
        self._messages: deque[dict] = deque(maxlen=OUTBOX_MAX)

    def take(self, envelope: dict) -> dict:
        request_id = str(envelope["request_id"])
        with self._guard:
            if request_id not in self._answers:
                self._answers[request_id] = self._handle(request_id, envelope)
                while len(self._answers) > OUTBOX_MAX * 2:
                    del self._answers[next(iter(self._answers))]
            return self._answers[request_id]

    def _handle(self, request_id: str, envelope: dict) -> dict:
        if envelope.get("operation") == "balance":
            return self._answer(request_id, "OK", fields={"balance": 1_000_000})
        if envelope.get("operation") != "send":
            return self._answer(request_id, "REJECTED", "UNKNOWN_OPERATION")
        payload = envelope["payload"]
        mobile, text = str(payload["mobile"]), str(payload["params"]["text"])
        if mobile.endswith("0000"):
            return self._answer(request_id, "REJECTED", "NUMBER_BARRED")
        late = mobile.endswith("0001")
        message = {
            "message_id": f"M{len(self._answers) + 1:08d}",
            "mobile": mobile,
            "template": str(payload.get("template", "")),
            "text": SIGNATURE + text,
            "taken_at": _now().isoformat(),
            "visible_from": time.monotonic() + (self.delay_s if late else 0),
            "receipt": "NONE" if mobile.endswith("0002") else "DELIVERED",
        }
        self._messages.appendleft(message)
        return self._answer(
            request_id, "PENDING" if late else "OK", provider_txn=message["message_id"],
            fields={"msg_id": message["message_id"], "state": "TAKEN"},
        )  # fmt: skip

    @staticmethod
    def _answer(request_id: str, result: str, reason: str = "", provider_txn: str = "", fields: dict | None = None):
        moment = _now().isoformat()
        return {
            "request_id": request_id,
            "provider_txn": provider_txn,
            "result": result,
            "reason_code": reason,
            "fields": fields or {},
            "as_of": moment,
            "received_at": moment,
        }

    def arrived(self, limit: int) -> list[dict]:
        with self._guard:
            moment = time.monotonic()
            arrived = [message for message in self._messages if message["visible_from"] <= moment]
        return [{key: message[key] for key in message if key != "visible_from"} for message in arrived[:limit]]

    def receipt(self, message_id: str) -> dict | None:
        with self._guard:
            found = next((one for one in self._messages if one["message_id"] == message_id), None)
        if found is None:
            return None
        due = found["visible_from"] <= time.monotonic()
        return {"msg_id": message_id, "state": found["receipt"] if due else "ON_THE_WAY"}


def _now() -> datetime:
    """Real time: this process stands outside the product and its clock."""
    return datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), UTC)


class Handler(BaseHTTPRequestHandler):
    server_version = "sms-simulator/1"
    protocol_version = "HTTP/1.1"
    provider: Provider

    def do_POST(self):
        if urlsplit(self.path).path != "/sms":
            return self._say(HTTPStatus.NOT_FOUND, {"error": "no such address"})
        try:
            length = int(self.headers.get("Content-Length", "0"))
            if length > BODY_BYTES_MAX:
                raise ValueError("too long")
            answer = self.provider.take(json.loads(self.rfile.read(length)))
        except (ValueError, KeyError, TypeError) as fault:
            return self._say(HTTPStatus.BAD_REQUEST, {"error": str(fault)})
        return self._say(HTTPStatus.OK, answer)

    def do_GET(self):
        address = urlsplit(self.path)
        query = parse_qs(address.query)
        if address.path == "/outbox":
            limit = min(int(query.get("limit", ["50"])[0]), OUTBOX_MAX)
            return self._say(HTTPStatus.OK, {"messages": self.provider.arrived(limit)})
        if address.path == "/receipt":
            receipt = self.provider.receipt(query.get("msg_id", [""])[0])
            return self._say(HTTPStatus.OK if receipt else HTTPStatus.NOT_FOUND, receipt or {"error": "unknown"})
        if address.path == "/healthz":
            return self._say(HTTPStatus.OK, {"status": "ok"})
        return self._say(HTTPStatus.NOT_FOUND, {"error": "no such address"})

    def _say(self, status: HTTPStatus, body: dict) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format, *args):
        """Silent: addresses and bodies hold mobiles and codes."""


def serve(host: str, port: int, delay_s: float = DELAY_S) -> ThreadingHTTPServer:
    """A server ready to ``serve_forever``; port 0 takes a free one."""
    handler = type("BoundHandler", (Handler,), {"provider": Provider(delay_s)})
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    return server


def main() -> None:
    parser = argparse.ArgumentParser(description="SMS provider simulator")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--delay", type=float, default=DELAY_S, help="seconds for numbers ending 0001")
    given = parser.parse_args()
    server = serve(given.host, given.port, given.delay)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
