"""The bank simulator as the real process it is, and what listens in the centre's place."""

import json
import subprocess
import sys
import threading
import urllib.request
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from itertools import count

from accounts.bank.messages import SIGNATURE_HEADER, AccountLine, Head, from_wire, sign, to_wire, verify

KEY = b"test-key"
DAY = date(2026, 11, 10)
serials = count(1)


@dataclass
class Listener:
    """Takes notices as the centre would; ``refusals`` is how many it answers with 503 first."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    genuine: list[bool] = field(default_factory=list)
    refusals: int = 0
    came: threading.Condition = field(default_factory=threading.Condition)

    def lines(self) -> list[AccountLine]:
        return [
            from_wire(AccountLine, line) for body in list(self.bodies) for line in json.loads(body)["body"]["lines"]
        ]

    def wait_for(self, number: int, seconds: int = 10) -> list[AccountLine]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.bodies) >= number, seconds), "the notice did not come"
        return self.lines()


class BankProcess:
    """The simulator at work, spoken to as the centre does."""

    def __init__(self, centre_url: str, *more: str):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "accounts.bank.simulator", "--port", "0", "--books", ":memory:",
             "--key", KEY.decode(), "--centre", centre_url, "--day", DAY.isoformat(), "--hold", "0", *more],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.url = self.process.stdout.readline().split()[-1].rstrip("/")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def admin(self, action: str, **given) -> dict:
        request = urllib.request.Request(f"{self.url}/admin/{action}", json.dumps(given).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def state(self) -> dict:
        with urllib.request.urlopen(f"{self.url}/admin/state", timeout=10) as response:
            return json.load(response)

    def open(self, no: str, name: str = "某某公司", kind: str = "customer", opening: str | None = None) -> str:
        self.admin("accounts", accounts=[{"no": no, "name": name, "kind": kind, "opening": opening}])
        return no

    def balance(self, no: str) -> Decimal:
        return Decimal(self.state()["accounts"][no])

    def fault(self, name: str, times: int = 1, value: str = "") -> None:
        self.admin("faults", fault=name, times=times, value=value)

    def pay_in(self, payee: str, amount: str, remark: str = "", payer: str = "62220001", name: str = "某某公司") -> str:
        given = {"payer": payer, "payer_name": name, "payee": payee, "amount": amount, "remark": remark}
        return self.admin("transfer", **given)["host_no"]

    def send(self, message, seq_no: str | None = None, key: bytes = KEY) -> dict:
        head = Head(DAY, time(9, 30), seq_no or f"S{next(serials)}", message.CODE)
        body = json.dumps({"head": to_wire(head), "body": to_wire(message)}).encode()
        request = urllib.request.Request(
            f"{self.url}/settlement", body, {SIGNATURE_HEADER: sign(key, body)}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            answer = response.read()
            assert verify(KEY, answer, response.headers[SIGNATURE_HEADER])
        return json.loads(answer)
