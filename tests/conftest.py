"""What every test stands on: real PostgreSQL and Redis, a fixed business date, guards, reference data that survives."""

import hashlib
import itertools
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.test import TransactionTestCase

from accounts.ledger import chart
from fundcentre.celery import app as celery
from fundcentre.local import paths
from fundcentre.local.postgres import Postgres
from fundcentre.local.redis import Redis
from servicehub.catalogue.sync import sync_catalogue
from servicehub.clock.models import BusinessCalendar
from servicehub.clock.published import load_published_years
from servicehub.declare import Origin, Pass, PassKind
from servicehub.policy import in_force
from servicehub.policy.loading import load_files
from tests import guards, racing

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
    "servicehub_policyslot",
    "servicehub_policyvalue",
    "servicehub_policyepoch",
    "servicehub_servicechannel",
    "servicehub_serviceitem",
    "servicehub_serviceitemversion",
    "servicehub_channelitem",
    "servicehub_clashrule",
)

# Redis databases of test workers; 0 belongs to the demo, which may be running beside the tests.
REDIS_DATABASE_FIRST = 4

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


def _wipe(self=None):
    """In place of Django's flush, which truncates reference data too and is refused by append-only tables."""
    name = connection.settings_dict["NAME"]
    if not name.startswith("test_"):  # a session whose tests ask for no database is given none: this is the demo's
        raise RuntimeError(f"{name} is not a test database: mark the test with django_db")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_WIPE, [list(REFERENCE_TABLES)])
        BusinessCalendar.open(BUSINESS_DATE)
        chart.load()  # a test that commits may have opened sub-accounts in it


TransactionTestCase._fixture_teardown = _wipe


def pytest_configure(config):
    """Settings of a test run that differ from production's, all of them."""
    worker = getattr(config, "workerinput", {}).get("workerid", "gw0")
    number = REDIS_DATABASE_FIRST + int(worker.removeprefix("gw"))
    django_settings.CACHES = {
        "default": {**django_settings.CACHES["default"], "LOCATION": f"{django_settings.REDIS_URL}?db={number}"}
    }
    # Nothing is collected for a test; the manifest of a build would only be missing.
    django_settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing one
    # Slow on purpose in production. The strength of a hash is not what these tests are about.
    PBKDF2PasswordHasher.iterations = 1_000
    celery.conf.task_always_eager = celery.conf.task_eager_propagates = True
    stamp = _schema_stamp(config)
    if not stamp.exists() or stamp.read_text() != _schema_digest():
        config.option.create_db = True


def _schema_stamp(config) -> Path:
    """Which migrations the kept test database of this worker was made by."""
    return paths.VAR / f".test-schema-{getattr(config, 'workerinput', {}).get('workerid', 'main')}"


def _schema_digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(paths.ROOT.glob("*/migrations/*.py")) + sorted(paths.ROOT.glob("[!.v]*/**/sql/*.sql")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def services() -> None:
    """The embedded PostgreSQL and Redis, where no other server is named; they are left running for the next run."""
    if not os.environ.get("DATABASE_URL") or str(paths.postgres_socket_dir()) in os.environ["DATABASE_URL"]:
        server = Postgres()
        server.start_detached()
        server.ensure_database()
    if not os.environ.get("REDIS_URL") or str(paths.redis_socket()) in os.environ["REDIS_URL"]:
        Redis().start_detached()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, services):
    """Everything that touches the database comes by here first."""


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """Reference data: what a deployment loads right after ``migrate``, and an open business day."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            # A power cut may cost a test database its last second; waiting for the disk costs every test.
            cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = off')
        connection.close()
        _wipe()  # a run that was killed may have left rows behind
        load_published_years()
        load_files(sorted(Path(django_settings.POLICY_FILES).glob("*.toml")))
        sync_catalogue()
    _schema_stamp(request.config).write_text(_schema_digest())


@pytest.fixture(autouse=True)
def guarded(monkeypatch):
    guards.forbid_network(monkeypatch)
    guards.shuffle_unordered(monkeypatch)
    guards.demand_lock_targets(monkeypatch)


@pytest.fixture(autouse=True)
def policy_books(monkeypatch):
    """Each test reads its own policy books, once: the number of statements must not hang on the clock."""
    monkeypatch.setattr(in_force, "RECHECK_SECONDS", 10**9)
    in_force.forget()


@pytest.fixture(autouse=True)
def own_cache(request) -> Iterator[None]:
    """What one test put into the cache, the next does not find."""
    yield
    if "_django_db_helper" in request.fixturenames and "services" in request.fixturenames:
        cache.clear()


@pytest.fixture
def other_connection(transactional_db):
    """A second session on the database, for a test that holds a lock in one and waits in the other."""
    other = connections[DEFAULT_DB_ALIAS].copy(DEFAULT_DB_ALIAS)
    other.inc_thread_sharing()
    yield other
    other.close()


@pytest.fixture
def race(transactional_db):
    """``race(first, second)``: both at the same moment, each in a thread with a connection of its own."""
    return racing.race


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path):
    """Files, checkpoints and reports of a test go to a directory of its own."""
    settings.VAR_DIR = tmp_path / "var"
    settings.FILES_DIR = settings.VAR_DIR / "files"
    return settings.VAR_DIR


@pytest.fixture(autouse=True)
def plain_static(settings):
    """Pages name their style sheet without a manifest: tests need no collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.STATIC_ROOT = settings.BASE_DIR / "static"


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
