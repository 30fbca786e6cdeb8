"""Figures of the log-in that a centre may set (policy keys ``servicehub.*``), as they stand today.

By the calendar, not the business date: a rule about people at keyboards does not wait for a day close.
"""

from datetime import timedelta
from typing import Any

from servicehub import policy
from servicehub.clock import today


def setting(name: str) -> Any:
    """``setting("otp.tries")``. Costs no query: the policy room keeps its book in memory."""
    return policy.value(f"servicehub.{name}", today()).value


def minutes(name: str) -> timedelta:
    return timedelta(minutes=setting(name))
