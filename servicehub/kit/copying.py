"""COPY from an iterable of rows: what 100,000 rows take instead of 100,000 INSERTs. Memory stays with one chunk."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db.backends.utils import CursorWrapper

CHUNK_CHARS_MIN = 262_144

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})


def copy_rows(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> int:
    """Append ``rows`` (values in the order of ``columns``) to ``table``. Returns how many.

    ``table`` and ``columns`` are names out of the source, never out of an input: they are not quoted.
    Values: ``None``, text, bytes, bool, int, Decimal, date or datetime.
    """
    reader = _Reader(rows)
    with cursor.db.wrap_database_errors:  # Django leaves COPY's errors as the driver's
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", reader)
    return reader.count


class _Reader(io.TextIOBase):
    """What psycopg reads from: a file whose lines are made when they are wanted."""

    def __init__(self, rows: Iterable[Sequence]):
        self.count = 0
        self._chunks = self._encoded(rows)
        self._chunk, self._at = "", 0

    def read(self, size: int = -1) -> str:
        """Less than ``size`` at the end of a chunk, as a file may; nothing only at the end."""
        if self._at >= len(self._chunk):
            self._chunk, self._at = next(self._chunks, ""), 0
        end = len(self._chunk) if size < 0 else self._at + size
        given = self._chunk[self._at : end]
        self._at += len(given)
        return given

    def _encoded(self, rows: Iterable[Sequence]) -> Iterator[str]:
        lines: list[str] = []
        chars = 0
        for row in rows:
            line = "\t".join(map(_cell, row))
            lines.append(line)
            self.count += 1
            chars += len(line)
            if chars >= CHUNK_CHARS_MIN:
                yield "\n".join(lines) + "\n"
                lines, chars = [], 0
        if lines:
            yield "\n".join(lines) + "\n"


def _cell(value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bytes | memoryview):
        return "\\\\x" + bytes(value).hex()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | Decimal | date):
        return str(value)
    raise TypeError(f"COPY of {type(value).__name__}")
