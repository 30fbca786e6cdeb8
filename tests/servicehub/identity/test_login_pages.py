"""Logging in as a person at a browser does it, on real pages, against the simulator over HTTP."""

import re

import pytest
from django.test import Client

from servicehub.clock import now
from servicehub.identity import sms, totp
from servicehub.identity.models import AdapterCall, LoginSession, User, UserState
from tests.logins import sign_in
from tests.servicehub.identity.conftest import ID_NUMBER, MOBILE, PUBLIC_PASSWORD, SEED, STAFF_PASSWORD

pytestmark = pytest.mark.django_db


def last_code(mobile=MOBILE):
    message = next(one for one in sms.outbox() if one["mobile"] == mobile)
    return re.search(r"校验码 (\d{6})", message["text"])[1]


def test_an_agent_logs_in_by_password_and_sms(provider, client, agent):
    page = client.get("/login/employer/?next=/employer/payments/")
    assert page.status_code == 200
    assert "单位登录" in page.text
    step = client.post("/login/employer/", {"name": "138 0000 1234", "password": PUBLIC_PASSWORD})
    assert (step.status_code, step["Location"]) == (303, "/login/employer/code/")
    page = client.get("/login/employer/code/")
    assert "138****1234" in page.text
    assert MOBILE not in page.text
    done = client.post("/login/employer/code/", {"code": last_code()})
    assert (done.status_code, done["Location"]) == (303, "/employer/payments/")
    login = LoginSession.objects.get(user=agent)
    assert (login.face, login.channel, login.ip) == ("employer", "WEBE", "127.0.0.1")
    assert sorted(login.proofs.values_list("method", flat=True)) == ["password", "sms"]


def test_a_person_logs_in_by_identity_number(provider, client, person):
    client.post("/login/person/", {"name": ID_NUMBER.lower(), "password": PUBLIC_PASSWORD})
    done = client.post("/login/person/code/", {"code": last_code("13900005678")})
    assert (done.status_code, done["Location"]) == (303, "/my/")


@pytest.mark.parametrize(("role", "home"), [("teller", "/counter/"), ("channel_admin", "/switchboard/")])
def test_staff_log_in_by_work_number_and_one_time_password(client, make_staff, branch, role, home):
    make_staff(posts=[(role, branch if role == "teller" else None)])
    client.post("/login/staff/", {"name": "41010001", "password": STAFF_PASSWORD})
    done = client.post("/login/staff/code/", {"code": totp.code_at(SEED, now())})
    assert (done.status_code, done["Location"]) == (303, home)


def test_a_second_log_in_within_a_minute_says_that_no_code_was_sent(provider, client, agent):
    sent = "校验码已发送到 138****1234"
    for browser, said in ((client, sent), (Client(), "刚发过校验码")):
        browser.post("/login/employer/", {"name": MOBILE, "password": PUBLIC_PASSWORD})
        page = browser.get("/login/employer/code/").text
        assert said in page
    assert sent not in page


def test_a_one_time_password_is_accepted_once(client, make_staff):
    make_staff()
    code = totp.code_at(SEED, now())
    for browser, status in ((client, 303), (Client(), 422)):
        browser.post("/login/staff/", {"name": "41010001", "password": STAFF_PASSWORD})
        answer = browser.post("/login/staff/code/", {"code": code})
        assert answer.status_code == status
    assert "动态口令不对，还可再试 4 次" in answer.text


def test_the_first_log_in_of_a_staff_member_binds_a_generator_and_sets_a_password(client, make_staff, branch):
    user = make_staff(totp_seed="", must_change=True, posts=[("teller", branch)])
    client.post("/login/staff/", {"name": "41010001", "password": STAFF_PASSWORD})
    page = client.get("/login/staff/code/")
    assert "绑定动态口令" in page.text
    seed = totp.offer(user).seed
    done = client.post("/login/staff/code/", {"code": totp.code_at(seed, now())})
    assert (done.status_code, done["Location"]) == (303, "/login/staff/password/")
    assert totp.is_bound(user)
    data = {"old": STAFF_PASSWORD, "password": "Copper-Meadow-31", "repeat": "Copper-Meadow-31"}
    changed = client.post("/login/staff/password/", data)
    assert "密码已修改" in changed.text
    user.refresh_from_db()
    assert user.check_password("Copper-Meadow-31")
    assert client.get("/login/staff/password/").status_code == 200  # this session goes on


def test_the_title_says_error_and_the_password_is_not_kept(client, agent):
    answer = client.post("/login/employer/", {"name": MOBILE, "password": "wrong-horse"})
    assert answer.status_code == 422
    assert "<title>错误：" in answer.text
    assert "手机号或密码不对，还可再试 4 次" in answer.text
    assert f'value="{MOBILE}"' in answer.text
    assert "wrong-horse" not in answer.text


def test_empty_fields_are_named_all_at_once(client, db):
    answer = client.post("/login/person/", {})
    assert "还没有填写证件号码" in answer.text
    assert "还没有填写密码" in answer.text


def test_a_frozen_account_is_told_so_only_to_who_knows_the_password(client, agent):
    User.objects.filter(pk=agent.pk).update(state=UserState.FROZEN)
    wrong = client.post("/login/employer/", {"name": MOBILE, "password": "wrong-horse"})
    assert "冻结" not in wrong.text
    right = client.post("/login/employer/", {"name": MOBILE, "password": PUBLIC_PASSWORD})
    assert "账号已冻结" in right.text


def test_the_second_step_needs_the_first(client, agent):
    answer = client.get("/login/employer/code/")
    assert (answer.status_code, answer["Location"]) == (303, "/login/employer/")


def test_a_ticket_of_one_kind_opens_no_other(provider, client, agent):
    client.post("/login/employer/", {"name": MOBILE, "password": PUBLIC_PASSWORD})
    client.cookies["fc_session_my"] = client.cookies["fc_session_employer"].value
    assert client.post("/login/person/code/", {"code": last_code()})["Location"] == "/login/person/"


def test_the_session_number_changes_at_log_in(provider, client, agent):
    client.get("/login/employer/?next=/employer/")
    numbers = [client.cookies["fc_session_employer"].value]
    client.post("/login/employer/", {"name": MOBILE, "password": PUBLIC_PASSWORD})
    numbers.append(client.cookies["fc_session_employer"].value)
    client.post("/login/employer/code/", {"code": last_code()})
    numbers.append(client.cookies["fc_session_employer"].value)
    assert len(set(numbers)) == 3


def test_log_out_ends_the_session_on_the_server(provider, client, agent):
    login = sign_in(client, agent)
    cookie = client.cookies["fc_session_employer"].value
    answer = client.post("/logout/employer/", follow=True)
    assert "已退出登录" in answer.text
    login.refresh_from_db()
    assert login.end_reason == "logout"
    client.cookies["fc_session_employer"] = cookie
    assert client.get("/login/employer/password/").status_code == 303


@pytest.mark.parametrize(
    "address", ["https://example.org/employer/", "//example.org/", "/switchboard/", "/login/employer/resume/"]
)
def test_an_address_elsewhere_is_not_followed(provider, client, agent, address):
    client.get("/login/employer/", {"next": address})
    client.post("/login/employer/", {"name": MOBILE, "password": PUBLIC_PASSWORD})
    assert client.post("/login/employer/code/", {"code": last_code()})["Location"] == "/employer/"


def test_what_the_provider_was_told_is_on_record_masked(provider, client, agent):
    client.post("/login/employer/", {"name": MOBILE, "password": PUBLIC_PASSWORD})
    call = AdapterCall.objects.get()
    assert (call.result, call.payload) == ("OK", {"template": "code.login", "mobile": "138****1234"})


def test_without_a_provider_the_page_says_so(client, agent, settings):
    settings.SMS_URL = ""
    client.post("/login/employer/", {"name": MOBILE, "password": PUBLIC_PASSWORD})
    answer = client.post("/login/employer/code/", {"resend": "1"})
    assert "后可重新获取" in answer.text
    assert AdapterCall.objects.get().result == "UNAVAILABLE"


def test_demo_pages_show_messages_and_are_gone_in_production(provider, client, agent, make_staff, settings):
    make_staff()
    client.post("/login/employer/", {"name": MOBILE, "password": PUBLIC_PASSWORD})
    assert last_code() in client.get("/demo/sms/").text
    assert totp.code_at(SEED, now()) in client.get("/demo/totp/").text
    settings.DEPLOY = "production"
    assert client.get("/demo/sms/").status_code == 404
    assert client.get("/demo/totp/").status_code == 404
