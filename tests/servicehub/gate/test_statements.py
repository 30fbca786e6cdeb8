"""How often a simple submission talks to the database: its cost is round trips."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicehub import gate
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN


def test_a_simple_submission_takes_seven_statements(world):
    with CaptureQueriesContext(connection) as seen:
        gate.submit("tests.plant", person(1), GARDEN, {"amount": "10.00"}, "k1")
    told = [query["sql"].split("(")[0].split('"')[0].strip() for query in seen.captured_queries]
    assert told == [
        "SELECT * FROM servicehub_gate_facts",
        "SAVEPOINT",  # BEGIN, outside of a test
        "SELECT * FROM servicehub_case_open",
        "SELECT servicehub_audit_append",
        "SELECT servicehub_case_settle",
        "RELEASE SAVEPOINT",  # COMMIT
        "SELECT servicehub_record_call",
    ]
