"""The README's tour in a real browser, against the centre as ``make demo`` starts it.

Every process is its own: PostgreSQL, Redis, web, worker, beat, bank, SMS. Only the city is smaller. The tests are one
walk in the README's order, and each stands on what those before it did.
"""

import time

import pytest

from tests.browser.small_centre import small_centre
from tests.browser.tour import Tour

pytestmark = [pytest.mark.browser, pytest.mark.sweep, pytest.mark.xdist_group("tour")]

NEW = ("许昌市示例机械制造有限公司", "91411000MA9F4K2T5E", "魏都区建设路 88 号 3 号楼 201 室")
OTHER = ("许昌市示例环保设备有限公司", "91411000MA9F4K3TXE", "魏都区天宝路 12 号 1 号楼 6 室")
NEWCOMER = ("刘洋", "990000199003070013")


@pytest.fixture(scope="module")
def tour(chromium):
    with small_centre() as centre:
        walk = Tour(chromium, centre)
        yield walk
        walk.close()


def test_1_an_employers_month_from_workbook_to_the_bank(tour):
    agent = tour.visitor("employer", 0)
    tour.upload(agent)
    tour.only_bad_rows(agent)
    tour.correct_one(agent)
    tour.approve(agent)
    tour.confirm(agent)
    tour.pay(agent)
    tour.posted(agent)
    assert agent.complaints == []


def test_2_everything_ties_out(tour):
    tour.ties_out()


def test_3_the_employee_sees_it_and_proves_it(tour):
    mine = tour.visitor("person", 0, width=360)
    tour.employee(mine)
    assert mine.complaints == []


def test_4_the_counter_registers_and_the_accountants_claim(tour):
    clerk, reviewer = tour.visitor("staff", "S0101"), tour.visitor("staff", "S0102")
    tour.look_up(clerk)
    tour.register_employer(clerk, reviewer, *NEW)
    tour.open_account(clerk, NEW[0], *NEWCOMER)
    accountant, second = tour.visitor("staff", "S0103"), tour.visitor("staff", "S0104")
    tour.receipts(accountant, second)
    assert [one.complaints for one in (clerk, reviewer, accountant, second)] == [[]] * 4


def test_5_a_stop_holds_within_two_seconds_and_is_lifted(tour):
    admin, lead = tour.visitor("staff", "A0001"), tour.visitor("staff", "A0002")
    agent = tour.visitor("employer", 1)
    token = tour.token()
    button = tour.ready_to_confirm(agent)
    order = tour.stop(admin, lead)
    tour.refused(agent, button, since=time.monotonic())
    tour.refused_by_api(token)
    tour.story(tour.visitor("staff", "A0008"), "周敏", "高远")
    tour.counted(admin, order)
    tour.lift(admin, lead, order)
    tour.resumed(agent, button)


def test_6_the_counter_and_an_employers_month_without_javascript(tour):
    clerk = tour.visitor("staff", "S0201", javascript=False)
    reviewer = tour.visitor("staff", "S0202", javascript=False)
    tour.register_employer(clerk, reviewer, *OTHER)
    agent = tour.visitor("employer", 3, width=360, javascript=False)
    tour.plain_month(agent)
