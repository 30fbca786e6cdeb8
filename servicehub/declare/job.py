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


@dataclass(frozen=True, slots=True)
class CloseStep:
    """One step of the close of a business day, in the order of the schedule.

    ``code`` is a job, or a step the close does itself (``close.cutover``). ``when``: every "day", or only on the last
    day of a "month", an "interest_year" (30 June), a "year". A ``slot`` waits for an app that is still to come: while
    nobody declares the job it is passed over.
    """

    code: str
    when: str = "day"
    slot: bool = False
