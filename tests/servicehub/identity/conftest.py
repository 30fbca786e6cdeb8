import threading
from datetime import date

import pytest

from servicehub.declare import Pass, PassKind
from servicehub.identity import people, sms, sms_simulator
from servicehub.identity.models import Branch
from servicehub.identity.passwords import PepperedHasher
from tests.conftest import make_origin

STAFF_PASSWORD = "Glass-Harbour-27"
PUBLIC_PASSWORD = "quiet-river-9"
MOBILE = "13800001234"
ID_NUMBER = "990000198506150029"
SEED = "3132333435363738393031323334353637383930"


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch):
    """The real hasher with few rounds: what is tested is ours, not PBKDF2's patience."""
    monkeypatch.setattr(PepperedHasher, "iterations", 10)


@pytest.fixture
def origin():
    """The set-up of a centre: a batch that passed the gate."""
    return make_origin(
        operator=None,
        operator_name="批处理",
        channel="BATCH",
        user_kind="system",
        pass_=Pass.issue(PassKind.BATCH, "tests.set_up"),
    )


@pytest.fixture
def branch(db):
    return Branch.objects.create(code="01", name="市直管理部", area="魏都区")


@pytest.fixture
def other_branch(db):
    return Branch.objects.create(code="02", name="禹州管理部", area="禹州市")


@pytest.fixture
def make_staff(origin, branch):
    def make(work_number="41010001", name="王芳", posts=(), **more):
        more.setdefault("password", STAFF_PASSWORD)
        more.setdefault("must_change", False)
        more.setdefault("totp_seed", SEED)
        return people.create_staff(
            origin,
            work_number=work_number,
            name=name,
            branch=branch,
            posts=posts,
            posts_from=date(2020, 1, 1),
            posts_basis="测试",
            **more,
        )

    return make


@pytest.fixture
def agent(origin, db):
    return people.create_agent_user(
        origin, mobile=MOBILE, name="李明", id_number="990000197803231015", password=PUBLIC_PASSWORD
    )


@pytest.fixture
def person(origin, db):
    return people.create_person_user(
        origin, id_number=ID_NUMBER, name="赵敏", mobile="13900005678", password=PUBLIC_PASSWORD
    )


@pytest.fixture
def provider(settings):
    """The SMS simulator as a real server on a port of its own."""
    server = sms_simulator.serve("127.0.0.1", 0, delay_s=90)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SMS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    sms.breaker.__init__()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)
