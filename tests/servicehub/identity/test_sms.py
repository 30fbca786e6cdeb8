"""The SMS adapter: envelope, faults, breaker; and the simulator as a process of its own."""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from servicehub.identity import sms
from servicehub.identity.models import AdapterCall
from tests.servicehub.identity.conftest import MOBILE

pytestmark = pytest.mark.django_db


def send(mobile=MOBILE):
    return sms.send(mobile, "校验码 123456，切勿告知他人。", template="code.login", purpose="login")


@pytest.fixture
def broken(settings):
    """A provider that answers whatever a test puts in ``answers``."""

    class Handler(BaseHTTPRequestHandler):
        answers: list = []

        def do_POST(self):
            envelope = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = self.answers.pop(0)
            data = json.dumps(body(envelope)).encode() if callable(body) else body
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SMS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    sms.breaker.__init__()
    yield Handler.answers
    server.shutdown()
    server.server_close()
    thread.join(5)


def good(envelope):
    return {"request_id": envelope["request_id"], "result": "OK", "provider_txn": "T1"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, b"{}"), "HTTP_500"),
        ((302, b"{}"), "HTTP_302"),
        ((200, b"<html>"), "BAD_ANSWER"),
        ((200, b"[]"), "BAD_ANSWER"),
        ((200, lambda e: {**good(e), "request_id": "another"}), "BAD_ANSWER"),
        ((200, lambda e: {**good(e), "result": "SURE"}), "BAD_ANSWER"),
    ],
)
def test_whatever_the_provider_says_wrong_is_unavailable(broken, answer, reason):
    broken.append(answer)
    answer = send()
    assert (answer.result, answer.reason_code, answer.ok) == ("UNAVAILABLE", reason, False)
    assert AdapterCall.objects.get().reason_code == reason


def test_nobody_there(settings):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        settings.SMS_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
        sms.breaker.__init__()
        assert send().reason_code == "NO_CONNECTION"


def test_a_silent_provider_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(sms, "TIMEOUT_S", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        settings.SMS_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        sms.breaker.__init__()
        assert send().reason_code == "TIMEOUT"


def test_the_breaker_rests_and_tries_again(broken, monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(sms.time, "monotonic", lambda: moment[0])
    sms.breaker.__init__()
    broken += [(500, b"{}")] * 20
    assert [send().reason_code for _ in range(20)] == ["HTTP_500"] * 20
    assert send().reason_code == "BREAKER_OPEN"  # not even asked
    moment[0] += 30
    broken.append((500, b"{}"))
    assert send().reason_code == "HTTP_500"  # one is let through, and fails
    assert send().reason_code == "BREAKER_OPEN"
    moment[0] += 30
    broken += [(200, good)] * 2
    assert [send().result, send().result] == ["OK", "OK"]


def test_the_simulator_is_a_process_of_its_own(settings):
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "servicehub.identity.sms_simulator", "--port", str(port), "--delay", "0.3"]
    with subprocess.Popen(command, cwd=root, env={"PATH": ""}) as process:
        try:
            settings.SMS_URL = f"http://127.0.0.1:{port}"
            sms.breaker.__init__()
            wait_for(port)
            assert send().result == "OK"
            assert send("13800000000").result == "REJECTED"
            assert send("13800000001").result == "PENDING"
            assert send("13800000002").result == "OK"
            assert [one["mobile"] for one in sms.outbox()] == ["13800000002", MOBILE]
            time.sleep(0.35)
            messages = sms.outbox()
            assert [one["mobile"] for one in messages] == ["13800000002", "13800000001", MOBILE]
            assert [receipt(port, one["message_id"]) for one in messages] == ["NONE", "DELIVERED", "DELIVERED"]
            assert messages[0]["text"].startswith("【公积金中心】校验码 123456")
        finally:
            process.terminate()


def wait_for(port):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("the simulator did not start")


def receipt(port, message_id):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/receipt?msg_id={message_id}", timeout=5) as answer:
        return json.load(answer)["state"]


def test_the_same_request_twice_is_one_message(provider):
    from servicehub.identity.sms_simulator import Provider

    simulated = Provider()
    envelope = {
        "request_id": "r1",
        "operation": "send",
        "payload": {"mobile": MOBILE, "template": "t", "params": {"text": "x"}},
    }
    assert simulated.take(envelope) == simulated.take(envelope)
    assert len(simulated.arrived(10)) == 1
