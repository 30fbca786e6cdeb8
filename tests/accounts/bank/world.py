"""Special accounts, employers and lines for tests of what the bank tells."""

import json
from contextlib import contextmanager
from datetime import date, time
from decimal import Decimal
from itertools import count

from kombu.exceptions import OperationalError

from accounts.bank import messages
from accounts.bank.messages import AccountLine, ArrivalNotice, to_wire
from accounts.bank.models import SpecialAccount
from accounts.ledger.chart import open_subject
from servicehub.outbox import after_commit
from tests.accounts.bank.bank_process import DAY
from tests.conftest import make_origin

_numbers = count(1)


def special_account(branch, account_no: str = "", nature: str = "01") -> SpecialAccount:
    number = next(_numbers)
    subject = open_subject(make_origin(), f"10101{number:03}", "10101", f"归集户{number}")
    return SpecialAccount.objects.create(
        account_no=account_no or f"41050100001{number:09}",
        name="许昌市住房公积金管理中心",
        nature=nature,
        bank_code="105",
        bank_name="建设银行许昌分行",
        subject=subject,
        branch=branch,
        opened_on=date(2024, 1, 2),
    )


def line(account: SpecialAccount, amount: str = "100.00", **given) -> AccountLine:
    number = next(_numbers)
    values = {
        "account": account.account_no,
        "host_no": f"{number:010}",
        "host_date": DAY,
        "host_time": time(9, 30),
        "amount": Decimal(amount),
        "balance": Decimal("1000000.00"),
        "counter_account": "6222000000001234",
        "counter_name": "无名公司",
        **given,
    }
    return AccountLine(**values)


def body(*lines: AccountLine) -> bytes:
    return json.dumps({"head": {"TxCode": "SBDC100"}, "body": to_wire(ArrivalNotice(lines))}).encode()


def post(client, content: bytes, key: bytes):
    """As the bank posts it."""
    headers = {messages.SIGNATURE_HEADER: messages.sign(key, content)}
    return client.post("/bank/notices/", content, content_type="application/json", headers=headers)


@contextmanager
def broker_away(monkeypatch, task):
    """The broker takes nothing of this task meanwhile; afterwards it is back, and nobody lets it rest any more."""

    def refuse(*given, **options):
        raise OperationalError("no socket")

    with monkeypatch.context() as patched:
        patched.setattr(after_commit, "_failed", {"at": None})
        patched.setattr(task, "apply_async", refuse)
        yield
