"""Production does not start on the demo's keys, on simulators, or on an embedded database."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from fundcentre import production

WHOLE = {
    "DEPLOY": "production",
    "SECRET_KEY": "x" * 50,
    "FIELD_KEYS": "1:" + "11" * 16,
    "INDEX_KEY": "22" * 32,
    "BANK_KEY": "k" * 32,
    "PASSWORD_PEPPER": "pepper" * 10,
    "SIMULATORS": False,
    "DEBUG": False,
    "ALLOWED_HOSTS": ["gjj.example"],
    "PUBLIC_URL": "https://gjj.example",
}


@pytest.fixture
def whole(settings, monkeypatch):
    for name, value in WHOLE.items():
        setattr(settings, name, value)
    monkeypatch.setenv("DATABASE_URL", "postgres://fund_app@db/fundcentre")
    return settings


def test_a_whole_installation_starts(whole):
    assert production.faults() == []
    production.refuse_demo_parts()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SECRET_KEY", "demo-only-not-a-secret-" + "0" * 32, "E001"),
        ("SECRET_KEY", "short", "E001"),
        ("FIELD_KEYS", "", "E002"),
        ("INDEX_KEY", "", "E003"),
        ("SIMULATORS", True, "E004"),
        ("DEBUG", True, "E005"),
        ("ALLOWED_HOSTS", ["127.0.0.1"], "E006"),
        ("ALLOWED_HOSTS", ["gjj.example", "*"], "E006"),
        ("BANK_KEY", "demo-only-bank-key", "E009"),
        ("PUBLIC_URL", "http://gjj.example", "E008"),
    ],
)
def test_each_demo_part_is_refused(whole, name, value, code):
    setattr(whole, name, value)
    assert [found for found, _ in production.faults()] == [f"fundcentre.{code}"]
    with pytest.raises(ImproperlyConfigured, match=code):
        production.refuse_demo_parts()


def test_the_embedded_database_is_refused(whole, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    assert [code for code, _ in production.faults()] == ["fundcentre.E007"]


def test_a_demo_may_have_all_of_them(settings):
    assert production.faults() == []


def test_the_web_process_does_not_come_up():
    """The real entry point, with nothing set but the word production."""
    environment = {"PATH": os.environ["PATH"], "DEPLOY": "production"}
    done = subprocess.run(
        [sys.executable, "-c", "import fundcentre.wsgi"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
