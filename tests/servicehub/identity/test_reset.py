"""找回密码: a person proves who they are, agents and staff need leave; strangers learn nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from servicehub.clock import now
from servicehub.identity import lockout, people, resets, sms
from servicehub.identity.models import AdapterCall, PasswordReset, SmsCode
from servicehub.identity.passwords import set_unusable
from tests.logins import sign_in
from tests.servicehub.identity.conftest import ID_NUMBER, MOBILE, PUBLIC_PASSWORD
from tests.servicehub.identity.test_login_pages import last_code

pytestmark = pytest.mark.django_db

NEW = "fresh-meadow-8"


def ask(client, kind, **data):
    return client.post(f"/reset/{kind}/", data)


def set_password(client, kind, new=NEW):
    return client.post(f"/reset/{kind}/password/", {"password": new, "repeat": new})


def test_a_person_sets_a_new_one_by_name_number_and_code(provider, client, person):
    session = Client()
    sign_in(session, person)
    assert ask(client, "person", name=ID_NUMBER, full_name="赵敏")["Location"] == "/reset/person/code/"
    page = client.get("/reset/person/code/")
    assert "139" not in page.text  # where it went is not told
    code = last_code("13900005678")
    assert client.post("/reset/person/code/", {"code": code})["Location"] == "/reset/person/password/"
    assert "密码至少 8 位" in set_password(client, "person", "short").text
    assert "新密码已设置" in set_password(client, "person").text
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert session.get("/login/person/password/").status_code == 303  # earlier log-ins ended
    assert set_password(client, "person", "another-lake-7")["Location"] == "/reset/person/"


@pytest.mark.parametrize("given", [{"full_name": "赵明"}, {"name": "990000199001010017"}])
def test_whoever_does_not_fit_sees_the_same_pages(provider, person, time_machine, given):
    time_machine.move_to(now(), tick=False)
    right = {"name": ID_NUMBER, "full_name": "赵敏"}
    stranger, owner = Client(), Client()
    answers = [ask(stranger, "person", **{**right, **given}), ask(owner, "person", **right)]
    assert answers[0]["Location"] == answers[1]["Location"]
    pages = [re.sub(r'value="[^"]*"', "", browser.get("/reset/person/code/").text) for browser in (stranger, owner)]
    assert pages[0] == pages[1]
    assert len(sms.outbox()) == 1
    assert list(AdapterCall.objects.values_list("operation", flat=True).order_by("pk")) == ["balance", "send"]
    wrong = stranger.post("/reset/person/code/", {"code": last_code("13900005678")})
    assert "校验码不对，还可再试 4 次" in wrong.text


def test_limits_hold_for_names_nobody_has(provider, client, db):
    ask(client, "person", name="990000199001010017", full_name="某人")
    again = ask(Client(), "person", name="990000199001010017", full_name="某人")
    assert "秒后可重新获取" in again.text
    assert SmsCode.objects.count() == 1


def test_an_agent_needs_leave(provider, client, agent, origin, time_machine):
    ask(client, "employer", name=MOBILE)
    assert sms.outbox() == []
    time_machine.move_to(now() + timedelta(minutes=2), tick=False)
    resets.give_leave(origin, agent, "核对身份证原件")
    PasswordReset.objects.update(expires_at=now() + timedelta(hours=24))
    ask(client, "employer", name=MOBILE)
    client.post("/reset/employer/code/", {"code": last_code()})
    set_password(client, "employer")
    agent.refresh_from_db()
    assert agent.check_password(NEW)
    assert not resets.has_leave(agent)  # once


def test_leave_lasts_a_day(origin, agent):
    resets.give_leave(origin, agent, "核对身份证原件")
    PasswordReset.objects.update(expires_at=now() - timedelta(seconds=1))
    assert resets.whose("employer", MOBILE, "") is None


def test_leave_takes_the_lock_away(origin, agent):
    name = people.login_index("employer", MOBILE)
    for _ in range(5):
        lockout.fail(lockout.begin(name, None))
    assert lockout.begin(name, None).is_locked
    resets.give_leave(origin, agent, "核对身份证原件")
    assert not lockout.begin(name, None).is_locked


def test_the_steps_cannot_be_skipped(provider, client, person):
    for step in ("code/", "password/"):
        assert client.get(f"/reset/person/{step}")["Location"] == "/reset/person/"
    ask(client, "person", name=ID_NUMBER, full_name="赵敏")
    assert client.get("/reset/person/password/")["Location"] == "/reset/person/"
    assert set_password(client, "person")["Location"] == "/reset/person/"
    person.refresh_from_db()
    assert person.check_password(PUBLIC_PASSWORD)


def test_nothing_that_was_typed_rests_in_the_browser_session(provider, client, person):
    from importlib import import_module

    from django.conf import settings

    ask(client, "person", name=ID_NUMBER, full_name="赵敏")
    store = import_module(settings.SESSION_ENGINE).SessionStore(client.cookies["fc_session_my"].value)
    assert set(store["reset"]) == {"kind", "binding", "user", "proved"}


def test_a_new_staff_member_sets_the_first_password(provider, client, make_staff, origin):
    user = make_staff(mobile="13900007777", password="", totp_seed="")
    assert not user.has_usable_password()
    resets.give_leave(origin, user, "中心人〔2026〕15号")
    PasswordReset.objects.update(expires_at=now() + timedelta(hours=24))
    ask(client, "staff", name="41010001")
    client.post("/reset/staff/code/", {"code": last_code("13900007777")})
    set_password(client, "staff", "Copper-Meadow-31")
    answer = client.post("/login/staff/", {"name": "41010001", "password": "Copper-Meadow-31"})
    assert answer["Location"] == "/login/staff/code/"


def test_an_account_without_a_password_opens_to_none(client, make_staff):
    user = make_staff()
    set_unusable(user)
    user.save()
    for password in ("", "!", user.password):
        assert client.post("/login/staff/", {"name": "41010001", "password": password}).status_code == 422
