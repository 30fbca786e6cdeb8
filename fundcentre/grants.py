"""What the product may do in its own database. The owner migrates; the product connects as a lesser role.

Row access is the gate's business. This is the last line: a programming error or a break-in through the product
cannot change what only grows, cannot alter a table and cannot switch a trigger off.
"""

import re

from django.db import connection

from servicehub.kit.append_only import append_only_tables

ROLE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def grant_statements(role: str, database: str, append_only: list[str]) -> list[str]:
    """Statements, repeatable, that leave ``role`` with exactly its rights. Raises ``ValueError`` on an odd name."""
    if not ROLE_NAME.fullmatch(role):
        raise ValueError(f"not a role name: {role!r}")
    quote = connection.ops.quote_name
    statements = [
        f"GRANT CONNECT, TEMPORARY ON DATABASE {quote(database)} TO {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"REVOKE CREATE ON SCHEMA public FROM {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON {quote('django_migrations')} FROM {role}",
    ]
    statements += [f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(table)} FROM {role}" for table in append_only]
    return statements


def grant(role: str) -> None:
    """Give ``role`` its rights, as owner, after migrating."""
    with connection.cursor() as cursor:
        for statement in grant_statements(role, connection.settings_dict["NAME"], append_only_tables()):
            cursor.execute(statement)
