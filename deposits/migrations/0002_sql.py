"""Triggers, functions and grants that the model layer cannot say; each file stands beside the room that owns it."""

from pathlib import Path

from django.db import migrations

from servicehub.kit.sql_files import run_sql_files

APP = Path(__file__).resolve().parent.parent
# Paths under the app, forwards in this order; "x.down.sql" beside each takes it back.
SQL_FILES: list[str] = [
    "sql/deposit_amount.sql",
    "sql/sequences.sql",
    "sql/append_only.sql",
]


class Migration(migrations.Migration):
    dependencies = [("deposits", "0001_initial"), ("servicehub", "0002_sql")]
    operations = run_sql_files(APP, SQL_FILES)
