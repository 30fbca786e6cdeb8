"""The bank simulator at work, with a listener in the centre's place."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from accounts.bank.messages import SIGNATURE_HEADER, verify
from tests.accounts.bank.bank_process import KEY, BankProcess, Listener, serials


@pytest.fixture(scope="module")
def listener():
    heard = Listener()

    class Centre(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with heard.came:
                refused = heard.refusals > 0
                heard.refusals -= refused
                if not refused:
                    heard.bodies.append(body)
                    heard.genuine.append(verify(KEY, body, self.headers[SIGNATURE_HEADER]))
                heard.came.notify_all()
            self.send_response(503 if refused else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Centre)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    heard.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def bank_process(listener):
    bank = BankProcess(listener.url)
    yield bank
    bank.stop()


@pytest.fixture
def bank(bank_process, listener):
    """No switch left on, nothing heard yet."""
    for name in bank_process.state()["faults"]:
        bank_process.fault(name, 0)
    bank_process.admin("flush")
    listener.bodies.clear()
    listener.genuine.clear()
    listener.refusals = 0
    return bank_process


@pytest.fixture
def centre_account(bank):
    return bank.open(f"4105010000{next(serials):010}", "住房公积金管理中心", "centre", "100000.00")


@pytest.fixture
def business_no():
    return f"B{next(serials):08}"
