"""kill -9 of the worker or of PostgreSQL anywhere in an allocation: nothing or everything, and a restart finishes once.

From the bank's stored message to every person's balance, on a server of its own.
"""

import os
import signal
import subprocess
import sys

import psycopg2
import pytest

from fundcentre.local import paths
from fundcentre.local.postgres import OWNER
from tests.deposits.allocation_worker import TOTAL_OF_ONE
from tests.private_server import PrivateServer, private_server

# The schema is copied from the database of the tests; the server is the module's, so one process runs it all.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("kill-deposits")]
FEW, MANY = 3, 201  # posted in one call; staged and posted set-based (settlement.SMALL_HEADS)
NOTHING = ("received", 0, 0, 0, "to_pay", 0, 0)


class Worker:
    """The parent of workers, one per command."""

    def __init__(self, server: PrivateServer):
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.deposits.allocation_worker"],
            cwd=paths.ROOT, env=server.environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, *words, kill=None) -> list[str]:
        """The first line said in answer. A process that says it waits is killed; ``kill`` sees its answer first."""
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline().split()
        if said[0] == "at":
            if kill is not None:
                kill(said)
            os.kill(int(said[1]), signal.SIGKILL)
        while self.process.stdout.readline().strip() != "over":
            pass
        return said

    def seed(self, heads: int) -> tuple[int, int]:
        said = self.ask("seed", heads)
        assert said[0] == "seeded", " ".join(said)
        return int(said[1]), int(said[2])


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), private_server("kill-deposits", durable=False) as server:
        yield server


@pytest.fixture(scope="module")
def worker(server):
    worker = Worker(server)
    yield worker
    worker.process.communicate(timeout=30)


def written(server: PrivateServer, message: int, remittance: int) -> tuple:
    """State of the message; its notices, receipts, vouchers; state of the document; postings of the month, yuan."""
    session = psycopg2.connect(host=str(server.sockets), user=OWNER, dbname="fundcentre")
    with session, session.cursor() as cursor:
        cursor.execute(
            "WITH notice AS (SELECT id, voucher FROM accounts_banknotice WHERE message_id = %(message)s),"
            " receipt AS (SELECT voucher_id FROM deposits_receipt WHERE notice_id IN (SELECT id FROM notice)),"
            " posting AS (SELECT p.current FROM accounts_posting p JOIN accounts_voucher v ON v.id = p.voucher_id"
            "     WHERE v.event_id = 'deposits.remittance:' || %(remittance)s)"
            " SELECT (SELECT state FROM accounts_bankmessage WHERE id = %(message)s),"
            " (SELECT count(*) FROM notice), (SELECT count(*) FROM receipt),"
            " (SELECT count(*) FROM accounts_voucher WHERE event_id = 'deposits.remittance:' || %(remittance)s),"
            " (SELECT state FROM deposits_remittance WHERE id = %(remittance)s),"
            " (SELECT count(*) FROM posting), (SELECT coalesce(sum(current), 0) FROM posting)",
            {"message": message, "remittance": remittance},
        )
        answer = cursor.fetchone()
    session.close()
    return answer


def everything(heads: int) -> tuple:
    return ("processed", 1, 1, 1, "posted", heads, heads * TOTAL_OF_ONE)


@pytest.fixture(scope="module")
def statements(worker):
    """How many statements an allocation takes to its very end, by heads."""
    taken = {}
    for heads in (FEW, MANY):
        message, _ = worker.seed(heads)
        taken[heads] = int(worker.ask("run", message, 0)[1])
    return taken


def test_a_worker_killed_before_any_statement_leaves_nothing_or_everything(server, worker, statements):
    last = statements[FEW]
    assert last > 20
    message, remittance = worker.seed(FEW + 1)
    assert written(server, message, remittance) == NOTHING
    for stop in range(1, last + 1):
        worker.ask("run", message, stop)
        left = written(server, message, remittance)
        assert left in (NOTHING, everything(FEW + 1)), f"before statement {stop}"
    for _ in range(2):
        assert worker.ask("run", message, 0)[0] == "ran"
        assert written(server, message, remittance) == everything(FEW + 1)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_killed_database_session_leaves_nothing_and_the_next_worker_posts_once(server, worker, statements, share):
    """One session killed takes the whole server through its recovery."""
    heads, last = MANY + int(share * 10), statements[MANY]
    message, remittance = worker.seed(heads)

    def kill(said):
        os.kill(int(said[2]), signal.SIGKILL)

    assert worker.ask("run", message, int(last * share), kill=kill)[0] == "at"
    server.wait_until_ready()
    assert written(server, message, remittance) == NOTHING
    for _ in range(2):
        assert worker.ask("run", message, 0)[0] == "ran"
        assert written(server, message, remittance) == everything(heads)


def test_a_killed_postgresql_leaves_nothing_and_finishes_after_its_restart(server, worker, statements):
    last = statements[MANY]
    message, remittance = worker.seed(MANY + 51)

    def kill(said):
        server.process.kill()
        server.process.wait()

    assert worker.ask("run", message, last - 4, kill=kill)[0] == "at"
    server.start()
    assert written(server, message, remittance) == NOTHING
    for _ in range(2):
        assert worker.ask("run", message, 0)[0] == "ran"
        assert written(server, message, remittance) == everything(MANY + 51)
