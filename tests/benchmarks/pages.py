"""A list page of a logged-in agent, beside the same page without a question to anybody, both from one web server."""

import http.client
import os
import socket
import subprocess
import sys
import time
from datetime import date

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.enums import AgentRole
from accounts.services import grants
from accounts.services.grants import NewGrant
from servicehub.identity.models import User
from tests.benchmarks import scratch
from tests.benchmarks.harness import Benchmark
from tests.benchmarks.remittance import law
from tests.benchmarks.served import SERVED
from tests.conftest import make_origin
from tests.deposits.world import employer_with
from tests.logins import sign_in

PEOPLE = 5_000
ROWS = 50
SECONDS = 3  # of each side of a round
HOST = "127.0.0.1"


class PageList(Benchmark):
    """The roster of an employer: session, gate, count, totals, rows, masked names, the whole shell."""

    code = "page_list"
    what = "list page of a log-in session, 50 rows of 5,000, against the static page on the same server"
    n = ROWS
    must, aim = 2.0, 1.3

    def prepare(self) -> None:
        call_command("collectstatic", interactive=False, verbosity=0)
        law()
        account = employer_with(PEOPLE)
        user = User.objects.create(username="bench", kind="employer", display_name="李会计")
        grant = NewGrant(
            user.pk, account.employer_id, AgentRole.MAKER.value, date(2026, 1, 1), date(2027, 12, 31), "授权书 1"
        )
        grants.grant(make_origin(), [grant])
        scratch.vacuum()
        client = Client()
        sign_in(client, user, acting_for=account.employer.party)
        self.path = f"/employer/{account.employer.token}/list/accounts.roster/"
        queries = []
        with connection.execute_wrapper(lambda run, *given: (queries.append(given[0]), run(*given))[1]):
            page = client.get(self.path)
        assert page.status_code == 200, page.status_code
        assert page.content.count(b"<tr") >= ROWS, "the page shows fewer rows than it is measured for"
        assert len(queries) >= 3, queries
        self.cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self._serve()

    def run(self):
        self.server = None
        try:
            return super().run()
        finally:
            if self.server is not None:
                self.server.terminate()
                self.server.wait(timeout=20)

    def _serve(self) -> None:
        """The web server of the demo, one worker, on the scratch database."""
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        name = connection.settings_dict["NAME"]
        at = connection.get_connection_params()
        environment = os.environ | {
            SERVED: "1",
            "DATABASE_URL": f"postgres://{at['user']}@/{name}?host={at['host']}",
        }
        self.server = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(self.port),
             "--workers", "1", "--blocking-threads", "1", "--no-access-log", "--log-level", "warning",
             "tests.benchmarks.served:application"],
            env=environment, cwd=settings.BASE_DIR,
        )  # fmt: skip
        for _ in range(100):
            try:
                self._get(self.path)  # what the static page is drawn from
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the web server of the benchmark did not start")

    def _get(self, path: str, seconds: float = 0.0) -> float:
        """Seconds per request, one after another over one connection."""
        client = http.client.HTTPConnection(HOST, self.port, timeout=30)
        began, done = time.perf_counter(), 0
        try:
            while True:
                client.request("GET", path, headers={"Cookie": self.cookies})
                answer = client.getresponse()
                body = answer.read()
                assert answer.status == 200 and len(body) > 10_000, (path, answer.status)
                done += 1
                taken = time.perf_counter() - began
                if taken >= seconds:
                    return taken / done
        finally:
            client.close()

    def floor(self) -> float:
        return self._get("/static-page/", SECONDS)

    def product(self) -> float:
        return self._get(self.path, SECONDS)
