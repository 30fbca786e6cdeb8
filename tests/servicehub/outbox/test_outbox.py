"""Told once, at least once, and never at the cost of the one who decided it."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from servicehub import clock, outbox
from servicehub.outbox import after_commit, sending
from servicehub.outbox.models import OutboxMessage, OutboxState
from servicehub.outbox.tasks import deliver_message


@pytest.fixture
def told(monkeypatch):
    """A topic whose handler keeps what it is given, or raises what it is told to."""
    calls: list = []
    monkeypatch.setattr(sending, "_handlers", {})

    @outbox.handles("tests.told")
    def keep(payload, key):
        if payload.get("fault"):
            raise {"later": outbox.TryLater("quiet hours"), "broken": RuntimeError("line is down")}[payload["fault"]]
        calls.append((payload, key))

    return calls


@pytest.fixture(autouse=True)
def broker(monkeypatch):
    """Tasks handed to the broker, in order; its faults are planted by the tests."""
    handed: list = []
    monkeypatch.setattr(after_commit, "_failed", {"at": None})
    monkeypatch.setattr(deliver_message, "apply_async", lambda arguments, **options: handed.append(arguments))
    return handed


def put(key="remittance:18", **payload) -> int:
    assert outbox.put("tests.told", payload, key)
    return OutboxMessage.objects.get(dedupe_key=key).pk


@pytest.mark.django_db(transaction=True)
def test_a_message_leaves_after_the_commit_only(told, broker):
    with transaction.atomic():
        pk = put(amount="420.00")
        assert broker == []
    assert broker == [(pk,)]
    assert sending.deliver(pk)
    assert told == [({"amount": "420.00"}, "remittance:18")]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_told(told, broker):
    with transaction.atomic():
        put()
        transaction.set_rollback(True)
    assert (broker, OutboxMessage.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_the_same_thing_is_told_once(told):
    pk = put()
    assert not outbox.put("tests.told", {}, "remittance:18")
    assert sending.deliver(pk)
    assert not sending.deliver(pk)
    assert len(told) == 1


@pytest.mark.django_db
def test_the_payload_rests_encrypted_and_goes_when_delivered(told):
    pk = put(amount="420.00")
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM servicehub_outboxmessage WHERE id = %s", [pk])
        assert b"420.00" not in bytes(cursor.fetchone()[0])
    assert json.loads(OutboxMessage.objects.get(pk=pk).payload) == {"amount": "420.00"}
    sending.deliver(pk)
    sent = OutboxMessage.objects.get(pk=pk)
    assert (sent.payload, sent.state, sent.sent_at is not None) == (None, OutboxState.SENT, True)


@pytest.mark.django_db
def test_a_failure_waits_longer_each_time_and_ends_one_day(told):
    pk = put(fault="broken")
    waits = []
    for _ in range(sending.ATTEMPTS_MAX):
        before = clock.now()
        OutboxMessage.objects.filter(pk=pk).update(available_at=before)
        assert not sending.deliver(pk)
        message = OutboxMessage.objects.get(pk=pk)
        waits.append((message.available_at - before).seconds // 10 * 10)
    assert waits[:4] == [10, 20, 40, 80]
    assert waits[-1] == 10_800
    assert (message.state, message.error) == (OutboxState.DEAD, "RuntimeError: line is down")


@pytest.mark.django_db
def test_a_topic_nobody_handles_is_kept_with_its_reason(told):
    outbox.put("tests.unknown", {}, "x")
    pk = OutboxMessage.objects.get().pk
    assert not sending.deliver(pk)
    assert OutboxMessage.objects.get().error == "LookupError: nobody handles tests.unknown"


@pytest.mark.django_db
def test_a_killed_worker_s_message_is_found_again(told, broker):
    pk = put()
    assert sending._claim(pk) is not None  # and here the worker is killed
    assert sending.sweep() == 0
    OutboxMessage.objects.filter(pk=pk).update(claimed_until=clock.now() - timedelta(seconds=1))
    assert sending.sweep() == 1
    assert broker == [(pk,)]


@pytest.mark.django_db
def test_what_is_put_off_is_not_sent_early(told, broker):
    outbox.put("tests.told", {}, "later", available_at=clock.now() + timedelta(hours=8))
    assert sending.sweep() == 0
    OutboxMessage.objects.update(available_at=clock.now())
    assert sending.sweep() == 1


@pytest.mark.django_db(transaction=True)
def test_business_goes_on_while_the_broker_is_down(told, monkeypatch):
    tries = []

    def refuse(arguments, **options):
        tries.append((arguments, options))
        raise OperationalError("no socket")

    monkeypatch.setattr(deliver_message, "apply_async", refuse)
    for number in range(3):
        with transaction.atomic():
            put(f"remittance:{number}")
    assert len(tries) == 1  # then it is left alone for a while
    assert tries[0][1] == {"retry": False}
    assert OutboxMessage.objects.filter(state=OutboxState.PENDING).count() == 3

    monkeypatch.setattr(after_commit, "_failed", {"at": None})  # the rest is over, the broker is back
    monkeypatch.setattr(deliver_message, "apply_async", lambda arguments, **options: sending.deliver(*arguments))
    assert sending.sweep() == 3
    assert sorted(key for _, key in told) == ["remittance:0", "remittance:1", "remittance:2"]


@pytest.fixture
def nowhere(monkeypatch):
    """An application whose broker does not exist. Celery lets the environment overrule the address it was given."""
    from celery import Celery

    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    return Celery("nowhere", broker="redis+socket:///nowhere/redis.sock", set_as_current=False)


def test_a_broker_that_is_not_there_is_an_operational_error(nowhere):
    """What the breaker waits for is what the real client raises."""
    with pytest.raises(OperationalError):
        nowhere.send_task("x", retry=False)


def test_one_handler_a_topic(told):
    with pytest.raises(ValueError, match="already"):
        outbox.handles("tests.told")(lambda payload, key: None)


def test_a_page_does_not_sit_out_a_broker_that_is_away(nowhere, monkeypatch):
    """As the settings are: without them the client sleeps six seconds before it gives up."""
    slept = []
    monkeypatch.setattr("kombu.utils.functional.sleep", slept.append)
    nowhere.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    with pytest.raises(OperationalError):
        nowhere.send_task("x", retry=False)
    assert sum(slept) < 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_message_deliver_it_once(told, race):
    pk = put()
    finishes = race(lambda: sending.deliver(pk), lambda: sending.deliver(pk))
    assert sorted(finish.value for finish in finishes) == [False, True]
    assert len(told) == 1
