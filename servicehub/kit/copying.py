"""COPY from an iterable of rows: what 100,000 rows take instead of 100,000 INSERTs. Memory stays with one chunk."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from django.db.backends.utils import CursorWrapper

CHUNK_ROWS = 2_000
READ_CHARS = 65_536

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})


def copy_rows(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> int:
    """Append ``rows`` (values in the order of ``columns``) to ``table``. Returns how many.

    ``table`` and ``columns`` are names out of the source, never out of an input: they are not quoted.
    Values: ``None``, text, bytes, bool, int, Decimal, date or datetime.
    """
    return copy_text(cursor, table, columns, (map(as_text, row) for row in rows))


def copy_text(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Iterable[str]]) -> int:
    """The same for values that are what COPY reads already: ``\\N`` for none, other texts ``escaped``."""
    reader = _Reader(rows)
    with cursor.db.wrap_database_errors:  # Django leaves COPY's errors as the driver's
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", reader, READ_CHARS)
    return reader.count


def escaped(text: str) -> str:
    return text.translate(_ESCAPES)


class _Reader(io.TextIOBase):
    """What psycopg reads from: a file whose lines are made while the server takes in those before them."""

    def __init__(self, rows: Iterable[Iterable[str]]):
        self.count = 0
        self._chunks = self._joined(rows)
        self._chunk, self._at = "", 0

    def read(self, size: int = -1) -> str:
        """Less than ``size`` at the end of a chunk, as a file may; nothing only at the end."""
        if self._at >= len(self._chunk):
            self._chunk, self._at = next(self._chunks, ""), 0
        end = len(self._chunk) if size < 0 else self._at + size
        given = self._chunk[self._at : end]
        self._at += len(given)
        return given

    def _joined(self, rows: Iterable[Iterable[str]]) -> Iterator[str]:
        joined = map("\t".join, rows)
        while lines := list(islice(joined, CHUNK_ROWS)):
            self.count += len(lines)
            yield "\n".join(lines) + "\n"


def as_text(value) -> str:
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, bytes | memoryview):
        return "\\\\x" + bytes(value).hex()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | Decimal | date):
        return str(value)
    raise TypeError(f"COPY of {type(value).__name__}")
