"""SQL kept in ``.sql`` files: statements a service runs, and migrations with the file that takes them back."""

from functools import lru_cache
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


@lru_cache(maxsize=256)
def statement(app_root: Path, name: str) -> str:
    """The text of one set-based statement kept beside the service that runs it."""
    return (app_root / name).read_text(encoding="utf-8")
