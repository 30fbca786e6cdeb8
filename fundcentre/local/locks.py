"""Two launchers at once (test workers, a demo beside a test run) take turns over one server."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from fundcentre.local import paths


@contextmanager
def only_one(name: str) -> Iterator[None]:
    paths.VAR.mkdir(parents=True, exist_ok=True)
    with (paths.VAR / f".{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
