"""kill -9 in the middle of a list: nothing of it, or all of it; and the next attempt books it once.

A server of its own: a killed backend takes every other session of its server down with it.
"""

import os
import signal
import subprocess
import sys

import psycopg2
import pytest

from fundcentre.local import paths
from fundcentre.local.postgres import OWNER
from tests.accounts.ledger.list_worker import PEOPLE
from tests.private_server import PrivateServer, private_server

# The schema is copied from the database of the tests; the server is the module's, so one process runs it all.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("kill-ledger")]


class Worker:
    def __init__(self, server: PrivateServer):
        self.server = server
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.accounts.ledger.list_worker"],
            cwd=paths.ROOT, env=server.environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, command: str) -> list[str]:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def over(self) -> list[str]:
        """What the child still said, up to its end."""
        said = []
        while (line := self.process.stdout.readline().strip()) != "over":
            said.append(line)
        return said

    def close(self) -> None:
        self.process.communicate(timeout=30)


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), private_server("kill-test", durable=False) as server:
        yield server


@pytest.fixture(scope="module")
def worker(server):
    worker = Worker(server)
    assert worker.ask("seed") == ["seeded"]
    worker.over()
    yield worker
    worker.close()


def written(server: PrivateServer, event: str) -> tuple[int, int, int, int]:
    """Vouchers, lines and postings of the event, and Σ balances less Σ postings of everybody."""
    session = psycopg2.connect(host=str(server.sockets), user=OWNER, dbname="fundcentre")
    with session, session.cursor() as cursor:
        cursor.execute(
            "WITH v AS (SELECT id FROM accounts_voucher WHERE event_id = %s)"
            " SELECT (SELECT count(*) FROM v), (SELECT count(*) FROM accounts_line WHERE voucher_id IN (SELECT id FROM v)),"
            " (SELECT count(*) FROM accounts_posting WHERE voucher_id IN (SELECT id FROM v)),"
            " (SELECT sum(current) FROM accounts_subaccount) - (SELECT coalesce(sum(current), 0) FROM accounts_posting)",
            [event],
        )
        answer = cursor.fetchone()
    session.close()
    return answer


def booked_once_after_all(server, worker, event: str) -> None:
    assert worker.ask(f"run {event} 0")[0] == "done"
    worker.over()
    assert written(server, event) == (1, 2, PEOPLE, 0)
    assert worker.ask(f"run {event} 0")[2] == "True"
    worker.over()
    assert written(server, event) == (1, 2, PEOPLE, 0)


def statements_of_a_list(worker) -> int:
    said = worker.ask("run WHOLE 0")
    worker.over()
    return int(said[3])


def test_a_worker_killed_before_any_statement_leaves_nothing(server, worker):
    last = statements_of_a_list(worker)
    assert last > 10
    for stop in range(1, last + 1):
        event = f"W{stop}"
        said = worker.ask(f"run {event} {stop}")
        assert said[0] == "at"
        os.kill(int(said[1]), signal.SIGKILL)
        worker.over()
        assert written(server, event)[:3] == (0, 0, 0)
    booked_once_after_all(server, worker, f"W{last}")


@pytest.mark.parametrize("place", ["staging", "writing", "last"])
def test_a_killed_backend_leaves_nothing(server, worker, place):
    last = statements_of_a_list(worker)
    stop = {"staging": 6, "writing": last - 6, "last": last}[place]
    event = f"B{place}"
    said = worker.ask(f"run {event} {stop}")
    os.kill(int(said[2]), signal.SIGKILL)
    os.kill(int(said[1]), signal.SIGKILL)
    worker.over()
    server.wait_until_ready()
    assert written(server, event) == (0, 0, 0, 0)
    booked_once_after_all(server, worker, event)
