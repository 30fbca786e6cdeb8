"""What every test stands on: real PostgreSQL, a directory of its own for files, reference data that survives."""

import itertools
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import TransactionTestCase

from servicehub.clock.published import load_published_years
from servicehub.declare import Origin, Pass, PassKind

BUSINESS_DATE = date(2026, 11, 23)
REQUEST_TIME = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

# Loaded once per test run and never changed by a test that commits.
REFERENCE_TABLES = (
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "servicehub_workday",
    "servicehub_role",
    "servicehub_exclusiveduty",
)

_WIPE = """
DO $$
DECLARE
    name text;
BEGIN
    -- Append-only tables refuse DELETE; their triggers rest for this one session, which owns the tables.
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL (%s) LOOP
        EXECUTE format('DELETE FROM %%I', name);
    END LOOP;
END $$
"""


def _wipe(self):
    """In place of Django's flush, which truncates reference data too and is refused by append-only tables."""
    with connection.cursor() as cursor:
        cursor.execute(_WIPE, [list(REFERENCE_TABLES)])


TransactionTestCase._fixture_teardown = _wipe


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Reference data: what a deployment loads right after ``migrate``."""
    with django_db_blocker.unblock():
        load_published_years()


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path):
    """Files, checkpoints and reports of a test go to a directory of its own."""
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR


_numbers = itertools.count(1)


def make_origin(**given) -> Origin:
    """A clerk at the counter whose call passed the gate; every field can be overridden."""
    values = {
        "operator": 1,
        "operator_name": "王芳",
        "channel": "CTR",
        "business_date": BUSINESS_DATE,
        "at": REQUEST_TIME,
        "request_id": f"test-{next(_numbers)}",
        "user_kind": "staff",
        "pass_": Pass.issue(PassKind.CALL, "tests.call"),
    }
    return Origin(**{**values, **given})


@pytest.fixture
def origin() -> Origin:
    return make_origin()
