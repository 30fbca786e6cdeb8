"""A PostgreSQL of one test's own, for what the shared one must not suffer: backends killed, benchmarks, crashes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from fundcentre.local import paths
from fundcentre.local.postgres import DATABASE, OWNER, Postgres

PATIENCE_S = 30


class PrivateServer(Postgres):
    """Its data and socket lie in ``directory``, which is made, and removed with it."""

    def __init__(self, directory: Path, *, durable: bool = True):
        super().__init__(directory)
        self.durable = durable  # against power cuts; killed processes lose nothing either way
        fits = paths.fits(directory / paths.PG_SOCKET_NAME)
        self.sockets = directory if fits else paths.runtime_dir() / directory.name
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgres://{OWNER}@/{DATABASE}?host={self.sockets}"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DATABASE_URL": self.url}

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    def command(self) -> list[str]:
        return [*super().command(), "-c", f"fsync={'on' if self.durable else 'off'}"]

    def start(self) -> None:
        self.prepare()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **self.account.options
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Also after a crash: the server restarts by itself, and answers once it has recovered."""
        until = time.monotonic() + PATIENCE_S
        while not self.is_ready():
            if time.monotonic() > until:
                raise TimeoutError("the server does not answer")
            time.sleep(0.05)

    def shut(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE_S)

    def python(self, *arguments: str) -> None:
        """Run our own Python on this server to its end."""
        subprocess.run([sys.executable, *arguments], cwd=paths.ROOT, env=self.environment, check=True)

    def copy_schema(self) -> None:
        """The tables of the database the tests run on, and what migrations put in; migrating anew takes longer."""
        if not (self.binaries / "pg_dump").exists():
            self.python("manage.py", "migrate", "--verbosity", "0")
            return
        at = connection.get_connection_params()
        # As whoever owns the server of the tests: its sockets are open to nobody else.
        dump = Postgres().run("pg_dump", "-h", at["host"], "-U", OWNER, "-s", at["dbname"], check=True).stdout
        self.run("psql", "-X", "-q", "-h", str(self.sockets), "-U", OWNER, "-d", DATABASE, input=dump, check=True)
        self.python("-W", "ignore", "manage.py", "shell", "-c", "from accounts.ledger import chart; chart.load()")


@contextmanager
def private_server(name: str, *, durable: bool = True, migrated: bool = False) -> Iterator[PrivateServer]:
    """A fresh server with the product's tables, empty; ``migrated``: with what a deployment finds after ``migrate``."""
    # Tests run in several processes at once: each has a server of its own.
    directory = paths.VAR / f"{name}{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    shutil.rmtree(directory, ignore_errors=True)
    server = PrivateServer(directory, durable=durable)
    try:
        server.start()
        server.ensure_database()
        if migrated:
            server.python("manage.py", "migrate", "--verbosity", "0")
        else:
            server.copy_schema()
        yield server
    finally:
        server.shut()
        shutil.rmtree(directory, ignore_errors=True)
        server.log.unlink(missing_ok=True)
