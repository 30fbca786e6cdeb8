"""Up and ready are two questions."""

import pytest
from django.db import connection

from fundcentre import health


def test_up_asks_nobody(client):
    """No database mark on this test: a query would raise."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "up"})


@pytest.mark.django_db
def test_ready_asks_every_part(client):
    answer = client.get("/readyz")
    assert answer.json() == {"status": "ready", "parts": {"database": "ok", "redis": "ok", "migrations": "ok"}}
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_missing_broker_is_named_without_its_address(client, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": "ok", "redis": "ConnectionError", "migrations": "ok"}


@pytest.mark.django_db
def test_waiting_migrations_are_not_ready(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'loans'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == "RuntimeError"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_to_be_read(client, address):
    assert client.post(address).status_code == 405
