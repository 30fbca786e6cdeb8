"""The clash matrix (冲突矩阵) as it is written: ``settings.CLASH_MATRIX`` and ``Item.clashes``.

The file lists, for each item, what may be open for the same party while it is asked for. A pair that is not written
is a fault, not a permission: ``missing_pairs`` names it and a test walks them all.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from servicehub.declare import registry
from servicehub.declare.item import ANY

ALLOWED, REFUSED, WAITS, APPROVAL = "allowed", "refused", "waits", "approval"
STRICTEST_FIRST = (REFUSED, WAITS, APPROVAL, ALLOWED)
VERDICTS = frozenset(STRICTEST_FIRST)


@dataclass(frozen=True, slots=True)
class Clash:
    verdict: str
    reason: str = ""


class ClashFault(ValueError):
    """The matrix names an unknown item or verdict, or says two things about one pair."""


@dataclass(frozen=True, slots=True)
class Written:
    """The file, read once per change of it."""

    pairs: dict[tuple[str, str], Clash]
    harmless_groups: frozenset[str]


@lru_cache(maxsize=4)
def _read(path: Path, modified: float) -> Written:
    with path.open("rb") as source:
        document = tomllib.load(source)
    pairs: dict[tuple[str, str], Clash] = {}
    for block in document.get("rule", []):
        clash = Clash(_verdict(block["verdict"], path.name), block.get("reason", ""))
        for item in block["items"]:
            for other in block["others"]:
                for pair in {(item, other), (other, item)} if block.get("both_ways", False) else {(item, other)}:
                    if pair in pairs and pairs[pair] is not clash:
                        raise ClashFault(f"{path.name}: {pair[0]} × {pair[1]} is written twice")
                    pairs[pair] = clash
    groups = {group for block in document.get("harmless", []) for group in block["groups"]}
    return Written(pairs, frozenset(groups))


def _verdict(text: str, where: str) -> str:
    if text not in VERDICTS:
        raise ClashFault(f"{where}: {text!r} is no verdict")
    return text


def matrix() -> dict[tuple[str, str], Clash]:
    """(item asked for, item in flight) → verdict.

    What a declaration says of itself (``Item.clashes``) completes the file, both ways; items of harmless groups go
    with everything that nothing else is written about; last comes what a declaration says of all others (``ANY``).
    """
    path = Path(settings.CLASH_MATRIX)
    written = _read(path, path.stat().st_mtime)
    pairs = dict(written.pairs)
    for item in registry.items:
        for other, verdict in item.clashes.items():
            if other != ANY:
                _complete(pairs, item.code, [other], Clash(_verdict(verdict, item.code)))
    codes = [item.code for item in registry.items]
    for item in registry.items:
        if item.group in written.harmless_groups:
            _complete(pairs, item.code, codes, Clash(ALLOWED))
    # Of two items that speak of all others, the stricter one counts between them.
    speaking = [(_verdict(item.clashes[ANY], item.code), item.code) for item in registry.items if ANY in item.clashes]
    for verdict, item in sorted(speaking, key=lambda one: STRICTEST_FIRST.index(one[0])):
        _complete(pairs, item, codes, Clash(verdict))
    return pairs


def _complete(pairs: dict[tuple[str, str], Clash], item: str, others: Iterable[str], clash: Clash) -> None:
    for other in others:
        pairs.setdefault((item, other), clash)
        pairs.setdefault((other, item), clash)


def missing_pairs(items: Iterable[str]) -> list[tuple[str, str]]:
    written = matrix()
    codes = sorted(items)
    return [(item, other) for item in codes for other in codes if (item, other) not in written]
