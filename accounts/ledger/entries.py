"""What a caller hands to the ledger: an event with its amounts and the movements of the sub-ledger behind it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.ledger import events
from accounts.ledger.money import ZERO, as_fen_exact


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of one subaccount.

    ``amount`` is signed: positive grows the balance on the subject's own side (a deposit, a loan paid out). With
    ``bucket`` unset a credit goes to the current year's bucket and a debit takes ``carried`` first, then ``current``
    (the order is policy: pass ``bucket`` where it differs). ``value_date`` unset is the business date.
    """

    subaccount: int
    amount: Decimal
    bucket: str | None = None  # "current" | "carried" | None
    value_date: date | None = None
    kind: str = ""  # unset: the template's
    month: int | None = None  # month concerned, 202611; never sets interest
    employer: int | None = None  # whose total it counts for; unset, and that is the rule: the subaccount's employer
    employer_part: Decimal | None = None
    employee_part: Decimal | None = None
    product_adjust_current: Decimal = ZERO
    product_adjust_carried: Decimal = ZERO
    hold: int | None = None  # the hold this debit ends; at most its amount


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. ``(event_type, event_id, version)`` is booked once; the same content again gives the same voucher.

    ``amounts`` fill the names of the event's template, ``subjects`` its ``@names``. Lines on subjects with a
    sub-ledger are drawn from the movements, per branch; their sum must be what ``amounts`` say.
    """

    event_type: str
    event_id: str
    branch: int
    amounts: Mapping[str, Decimal]
    movements: Sequence[Movement] = ()
    subjects: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    summary: str = ""
    case_number: str = ""

    def key(self) -> tuple[str, str, int]:
        return self.event_type, self.event_id, self.version


@dataclass(frozen=True, slots=True)
class Posted:
    """``replayed``: the event had been booked before, with the same content; nothing was written now."""

    voucher: int
    replayed: bool


def movement_row(movement: Movement, kind: str) -> dict:
    """As ``ledger_post`` reads it. Amounts travel as text: JSON numbers may be read as floats on the way."""
    amount = as_fen_exact(movement.amount)
    bucket = movement.bucket or ("current" if amount >= 0 else "carried")
    if bucket not in {"current", "carried"}:
        raise ValueError(f"{bucket!r} is no bucket")
    row = {
        "sub": movement.subaccount,
        "c": str(amount) if bucket == "current" else "0",
        "k": str(amount) if bucket == "carried" else "0",
        "spill": movement.bucket is None and amount < 0,
        "kind": movement.kind or kind,
        "ac": str(as_fen_exact(movement.product_adjust_current)),
        "ak": str(as_fen_exact(movement.product_adjust_carried)),
    }
    if movement.value_date:
        row["v"] = movement.value_date.isoformat()
    if movement.month:
        row["month"] = movement.month
    if movement.employer:
        row["emp"] = movement.employer
    if movement.employer_part is not None:
        row["ep"] = str(as_fen_exact(movement.employer_part))
    if movement.employee_part is not None:
        row["pp"] = str(as_fen_exact(movement.employee_part))
    if movement.hold:
        row["hold"] = movement.hold
    return row


def line_rows(entry: Entry) -> list[dict]:
    booked = events.template(entry.event_type).book(entry.amounts, entry.subjects)
    return [
        {"side": side, "subject": subject, "amount": str(amount), "branch": entry.branch}
        for side, subject, amount in booked
    ]


def fingerprint(*content) -> str:
    """Binds an event key to its content; the business date is not content (a notice may come again tomorrow)."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
