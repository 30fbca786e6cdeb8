"""Who something is about. The hub asks here; the app that owns a kind answers (``declare.PartyKind``)."""

from servicehub.parties.access import (
    UnknownKind,
    authority,
    blocks,
    branch,
    card,
    cards,
    contacts,
    find,
    mine,
    search,
    version,
)
from servicehub.parties.centre import CentreKind

__all__ = [
    "CentreKind",
    "UnknownKind",
    "authority",
    "blocks",
    "branch",
    "card",
    "cards",
    "contacts",
    "find",
    "mine",
    "search",
    "version",
]
