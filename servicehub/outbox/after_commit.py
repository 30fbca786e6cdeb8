"""Waking the worker once a transaction has committed, without ever depending on the broker being there.

Everything sent this way is also found by a sweeper, so a broker that is down delays and loses nothing: log-in and
posting go on answering. After a failure this process leaves the broker alone for a while, so that requests do not
each wait for a connection that will not come.
"""

import logging
import time
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

REST_SECONDS = 10

_log = logging.getLogger(__name__)
_failed: dict[str, float | None] = {"at": None}


def send_after_commit(task: Task, *arguments: Any) -> None:
    """Send ``task`` when the transaction commits; at once outside of one. Ids only. Never raises for the broker."""
    transaction.on_commit(partial(send, task, *arguments))


def send(task: Task, *arguments: Any) -> bool:
    """``False``: the broker did not take it, or is resting; the task's sweeper will find the work."""
    if _failed["at"] is not None and time.monotonic() - _failed["at"] < REST_SECONDS:
        return False
    try:
        task.apply_async(arguments, retry=False)
    except OperationalError as fault:
        _failed["at"] = time.monotonic()
        _log.warning("the broker does not answer, the sweeper will send %s: %s", task.name, fault)
        return False
    _failed["at"] = None
    return True
