from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import OperationalError, connection

from servicehub.kit import copying
from servicehub.kit.copying import copy_rows

COLUMNS = ("word", "raw", "yes", "whole", "exact", "day", "moment")
KINDS = "word text, raw bytea, yes boolean, whole bigint, exact numeric(18, 2), day date, moment timestamptz"


@pytest.fixture
def cursor(db):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied ({KINDS}) ON COMMIT DROP")
        yield cursor


def copied(cursor):
    cursor.execute("SELECT word, raw, yes, whole, exact, day, moment FROM copied ORDER BY whole")
    return [(*row[:1], bytes(row[1]) if row[1] is not None else None, *row[2:]) for row in cursor.fetchall()]


def test_every_kind_of_value_arrives_as_it_was(cursor):
    moment = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    rows = [
        ("仲妮\t\\N\n\r'\"", b"\x00\xff\\x", True, 1, Decimal("-0.10"), date(2026, 11, 23), moment),
        ("", memoryview(b""), False, 2, Decimal("12345678901234.56"), None, None),
        (None, None, None, 3, None, None, None),
    ]
    assert copy_rows(cursor, "copied", COLUMNS, rows) == 3
    assert copied(cursor) == [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]


def test_nothing_is_nothing(cursor):
    assert copy_rows(cursor, "copied", COLUMNS, iter(())) == 0
    assert copied(cursor) == []


def test_rows_are_made_while_they_are_sent(cursor, monkeypatch):
    """Ten thousand rows never stand in memory at once: the reader asks for the next chunk when it wants one."""
    monkeypatch.setattr(copying, "CHUNK_ROWS", 50)
    made = []

    def rows():
        for number in range(10_000):
            made.append(number)
            yield (f"{number:018d}", None, None, number, None, None, None)

    reader = copying._Reader(map(copying.as_text, row) for row in rows())
    assert reader.read(8_192)
    assert len(made) < 100
    assert copy_rows(cursor, "copied", COLUMNS, rows()) == 10_000
    cursor.execute("SELECT count(*), count(DISTINCT word) FROM copied WHERE word::bigint = whole")
    assert cursor.fetchone() == (10_000, 10_000)


def test_a_binary_float_is_refused(cursor):
    with pytest.raises(OperationalError, match="COPY of float"):
        copy_rows(cursor, "copied", COLUMNS, [(None, None, None, 1, 0.1, None, None)])
