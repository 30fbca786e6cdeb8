"""Questions about parties, answered by the app that owns their kind."""

from collections import defaultdict
from collections.abc import Iterable

from servicehub.declare import Authority, Finding, Origin, Party, PartyCard, PartyKind, registry


class UnknownKind(LookupError):
    """No app declares this kind of party: a fault of the program, never of the user."""


def _kind(code: str) -> PartyKind:
    kind = registry.party_kinds.get(code)
    if kind is None:
        raise UnknownKind(code)
    return kind


def card(party: Party) -> PartyCard | None:
    return _kind(party.kind).cards([party.id]).get(party.id)


def cards(parties: Iterable[Party]) -> dict[Party, PartyCard]:
    """One query per kind, whatever the number of parties."""
    ids_by_kind: dict[str, set[int]] = defaultdict(set)
    for party in parties:
        ids_by_kind[party.kind].add(party.id)
    return {
        Party(kind, party_id): found
        for kind, ids in ids_by_kind.items()
        for party_id, found in _kind(kind).cards(sorted(ids)).items()
    }


def find(kind: str, token: str) -> Party | None:
    """``None`` for a token nobody has and for a kind nobody declares: an address tells nothing."""
    if kind not in registry.party_kinds:
        return None
    found = _kind(kind).find(token)
    return None if found is None else Party(kind, found)


def authority(origin: Origin, party: Party) -> Authority | None:
    """What the operator may do for the party; ``None``: no relation, the party does not exist for them."""
    return _kind(party.kind).authority(origin, party.id)


def mine(origin: Origin, kind: str) -> list[Party]:
    return [Party(kind, party_id) for party_id in _kind(kind).mine(origin)]


def search(origin: Origin, kind: str, text: str, limit: int = 20) -> list[Party]:
    return [Party(kind, party_id) for party_id in _kind(kind).search(origin, text, limit)]


def branch(party: Party) -> int | None:
    return _kind(party.kind).branch(party.id)


def version(party: Party) -> int:
    return _kind(party.kind).version(party.id)


def blocks(party: Party, item: str) -> list[Finding]:
    return list(_kind(party.kind).blocks(party.id, item))


def contacts(party: Party) -> list[int]:
    return list(_kind(party.kind).contacts(party.id))
