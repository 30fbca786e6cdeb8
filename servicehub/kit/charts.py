"""Geometry of the charts. Whole numbers of pixels from exact values; ``ui.chart`` draws them as inline SVG.

Presentation attributes only, so a strict CSP keeps them and the same drawing prints. Bars start at zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 76, 32, 28, 26


@dataclass(frozen=True, slots=True)
class Series:
    """``values`` align with the labels; ``None`` is a gap, not a zero."""

    label: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    x: int
    y: int
    width: int
    height: int
    label: str
    series: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Tick:
    position: int
    label: str
    minor: bool = False  # left out on a phone


@dataclass(frozen=True, slots=True)
class Drawing:
    kind: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    finding: str
    marks: tuple[tuple[Mark, ...], ...]
    paths: tuple[str, ...]
    ticks: tuple[Tick, ...]
    axis: tuple[Tick, ...]
    target: Tick | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    baseline: int = HEIGHT - BOTTOM


def bars(labels, series, unit: str, finding: str, target: Decimal | None = None) -> Drawing:
    return _draw("bar", labels, series, unit, finding, target)


def stacked(labels, series, unit: str, finding: str, target: Decimal | None = None) -> Drawing:
    """Parts of a whole, one on another: 单位部分 and 个人部分."""
    return _draw("stacked", labels, series, unit, finding, target)


def lines(labels, series, unit: str, finding: str, target: Decimal | None = None) -> Drawing:
    return _draw("line", labels, series, unit, finding, target)


def _draw(kind, labels, series, unit, finding, target) -> Drawing:
    labels, series = tuple(labels), tuple(series)
    top = _nice_top(_highest(kind, series, target))
    plot = HEIGHT - TOP - BOTTOM
    slot = (WIDTH - LEFT - RIGHT) * 100 // max(len(labels), 1)  # hundredths of a pixel

    def y_of(value) -> int:
        return HEIGHT - BOTTOM - int(Decimal(value) * plot / top)

    marks = _marks(kind, labels, series, slot, y_of)
    return Drawing(
        kind=kind,
        labels=labels,
        series=series,
        unit=unit,
        finding=finding,
        marks=marks,
        paths=tuple(_path(row) for row in marks) if kind == "line" else (),
        ticks=tuple(Tick(y_of(top * step / 4), _short(top * step / 4)) for step in range(5)),
        axis=_axis(labels, slot),
        target=None if target is None else Tick(y_of(target), f"目标 {_short(target)}"),
    )


def _highest(kind, series: Sequence[Series], target) -> Decimal:
    columns = list(zip(*(one.values for one in series), strict=True)) if series else []
    if kind == "stacked":
        peaks = [sum((value for value in column if value is not None), Decimal(0)) for column in columns]
    else:
        peaks = [value for column in columns for value in column if value is not None]
    return max([*peaks, Decimal(target or 0), Decimal(1)])


def _nice_top(highest: Decimal) -> Decimal:
    """The next 1, 2, 2.5, 4, 5 or 8 times a power of ten, so that quarters are short numbers."""
    power = Decimal(1).scaleb(highest.adjusted())
    for factor in ("1", "2", "2.5", "4", "5", "8", "10"):
        if power * Decimal(factor) >= highest:
            return power * Decimal(factor)
    return power * 10


def _marks(kind, labels, series, slot, y_of) -> tuple[tuple[Mark, ...], ...]:
    base = [Decimal(0)] * len(labels)
    rows = []
    for order, one in enumerate(series):
        share = slot * 64 // 10_000 // (len(series) if kind == "bar" else 1)
        row = []
        for index, value in enumerate(one.values):
            if value is None:
                continue
            centre = LEFT + (slot * index + slot // 2) // 100
            low = base[index] if kind == "stacked" else Decimal(0)
            y, foot = y_of(low + value), y_of(low)
            x = centre - (share * len(series) // 2 - share * order if kind == "bar" else share // 2)
            if kind == "line":
                x, share_here = centre, 0
            else:
                share_here = max(share - (1 if kind == "bar" else 0), 2)
            row.append(Mark(x, y, share_here, max(foot - y, 0), labels[index], one.label, value))
            if kind == "stacked":
                base[index] += value
        rows.append(tuple(row))
    return tuple(rows)


def _path(row: tuple[Mark, ...]) -> str:
    return " ".join(f"{'L' if order else 'M'}{mark.x} {mark.y}" for order, mark in enumerate(row))


def _axis(labels, slot) -> tuple[Tick, ...]:
    """Every label while they fit, else every second, third …; the last one always."""
    every = max(1, -(-len(labels) * 52 // (WIDTH - LEFT - RIGHT)))
    last = len(labels) - 1
    shown = [index for index in range(len(labels)) if (last - index) % every == 0]
    return tuple(
        Tick(LEFT + (slot * index + slot // 2) // 100, labels[index], minor=order % 2 == 1 or order >= 4)
        for order, index in enumerate(reversed(shown))
    )


def _short(value: Decimal) -> str:
    """12,000 -> 1.2万. Exact for the round numbers of an axis."""
    value = Decimal(value)
    for size, name in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        if abs(value) >= size:
            return f"{(value / size).normalize():f}{name}"
    return f"{value.normalize():,f}"
