"""Five failures within fifteen minutes lock a name for thirty, whether anybody has it or not."""

import re
import statistics
import threading
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connections
from django.test import Client

from servicehub.clock import now
from servicehub.identity import lockout, people, totp
from servicehub.identity.models import LoginAttempt, LoginLock
from servicehub.identity.passwords import PepperedHasher
from tests.servicehub.identity.conftest import ID_NUMBER, MOBILE, PUBLIC_PASSWORD, SEED, STAFF_PASSWORD

NOBODY = "13811112222"


def attempt(client, name, password, kind="employer"):
    return client.post(f"/login/{kind}/", {"name": name, "password": password})


def words(page):
    """The page without the name that was typed and the CSRF token."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.text)
    return text.replace(MOBILE, "NAME").replace(NOBODY, "NAME")


@pytest.mark.django_db
def test_known_and_unknown_names_get_the_same_pages_to_the_letter(agent, time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, 21, tzinfo=UTC), tick=False)  # the foot of a page tells the second
    for round_number in range(6):
        known, unknown = attempt(Client(), MOBILE, "wrong-horse"), attempt(Client(), NOBODY, "wrong-horse")
        assert known.status_code == unknown.status_code == 422
        assert words(known) == words(unknown), round_number


@pytest.mark.django_db
def test_what_is_left_is_told_and_the_lock_names_its_end(agent, client, time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, 21, tzinfo=UTC), tick=False)
    for left in (4, 3, 2, 1):
        assert f"手机号或密码不对，还可再试 {left} 次" in attempt(client, MOBILE, "wrong-horse").text
    assert "账号已锁定到 10:51。可到柜台解锁" in attempt(client, MOBILE, "wrong-horse").text
    # The right password helps nobody now, and a try during the lock does not make it longer.
    time_machine.move_to(datetime(2026, 11, 24, 2, 40, tzinfo=UTC), tick=False)
    assert "账号已锁定到 10:51" in attempt(client, MOBILE, PUBLIC_PASSWORD).text
    time_machine.move_to(datetime(2026, 11, 24, 2, 51, tzinfo=UTC), tick=False)
    assert attempt(client, MOBILE, PUBLIC_PASSWORD).status_code == 303


@pytest.mark.django_db
def test_failures_further_apart_than_the_window_never_lock(agent, client, time_machine):
    begin = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    for number in range(12):
        time_machine.move_to(begin + timedelta(minutes=4 * number), tick=False)
        assert "锁定" not in attempt(client, MOBILE, "wrong-horse").text
    assert not LoginLock.objects.exists()


@pytest.mark.django_db
def test_a_complete_log_in_forgets_the_failures(make_staff, branch, client):
    make_staff(posts=[("teller", branch)])
    for _ in range(4):
        attempt(client, "41010001", "wrong-horse", "staff")
    attempt(client, "41010001", STAFF_PASSWORD, "staff")
    assert LoginAttempt.objects.count() == 4  # the password alone forgives nothing
    client.post("/login/staff/code/", {"code": totp.code_at(SEED, now())})
    assert not LoginAttempt.objects.exists()


@pytest.mark.django_db
def test_guessing_one_time_passwords_locks_the_account(make_staff, client):
    make_staff()
    attempt(client, "41010001", STAFF_PASSWORD, "staff")
    right = totp.code_at(SEED, now())
    wrong = f"{(int(right) + 500_000) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        assert f"动态口令不对，还可再试 {left} 次" in client.post("/login/staff/code/", {"code": wrong}).text
    assert "账号已锁定到" in client.post("/login/staff/code/", {"code": wrong}).text
    attempt(client, "41010001", STAFF_PASSWORD, "staff")
    assert client.post("/login/staff/code/", {"code": right})["Location"] == "/login/staff/"


@pytest.mark.django_db
def test_locks_of_two_kinds_do_not_meet(agent, person, client):
    for _ in range(5):
        attempt(client, ID_NUMBER, "wrong-horse", "person")
    assert attempt(client, MOBILE, PUBLIC_PASSWORD).status_code == 303


@pytest.mark.django_db
def test_no_name_is_kept_in_the_clear(agent, client):
    attempt(client, MOBILE, "wrong-horse")
    row = LoginAttempt.objects.get()
    assert bytes(row.name_index) == people.login_index("employer", MOBILE)


@pytest.mark.django_db
def test_an_address_with_many_failures_answers_a_question_first(agent, client):
    for number in range(lockout.TRIES_PER_ADDRESS):
        attempt(Client(), f"137{number:08d}", "wrong-horse")
    page = attempt(client, MOBILE, PUBLIC_PASSWORD)
    assert "本网络登录失败较多" in page.text
    a, b = _question(client)
    answer = {"name": MOBILE, "password": PUBLIC_PASSWORD, "answer": str(a + b + 1)}
    assert "算式的答案不对" in client.post("/login/employer/", answer).text
    a, b = _question(client)
    assert client.post("/login/employer/", {**answer, "answer": str(a + b)}).status_code == 303
    # Another address is not asked.
    assert attempt(Client(REMOTE_ADDR="10.1.1.1"), MOBILE, PUBLIC_PASSWORD).status_code == 303


def _question(client):
    from importlib import import_module

    from django.conf import settings

    store = import_module(settings.SESSION_ENGINE).SessionStore(client.cookies["fc_session_employer"].value)
    return store["question"]


@pytest.mark.django_db
def test_unknown_names_cost_the_time_of_known_ones(agent, rf, monkeypatch):
    """The work behind the answer, not the page around it: one hash each (SEC-05: medians within 20 ms)."""
    from servicehub.identity.backends import PasswordBackend

    monkeypatch.setattr(PepperedHasher, "iterations", PBKDF2PasswordHasher.iterations * 20)
    agent.set_password(PUBLIC_PASSWORD)
    agent.save()
    backend, request = PasswordBackend(), rf.post("/")
    took = {MOBILE: [], NOBODY: []}
    for _ in range(7):
        for name, times in took.items():
            begin = perf_counter()
            assert backend.authenticate(request, username=name, password="wrong-horse", kind="employer") is None
            times.append(perf_counter() - begin)
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < 0.02
    assert unknown > known / 3


@pytest.mark.django_db(transaction=True)
def test_tries_sent_at_the_same_moment_are_counted(services):
    name_index = people.login_index("employer", NOBODY)
    start, outcomes = threading.Barrier(12), []

    def guess():
        try:
            start.wait(10)
            outcomes.append(lockout.begin(name_index, None).is_locked)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == [False] * 5 + [True] * 7
