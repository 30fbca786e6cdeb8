"""A POST kept for later: its session had ended, or it needs a proof first (global state S-13).

Nothing of it has been done. It rests encrypted under a token that only the browser holds; after log-in or step-up the
edge runs it as if it had just arrived. Passwords are never kept.
"""

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from servicehub.clock import now
from servicehub.identity.models import Face, ParkedRequest
from servicehub.kit.crypto import decrypt_bytes, encrypt

DOMAIN = "servicehub.parked_request.body"
LASTS = timedelta(hours=12)
BYTES_MAX = 12 * 1024 * 1024
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "leave_path"})


@dataclass(frozen=True, slots=True)
class ParkedFile:
    field: str
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parked:
    """``fields``: (name, value) pairs in order. ``what``: the button that was pressed, with its amount."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[ParkedFile, ...] = ()
    what: str = ""
    at: datetime | None = None
    user: int | None = None
    too_large: bool = field(default=False)  # the files were left behind


def park(face: Face, parked: Parked, user: int | None) -> str:
    """Returns the token. ``user``: whose it was, where the ended session still told."""
    at = now()
    kept = tuple((name, value) for name, value in parked.fields if _may_be_kept(name))
    size = sum(len(file.content) for file in parked.files)
    files = parked.files if size <= BYTES_MAX else ()
    body = {
        "fields": kept,
        "what": parked.what,
        "too_large": size > BYTES_MAX,
        "files": [[f.field, f.name, f.content_type, b64encode(f.content).decode()] for f in files],
    }
    token = secrets.token_urlsafe(32)
    ParkedRequest.objects.create(
        digest=_digest(token),
        user_id=user,
        face=face,
        path=parked.path[:500],
        body=encrypt(json.dumps(body, ensure_ascii=False), DOMAIN),
        created_at=at,
        expires_at=at + LASTS,
    )
    return token


def _may_be_kept(name: str) -> bool:
    return name not in NEVER_KEPT and not name.startswith("password")


def look(token: str, face: Face, user: int | None) -> Parked | None:
    """What waits under this token for this user; nothing for anybody else, and nothing when it is too old."""
    row = ParkedRequest.objects.filter(digest=_digest(token), face=face, expires_at__gt=now()).first()
    if row is None or (row.user_id is not None and row.user_id != user):
        return None
    body = json.loads(decrypt_bytes(row.body, DOMAIN))
    return Parked(
        path=row.path,
        fields=tuple((name, value) for name, value in body["fields"]),
        files=tuple(ParkedFile(f, name, kind, b64decode(content)) for f, name, kind, content in body["files"]),
        what=body["what"],
        at=row.created_at,
        user=row.user_id,
        too_large=body["too_large"],
    )


def kept_at(token: str, face: Face) -> datetime | None:
    """That something waits, for a page before log-in: when it was kept, not what it is."""
    rows = ParkedRequest.objects.filter(digest=_digest(token), face=face, expires_at__gt=now())
    return rows.values_list("created_at", flat=True).first()


def drop(token: str) -> bool:
    """Taken, or no longer wanted. True for the one caller who took it."""
    return bool(ParkedRequest.objects.filter(digest=_digest(token)).delete()[0])


def purge(before: datetime) -> int:
    return ParkedRequest.objects.filter(expires_at__lt=before).delete()[0]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
