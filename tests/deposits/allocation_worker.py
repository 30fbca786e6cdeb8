"""A worker that takes a bank notice in and stops before a statement of its own, so that a test can kill it there.

Reads commands on standard input, answers on standard output, and does each in a child of its own::

    seed <heads>          → seeded <message> <remittance>   (a confirmed month of so many people, its money told but not taken)
    run <message> <stop>  → at <child pid> <backend pid> <statement>   (it waits there to be killed)
                          | ran <statements>
"""

import os
import sys
import time
from datetime import date

import django

TOTAL_OF_ONE = 1200  # yuan a head, of a wage of 5,000


def prepare() -> None:
    """What a deployment loads, once for the server."""
    from pathlib import Path

    from django.conf import settings
    from django.db import DEFAULT_DB_ALIAS

    from servicehub.catalogue.sync import sync_catalogue
    from servicehub.clock.models import BusinessCalendar
    from servicehub.clock.published import load_published_years
    from servicehub.identity.roles import sync_roles
    from servicehub.policy.loading import load_files

    if BusinessCalendar.objects.exists():
        return
    sync_roles(DEFAULT_DB_ALIAS)
    load_published_years()
    load_files(sorted(Path(settings.POLICY_FILES).glob("*.toml")))
    sync_catalogue()
    BusinessCalendar.open(date(2026, 11, 23))


def seed(heads: int) -> None:
    from itertools import count

    from accounts.bank import inbox
    from deposits.services.remittances import MonthToConfirm, confirm
    from tests.accounts import factories
    from tests.accounts.bank import world as bank
    from tests.accounts.bank.world import body, line, special_account
    from tests.deposits.world import FIRST, by_clerk, employer_with

    # Each child counts from where its parent stood: numbers of its own, or the second employer would be the first.
    bank._numbers = count(heads)
    for factory in (factories.BranchFactory, factories.EmployerFactory, factories.EmployerAccountFactory):
        factory.reset_sequence(heads, force=True)
    prepare()
    account = employer_with(heads, serial=heads * 400)
    special = special_account(account.employer.branch, f"41050100009{heads:09}")
    (head,) = confirm(by_clerk(), [MonthToConfirm(account, FIRST)])
    money = line(special, f"{TOTAL_OF_ONE * heads}.00", remark=head.remark_code, host_no=f"{heads:010}")
    message = inbox.keep(body(money).decode(), "", "SBDC100")
    say(f"seeded {message.pk} {head.pk}")


def run(message: int, stop: int) -> None:
    from django.db import connection

    from accounts.bank import inbox

    statements = 0

    def count(execute, sql, params, many, context):
        nonlocal statements
        statements += 1
        if statements == stop:
            say(f"at {os.getpid()} {connection.connection.info.backend_pid} {statements}")
            time.sleep(600)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        inbox.process(message)
    say(f"ran {statements}")


def say(words: str) -> None:
    print(words, flush=True)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcentre.settings")
    django.setup()
    from django.db import transaction

    from accounts import tasks
    from fundcentre.celery import app

    # What a commit leaves to the worker the test hands over itself; the sweeper does that in earnest.
    app.send_task = lambda *args, **given: None
    type(app.tasks[tasks.process_bank_message.name]).apply_async = lambda *args, **given: None
    for line in sys.stdin:
        command, *given = line.split()
        child = os.fork()
        if child == 0:
            try:
                match command:
                    case "seed":
                        with transaction.atomic():
                            seed(int(given[0]))
                    case "run":
                        run(int(given[0]), int(given[1]))
            except Exception as error:
                say(f"failed {type(error).__name__} {error}")
            os._exit(0)
        os.waitpid(child, 0)
        say("over")


if __name__ == "__main__":
    main()
