"""Blocks of the four home pages and the customer view, declared by each app, composed by ``faces``."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """``context(origin, party)`` returns a mapping for ``template`` or ``None`` to stay away."""

    code: str
    face: str  # employer | my | counter | switchboard | public
    place: str  # "home", "party:employer", "party:person"; "case": its party is Party("case", row number)
    label: str
    template: str
    context: Callable
    roles: frozenset[str] = frozenset()
    order: int = 100
