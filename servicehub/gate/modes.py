"""What each stop mode lets through (service platform 2.4), as a table."""

from servicehub.declare import CALLBACK, CONTINUE, NEW, READ
from servicehub.gate.models import StopMode

STRENGTH = {mode: rank for rank, mode in enumerate(StopMode)}

LETS_THROUGH: dict[StopMode, frozenset[str]] = {
    StopMode.NOTICE: frozenset({READ, NEW, CONTINUE, CALLBACK}),
    StopMode.NO_NEW: frozenset({READ, CONTINUE, CALLBACK}),
    StopMode.READ_ONLY: frozenset({READ, CALLBACK}),  # and CONTINUE that withdraws
    StopMode.FULL: frozenset({CALLBACK}),
}

SWITCHBOARD = frozenset({"S-STOP"})
"""Items no stop order covers: whoever stops everything must be able to lift it again (R-ST-07)."""

INTERNAL_CHANNELS = ("ADM", "BATCH")
"""Channels of the centre itself: never stopped alone, never offered to the public instead of another."""


def lets_through(mode: str, kind: str, withdraws: bool = False) -> bool:
    mode = StopMode(mode)
    return kind in LETS_THROUGH[mode] or (mode is StopMode.READ_ONLY and kind == CONTINUE and withdraws)
