"""Two at the same moment, over real connections. A race test first proves the race: with the lock away it must fail."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections

PATIENCE_S = 30


@dataclass(frozen=True)
class Finish:
    """How one runner ended: a value, or the error it raised."""

    value: Any = None
    error: BaseException | None = None

    @property
    def won(self) -> bool:
        return self.error is None


def race(*runners: Callable[[], Any]) -> list[Finish]:
    """Run all at once and answer in their order. Raises ``TimeoutError`` where one hangs on the other."""
    barrier = threading.Barrier(len(runners))
    finishes: list[Finish | None] = [None] * len(runners)

    def run(place: int, runner: Callable[[], Any]) -> None:
        try:
            connections["default"].ensure_connection()  # before the barrier: connecting takes longer than most races
            barrier.wait(PATIENCE_S)
            finishes[place] = Finish(value=runner())
        except BaseException as error:  # the test decides what it means
            finishes[place] = Finish(error=error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    if None in finishes:
        raise TimeoutError(f"runner {finishes.index(None)} did not finish within {PATIENCE_S} s")
    return finishes
