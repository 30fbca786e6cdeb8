"""A sample of pages in a real browser: axe, width, weight, policy of content, and life without JavaScript.

The full crawl over every address and operation is ``make sweep`` (test_sweep.py).
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import WEIGHT_MAX

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = ["/", "/services/", "/services/X-DO/", "/accessibility/", "/verify/", "/login/employer/", "/nowhere/"]
EMPLOYER = ["", "do/samples.move_money/", "list/samples.staff/", "services/", "cases/", "messages/"]
COUNTER = ["/counter/", "/counter/employer/e7f3k/", "/counter/checks/", "/counter/services/"]
SWITCHBOARD = ["/switchboard/matrix/", "/switchboard/traffic/", "/switchboard/wall/", "/switchboard/styleguide/"]


def inspect(visitor, path, statuses=(200, 404)) -> list[str]:
    """Everything wrong with one page."""
    answer = visitor.go(path)
    found = [f"{path}: {one}" for one in visitor.violations()]
    if answer.status not in statuses:
        found.append(f"{path}: status {answer.status}")
    if visitor.overflow() > 0:
        found.append(f"{path}: {visitor.overflow()} px wider than the window")
    if visitor.bytes > WEIGHT_MAX:
        found.append(f"{path}: {visitor.bytes} bytes")
    found += [f"{path}: {text}" for text in visitor.complaints]
    visitor.complaints.clear()
    return found


@pytest.mark.parametrize("width", [360, 1440])
def test_public_pages(live, visit, width):
    visitor = visit(width=width)
    assert [fault for path in PUBLIC for fault in inspect(visitor, path)] == []


@pytest.mark.parametrize("width", [360, 1440])
def test_the_employer_hall(live, agent, visit, width):
    visitor = visit(agent, width)
    assert [fault for path in EMPLOYER for fault in inspect(visitor, f"/employer/e7f3k/{path}")] == []


@pytest.mark.parametrize("width", [360, 1440])
def test_a_person_with_large_letters(live, person, visit, width):
    visitor = visit(person, width).size("elder")
    assert [fault for path in ("/my/", "/my/services/", "/my/about/") for fault in inspect(visitor, path)] == []
    smallest = visitor.page.evaluate(
        "Math.min(...[...document.querySelectorAll('main *')].filter(e => e.innerText && !e.children.length)"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert smallest >= 17
    low = visitor.page.evaluate(
        "[...document.querySelectorAll('.tabbar a, main .govuk-button')].map(e => e.getBoundingClientRect().height)"
        ".filter(h => h > 0 && h < 59.5)"
    )
    assert low == []


@pytest.mark.parametrize("width", [360, 1440])
def test_counter_and_switchboard(live, staff, visit, width):
    at_counter, at_board = visit(staff("teller"), width), visit(staff("channel_admin"), width)
    faults = [fault for path in COUNTER for fault in inspect(at_counter, path)]
    faults += [fault for path in SWITCHBOARD for fault in inspect(at_board, path)]
    assert faults == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_form_from_start_to_receipt(live, agent, visit, javascript):
    visitor = visit(agent, 360, javascript)
    page = visitor.page
    visitor.go("/employer/e7f3k/do/samples.move_money/")
    page.get_by_label("月缴存额").fill("abc")
    visitor.press("下一步：核对")
    assert page.title().startswith("错误：")
    summary = page.get_by_role("alert")
    assert summary.get_by_role("link").count() == 2
    if javascript:
        assert visitor.violations() == []
        assert page.evaluate("document.activeElement.id") == "errors"
    summary.get_by_role("link", name="月缴存额").click()
    page.get_by_label("月缴存额").fill("１５，000")
    page.get_by_label("工资调整").check()
    page.get_by_label("我承诺以上信息真实").check()
    visitor.press("下一步：核对")
    assert page.get_by_role("heading", level=1).inner_text() == "核对：调整月缴存额"
    visitor.press("调整月缴存额 ¥15,000.00")
    assert "已调整月缴存额" in page.get_by_role("heading", level=1).inner_text()
    page.reload()
    assert "已调整月缴存额" in page.get_by_role("heading", level=1).inner_text()
    assert len(live.done) == 1


def test_back_shows_the_form_filled_and_a_second_send_does_nothing(live, agent, visit):
    visitor = visit(agent)
    page = visitor.page
    visitor.go("/employer/e7f3k/do/samples.move_money/")
    page.get_by_label("月缴存额").fill("1967")
    page.get_by_label("更正").check()
    page.get_by_label("我承诺以上信息真实").check()
    visitor.press("下一步：核对")
    visitor.follow(page.get_by_role("link", name=re.compile("修改.*月缴存额")))
    assert page.get_by_label("月缴存额").input_value() == "1967"
    visitor.press("下一步：核对")
    visitor.follow(page.get_by_role("button", name="调整月缴存额"))
    page.go_back()
    assert "这笔业务已经提交过，没有重复办理" in page.content()
    assert len(live.done) == 1


def test_the_counter_works_by_keyboard(live, staff, visit):
    visitor = visit(staff("teller"))
    page = visitor.page
    visitor.go("/counter/")
    page.keyboard.press("F2")
    assert page.evaluate("document.activeElement.id") == "command"
    page.keyboard.type("410100001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/counter/employer/e7f3k/")
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("heading", name="键盘说明")).to_be_visible()
    page.keyboard.press("Escape")
