"""Batch steps: runs with memory, resumed after a kill, never reported as finished with a failed item."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobStep:
    """``items`` lists subjects (strings, stable); ``work`` does one of them in one transaction, repeatable."""

    code: str
    label: str
    work: Callable  # (origin, run, subject) -> None
    items: Callable | None = None  # (origin, run) -> list[str]; None: one item


@dataclass(frozen=True, slots=True)
class Job:
    """Declared in ``jobs.py``; ``fundcentre/schedule.py`` names codes in order."""

    code: str
    label: str
    steps: tuple[JobStep, ...]
