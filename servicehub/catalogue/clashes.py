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

ALLOWED, REFUSED, WAITS, APPROVAL = "allowed", "refused", "waits", "approval"
VERDICTS = frozenset({ALLOWED, REFUSED, WAITS, APPROVAL})


@dataclass(frozen=True, slots=True)
class Clash:
    verdict: str
    reason: str = ""


class ClashFault(ValueError):
    """The matrix names an unknown item or verdict, or says two things about one pair."""


@lru_cache(maxsize=4)
def _read(path: Path, modified: float) -> dict[tuple[str, str], Clash]:
    with path.open("rb") as source:
        document = tomllib.load(source)
    pairs: dict[tuple[str, str], Clash] = {}
    for block in document.get("rule", []):
        verdict = block["verdict"]
        if verdict not in VERDICTS:
            raise ClashFault(f"{path.name}: {verdict!r} is no verdict")
        for item in block["items"]:
            for other in block["others"]:
                both_ways = [(item, other), (other, item)] if block.get("both_ways", False) else [(item, other)]
                for pair in both_ways:
                    clash = Clash(verdict, block.get("reason", ""))
                    if pairs.setdefault(pair, clash) != clash:
                        raise ClashFault(f"{path.name}: {pair[0]} × {pair[1]} is written twice")
    return pairs


def matrix() -> dict[tuple[str, str], Clash]:
    """(item asked for, item in flight) → verdict. A declaration's own ``clashes`` complete the file, both ways."""
    path = Path(settings.CLASH_MATRIX)
    pairs = dict(_read(path, path.stat().st_mtime) if path.exists() else {})
    for item in registry.items:
        for other, verdict in item.clashes.items():
            if verdict not in VERDICTS:
                raise ClashFault(f"{item.code}: {verdict!r} is no verdict")
            for pair in ((item.code, other), (other, item.code)):
                pairs.setdefault(pair, Clash(verdict))
    return pairs


def missing_pairs(items: Iterable[str]) -> list[tuple[str, str]]:
    written = matrix()
    codes = sorted(items)
    return [(item, other) for item in codes for other in codes if (item, other) not in written]
