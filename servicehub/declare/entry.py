"""Entries of the navigation: pages an app adds to a face beside the generic ones."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """Declared in ``panels.py``. ``url(base)`` gets the face's base (``/employer/7f3k/``) and returns the address."""

    code: str
    face: str  # employer | my | counter | switchboard
    label: str
    url: Callable[[str], str]
    item: str = ""  # shown only to those whose authority covers this item
    roles: frozenset[str] = frozenset()
    key: str = ""  # 交易码 of the counter
    order: int = 100
