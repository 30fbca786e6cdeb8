"""A worker that posts a list and stops before a statement of its own, so that a test can kill it there.

Reads commands on standard input, answers on standard output, and does each in a child of its own::

    seed                → seeded
    run <event> <stop>  → at <child pid> <backend pid> <statement>   (it waits there to be killed)
                        | done <voucher> <replayed> <statements>
"""

import os
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import django

PEOPLE = 200
DAY = date(2026, 11, 23)


def origin():
    from servicehub.declare import Origin, Pass, PassKind

    given = Pass.issue(PassKind.CALL, "tests.call")
    return Origin(1, "王芳", "CTR", DAY, datetime(2026, 11, 23, tzinfo=UTC), "kill", pass_=given)


def declare() -> None:
    from accounts.ledger.events import EventTemplate, credit, debit
    from servicehub.declare.registry import ledger_events

    lines = (debit("10101", "total"), credit("201", "total"))
    ledger_events.add(EventTemplate(code="tests.list", label="清册", lines=lines))


def seed() -> None:
    from accounts.ledger import services as ledger
    from accounts.ledger.years import YearPolicy, open_interest_year

    open_interest_year(origin(), 2027, YearPolicy())
    ledger.open_subaccounts(
        origin(), "201", "fund_account", "SELECT g, 1, 700 FROM generate_series(1, %s) AS g", [PEOPLE]
    )
    say("seeded")


def run(event: str, stop: int) -> None:
    from django.db import connection

    from accounts.ledger import services as ledger

    statements = 0

    def count(execute, sql, params, many, context):
        nonlocal statements
        statements += 1
        if statements == stop:
            say(f"at {os.getpid()} {connection.connection.info.backend_pid} {statements}")
            time.sleep(600)
        return execute(sql, params, many, context)

    entry = ledger.Entry("tests.list", event, 1, {"total": Decimal(PEOPLE)})
    source = ledger.Source("SELECT id, 1.00 FROM accounts_subaccount", ("subaccount", "current"))
    with connection.execute_wrapper(count):
        posted = ledger.post_many(origin(), entry, source)
    say(f"done {posted.voucher} {posted.replayed} {statements}")


def say(words: str) -> None:
    print(words, flush=True)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcentre.settings")
    django.setup()
    declare()
    for line in sys.stdin:
        command, *arguments = line.split()
        child = os.fork()
        if child == 0:
            try:
                seed() if command == "seed" else run(arguments[0], int(arguments[1]))
            except Exception as error:
                say(f"failed {type(error).__name__}")
            os._exit(0)
        os.waitpid(child, 0)
        say("over")


if __name__ == "__main__":
    main()
