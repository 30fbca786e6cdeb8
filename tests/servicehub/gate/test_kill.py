"""kill -9 of a web process or a worker amid a submission: nothing of it or all of it, and the same key finishes once.

Real processes on a server of their own, killed before every statement of theirs in turn.
"""

import os
import signal
import subprocess
import sys

import psycopg2
import pytest

from fundcentre.local import paths
from fundcentre.local.postgres import OWNER
from tests.private_server import PrivateServer, private_server
from tests.servicehub.gate.submit_worker import AFTERWARDS

# The schema is copied from the database of the tests; the server is the module's, so one process runs it all.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("kill-gate")]

AT_ONCE, QUEUED = "servicehub.emergency_stop", "tests.queued_stop"
NOTHING, HANDED_IN, EVERYTHING = (0, 0, 0, 0), (1, 1, 1, 0), (1, 1, 1, 1)


class Processes:
    """The parent of web processes and workers, one per command."""

    def __init__(self, server: PrivateServer):
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.servicehub.gate.submit_worker"],
            cwd=paths.ROOT, env=server.environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        said = self.ask("seed")
        self.session = said[1] if said[0] == "seeded" else pytest.fail(" ".join(said))

    def ask(self, *words) -> list[str]:
        """The first line said in answer; a process that says it waits is killed there."""
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline().split()
        if said[0] == "at":
            os.kill(int(said[1]), signal.SIGKILL)
        while self.process.stdout.readline().strip() != "over":
            pass
        return said

    def submit(self, code: str, key: str, stop: int = 0) -> list[str]:
        return self.ask("submit", self.session, code, key, stop)


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), private_server("kill-gate", durable=False) as server:
        yield server


@pytest.fixture(scope="module")
def processes(server):
    processes = Processes(server)
    yield processes
    processes.process.communicate(timeout=30)


@pytest.fixture
def written(server):
    """How many cases, submissions, keys and stop orders there are more than before."""
    session = psycopg2.connect(host=str(server.sockets), user=OWNER, dbname="fundcentre")
    session.autocommit = True

    def count() -> tuple[int, ...]:
        tables = ("case", "submission", "requestkey", "stoporder")
        with session.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM servicehub_{table})" for table in tables))
            return cursor.fetchone()

    before = count()

    def more() -> tuple[int, ...]:
        nonlocal before
        now = count()
        difference = tuple(after - earlier for earlier, after in zip(before, now, strict=True))
        before = now
        return difference

    yield more
    session.close()


def test_a_web_process_killed_before_any_statement_leaves_nothing_and_the_key_finishes_once(processes, written):
    whole = processes.submit(AT_ONCE, "whole")
    assert whole[:4] == ["answered", "200", "done", "False"]
    assert written() == EVERYTHING
    last = int(whole[5])
    assert last > 10
    for stop in range(1, last + 1):
        killed = processes.submit(AT_ONCE, f"w{stop}", stop)
        assert killed[0] == "at", killed
        left = written()
        assert left in (NOTHING, EVERYTHING), f"before statement {stop}"
        again = processes.submit(AT_ONCE, f"w{stop}")
        replayed = str(left == EVERYTHING)
        assert again[:4] == ["answered", "200", "done", replayed], f"before statement {stop}"
        assert written() == (NOTHING if left == EVERYTHING else EVERYTHING)
    assert processes.submit(AT_ONCE, f"w{last}")[3] == "True"
    assert written() == NOTHING


def test_an_answer_that_never_went_out_is_given_again(processes, written):
    assert processes.submit(AT_ONCE, "lost", AFTERWARDS)[0] == "at"
    assert written() == EVERYTHING
    assert processes.submit(AT_ONCE, "lost")[:4] == ["answered", "200", "done", "True"]
    assert written() == NOTHING


def test_a_worker_killed_before_any_statement_leaves_it_queued_and_the_next_one_does_it_once(processes, written):
    queued = processes.submit(QUEUED, "queued")
    assert queued[:4] == ["answered", "202", "queued", "False"]
    assert written() == HANDED_IN
    last = int(processes.ask("run", queued[4], 0)[1])
    assert written() == (0, 0, 0, 1)
    submission = processes.submit(QUEUED, "killed")[4]
    assert written() == HANDED_IN
    for stop in range(1, last + 1):
        assert processes.ask("run", submission, stop)[0] == "at"
        assert written() == NOTHING, f"before statement {stop}"
    for _ in range(2):
        assert processes.ask("run", submission, 0)[0] == "ran"
    assert written() == (0, 0, 0, 1)
    assert processes.submit(QUEUED, "killed")[2:4] == ["queued", "True"]  # a key keeps its first answer
