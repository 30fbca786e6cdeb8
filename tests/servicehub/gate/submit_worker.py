"""A web process and a worker of the gate that stop before a statement of their own, so that a test can kill them there.

Reads commands on standard input, answers on standard output, and does each in a child of its own::

    seed                    → seeded
    submit <code> <key> <stop>  → at <child pid> <statement>     (it waits there to be killed)
                            | answered <status> <state> <replayed> <submission> <statements>
    run <submission> <stop>     → at …  | ran <statements>

``submit`` posts to the API through the whole stack of a web request; ``stop`` 0 stops nowhere, -1 when everything is
done and only the answer has not gone out.
"""

import os
import sys
import time
from datetime import date

import django

AFTERWARDS = -1
HEADERS = {"Host": "127.0.0.1"}


def declare() -> None:
    """The emergency stop once more, as something the worker does."""
    from servicehub.declare.registry import operations
    from servicehub.gate.operations.stop_orders import EmergencyStop

    operations.add(type("QueuedStop", (EmergencyStop,), {"code": "tests.queued_stop", "runs": "job"}))


def seed() -> None:
    from pathlib import Path

    from django.conf import settings
    from django.db import DEFAULT_DB_ALIAS
    from django.test import Client

    from servicehub import clock
    from servicehub.catalogue.sync import sync_catalogue
    from servicehub.clock.models import BusinessCalendar
    from servicehub.clock.published import load_published_years
    from servicehub.identity.models import User
    from servicehub.identity.posts import grant_post
    from servicehub.identity.roles import sync_roles
    from servicehub.policy.loading import load_files
    from tests.conftest import make_origin
    from tests.logins import sign_in

    sync_roles(DEFAULT_DB_ALIAS)
    load_published_years()
    load_files(sorted(Path(settings.POLICY_FILES).glob("*.toml")))
    sync_catalogue()
    BusinessCalendar.open(date(2026, 11, 23))
    lead = User.objects.create(username="L0001", kind="staff", display_name="值班长", password_set_at=clock.now())
    granting = make_origin(user_kind="system", operator=None)
    client = Client()
    grant_post(granting, lead, "ops_lead", branch=None, valid_from=date(2026, 1, 1), basis="测试")
    sign_in(client, lead)
    say(f"seeded {next(iter(client.cookies.values())).value}")


class Stopping:
    """Counts the statements of this process; waits to be killed before the one that was named.

    ``since``: what comes before the first statement with these words only reads, and is not counted.
    """

    def __init__(self, before: int, since: str = ""):
        self.before = before
        self.since = since
        self.seen = 0

    def __call__(self, execute, sql, params, many, context):
        if not self.seen and self.since not in sql:
            return execute(sql, params, many, context)
        self.seen += 1
        if self.seen == self.before:
            self.wait()
        return execute(sql, params, many, context)

    def wait(self) -> None:
        say(f"at {os.getpid()} {self.seen}")
        time.sleep(600)


def submit(session: str, code: str, key: str, stop: int) -> None:
    from django.db import connection
    from django.test import Client

    from servicehub.declare.registry import operations

    client = Client(headers=HEADERS)
    client.cookies["fc_session_api"] = session
    stopping = Stopping(stop, since="servicehub_gate_facts")
    with connection.execute_wrapper(stopping):
        answer = client.post(
            f"/api/v1/operations/{code}/", {"input": operations[code].example()}, content_type="application/json",
            headers={"Idempotency-Key": key},
        )  # fmt: skip
    if stop == AFTERWARDS:
        stopping.wait()
    body = answer.json()
    if answer.status_code >= 400:
        say(f"refused {answer.status_code} {body['code']}")
    else:
        say(f"answered {answer.status_code} {body['state']} {body['replayed']} {body['submission']} {stopping.seen}")


def run(submission: int, stop: int) -> None:
    from django.db import connection

    from servicehub.gate import running

    stopping = Stopping(stop)
    with connection.execute_wrapper(stopping):
        running.run_submission(submission)
    say(f"ran {stopping.seen}")


def say(words: str) -> None:
    print(words, flush=True)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcentre.settings")
    django.setup()
    from django.db import transaction
    from django.urls import get_resolver

    from fundcentre.celery import app

    # What a page leaves to the worker the test hands over itself; the sweeper does that in earnest.
    app.send_task = lambda *args, **given: None
    type(app.tasks["servicehub.gate.run_submission"]).apply_async = lambda *args, **given: None
    declare()
    get_resolver().url_patterns  # noqa: B018 - loaded once here, not in every child
    for line in sys.stdin:
        command, *given = line.split()
        child = os.fork()
        if child == 0:
            try:
                match command:
                    case "seed":
                        with transaction.atomic():
                            seed()
                    case "submit":
                        submit(given[0], given[1], given[2], int(given[3]))
                    case "run":
                        run(int(given[0]), int(given[1]))
            except Exception as error:
                say(f"failed {type(error).__name__} {error}")
            os._exit(0)
        os.waitpid(child, 0)
        say("over")


if __name__ == "__main__":
    main()
