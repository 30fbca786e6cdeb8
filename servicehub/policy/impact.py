"""What a draft value would change, asked before anybody signs it (政策演练).

An app registers, for a key, a function ``(origin, proposal) -> [(label, words)]``: how many accounts, how many yuan.
"""

from collections.abc import Callable

from servicehub.declare import Origin
from servicehub.policy.releasing import Proposal

Preview = Callable[[Origin, Proposal], list[tuple[str, str]]]
_previews: dict[str, list[Preview]] = {}


def previews(key: str) -> Callable[[Preview], Preview]:
    """Decorator: ``@impact.previews("deposits.base.floor")``."""

    def register(function: Preview) -> Preview:
        _previews.setdefault(key, []).append(function)
        return function

    return register


def preview(origin: Origin, proposal: Proposal) -> list[tuple[str, str]]:
    """Rows for the 核对页; empty when no app says anything about the key."""
    return [row for function in _previews.get(proposal.key.code, []) for row in function(origin, proposal)]
