"""Dated policy values: look-up, release by several people, loading, impact of a draft."""

from servicehub.policy.in_force import (
    CONFIDENCE,
    InForce,
    NotInForce,
    as_parameter,
    find,
    forget,
    history,
    value,
    values,
)
from servicehub.policy.releasing import Proposal, release

__all__ = [
    "CONFIDENCE",
    "InForce",
    "NotInForce",
    "Proposal",
    "as_parameter",
    "find",
    "forget",
    "history",
    "release",
    "value",
    "values",
]
