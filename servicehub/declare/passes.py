"""Proof that the gate let a call through. Functions that move money refuse an origin without one."""

import secrets
from dataclasses import dataclass
from enum import StrEnum


class PassKind(StrEnum):
    CALL = "call"  # a person's request, through the fourteen questions
    CALLBACK = "callback"  # a bank's or department's answer: no stop order refuses it
    BATCH = "batch"  # a job started through the gate


class PassRequired(PermissionError):
    """A write was called without the gate's pass, or with one for something else."""


_SEAL = secrets.token_bytes(16)  # known to this process only: a pass cannot be written into a request or a queue


@dataclass(frozen=True, slots=True)
class Pass:
    """Issued by ``servicehub.gate`` only (an architecture test reads the source for other callers)."""

    kind: PassKind
    operation: str
    call: int | None  # service call id
    seal: bytes
    case: str = ""  # number of the case this call opened or goes on with
    without: tuple[tuple[str, str], ...] = ()  # (item, public sentence): items of a partial operation refused today

    @classmethod
    def issue(
        cls,
        kind: PassKind,
        operation: str,
        call: int | None = None,
        case: str = "",
        without: tuple[tuple[str, str], ...] = (),
    ) -> "Pass":
        return cls(kind, operation, call, _SEAL, case, without)

    def refuses(self, item: str) -> str | None:
        """Why lines of this item cannot be done in this call, in the words of the notice; ``None``: they can."""
        return dict(self.without).get(item)

    def is_genuine(self) -> bool:
        return secrets.compare_digest(self.seal, _SEAL)
