"""Receipts, statements, certificates: a template, its facts, a verification code and a QR."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """``facts(origin, subject)`` returns the template's mapping: frozen into the archive with the letter.

    ``public(facts)`` returns what the verification page may show: type, masked name, dates, never full numbers.
    """

    code: str  # "deposits.payment_notice"
    label: str
    template: str
    facts: Callable
    public: Callable
    roles: frozenset[str] = frozenset()
    landscape: bool = False
    valid_days: int | None = None  # 30: the day of issue and 30 more
    seal: str = ""  # words at the foot of the round mark; 业务专用章
