"""What the launcher says: one line per fact, and one line when it must stop."""

import os
import sys
import threading

_LOCK = threading.Lock()
_COLOURS = (36, 33, 35, 32, 34, 31)


class Stop(Exception):
    """Ends the launcher with one line that says what to do. No error of the program: the reader has something to do."""


def say(text: str, name: str = "fundcentre") -> None:
    """Print ``text`` under the prefix of process ``name``; safe from any thread."""
    prefix = f"{name:<10}| "
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        prefix = f"\033[{_COLOURS[sum(map(ord, name)) % len(_COLOURS)]}m{prefix}\033[0m"
    with _LOCK:
        for line in text.splitlines() or [""]:
            print(f"{prefix}{line}", flush=True)
