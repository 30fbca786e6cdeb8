"""What both peers' processes do: set up Django, then transfer for as many seconds as they are told, and say how fast."""

import os
import random
import sys
import time
from collections.abc import Callable

import dj_database_url
import django
from django.conf import settings
from django.core.management import call_command

ACCOUNTS = 100  # a thousandth of ours: what slows the peers down with many accounts is not held against them
SEED = 20261123


def set_up(*apps: str, **more) -> None:
    settings.configure(
        DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=None)},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *apps],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY="benchmark",
        USE_TZ=True,
        **more,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def serve(transfer: Callable[[int, int], None]) -> None:
    """``transfer(source, target)`` moves one yuan between two of ``ACCOUNTS`` accounts, each given by its place."""
    dice = random.Random(SEED)
    print("ready", flush=True)
    for line in sys.stdin:
        wanted, began, done = float(line), time.perf_counter(), 0
        while time.perf_counter() - began < wanted:
            transfer(*dice.sample(range(ACCOUNTS), 2))
            done += 1
        print((time.perf_counter() - began) / done, flush=True)
