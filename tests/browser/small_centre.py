"""The whole centre in small, as ``make demo`` starts it: every process of its own, only fewer employers.

``with small_centre() as centre`` for a test; run as a module it is the child process itself.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fundcentre.local import demo, paths, redis
from fundcentre.local.console import Stop
from fundcentre.local.postgres import candidates

# Enough employers for every planted fault. With this seed the tour's employer has the 1,196 people at work that make
# November's workbook the README's 1,214 rows.
CITY = ("--employers=18", "--heads=1300", "--seed=13")
READY_SECONDS_MAX = 600  # on a machine where everything else runs too
HALT_SECONDS_MAX = 90


@dataclass(frozen=True)
class Centre:
    url: str
    bank_url: str
    var: Path

    @property
    def workbook(self) -> Path:
        return self.var / "demo" / "11月变更清册.xlsx"

    @property
    def log_ins(self) -> str:
        return (self.var / "demo-logins.txt").read_text(encoding="utf-8")


@contextmanager
def small_centre() -> Iterator[Centre]:
    var = paths.VAR / f"centre-{os.getpid()}"  # two runs never meet
    shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True)
    if (paths.VAR / "static" / ".stamp").exists():
        shutil.copytree(paths.VAR / "static", var / "static")  # collected and compressed once, current or done anew
    web, bank, sms = _free_ports(3)
    environment = {
        **{name: text for name, text in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"}},
        "FUNDCENTRE_VAR": str(var),
        "PYTHONUNBUFFERED": "1",
        "PORT": str(web),
        "BANK_SIMULATOR_PORT": str(bank),
        "SMS_SIMULATOR_PORT": str(sms),
        **_servers(),
    }  # fmt: skip
    with (var / "centre.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.small_centre"],
            cwd=paths.ROOT, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log,
        )  # fmt: skip
    centre = Centre(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{bank}", var)
    try:
        _wait(child, centre)
        yield centre
    finally:
        child.stdin.close()  # asks once; a signal beside it would be a second asking, which kills
        child.wait(HALT_SECONDS_MAX)
        shutil.rmtree(var, ignore_errors=True)


def _servers() -> dict[str, str]:
    """PostgreSQL and Redis that this checkout found, also where they lie inside its own ``var/``."""
    found, broker = candidates(), redis.binary()
    if not found or broker is None:
        raise Stop("no PostgreSQL or no Redis found: `make services` says what to install")
    return {"PG_BIN": str(found[0]), "PATH": f"{broker.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _free_ports(count: int) -> list[int]:
    taken = [socket.socket() for _ in range(count)]
    try:
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]
    finally:
        for one in taken:
            one.close()


def _wait(child: subprocess.Popen, centre: Centre) -> None:
    """Until the pages answer and every process behind them was started."""
    said = centre.var / "centre.log"
    for _ in range(READY_SECONDS_MAX * 5):
        if child.poll() is not None or "ready after" in said.read_text(errors="replace"):
            break
        threading.Event().wait(0.2)
    try:
        with urllib.request.urlopen(f"{centre.url}/readyz", timeout=10):
            return
    except OSError:
        raise AssertionError(f"the centre did not open:\n{said.read_text(errors='replace')[-3000:]}") from None


def _end_with_parent() -> None:
    """A test run that is killed closes our standard input: nothing is left behind."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    raise SystemExit(demo.run(*CITY))
