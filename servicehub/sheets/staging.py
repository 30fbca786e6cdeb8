"""Typed rows on their way to whoever judges them."""

from collections.abc import Iterable, Sequence

from django.db import connection

from servicehub.declare import Sheet
from servicehub.kit.copying import copy_text
from servicehub.sheets.models import Upload

ROWS = "sheet_rows"


def stage(sheet: Sheet, upload: Upload, columns: Sequence[str], rows: Iterable[Iterable[str]]) -> None:
    """COPY the rows of a file, in the caller's transaction. ``rows``: as ``copy_text`` takes them.

    Rows that are not kept go into ``sheet_rows``, a table of the transaction. Of a temporary table the planner has
    figures, which it never has of the newest 100,000 rows of a kept one, and any role may ask for them: it owns it.
    """
    kept = sheet.staging._meta.db_table
    with connection.cursor() as cursor:
        if sheet.keeps_rows:
            copy_text(cursor, kept, ["upload_id", *columns], ((str(upload.pk), *row) for row in rows))
            return
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{ROWS}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {ROWS} ON COMMIT DROP AS SELECT {', '.join(columns)} FROM {kept} WITH NO DATA"
        )
        copy_text(cursor, ROWS, columns, rows)
        cursor.execute(f"ANALYZE {ROWS} ({', '.join(key for key in columns if key.endswith('_index')) or 'line'})")
