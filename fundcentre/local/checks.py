"""``make test`` and its kin: the same set-up, the same servers, then the tool that was asked for."""

import subprocess

from fundcentre.local import dependencies, environments, paths, postgres
from fundcentre.local.console import say
from fundcentre.local.demo import set_up
from fundcentre.local.locks import only_one
from fundcentre.local.postgres import Postgres
from fundcentre.local.redis import Redis

WORKERS = 2  # CI machines have two cores; more workers only wait for one another


class Services:
    """The embedded servers for as long as a run needs them; those that ran before, run on."""

    def __enter__(self):
        self.server, self.broker = Postgres(), Redis()
        self.started = [service for service in (self.server, self.broker) if service.start_detached()]
        self.server.ensure_database()
        return self

    def __exit__(self, *exception):
        for service in reversed(self.started):
            service.stop()


def run(*command: str) -> int:
    """``command`` in the virtual environment, as owner of the database, its output as it comes."""
    say(" ".join(command))
    program = [str(paths.VENV / "bin" / "python"), *command[1:]] if command[0] == "python" else list(command)
    return subprocess.run(program, cwd=paths.ROOT, env=environments.for_role(postgres.OWNER), check=False).returncode


def test(*arguments: str) -> int:
    """Everything, closing with pytest's own line. A failed check before it does not hide what comes after."""
    set_up(for_tests=True)
    with Services():
        failed = [
            command
            for command in (
                ("python", "-m", "ruff", "check", "."),
                ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
                ("python", "-m", "pytest", "-n", str(WORKERS), "--dist", "loadgroup", *arguments),
            )
            if run(*command)
        ]
    for command in failed:
        say(f"failed: {' '.join(command)}")
    return 1 if failed else 0


def bench(*names: str) -> int:
    set_up()
    with Services():
        return run("python", "-m", "tests.benchmarks", *names)


def bench_peers() -> int:
    """Our postings beside those of two other Django ledgers."""
    return bench("peer_hordak", "peer_django_ledger", "posting_batch")


def sweep(*arguments: str) -> int:
    """The full crawl: every page and operation in its declared examples, at both widths."""
    set_up(for_tests=True)
    with Services():
        return run("python", "-m", "pytest", "-m", "sweep", *arguments)


def pictures() -> int:
    """The README's pictures, taken on the walk of the browser tests."""
    set_up(for_tests=True)
    return run("python", "-m", "tests.browser.pictures")


def services() -> int:
    """Start PostgreSQL and Redis, leave them running, and say how to reach them."""
    with only_one("set-up"):
        dependencies.install_python()
        dependencies.install_embedded()
    Postgres().start_detached()
    Redis().start_detached()
    Postgres().ensure_database()
    for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        print(f"export {name}={environments.for_role(postgres.OWNER)[name]}")
    return 0
