"""The product's own role: it writes what it must, and cannot rewrite what only grows."""

import psycopg2
import pytest
from django.db import connection, transaction

from fundcentre.grants import grant, grant_statements
from fundcentre.local.postgres import APPLICATION
from servicehub.kit.append_only import append_only_tables

# Bits of pg_trigger.tgtype.
BEFORE, DELETE, UPDATE, TRUNCATE = 2, 8, 16, 32


@pytest.fixture
def as_application(transactional_db):
    """A connection in the role the web and the worker use, with the rights the command gives."""
    with transaction.atomic():
        grant(APPLICATION)
    known = {**connection.get_connection_params(), "user": APPLICATION}
    session = psycopg2.connect(**{key: known[key] for key in ("dbname", "host", "port", "user") if key in known})
    session.autocommit = True
    yield session.cursor()
    session.close()


@pytest.mark.parametrize(
    "statement", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table}"]
)
def test_what_only_grows_cannot_be_rewritten(as_application, statement):
    assert len(append_only_tables()) > 5
    for table in append_only_tables():
        as_application.execute(f"SELECT * FROM {table} LIMIT 0")
        text = statement.format(table=table, column=as_application.description[0].name)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            as_application.execute(text)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE servicehub_auditentry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (id int)",
        "DELETE FROM django_migrations",
        "DROP TABLE servicehub_user",
    ],
)
def test_the_schema_is_out_of_reach(as_application, statement):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_application.execute(statement)


def test_daily_work_goes_on(as_application):
    as_application.execute("CREATE TEMPORARY TABLE staged (id int)")
    as_application.execute("UPDATE servicehub_workday SET note = note WHERE day = '2026-01-01'")
    as_application.execute("SELECT nextval(pg_get_serial_sequence('servicehub_user', 'id'))")
    as_application.execute("SELECT count(*) FROM django_migrations")
    assert as_application.fetchone()[0] > 0


def test_an_odd_role_name_is_refused():
    with pytest.raises(ValueError, match="not a role name"):
        grant_statements("app; DROP TABLE x", "fundcentre", [])


@pytest.mark.django_db
def test_declaration_and_trigger_agree():
    """``append_only = True`` takes the right away, the trigger stops the owner too: one without the other is a hole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, bit_or(t.tgtype) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgtype & %s > 0 AND t.tgattr = ''::int2vector GROUP BY c.relname",
            [BEFORE],
        )
        guarded = {table for table, bits in cursor.fetchall() if bits & UPDATE and bits & DELETE and bits & TRUNCATE}
    declared = set(append_only_tables())
    assert declared <= guarded, f"declared, but no trigger refuses: {sorted(declared - guarded)}"
