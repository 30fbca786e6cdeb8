"""A real Redis, killed: log-in, remittance, posting and the start of day close still answer; what was not sent runs
once within a minute of its return.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.db import connection
from kombu import pools

from accounts.bank.models import BankMessage, BankNotice
from accounts.bank.states import MessageState, NoticeState
from accounts.day_close import running
from accounts.day_close.models import Closing, StepState
from accounts.ledger.models import Subject, Voucher
from fundcentre.celery import app as celery
from fundcentre.local.redis import binary
from servicehub import gate
from servicehub.batch.models import JobItem
from servicehub.clock import now
from servicehub.declare import CENTRE
from servicehub.declare.registry import operations
from servicehub.identity import totp
from servicehub.identity.people import create_staff
from servicehub.outbox import after_commit
from tests.accounts.bank.bank_process import KEY, BankProcess
from tests.accounts.bank.world import body, line, post, special_account
from tests.accounts.factories import BranchFactory
from tests.conftest import BUSINESS_DATE, make_origin
from tests.deposits import scenarios  # noqa: F401 - the world of a remittance
from tests.scenarios import build, staff

pytestmark = pytest.mark.django_db(transaction=True)
SEED, PASSWORD = "3132333435363738393031323334353637383930", "Quiet-River-2026"
RETURN_SECONDS = 60


class OwnRedis:
    """One server of this test's own, on a socket of its own."""

    def __init__(self, directory):
        self.directory, self.socket = directory, directory / "r.sock"
        self.process = None

    def start(self) -> None:
        command = [str(binary()), "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.directory)]
        self.process = subprocess.Popen([*command, "--save", "", "--appendonly", "yes"], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not self.socket.exists() and time.monotonic() < until:
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.socket.unlink(missing_ok=True)


@pytest.fixture
def redis(tmp_path_factory, settings):
    """Cache and broker of this process are the one that will be killed; nothing is eager."""
    own = OwnRedis(tmp_path_factory.mktemp("r"))
    own.start()
    settings.CACHES = {"default": {**django_settings.CACHES["default"], "LOCATION": f"unix://{own.socket}"}}
    before = celery.conf.broker_url, celery.conf.task_always_eager
    celery.conf.broker_url, celery.conf.task_always_eager = f"redis+socket://{own.socket}", False
    forget_connections()
    yield own
    celery.conf.broker_url, celery.conf.task_always_eager = before
    forget_connections()
    after_commit._failed["at"] = None
    if own.process.poll() is None:
        own.kill()


def forget_connections() -> None:
    """Pools remember the broker they were made for."""
    pools.reset()
    celery._pool = celery.amqp._producer_pool = None


@contextmanager
def worker_and_beat(redis, bank, directory):
    at = connection.settings_dict
    host = connection.get_connection_params()["host"]
    environment = {
        **os.environ, "DATABASE_URL": f"postgres://{at['USER']}@/{at['NAME']}?host={host}",
        "REDIS_URL": f"unix://{redis.socket}", "CELERY_BROKER_URL": f"redis+socket://{redis.socket}",
        "BANK_URL": bank.url, "BANK_KEY": KEY.decode(),
    }  # fmt: skip
    with (directory / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "fundcentre", "worker", "-B", "--concurrency", "1", "--loglevel",
             "WARNING", "-s", str(directory / "beat")],
            env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def until(condition, seconds: float) -> float:
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if condition():
            return time.monotonic() - began
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s")


@pytest.fixture
def bank():
    bank = BankProcess("http://127.0.0.1:9")
    yield bank
    bank.stop()


def test_everything_answers_and_the_queue_is_worked_off_once(redis, bank, client, settings, monkeypatch, tmp_path):
    settings.BANK_URL, settings.BANK_KEY = bank.url, KEY.decode()
    branch = BranchFactory()
    account = special_account(branch)
    Subject.objects.filter(code=account.subject_id).update(opened_on=account.opened_on)
    bank.open(account.account_no, account.name, "centre", "0.00")
    create_staff(make_origin(), work_number="41010001", name="赵敏", password=PASSWORD, branch=branch,
                 mobile="13900000001", totp_seed=SEED, must_change=False)  # fmt: skip
    tools = SimpleNamespace(
        monkeypatch=monkeypatch, settings=settings, client=client, code="deposits.confirm_remittance"
    )
    remittance = build(operations[tools.code], tools)

    redis.kill()
    try:
        # Log-in.
        assert client.post("/login/staff/", {"name": "41010001", "password": PASSWORD}).status_code == 303
        answer = client.post("/login/staff/code/", {"code": totp.code_at(SEED, now())})
        assert answer.status_code == 303
        # Remittance.
        assert gate.submit(tools.code, remittance.origin, remittance.target, remittance.raw, key="r-1")
        # Posting: the bank knocks, and is answered; the worker will book it.
        told = line(account, "77.00", remark="货款", balance=Decimal("77.00"), host_date=BUSINESS_DATE)
        assert post(client, body(told), KEY).status_code == 200
        # The start of day close.
        day = {"day": BUSINESS_DATE.isoformat()}
        accountant = staff("accountant", branch=branch.pk)
        assert gate.submit("accounts.start_day_close", accountant, CENTRE, day, key="c-1")
        closing = Closing.objects.get()
        assert BankMessage.objects.filter(state=MessageState.RECEIVED).exists()
        assert not closing.steps.exclude(state=StepState.TODO).exists()
    finally:
        redis.start()

    with worker_and_beat(redis, bank, tmp_path):
        spent = until(lambda: not BankMessage.objects.filter(state=MessageState.RECEIVED).exists(), RETURN_SECONDS)
        until(lambda: closing.steps.filter(state=StepState.DONE).exists(), RETURN_SECONDS - spent)
    notice = BankNotice.objects.get(special_account=account)
    assert notice.state == NoticeState.UNKNOWN
    assert Voucher.objects.filter(event_id=f"notice:{notice.pk}").count() == 1
    assert not JobItem.objects.filter(attempts__gt=1).exists()
    assert running.under_way() in ([closing.pk], [])
