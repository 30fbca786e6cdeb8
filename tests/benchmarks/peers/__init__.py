"""``make bench-peers``: transfers through the public interfaces of two Django ledgers, beside ours, in turn.

Each peer runs in a process of its own, in a virtual environment of its own with pinned versions, on a database of its
own on the same server. Ours goes the whole way of ``posting_single`` (gate, case, audit row, idempotency key) over
100,000 accounts; theirs is the bare call over a hundred.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

from django.db import connection

from fundcentre.local import paths
from tests.benchmarks import scratch
from tests.benchmarks.harness import progress
from tests.benchmarks.posting import SECONDS, PostingSingle

HERE = Path(__file__).parent
LOCK = HERE / "requirements.lock"
VENV = paths.VAR / "peers-venv"
DATABASE = "fundcentre_bench_peer"


def environment() -> Path:
    """The peers' own Python, made where it is missing or out of date."""
    stamp = VENV / ".lock"
    if not stamp.exists() or stamp.read_text() != LOCK.read_text():
        progress("installing the peers in an environment of their own")
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([paths.VENV / "bin" / "uv", "pip", "install", "-q", "--python", VENV, "-r", LOCK], check=True)
        stamp.write_text(LOCK.read_text())
    return VENV / "bin" / "python"


class Peer(PostingSingle):
    """``ratio`` is our time over the peer's: 0.25 is four times as fast."""

    clients: ClassVar = (1,)
    by_itself = False
    worker: ClassVar[str] = ""

    def run(self):
        scratch.make_beside(DATABASE)
        at = connection.get_connection_params()
        process = subprocess.Popen(
            [environment(), HERE / self.worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DATABASE_URL": f"postgres://{at['user']}@/{DATABASE}?host={at['host']}"},
        )  # fmt: skip
        try:
            self.process = process
            if self.answer() != "ready":
                raise RuntimeError(f"{self.worker} did not get ready")
            return super().run()
        finally:
            process.kill()
            process.communicate()
            scratch.drop_beside(DATABASE)

    def answer(self) -> str:
        return self.process.stdout.readline().strip()

    def floor(self) -> float:
        """Seconds of one transfer of the peer."""
        self.process.stdin.write(f"{SECONDS}\n")
        self.process.stdin.flush()
        return float(self.answer())


class Hordak(Peer):
    code = "peer_hordak"
    what = "one transfer, against django-hordak's Account.transfer_to"
    worker = "hordak_worker.py"
    must, aim = 1 / 4, 1 / 7


class DjangoLedger(Peer):
    code = "peer_django_ledger"
    what = "one transfer, against django-ledger's EntityModel.commit_txs"
    worker = "django_ledger_worker.py"
    must, aim = 1 / 20, 1 / 40
