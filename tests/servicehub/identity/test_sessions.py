"""Sessions: how they end, two roles in one browser, nothing lost when one ends, proofs that step up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from servicehub.clock import now
from servicehub.identity import posts, sessions, sms, totp
from servicehub.identity.models import EndReason, LoginSession, ParkedRequest, PostGrant, User, UserState
from tests.logins import sign_in
from tests.servicehub.identity import urls
from tests.servicehub.identity.conftest import PUBLIC_PASSWORD, SEED
from tests.servicehub.identity.test_login_pages import last_code

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.servicehub.identity.urls")]

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_received():
    urls.RECEIVED.clear()


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


def is_in(client, address="/employer/bills/"):
    return client.get(address).status_code == 200


# --- How a session ends ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "address", "idle", "whole"),
    [("agent", "/employer/bills/", 30, 600), ("person", "/my/", 20, 480), ("staff", "/counter/form/", 15, 600)],
)
def test_idle_and_longest_time_of_each_kind(request, client, clock, make_staff, kind, address, idle, whole):
    user = make_staff() if kind == "staff" else request.getfixturevalue(kind)
    sign_in(client, user)
    moment = START
    while moment + timedelta(minutes=idle) < START + timedelta(minutes=whole):
        moment += timedelta(minutes=idle)
        clock.move_to(moment, tick=False)
        assert is_in(client, address), moment - START
    clock.move_to(START + timedelta(minutes=whole), tick=False)
    over = client.get(address)
    assert over.status_code == 303
    assert "ended=absolute" in over["Location"]


def test_an_idle_session_says_why_and_leads_back(client, clock, agent):
    login = sign_in(client, agent)
    clock.move_to(START + timedelta(minutes=31), tick=False)
    over = client.get("/employer/bills/?month=2026-11")
    assert over["Location"] == "/login/employer/?next=%2Femployer%2Fbills%2F%3Fmonth%3D2026-11&ended=idle"
    login.refresh_from_db()
    assert login.end_reason == "idle"
    assert "为保护信息安全，已自动退出" in client.get(over["Location"]).text


def test_what_the_page_asks_by_itself_keeps_nobody_in(client, clock, agent):
    sign_in(client, agent)
    clock.move_to(START + timedelta(minutes=20), tick=False)
    assert client.get("/employer/bills/", headers={"X-Background": "1"}).status_code == 200
    clock.move_to(START + timedelta(minutes=31), tick=False)
    assert not is_in(client)


def test_a_second_log_in_of_an_agent_ends_the_first_with_notice(agent):
    first, second = Client(), Client()
    sign_in(first, agent)
    sign_in(second, agent)
    assert is_in(second)
    over = first.get("/employer/bills/")
    assert "ended=replaced" in over["Location"]
    assert "账号已在另一处登录" in first.get(over["Location"]).text


def test_a_person_holds_three(person):
    browsers = [Client() for _ in range(4)]
    for browser in browsers:
        sign_in(browser, person)
    assert [is_in(browser, "/my/") for browser in browsers] == [False, True, True, True]


@pytest.mark.parametrize("event", ["post", "revoked", "frozen", "password", "killed"])
def test_a_change_of_rights_ends_sessions_at_the_next_request(
    client, clock, make_staff, branch, origin, event, settings
):
    user = make_staff(posts=[("teller", branch)])
    sign_in(client, user)
    assert is_in(client, "/counter/desk/")
    match event:
        case "post":
            posts.grant_post(origin, user, "loan_officer", branch=branch, valid_from=START.date(), basis="测试")
        case "revoked":
            posts.revoke_post(origin, PostGrant.objects.get(user=user), "离岗")
        case "frozen":
            User.objects.filter(pk=user.pk).update(state=UserState.FROZEN)
        case "password":
            from servicehub.identity.passwords import change_password

            change_password(user, "Copper-Meadow-31")
        case "killed":
            sessions.end(LoginSession.objects.get(user=user), EndReason.REVOKED)
    clock.move_to(START + timedelta(seconds=1), tick=False)
    assert "ended=revoked" in client.get("/counter/desk/")["Location"]


def test_one_statement_reads_who_is_logged_in(client, make_staff, branch, django_assert_num_queries):
    sign_in(client, make_staff(posts=[("teller", branch)]))
    client.get("/counter/desk/")  # policy is read once per process
    with django_assert_num_queries(3):  # session, registry with user, proofs and posts, business date
        client.get("/counter/desk/")


def test_sessions_nobody_came_back_to_are_closed(client, clock, agent, person):
    logins = [sign_in(client, agent), sign_in(client, person)]
    assert sessions.purge(START + timedelta(minutes=25)) == 1
    for login, reason in zip(logins, ["", "idle"], strict=True):
        login.refresh_from_db()
        assert login.end_reason == reason


# --- Two roles in one browser ---------------------------------------------------------------------------------------


def test_one_browser_holds_an_agent_a_person_and_a_clerk(client, agent, person, make_staff, branch):
    sign_in(client, agent)
    sign_in(client, person)
    sign_in(client, make_staff(posts=[("teller", branch)]))
    assert client.get("/employer/bills/").text == "employer 李明 WEBE level 3"
    assert client.get("/my/").text == "person 赵敏 WEBP level 3"
    assert client.get("/counter/desk/").text.startswith("staff 王芳 CTR")
    assert client.get("/open/").text == "anonymous  SITE level 0"
    client.post("/logout/employer/")
    assert not is_in(client)
    assert is_in(client, "/counter/desk/")


def test_a_cookie_of_one_face_opens_no_other(client, agent):
    sign_in(client, agent)
    client.cookies["fc_session_staff"] = client.cookies["fc_session_employer"].value
    client.cookies["fc_session"] = client.cookies["fc_session_employer"].value
    assert client.get("/counter/form/")["Location"].startswith("/login/staff/")
    assert client.get("/open/").text.startswith("anonymous")


def test_logging_in_at_one_face_leaves_forms_of_the_other_good(provider, agent, make_staff, branch):
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, make_staff(posts=[("teller", branch)]))
    token = csrf_token(browser.get("/counter/form/"))
    login_token = csrf_token(browser.get("/login/employer/"))
    browser.post(
        "/login/employer/",
        {"name": "13800001234", "password": PUBLIC_PASSWORD, "csrfmiddlewaretoken": login_token},
    )
    login_token = csrf_token(browser.get("/login/employer/code/"))
    done = browser.post("/login/employer/code/", {"code": last_code(), "csrfmiddlewaretoken": login_token})
    assert done.status_code == 303
    assert browser.post("/counter/desk/", {"csrfmiddlewaretoken": token}).status_code == 200
    assert len(urls.RECEIVED) == 1


def csrf_token(page):
    import re

    return re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', page.text)[1]


# --- Nothing is lost ------------------------------------------------------------------------------------------------


def fill(**more):
    return {
        "amount": "1499608.00",
        "months": ["2026-10", "2026-11"],
        "password": "not kept",
        "list": SimpleUploadedFile("名册.xlsx", b"PK\x03\x04\x00\xff", "application/vnd.ms-excel"),
        **more,
    }


def test_a_post_after_the_session_ended_is_done_after_log_in(provider, client, clock, agent):
    sign_in(client, agent)
    clock.move_to(START + timedelta(minutes=31), tick=False)
    over = client.post("/employer/bills/?month=2026-11", fill())
    assert over["Location"] == "/login/employer/?kept=1&ended=idle"
    assert urls.RECEIVED == []
    page = client.get(over["Location"])
    assert "填写的内容已于 09:31 保存" in page.text
    client.post("/login/employer/", {"name": "13800001234", "password": PUBLIC_PASSWORD})
    done = client.post("/login/employer/code/", {"code": last_code()})
    assert done["Location"] == "/login/employer/resume/"
    assert urls.RECEIVED == []  # nothing is done before the person says so
    page = client.get("/login/employer/resume/")
    assert "填写的内容已于 09:31 保存，没有重复办理" in page.text
    assert client.post("/login/employer/resume/").status_code == 200
    (received,) = urls.RECEIVED
    assert received["path"] == "/employer/bills/?month=2026-11"
    assert received["fields"] == {"amount": ["1499608.00"], "months": ["2026-10", "2026-11"]}
    assert received["files"] == {"list": ("名册.xlsx", b"PK\x03\x04\x00\xff")}
    # Once only.
    assert client.post("/login/employer/resume/")["Location"] == "/employer/"
    assert len(urls.RECEIVED) == 1
    assert not ParkedRequest.objects.exists()


def test_what_is_kept_is_encrypted_and_only_for_its_owner(provider, client, clock, agent, origin):
    from servicehub.identity import people

    sign_in(client, agent)
    clock.move_to(START + timedelta(minutes=31), tick=False)
    client.post("/employer/bills/", fill(note="徐强 离职"))
    row = ParkedRequest.objects.get()
    assert row.user == agent
    for word in ("1499608", "徐强", "not kept"):
        assert word.encode() not in bytes(row.body)
    other = people.create_agent_user(
        origin, mobile="13700001111", name="孙二", id_number="990000199001010017", password=PUBLIC_PASSWORD
    )
    cookie = client.cookies["fc_session_employer"].value
    sign_in_keeping_the_session(client, other, cookie)
    assert client.get("/login/employer/resume/")["Location"] == "/employer/"
    assert urls.RECEIVED == []


def sign_in_keeping_the_session(client, user, cookie):
    """Log in within the browser session that holds the parked token."""
    from importlib import import_module

    from django.conf import settings

    from servicehub.faces.login_session import KEY

    login = sign_in(Client(), user)
    store = import_module(settings.SESSION_ENGINE).SessionStore(cookie)
    store[KEY] = login.pk
    store.save()
    client.cookies["fc_session_employer"] = store.session_key


def test_what_is_kept_can_be_given_up(client, clock, agent):
    sign_in(client, agent)
    clock.move_to(START + timedelta(minutes=31), tick=False)
    client.post("/employer/bills/", fill())
    sign_in_keeping_the_session(client, agent, client.cookies["fc_session_employer"].value)
    client.post("/login/employer/resume/", {"drop": "1"})
    assert not ParkedRequest.objects.exists()
    assert urls.RECEIVED == []


def test_a_form_older_than_the_log_in_is_kept_too(provider, agent):
    """Two tabs: the session ended, the person logged in again in one, and sends the form of the other."""
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, agent)
    old = csrf_token(browser.get("/employer/form/"))
    browser.cookies.pop("fc_csrf_employer")
    browser.get("/employer/form/")  # another secret, as after a log-in
    data = fill(csrfmiddlewaretoken=old)
    same_site = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.post("/employer/bills/", data, headers=same_site)
    assert answer["Location"] == "/login/employer/resume/"
    page = browser.get("/login/employer/resume/")
    done = browser.post("/login/employer/resume/", {"csrfmiddlewaretoken": csrf_token(page)})
    assert done.status_code == 200
    assert urls.RECEIVED[0]["fields"]["amount"] == ["1499608.00"]


def test_a_form_from_another_site_is_not(agent):
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, agent)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        assert browser.post("/employer/bills/", fill(), headers=headers).status_code == 403
    assert not ParkedRequest.objects.exists()


# --- Proofs ---------------------------------------------------------------------------------------------------------


def test_a_stale_proof_asks_for_a_code_and_goes_on_with_the_same_request(provider, client, clock, agent):
    sign_in(client, agent)
    clock.move_to(START + timedelta(minutes=16), tick=False)
    asked = client.post("/employer/pay/?bill=18", fill())
    assert (asked.status_code, asked["Location"]) == (303, "/login/employer/confirm/")
    assert "用于确认汇缴 ¥1,499,608.00" in sms.outbox()[0]["text"]  # the code is on its way already
    page = client.get("/login/employer/confirm/")
    assert "138****1234" in page.text
    assert "确认汇缴 ¥1,499,608.00" in page.text
    wrong = client.post("/login/employer/confirm/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "校验码不对，还可再试 4 次" in wrong.text
    assert urls.RECEIVED == []
    before = client.cookies["fc_session_employer"].value
    done = client.post("/login/employer/confirm/", {"code": last_code()})
    assert done.text == "employer 李明 WEBE level 3"
    assert client.cookies["fc_session_employer"].value != before  # rotated
    (received,) = urls.RECEIVED
    assert received["path"] == "/employer/pay/?bill=18"
    assert received["files"]["list"] == ("名册.xlsx", b"PK\x03\x04\x00\xff")
    # Fresh for a quarter of an hour.
    assert client.post("/employer/pay/", {}).status_code == 200


def test_a_page_that_wants_a_level_comes_back_to_itself(client, clock, make_staff):
    login = sign_in(client, make_staff())
    clock.move_to(START + timedelta(minutes=14), tick=False)
    assert is_in(client, "/switchboard/money/")
    sessions.touch(login, START + timedelta(minutes=14))
    clock.move_to(START + timedelta(minutes=16), tick=False)
    asked = client.get("/switchboard/money/?q=1")
    assert asked["Location"] == "/login/staff/confirm/"
    assert "动态口令" in client.get(asked["Location"]).text
    done = client.post(asked["Location"], {"code": totp.code_at(SEED, now())})
    assert done["Location"] == "/switchboard/money/?q=1"
    assert is_in(client, "/switchboard/money/")


def test_an_enhanced_page_is_led_away_whole(client, agent, clock):
    sign_in(client, agent)
    clock.move_to(START + timedelta(minutes=31), tick=False)
    answer = client.post("/employer/bills/", {"a": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/login/employer/")


def test_seconds_left_and_going_on(client, clock, agent):
    sign_in(client, agent)
    clock.move_to(START + timedelta(minutes=28), tick=False)
    ask = {"X-Background": "1", "Accept": "application/json"}
    assert client.get("/login/employer/session/", headers=ask).json() == {"seconds": 120, "can_be_extended": True}
    client.post("/login/employer/session/", {"next": "/employer/bills/"})
    assert client.get("/login/employer/session/", headers=ask).json()["seconds"] == 1800


def test_every_page_of_a_log_in_says_when_it_ends(client, clock, agent):
    sign_in(client, agent)
    page = client.get("/login/employer/password/").text
    assert "09:30 后需重新登录" in page
    assert 'data-session-seconds="1800"' in page
    assert "已 28 分钟没有操作，120 秒后将自动退出" in page
    assert "data-session-seconds" not in client.get("/").text


def test_leaving_keeps_the_form_for_the_next_log_in(provider, client, clock, agent):
    sign_in(client, agent)
    answer = client.post("/login/employer/leave/", fill(leave_path="/employer/bills/?month=2026-11"))
    assert answer["Location"] == "/login/employer/?ended=logout"
    assert not is_in(client)
    client.post("/login/employer/", {"name": "13800001234", "password": PUBLIC_PASSWORD})
    done = client.post("/login/employer/code/", {"code": last_code()})
    assert done["Location"] == "/login/employer/resume/"
    client.post("/login/employer/resume/")
    (received,) = urls.RECEIVED
    assert (received["path"], received["fields"]["amount"]) == ("/employer/bills/?month=2026-11", ["1499608.00"])


def test_leaving_a_page_without_a_form_keeps_nothing(client, agent):
    sign_in(client, agent)
    client.post("/login/employer/leave/", {"leave_path": "https://evil.example/"})
    assert not ParkedRequest.objects.exists()
    assert LoginSession.objects.get().end_reason == "logout"


# --- Who may open what ----------------------------------------------------------------------------------------------


def test_every_kind_opens_its_own_face_only(agent, person, make_staff):
    addresses = {"/employer/bills/": "agent", "/my/": "person", "/counter/form/": "staff"}
    for name, user in {"agent": agent, "person": person, "staff": make_staff()}.items():
        browser = Client()
        sign_in(browser, user)
        for address, owner in addresses.items():
            assert is_in(browser, address) == (owner == name)


def test_whoever_lacks_the_post_is_told_which_one(client, make_staff, branch):
    sign_in(client, make_staff(posts=[("teller", branch)]))
    answer = client.get("/switchboard/stops/")
    assert answer.status_code == 403
    assert "没有“渠道管理员、运营负责人”权限" in answer.text
    assert "由安全管理员开通" in answer.text


def test_an_initial_password_opens_nothing_else(client, make_staff, branch):
    sign_in(client, make_staff(must_change=True, posts=[("teller", branch)]))
    assert client.get("/counter/desk/")["Location"] == "/login/staff/password/"
    assert client.get("/login/staff/password/").status_code == 200


def test_a_log_in_is_on_the_audit_log(provider, client, agent):
    from servicehub.audit.models import AuditEntry

    client.post("/login/employer/", {"name": "13800001234", "password": "wrong-horse"})
    client.post("/login/employer/", {"name": "13800001234", "password": PUBLIC_PASSWORD})
    client.post("/login/employer/code/", {"code": last_code()})
    client.post("/logout/employer/")
    told = list(AuditEntry.objects.order_by("pk").values_list("action", "actor_name", "result"))
    assert told == [("登录失败", "", "refused"), ("登录", "李明", "done"), ("退出", "李明", "done")]
    assert LoginSession.objects.get().end_reason == "logout"
