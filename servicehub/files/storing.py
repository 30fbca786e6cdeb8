"""Keeping files: named by digest, encrypted at rest, outside everything the web server shows."""

import hashlib
import os
import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from servicehub import clock, policy
from servicehub.declare import Origin
from servicehub.files.images import written_anew
from servicehub.files.kinds import ANY, FileRefused, Kind, kind_of
from servicehub.files.models import Attachment
from servicehub.kit import crypto

DOMAIN = "servicehub.files.content"
ORPHAN_HOURS = 24
NAME_MAX = 120


class ContentLost(OSError):
    """The bytes of an attachment are gone, or are not those that were stored."""


def store(origin: Origin, name: str, data: bytes, accept: frozenset[Kind] = ANY) -> Attachment:
    """Take a file in: judged by its content, pictures written anew, kept encrypted.

    :raises FileRefused: with what is wrong and what to do.
    """
    name = _plain_name(name)
    size_max = policy.value("servicehub.files.upload_mebibytes", origin.business_date).value
    if len(data) > size_max * 1024 * 1024:
        raise FileRefused(
            "too_large",
            f"“{name}”有 {len(data) / 1024 / 1024:.1f} MiB，超过 {size_max} MiB。",
            "名册拆成几个文件，材料降低扫描分辨率后再上传。",
        )
    kind = kind_of(data, name, accept)
    if kind in (Kind.JPEG, Kind.PNG):
        data = written_anew(data, kind, name)
    return keep(origin, name, data, kind)


def keep(origin: Origin, name: str, data: bytes, kind: Kind) -> Attachment:
    """Keep what the product made itself (a letter, a list of bad rows): no judging, no limit."""
    digest = hashlib.sha256(data).hexdigest()
    _write(digest, data)
    return Attachment.objects.create(
        name=name,
        media_type=kind.value,
        size=len(data),
        sha256=digest,
        uploaded_by=origin.operator,
        uploader_name=origin.operator_name,
        channel=origin.channel,
        uploaded_at=clock.now(),
    )


def read(attachment: Attachment) -> bytes:
    """:raises ContentLost: nobody else's bytes are ever handed out for these."""
    try:
        data = crypto.decrypt_bytes(_place(attachment.sha256).read_bytes(), DOMAIN)
    except (FileNotFoundError, crypto.Unreadable) as fault:
        raise ContentLost(f"attachment {attachment.pk}: {fault}") from fault
    if hashlib.sha256(data).hexdigest() != attachment.sha256:
        raise ContentLost(f"attachment {attachment.pk}: other bytes lie under its digest")
    return data


def remove_orphans() -> int:
    """Bytes whose transaction was rolled back, or whose upload was given up, go after a day (SEC-40)."""
    limit = (clock.now() - timedelta(hours=ORPHAN_HOURS)).timestamp()
    removed = 0
    for path in Path(settings.FILES_DIR).glob("??/*"):
        if path.stat().st_mtime < limit and not Attachment.objects.filter(sha256=path.name).exists():
            path.unlink()
            removed += 1
    return removed


def _write(digest: str, data: bytes) -> None:
    """Whole or not at all, also through a power cut; the same content lies once."""
    path = _place(digest)
    if path.exists():
        os.utime(path)  # an orphan about to be removed is wanted again
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(crypto.encrypt(data, DOMAIN))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _place(digest: str) -> Path:
    return Path(settings.FILES_DIR) / digest[:2] / digest


def _plain_name(name: str) -> str:
    """A name for people to read: no path, no control characters, its ending kept when it is long."""
    name = "".join(character for character in Path(name.replace("\\", "/")).name if character.isprintable())
    if len(name) <= NAME_MAX:
        return name or "未命名"
    stem, ending = os.path.splitext(name)
    return stem[: NAME_MAX - len(ending)] + ending
