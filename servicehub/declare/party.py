"""Who something is about. The hub knows parties only by kind and number; the owning app explains them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from servicehub.declare.finding import Finding
    from servicehub.declare.origin import Origin


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """An employer, a person, or the centre itself, opaque to the hub."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Party":
        kind, _, number = text.partition(":")
        return cls(kind, int(number))


CENTRE = Party("centre", 1)
"""Target of operations on the centre's own affairs: stop orders, policy values, role grants."""


@dataclass(frozen=True, slots=True)
class PartyCard:
    """What a party looks like on a page: already masked, safe for lists and logs."""

    party: Party
    token: str  # opaque id used in addresses
    label: str  # 河南云禾科技有限公司 · 张*
    number: str = ""  # 单位账号 · ****8812
    branch: int | None = None
    status: str = ""  # word of wording.STATUS
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Authority:
    """What an operator may do for one party. No authority at all is ``None``: the party does not exist for them.

    Somebody may hold several grants, each with items and limits of its own (maker up to 50,000, query without end).
    ``parts`` keeps them apart; ``for_roles`` answers what counts for one operation, so that a wide grant to look never
    widens a narrow one to act.
    """

    roles: frozenset[str]
    items: frozenset[str] | None = None  # None: every item
    limit: Decimal | None = None  # per instruction, yuan; None: no limit
    basis: str = ""  # 授权书 2026-014, 本人, 岗位 柜员
    parts: tuple["Authority", ...] = ()

    def covers(self, item: str) -> bool:
        return self.items is None or item in self.items

    @classmethod
    def joined(cls, parts: tuple["Authority", ...]) -> "Authority":
        """All of them as one: every role, every item, the greatest limit."""
        unlimited = any(part.limit is None for part in parts)
        return cls(
            roles=frozenset().union(*(part.roles for part in parts)),
            items=None if any(part.items is None for part in parts) else frozenset().union(*(p.items for p in parts)),
            limit=None if unlimited else max(part.limit for part in parts),
            basis="、".join(dict.fromkeys(part.basis for part in parts if part.basis)),
            parts=parts,
        )

    def for_roles(self, wanted: frozenset[str]) -> "Authority":
        """What this comes to for an operation that asks for one of ``wanted``; the whole where it asks for none."""
        matching = tuple(part for part in self.parts if part.roles & wanted)
        return Authority.joined(matching) if matching else self


@dataclass(frozen=True)
class PartyKind:
    """Declared in ``parties.py``: subclass, set ``code`` and ``label``, answer the questions below."""

    code: str = ""
    label: str = ""
    extras: Mapping = field(default_factory=dict)

    def cards(self, ids: Collection[int]) -> dict[int, PartyCard]:
        raise NotImplementedError

    def find(self, token: str) -> int | None:
        raise NotImplementedError

    def authority(self, origin: "Origin", party_id: int) -> Authority | None:
        raise NotImplementedError

    def mine(self, origin: "Origin") -> list[int]:
        """Parties the operator may act for (the switcher between employers). Staff: empty, they search."""
        return []

    def recognise(self, name: str, id_number: str, mobile: str) -> int | None:
        """The party that this natural person is, where all three agree with what is on file. ``None``: not proved."""
        return None

    def search(self, origin: "Origin", text: str, limit: int = 20) -> list[int]:
        return []

    def branch(self, party_id: int) -> int | None:
        """The branch that looks after the party: it works on what the party hands in by itself."""
        return None

    def version(self, party_id: int) -> int:
        """Grows with every change that could make a waiting submission wrong."""
        return 0

    def blocks(self, party_id: int, item: str) -> list["Finding"]:
        """What stops this item for this party now (frozen, sealed, closed)."""
        return []

    def contacts(self, party_id: int) -> list[int]:
        """User ids that messages about this party go to."""
        return []
