"""Migration operations from ``.sql`` files: the statement, and beside it the file that takes it back."""

from pathlib import Path

from django.db import migrations


def run_sql_files(app_root: Path, names: list[str]) -> list[migrations.RunSQL]:
    """``names`` are paths under ``app_root``; ``x.sql`` is undone by ``x.down.sql``."""
    operations = []
    for name in names:
        forwards = app_root / name
        backwards = forwards.with_suffix(".down.sql")
        operations.append(
            migrations.RunSQL(forwards.read_text(encoding="utf-8"), backwards.read_text(encoding="utf-8"))
        )
    return operations
