"""The API's log-in: two steps, tokens and cookies, the same limits as on the pages, problem documents throughout."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.views import APIView

from fundcentre import urls as product
from servicehub.clock import now
from servicehub.faces.access import Access
from servicehub.faces.origin import origin_of
from servicehub.identity import lockout, sessions, totp
from servicehub.identity.models import EndReason, Face, LoginSession
from tests.servicehub.identity.conftest import MOBILE, PUBLIC_PASSWORD, SEED, STAFF_PASSWORD
from tests.servicehub.identity.test_login_pages import last_code


class Desk(APIView):
    access = Access("counter", frozenset({"teller"}))

    def get(self, request):
        origin = origin_of(request)
        return Response({"who": origin.operator_name, "channel": origin.channel, "level": origin.assurance})

    post = get


class Hall(Desk):
    access = Access("employer")


class Forgotten(APIView):
    def get(self, request):
        return Response({})


urlpatterns = [
    path("api/v1/desk/", Desk.as_view()),
    path("api/v1/hall/", Hall.as_view()),
    path("api/v1/forgotten/", Forgotten.as_view()),
    path("", include(product.urlpatterns)),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
AGENT = {"kind": "employer", "name": MOBILE, "password": PUBLIC_PASSWORD}
STAFF = {"kind": "staff", "name": "41010001", "password": STAFF_PASSWORD}


def send(client, method, address, data=None, **headers):
    return getattr(client, method)(f"/api/v1/{address}", data, content_type="application/json", headers=headers)


def log_in(client, credentials, code, **more):
    ticket = send(client, "post", "session/", credentials).json()["ticket"]
    return send(client, "post", "session/code/", {"ticket": ticket, "code": code() if callable(code) else code, **more})


@pytest.fixture
def token(client, make_staff, branch):
    make_staff(posts=[("teller", branch)])
    return log_in(client, STAFF, totp.code_at(SEED, now())).json()["token"]


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_an_agent_gets_a_token(provider, client, agent):
    first = send(client, "post", "session/", AGENT)
    assert first.status_code == 202
    assert (first.json()["second_factor"], first.json()["masked_mobile"]) == ("sms", "138****1234")
    assert "resend_at" in first.json()
    data = {"ticket": first.json()["ticket"], "code": last_code(), "client": "erp/3.1"}
    done = send(client, "post", "session/code/", data)
    assert done.status_code == 201
    assert done.json()["level"] == 3
    assert not client.cookies
    hall = client.get("/api/v1/hall/", headers=bearer(done.json()["token"]))
    assert hall.json() == {"who": "李明", "channel": "WEBE", "level": 3}
    login = LoginSession.objects.get()
    assert (login.face, login.client) == ("api", "erp/3.1")
    assert done.json()["token"].encode() not in bytes(login.token_index)


def test_the_same_agent_stays_logged_in_on_the_page(provider, client, agent):
    from tests.logins import sign_in

    sign_in(client, agent)
    log_in(Client(), AGENT, last_code_now)
    assert LoginSession.objects.filter(ended_at__isnull=True).count() == 2


def last_code_now():
    return last_code()


def test_a_session_cookie_wants_its_csrf_token(make_staff, branch):
    browser = Client(enforce_csrf_checks=True)
    make_staff(posts=[("teller", branch)])
    done = log_in(browser, STAFF, totp.code_at(SEED, now()), mode="session")
    assert done.status_code == 201
    assert "token" not in done.json()
    assert set(browser.cookies) == {"fc_session_api", "fc_csrf_api"}
    assert browser.get("/api/v1/desk/").json()["who"] == "王芳"
    assert send(browser, "post", "desk/").status_code == 403
    assert send(browser, "post", "desk/", **{"X-CSRFToken": done.json()["csrf_token"]}).status_code == 200


def test_wrong_passwords_count_down_and_lock(client, agent):
    for left in (4, 3, 2, 1):
        refused = send(client, "post", "session/", {**AGENT, "password": "wrong-horse"})
        assert refused.status_code == 401
        assert refused["Content-Type"].startswith("application/problem+json")
        assert refused.json()["title"] == f"手机号或密码不对，还可再试 {left} 次"
        assert refused.json()["code"] == "LOGIN_WRONG"
    locked = send(client, "post", "session/", {**AGENT, "password": "wrong-horse"})
    assert (locked.status_code, locked.json()["code"]) == (429, "LOGIN_LOCKED")
    assert 1790 <= int(locked["Retry-After"]) <= 1800


def test_unknown_names_get_the_same_document(client, agent):
    wrong = {"password": "wrong-horse"}
    known = send(client, "post", "session/", {**AGENT, **wrong})
    unknown = send(client, "post", "session/", {**AGENT, **wrong, "name": "13811112222"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())


def test_a_wrong_code_and_a_used_ticket(provider, client, agent):
    ticket = send(client, "post", "session/", AGENT).json()["ticket"]
    code = last_code()
    wrong = send(client, "post", "session/code/", {"ticket": ticket, "code": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "CODE_WRONG")
    assert send(client, "post", "session/code/", {"ticket": ticket, "code": code}).status_code == 201
    again = send(client, "post", "session/code/", {"ticket": ticket, "code": code})
    assert (again.status_code, again.json()["code"]) == (401, "LOGIN_OVER")


def test_a_ticket_of_a_page_opens_no_token(provider, client, agent):
    from servicehub.identity.login import begin

    waiting = begin(agent, Face.EMPLOYER, MOBILE)
    answer = send(client, "post", "session/code/", {"ticket": str(waiting.pk), "code": "000000"})
    assert answer.json()["code"] == "LOGIN_OVER"


def test_the_next_code_waits(provider, client, agent, time_machine):
    time_machine.move_to(START, tick=False)
    ticket = send(client, "post", "session/", AGENT).json()["ticket"]
    soon = send(client, "put", "session/code/", {"ticket": ticket})
    assert (soon.status_code, soon["Retry-After"]) == (429, "60")
    time_machine.move_to(START + timedelta(seconds=60), tick=False)
    assert send(client, "put", "session/code/", {"ticket": ticket}).status_code == 202


def test_a_token_ends_like_a_session(client, token, time_machine):
    desk = lambda: client.get("/api/v1/desk/", headers=bearer(token))  # noqa: E731
    assert desk().status_code == 200
    sessions.end(LoginSession.objects.get(), EndReason.REVOKED)
    over = desk()
    assert (over.status_code, over["WWW-Authenticate"]) == (401, "Bearer")
    assert over["Content-Type"].startswith("application/problem+json")
    assert "权限或账号变更" in over.json()["title"]


def test_a_token_left_alone_ends(client, token, time_machine):
    time_machine.move_to(now() + timedelta(minutes=16), tick=False)
    over = client.get("/api/v1/desk/", headers=bearer(token))
    assert over.status_code == 401
    assert "长时间没有操作" in over.json()["title"]


def test_logging_out(client, token):
    assert client.delete("/api/v1/session/", headers=bearer(token)).status_code == 204
    assert client.get("/api/v1/session/", headers=bearer(token)).status_code == 401


def test_who_is_logged_in(client, token):
    state = client.get("/api/v1/session/", headers=bearer(token)).json()
    assert (state["user"], state["kind"], state["roles"], state["level"]) == ("王芳", "staff", ["teller"], 3)
    assert client.get("/api/v1/session/").json()["code"] == "NOT_LOGGED_IN"


def test_stepping_up(provider, client, agent, time_machine):
    time_machine.move_to(START, tick=False)
    token = log_in(client, AGENT, last_code_now).json()["token"]
    time_machine.move_to(START + timedelta(minutes=16), tick=False)
    assert client.get("/api/v1/session/", headers=bearer(token)).json()["level"] == 2
    asked = send(client, "post", "session/step-up/", **bearer(token))
    assert asked.json()["second_factor"] == "sms"
    done = send(client, "put", "session/step-up/", {"code": last_code()}, **bearer(token))
    assert done.json()["level"] == 3
    assert client.get("/api/v1/hall/", headers=bearer(token)).json()["level"] == 3


def test_access_is_by_kind_and_post_and_closed_where_nothing_is_said(client, token):
    assert client.get("/api/v1/hall/", headers=bearer(token)).status_code == 403
    assert client.get("/api/v1/forgotten/", headers=bearer(token)).status_code == 403
    assert client.get("/api/v1/desk/").status_code == 401


def test_a_foreign_token_is_nobody(client, token):
    answer = client.get("/api/v1/desk/", headers=bearer("x" * 43))
    assert (answer.status_code, answer.json()["title"]) == (401, "令牌不存在")


def test_many_failures_from_one_address_ask_a_sum_first(client, agent, provider):
    for number in range(lockout.TRIES_PER_ADDRESS):
        send(client, "post", "session/", {**AGENT, "name": f"137{number:08d}", "password": "wrong-horse"})
    asked = send(client, "post", "session/", AGENT)
    assert (asked.status_code, asked.json()["code"]) == (429, "LOGIN_QUESTION")
    words = asked.json()["detail"]
    total = int(words[0]) + int(words[4])
    challenge = asked.json()["challenge"]
    assert send(client, "post", "session/", {**AGENT, "challenge": challenge, "answer": "99"}).status_code == 429
    other = {**AGENT, "name": "13811112222", "challenge": challenge, "answer": str(total)}
    assert send(client, "post", "session/", other).status_code == 429
    assert send(client, "post", "session/", {**AGENT, "challenge": challenge, "answer": str(total)}).status_code == 202


def test_all_faults_of_the_input_at_once(client, db):
    answer = send(client, "post", "session/", {"kind": "director"})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"kind", "name", "password"}


def test_an_initial_password_opens_no_token(client, make_staff):
    make_staff(must_change=True)
    answer = send(client, "post", "session/", STAFF)
    assert (answer.status_code, answer.json()["code"]) == (403, "PASSWORD_MUST_CHANGE")
