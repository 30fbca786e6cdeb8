"""Where things stand. Every path of a running copy is under ``var/``, so that two checkouts never meet."""

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("FUNDCENTRE_VAR") or ROOT / "var").absolute()
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
EMBEDDED = VAR / "embedded"
PG_DATA = VAR / "pg"
REDIS_DATA = VAR / "redis"
LOGS = VAR / "log"
DEMO_STATE = VAR / "demo.json"
DEMO_LOADING = VAR / "demo-city.loading"
DEMO_LOGINS = VAR / "demo-logins.txt"

# The kernel cuts a unix socket's path off at 107 bytes, and PostgreSQL refuses it a little earlier.
SOCKET_PATH_BYTES_MAX = 100
PG_SOCKET_NAME = ".s.PGSQL.5432"
REDIS_SOCKET_NAME = "redis.sock"


def fits(socket: Path) -> bool:
    return len(os.fsencode(socket)) < SOCKET_PATH_BYTES_MAX


def runtime_dir() -> Path:
    """A short directory of this checkout's own, for sockets only; the name is stable from run to run."""
    base = os.environ.get("XDG_RUNTIME_DIR") if os.geteuid() else None
    digest = hashlib.sha256(os.fsencode(VAR)).hexdigest()[:10]
    return Path(base or tempfile.gettempdir()) / f"fundcentre-{digest}"


def postgres_socket_dir() -> Path:
    return PG_DATA if fits(PG_DATA / PG_SOCKET_NAME) else runtime_dir()


def redis_socket() -> Path:
    socket = REDIS_DATA / REDIS_SOCKET_NAME
    return socket if fits(socket) else runtime_dir() / REDIS_SOCKET_NAME


def make_private(directory: Path, uid: int | None = None) -> None:
    """Make ``directory`` and close it to everybody else.

    Raises ``PermissionError`` where somebody else made it first: a name in a shared temporary folder can be taken.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = directory.stat().st_uid
    if owner not in {os.geteuid(), uid}:
        raise PermissionError(f"{directory} belongs to user {owner}")
    directory.chmod(0o700)
    if uid is not None and owner != uid:
        os.chown(directory, uid, -1)


def database_url(role: str, database: str = "fundcentre") -> str:
    return f"postgres://{role}@/{database}?host={postgres_socket_dir()}"


def redis_url() -> str:
    return f"unix://{redis_socket()}"


def broker_url() -> str:
    return f"redis+socket://{redis_socket()}"
