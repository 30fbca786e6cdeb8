"""The scratch database: migrated once per run, copied afresh for each benchmark, dropped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections

from fundcentre.local.postgres import Postgres

TEMPLATE = "fundcentre_bench_template"
SCRATCH = "fundcentre_bench"


@contextmanager
def template() -> Iterator[None]:
    """The product's tables, migrated, empty, with its reference data."""
    original = connection.settings_dict["NAME"]
    _maintain(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)", f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
    _maintain(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    _switch(TEMPLATE)
    call_command("migrate", verbosity=0)
    _switch(original)
    try:
        yield
    finally:
        _switch(original)
        _maintain(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")


@contextmanager
def scratch() -> Iterator[None]:
    """Django's connection stands on a fresh copy within the block."""
    original = connection.settings_dict["NAME"]
    _maintain(f"CREATE DATABASE {SCRATCH} TEMPLATE {TEMPLATE}")
    _switch(SCRATCH)
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        if cursor.fetchone() != ("on",):
            raise RuntimeError("benchmarks run on a server that waits for its disk: fsync=on")
    try:
        yield
    finally:
        _switch(original)
        _maintain(f"DROP DATABASE {SCRATCH} WITH (FORCE)")


def make_beside(name: str) -> None:
    """An empty database on the same server, for somebody else's tables."""
    drop_beside(name)
    _maintain(f"CREATE DATABASE {name} TEMPLATE template0")


def drop_beside(name: str) -> None:
    _maintain(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _switch(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _maintain(*statements: str) -> None:
    """Outside any database of ours."""
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def vacuum(*tables: str) -> None:
    """Statistics and visibility as autovacuum would have left them: neither side pays for the loading."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(tables)}" if tables else "VACUUM ANALYZE")


def pgbench(*arguments: str) -> str:
    """Run pgbench on the scratch database and return what it prints."""
    server = Postgres()
    if not (server.binaries / "pgbench").exists():
        raise RuntimeError(f"{server.binaries} holds no pgbench, the floor of this benchmark")
    at = connection.get_connection_params()
    done = server.run("pgbench", "-h", at["host"], "-U", at["user"], *arguments, SCRATCH)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
