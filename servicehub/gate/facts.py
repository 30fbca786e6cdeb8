"""Everything the gate must know about one call, read in one round trip."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection

from servicehub.cases import freezing
from servicehub.cases.claims import item_name
from servicehub.declare import READ, Operation, Origin, Party

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StandingOrder:
    number: str
    scope: str
    ref: str
    mode: str
    title: str
    body: str
    delay_body: str
    reason: str
    starts_at: datetime
    planned_end: datetime | None
    drain: timedelta
    include_batch: bool
    exempt: frozenset[str]
    alternatives: tuple[str, ...]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "StandingOrder":
        return cls(
            **{name: row[name] for name in ("number", "scope", "ref", "mode", "title", "body", "delay_body", "reason")},
            starts_at=datetime.fromisoformat(row["starts_at"]),
            planned_end=datetime.fromisoformat(row["planned_end"]) if row["planned_end"] else None,
            drain=timedelta(seconds=row["drain"]),
            include_batch=row["include_batch"],
            exempt=frozenset(row["exempt"]),
            alternatives=tuple(row["alternatives"]),
        )

    def covers(self, channel: str, item: str, group: str) -> bool:
        match self.scope:
            case "PLATFORM":
                return True
            case "CHANNEL":
                return self.ref == channel
            case "ITEM":
                return self.ref == item
            case "ITEM_GROUP":
                return self.ref == group
            case _:
                return self.ref == f"{channel}:{item}"


@dataclass(frozen=True, slots=True)
class Facts:
    """``readable`` is off when the gate's tables could not be read: writes fail closed, reads open (R-ST-14)."""

    call: int | None = None
    channel: Mapping[str, Any] | None = None
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    orders: Sequence[StandingOrder] = ()
    client: Mapping[str, Any] | None = None
    user_active: bool | None = None
    recent: int | None = None
    replay_fingerprint: UUID | None = None
    replay_answer: bytes | None = None
    readable: bool = True

    def item_name(self, code: str) -> str:
        return self.items[code]["name"] if code in self.items else item_name(code)

    def channel_name(self) -> str:
        return self.channel["name"] if self.channel else ""

    def opening_hours(self) -> tuple[time, time] | None:
        if not self.channel or not self.channel["opens_at"] or not self.channel["closes_at"]:
            return None
        return time.fromisoformat(self.channel["opens_at"]), time.fromisoformat(self.channel["closes_at"])


def principal_of(origin: Origin) -> str:
    """Whose key and whose rate it is: the user; without one the program or the address."""
    if origin.operator is not None:
        return f"user:{origin.operator}"
    return f"client:{origin.client}" if origin.client else f"ip:{origin.ip}"


def key_of(origin: Origin, operation_code: str, about: object, key: str) -> UUID:
    """The caller's key, bound to whose it is, to the operation and to what it is about: as it is stored and found."""
    return freezing.digest(f"{principal_of(origin)}|{operation_code}|{about}|{key}")


def read_facts(
    operation: Operation, origin: Origin, items: Sequence[str], applicant: Party | None = None, key: UUID | None = None
) -> Facts:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM servicehub_gate_facts(%s, %s::text[], %s, %s, %s, %s, %s, %s, %s, %s::uuid)",
                [
                    str(origin.channel),
                    list(items),
                    origin.client,
                    origin.operator,
                    # Staff are never throttled by public traffic (R-DV-04), so nothing is counted for them.
                    "" if origin.user_kind in {"staff", "system"} else principal_of(origin),
                    operation.kind == READ,
                    applicant.kind if applicant else "",
                    applicant.id if applicant else 0,
                    origin.at,
                    str(key) if key else None,
                ],
            )
            call, text, fingerprint, answer = cursor.fetchone()
    except DatabaseError:
        log.exception("gate data unreadable", extra={"event": "gate_unavailable", "operation": operation.code})
        return Facts(readable=False)
    facts = json.loads(text)
    return Facts(
        call=call,
        channel=facts["channel"],
        items=facts["items"],
        orders=[StandingOrder.of(row) for row in facts["orders"]],
        client=facts["client"],
        user_active=facts["user_active"],
        recent=facts["recent"],
        replay_fingerprint=UUID(str(fingerprint)) if fingerprint else None,
        replay_answer=bytes(answer) if answer is not None else None,
    )
