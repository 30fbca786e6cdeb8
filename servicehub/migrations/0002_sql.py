"""Triggers, functions and grants that the model layer cannot say; each file stands beside the room that owns it."""

from pathlib import Path

from django.db import migrations

from servicehub.kit.sql_files import run_sql_files

APP = Path(__file__).resolve().parent.parent
SQL_FILES: list[str] = [
    "audit/sql/append_only.sql",
    "audit/sql/append.sql",
    "files/sql/append_only.sql",
    "letters/sql/guard.sql",
    "policy/sql/no_overlap.sql",
    "identity/sql/posts.sql",
    "cases/sql/cases.sql",
    "gate/sql/gate.sql",
    "sheets/sql/unlogged.sql",
]  # paths under the app, forwards in this order; "x.down.sql" beside each takes it back


class Migration(migrations.Migration):
    dependencies = [("servicehub", "0001_initial")]
    operations = run_sql_files(APP, SQL_FILES)
