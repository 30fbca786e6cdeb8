"""注册: recognised by three facts and the telephone in hand; one answer to everything that does not fit."""

from datetime import timedelta

import pytest
from django.test import Client

from servicehub.catalogue.sync import sync_catalogue
from servicehub.clock import now
from servicehub.declare import PartyKind
from servicehub.declare.registry import party_kinds
from servicehub.identity import people, sms
from servicehub.identity.models import User
from tests.servicehub.identity.conftest import ID_NUMBER, MOBILE
from tests.servicehub.identity.test_login_pages import last_code

pytestmark = pytest.mark.django_db

ME = {"name": "赵敏", "id_number": ID_NUMBER, "mobile": "13900005678", "agree": "true"}
PASSWORD = "quiet-river-9"


class Known(PartyKind):
    """One person on file: 赵敏, party 7."""

    def recognise(self, name, id_number, mobile):
        return 7 if (name, id_number, mobile) == ("赵敏", ID_NUMBER, "13900005678") else None

    def mine(self, origin):
        return []


@pytest.fixture
def known(db):
    sync_catalogue()
    before = party_kinds["person"]
    party_kinds.remove("person")
    kind = party_kinds.add(Known(code="person", label="个人"))
    yield kind
    party_kinds.remove("person")
    party_kinds.add(before)


def register(client, kind="person", mobile="13900005678", **data):
    first = client.post(f"/register/{kind}/", {**ME, "mobile": mobile, **data})
    if first.status_code != 303:
        return first
    return client.post(f"/register/{kind}/code/", {"code": last_code(mobile)})


def test_a_person_registers_sets_a_password_and_logs_in(provider, client, known):
    done = register(client)
    assert done["Location"] == "/reset/person/password/"
    user = people.find_user("person", ID_NUMBER)
    assert not user.has_usable_password()
    assert user.registered_channel == "WEBP"
    client.post("/reset/person/password/", {"password": PASSWORD, "repeat": PASSWORD})
    answer = client.post("/login/person/", {"name": ID_NUMBER, "password": PASSWORD})
    assert answer["Location"] == "/login/person/code/"


def test_an_agent_registers_bare(provider, client, known):
    done = register(client, "employer", MOBILE, name="李明", id_number="990000197803231015")
    assert done["Location"] == "/reset/employer/password/"
    assert people.find_user("employer", MOBILE).display_name == "李明"


@pytest.mark.parametrize("wrong", [{"name": "赵明"}, {"mobile": "13911112222"}, {"id_number": "990000199001010017"}])
def test_one_answer_to_whatever_does_not_fit(provider, client, known, person, time_machine, wrong):
    """``person`` is registered already; the others are nobody: the pages do not tell which."""
    registered = register(Client(), mobile=ME["mobile"])
    time_machine.move_to(now() + timedelta(seconds=61))
    stranger = register(client, **wrong)
    assert stranger.status_code == registered.status_code == 422
    for page in (stranger, registered):
        assert "与缴存登记的信息对不上，或已经注册过" in page.text
    assert User.objects.count() == 1


def test_every_fault_at_once_before_a_code_is_sent(provider, client, known):
    page = register(client, name="1", id_number="990000198506150021", mobile="1390000567", agree="")
    assert page.status_code == 422
    for words in ("第 18 位校验码", "手机号 10 位", "还没有同意隐私政策"):
        assert words in page.text
    assert sms.outbox() == []


def test_the_code_comes_first(provider, client, known):
    assert client.get("/register/person/code/")["Location"] == "/register/person/"
    client.post("/register/person/", ME)
    wrong = client.post("/register/person/code/", {"code": "000000"})
    assert "校验码不对，还可再试 4 次" in wrong.text
    assert not User.objects.exists()


def test_what_was_typed_rests_encrypted(provider, client, known):
    from importlib import import_module

    from django.conf import settings

    client.post("/register/person/", ME)
    store = import_module(settings.SESSION_ENGINE).SessionStore(client.cookies["fc_session_my"].value)
    assert ID_NUMBER not in str(dict(store))
    assert "赵敏" not in str(dict(store))


def test_registering_can_be_stopped_like_any_item(provider, client, known, monkeypatch):
    from servicehub import gate
    from servicehub.gate import Refused

    def stopped(*arguments):
        raise Refused("ITEM_SUSPENDED", 503, "网厅注册暂停受理", "今晚维护，明早恢复。")

    monkeypatch.setattr(gate, "submit", stopped)
    page = register(client)
    assert page.status_code == 503
    assert "今晚维护，明早恢复" in page.text
