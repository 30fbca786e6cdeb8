"""How a benchmark is declared and measured.

Absolute times swing fourfold on shared machines; a figure counts as a ratio to a floor measured in the same run: floor
and product in turn, the median of the rounds' own ratios, on a server that waits for its disk (``fsync=on``).
"""

import json
import math
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from fundcentre.local import paths

REPORT = paths.VAR / "bench.jsonl"


class Benchmark:
    """One figure. Subclass, fill the class attributes and the three methods; instances live for one run.

    ``prepare`` fills the empty scratch database once. ``floor`` and ``product`` do the work once each and return
    seconds (per piece of work, where they do many); they are called in turn ``rounds`` times, the order changing from
    round to round.
    """

    code: ClassVar[str] = ""
    what: ClassVar[str] = ""
    n: ClassVar[int] = 0
    rounds: ClassVar[int] = 5
    must: ClassVar[float | None] = None
    aim: ClassVar[float | None] = None
    by_itself: ClassVar[bool] = True  # ``False``: only when it is asked for by name

    def prepare(self) -> None:
        """Rows both sides need."""

    def floor(self) -> float:
        raise NotImplementedError

    def product(self) -> float:
        raise NotImplementedError

    def check(self) -> None:
        """After the last round: that the product did what it was timed for. Raises ``AssertionError``."""

    def details(self) -> dict:
        """What else was measured, for the report's line."""
        return {}

    def run(self) -> "Figure":
        self.prepare()
        floors, products = [], []
        for number in range(self.rounds):
            sides = [(floors, self.floor), (products, self.product)]
            for kept, side in sides if number % 2 == 0 else reversed(sides):
                kept.append(side())
            progress(f"{self.code} round {number + 1}: {products[-1]:.6f} s against {floors[-1]:.6f} s")
        self.check()
        ratios = [product / floor for product, floor in zip(products, floors, strict=True)]
        return Figure(
            self.code,
            self.n,
            statistics.median(products),
            statistics.median(floors),
            statistics.median(ratios),
            self.must,
            self.aim,
            {"ratios": [f"{ratio:.3f}" for ratio in ratios]} | self.details(),
        )


class Growth(Benchmark):
    """Slope of log time on log n: 1 is linear. ``measure(n)`` prepares what it needs and returns seconds."""

    sizes: ClassVar[tuple[int, ...]] = ()
    rounds: ClassVar[int] = 3

    def measure(self, n: int) -> float:
        raise NotImplementedError

    def run(self) -> "Figure":
        self.prepare()
        times: dict[int, list[float]] = {n: [] for n in self.sizes}
        for _ in range(self.rounds):
            for n in self.sizes:
                times[n].append(self.measure(n))
                progress(f"{self.code} n={n}: {times[n][-1]:.3f} s")
        self.check()
        points = [(math.log(n), math.log(statistics.median(taken))) for n, taken in times.items()]
        return Figure(
            self.code,
            max(self.sizes),
            statistics.median(times[max(self.sizes)]),
            statistics.median(times[min(self.sizes)]),
            slope(points),
            self.must,
            self.aim,
            {"seconds": {str(n): f"{statistics.median(taken):.3f}" for n, taken in times.items()}},
        )


@dataclass(frozen=True)
class Figure:
    """``ratio`` is what counts; for growth it is the exponent, and ``floor_seconds`` the smallest size's time."""

    benchmark: str
    n: int
    seconds: float
    floor_seconds: float
    ratio: float
    must: float | None
    aim: float | None
    details: dict = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.must is None or self.ratio <= self.must

    def line(self) -> str:
        return json.dumps(
            {
                "benchmark": self.benchmark,
                "n": self.n,
                "seconds": round_for_people(self.seconds),
                "floor_seconds": round_for_people(self.floor_seconds),
                "ratio": round_for_people(self.ratio),
                "must": self.must,
                "details": self.details,
            }
        )


def slope(points: list[tuple[float, float]]) -> float:
    """Least squares."""
    mean_x = statistics.fmean(x for x, _ in points)
    mean_y = statistics.fmean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


def round_for_people(value: float) -> float:
    """Four significant digits: more would say what the machine did, not what the code does."""
    return float(f"{value:.4g}")


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """``with stopwatch() as taken: …`` and then ``taken[0]`` seconds."""
    taken: list[float] = []
    began = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - began)


def forget_peak() -> None:
    """Let the kernel count this process's peak memory anew from here."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mebibytes() -> int:
    """Resident memory of this process at its highest since ``forget_peak``."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) // 1024


def progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def table(figures: list[Figure]) -> str:
    head = f"{'benchmark':<24}{'n':>10}{'seconds':>12}{'floor':>12}{'ratio':>9}{'must':>7}{'aim':>7}"
    rows = [
        f"{figure.benchmark:<24}{figure.n:>10}{figure.seconds:>12.4g}{figure.floor_seconds:>12.4g}{figure.ratio:>9.3f}"
        f"{figure.must or '-':>7}{figure.aim or '-':>7}{'' if figure.holds else '  FAILS'}"
        for figure in figures
    ]
    return "\n".join([head, *rows])
