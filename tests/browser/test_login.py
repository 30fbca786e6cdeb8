"""Logging in, stepping up and being warned, in a real browser: axe, width, and the same without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from servicehub.clock import now
from servicehub.identity import sms, totp
from tests.browser.test_pages import inspect
from tests.logins import sign_in
from tests.servicehub.identity.conftest import (  # noqa: F401 - fixtures
    MOBILE,
    PUBLIC_PASSWORD,
    SEED,
    STAFF_PASSWORD,
    agent,
    branch,
    make_staff,
    origin,
    provider,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def code():
    return re.search(r"校验码 (\d{6})", sms.outbox()[0]["text"])[1]


def here(visitor, where: str) -> list[str]:
    """Faults of the page as it stands, without loading it again."""
    found = [f"{where}: {one}" for one in visitor.violations()]
    if visitor.overflow() > 0:
        found.append(f"{where}: {visitor.overflow()} px wider than the window")
    found += [f"{where}: {text}" for text in visitor.complaints]
    visitor.complaints.clear()
    return found


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1440, True), (1440, False)])
def test_an_agent_logs_in(provider, agent, visit, width, javascript, tmp_path):  # noqa: F811
    visitor = visit(width=width, javascript=javascript)
    faults = inspect(visitor, "/login/employer/") if javascript else []
    visitor.go("/login/employer/")
    visitor.page.get_by_label("手机号").fill(MOBILE)
    visitor.page.get_by_label("密码").fill("wrong-horse")
    visitor.press("登录")
    assert visitor.page.title().startswith("错误：")
    expect(visitor.page.get_by_text("手机号或密码不对，还可再试 4 次").first).to_be_visible()
    if javascript:
        faults += here(visitor, "wrong password")
    visitor.page.get_by_label("密码").fill(PUBLIC_PASSWORD)
    visitor.press("登录")
    expect(visitor.page.get_by_text("138****1234")).to_be_visible()
    if javascript:
        faults += here(visitor, "code")
    visitor.page.get_by_label("短信校验码").fill(code())
    visitor.press("登录")
    assert "/employer/" in visitor.page.url
    assert faults == []


def test_a_clerk_binds_a_generator_and_sets_a_password(make_staff, branch, visit):  # noqa: F811
    user = make_staff(totp_seed="", must_change=True, posts=[("channel_admin", None)])
    visitor = visit(width=360)
    visitor.go("/login/staff/")
    visitor.page.get_by_label("工号").fill("41010001")
    visitor.page.get_by_label("密码").fill(STAFF_PASSWORD)
    visitor.press("登录")
    faults = here(visitor, "bind")
    visitor.page.get_by_label("动态口令", exact=True).fill(totp.code_at(totp.offer(user).seed, now()))
    visitor.press("绑定并登录")
    faults += here(visitor, "new password")
    visitor.page.get_by_label("现在的密码").fill(STAFF_PASSWORD)
    visitor.page.get_by_label("新密码", exact=True).fill("short")
    visitor.page.get_by_label("再填一次新密码").fill("short")
    visitor.press("修改密码")
    expect(visitor.page.get_by_text("密码至少 12 位，现在 5 位").first).to_be_visible()
    faults += here(visitor, "refused password")
    visitor.page.get_by_label("现在的密码").fill(STAFF_PASSWORD)
    visitor.page.get_by_label("新密码", exact=True).fill("Copper-Meadow-31")
    visitor.page.get_by_label("再填一次新密码").fill("Copper-Meadow-31")
    visitor.press("修改密码")
    faults += here(visitor, "changed")
    assert faults == []
    visitor.follow(visitor.page.get_by_role("link", name="继续办理"))
    assert "/switchboard/" in visitor.page.url


def test_the_pages_of_the_demo(provider, agent, make_staff, client, visit):  # noqa: F811
    make_staff()
    client.post("/login/employer/", {"name": MOBILE, "password": PUBLIC_PASSWORD})
    visitor = visit(width=360)
    assert inspect(visitor, "/demo/sms/") == []
    expect(visitor.page.get_by_text(f"校验码 {code()}")).to_be_visible()
    assert inspect(visitor, "/demo/totp/") == []
    expect(visitor.page.get_by_text("41010001 王芳")).to_be_visible()


def test_the_warning_before_the_end(make_staff, branch, visit, client):  # noqa: F811
    """The clock of the page runs fast: the warning stands two minutes before the end, one key goes on."""
    sign_in(client, make_staff(posts=[("channel_admin", None)]))
    visitor = visit(client)
    visitor.page.clock.install()
    visitor.go("/login/staff/password/")
    warning = visitor.page.locator("#session-warning")
    assert not warning.is_visible()
    seconds = int(warning.get_attribute("data-session-seconds"))
    # The server is asked first and says that there is time: nobody is warned for nothing.
    visitor.page.clock.run_for((seconds - 119) * 1000)
    visitor.page.wait_for_timeout(300)
    assert not warning.is_visible()
    visitor.page.route("**/login/staff/session/", lambda route: route.fulfill(json={"seconds": 120}))
    visitor.page.clock.run_for((seconds - 119) * 1000)
    warning.wait_for(state="visible")
    assert here(visitor, "warning") == []
    visitor.page.unroute("**/login/staff/session/")
    visitor.page.keyboard.press("Enter")
    warning.wait_for(state="hidden")
    # Leaving keeps what the form held.
    visitor.page.get_by_label("新密码", exact=True).fill("Copper-Meadow-31")
    visitor.page.evaluate("document.getElementById('session-warning').showModal()")
    visitor.press("保存草稿并退出")
    expect(visitor.page.get_by_text("已退出登录")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_registering_and_finding_a_password(visit, width):
    visitor = visit(width=width)
    addresses = ("/register/employer/", "/register/person/", "/reset/employer/", "/reset/person/", "/reset/staff/")
    faults = [fault for address in addresses for fault in inspect(visitor, address)]
    visitor.go("/register/person/")
    visitor.press("获取校验码")
    expect(visitor.page.get_by_text("有 4 处需要改正")).to_be_visible()
    faults += here(visitor, "refused registration")
    assert faults == []
