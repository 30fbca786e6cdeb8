"""Triggers, functions and grants that the model layer cannot say; each file stands beside the room that owns it."""

from pathlib import Path

from django.db import migrations

from servicehub.kit.sql_files import run_sql_files

APP = Path(__file__).resolve().parent.parent
SQL_FILES: list[str] = [  # paths under the app, forwards in this order; "x.down.sql" beside each takes it back
    "sql/numbers.sql",
    "sql/memberships.sql",
    "ledger/sql/tables.sql",
    "ledger/sql/calendar.sql",
    "ledger/sql/append_only.sql",
    "ledger/sql/invariants.sql",
    "ledger/sql/post.sql",
    "bank/sql/business_no.sql",
    "bank/sql/told_facts.sql",
    "bank/sql/staged_statement.sql",
    "bank/sql/reconciliation.sql",
    "ledger/sql/late_interest.sql",
    "ledger/sql/segments.sql",
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = run_sql_files(APP, SQL_FILES)
