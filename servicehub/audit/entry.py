"""How an entry is written down and signed: one canonical form, used when it is made, sealed and verified."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from servicehub.kit import crypto

COLUMNS = (
    "kind",
    "at",
    "business_date",
    "actor",
    "actor_name",
    "actor_kind",
    "roles",
    "acting_for",
    "branch",
    "channel",
    "client",
    "ip",
    "device",
    "request_id",
    "operation",
    "call",
    "action",
    "object",
    "label",
    "party",
    "before",
    "after",
    "result",
    "reason",
    "case_no",
    "disclosed",
)
"""Signed columns, in signing order. A column added later goes to the end; older entries keep their seals because the
seal is taken over the text below, and an absent column would change it: so add a new version instead of editing."""

MAC_DOMAIN = "servicehub.audit.entry"
GENESIS = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_the_millisecond(moment: datetime) -> datetime:
    """PostgreSQL keeps microseconds, other readers fewer: what is signed is what every one of them gives back."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def words(facts: Mapping[str, str]) -> str:
    """Masked words as canonical JSON; nothing for no facts."""
    if not facts:
        return ""
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def canonical(values: Sequence) -> str:
    """``values`` stand in the order of ``COLUMNS``. Times are whole milliseconds, so no float and no zone is in it."""
    return json.dumps([_plain(value) for value in values], ensure_ascii=False, separators=(",", ":"))


def mac(text: str) -> bytes:
    return crypto.blind_index(text, MAC_DOMAIN)


def link(seq: int, previous: bytes, entry_id: int, entry_mac: bytes, text: str) -> bytes:
    """SM3(seq ‖ prev_hash ‖ canonical(row)), 32 bytes. The row's number and keyed digest belong to the row."""
    row = f"{entry_id}:{bytes(entry_mac).hex()}:{text}"
    return hashlib.new("sm3", seq.to_bytes(8, "big") + bytes(previous) + row.encode()).digest()


def _plain(value):
    if isinstance(value, datetime):
        since = value - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    if isinstance(value, date):
        return value.isoformat()
    return value
