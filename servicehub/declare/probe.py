"""Whether what the centre depends on answers: asked before a stopped service opens again by itself."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Probe:
    """Declared in ``checks.py``. ``run()`` says what is wrong, ``""`` when all is well; it answers within seconds."""

    code: str  # "accounts.bank_line"
    label: str
    run: Callable[[], str]
    items: frozenset[str] = frozenset()  # what cannot be done without it; empty: everything
