"""Inputs, drafts and answers at rest: JSON of plain values, encrypted. They hold ids and cards."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from servicehub.kit import crypto

SUBMISSION_DATA = "servicehub.submission.data"
SUBMISSION_ANSWER = "servicehub.submission.answer"
DRAFT_DATA = "servicehub.draft.data"
REQUEST = "servicehub.request"


def text_of(values: Mapping[str, Any]) -> str:
    """One text for equal values, whatever order they came in."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def shut(values: Mapping[str, Any] | str, domain: str) -> bytes:
    return crypto.encrypt(values if isinstance(values, str) else text_of(values), domain)


def opened(cipher: bytes, domain: str) -> dict[str, Any]:
    return json.loads(crypto.decrypt(cipher, domain))


def digest(text: str) -> UUID:
    """Keyed: an input is short enough to be guessed from a plain hash."""
    return UUID(bytes=crypto.blind_index(text, REQUEST))
