"""Each guard of the test suite, proved by what it must stop."""

import socket
import warnings

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from servicehub import clock
from servicehub.clock.models import BusinessCalendar, Workday
from servicehub.identity.models import User
from tests.conftest import BUSINESS_DATE
from tests.guards import LocksTooMuch, NetworkUsed


def test_no_test_reaches_another_machine():
    with pytest.raises(NetworkUsed), socket.socket() as connection_out:
        connection_out.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkUsed):
        socket.getaddrinfo("example.org", 80)


def test_this_machine_is_reached():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


@pytest.mark.django_db
def test_unordered_rows_come_back_in_another_order():
    days = [day.day for day in Workday.objects.filter(day__year=2026)]
    assert days != sorted(days)
    ordered = list(Workday.objects.filter(day__year=2026).order_by("day").values_list("day", flat=True))
    assert ordered == sorted(days)


@pytest.mark.django_db
def test_a_lock_over_a_join_names_its_table():
    with transaction.atomic():
        with pytest.raises(LocksTooMuch):
            list(User.objects.filter(branch__code="01").select_for_update())
        assert list(User.objects.filter(branch__code="01").select_for_update(of=("self",))) == []


def test_warnings_are_errors():
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


@pytest.mark.django_db
def test_the_business_date_is_fixed():
    assert clock.business_date() == BUSINESS_DATE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_committing_test_leaves_the_date_and_the_calendar(time):
    BusinessCalendar.objects.update(open_date=BUSINESS_DATE.replace(day=24))
    assert Workday.objects.filter(day__year=2026).count() == 365
    User.objects.create(username="left-over", kind="staff")


@pytest.mark.django_db
def test_nothing_is_left_by_a_test_that_committed():
    assert clock.business_date() == BUSINESS_DATE
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("time", ["first", "second"])
def test_the_cache_is_empty_again(time):
    assert cache.get("seen") is None
    cache.set("seen", time)


def test_race_gives_each_runner_a_connection_of_its_own(race):
    def session() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]

    def loses() -> None:
        raise ValueError("told so")

    one, two, three = race(session, session, loses)
    assert one.value != two.value
    assert not three.won
    assert isinstance(three.error, ValueError)


def test_other_connection_sees_only_what_is_committed(other_connection):
    with transaction.atomic():
        User.objects.create(username="not-yet", kind="staff")
        with other_connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM servicehub_user")
            assert cursor.fetchone() == (0,)
