"""The end of the chain, signed and kept outside the database, so that a cut-off tail is noticed too (SEC-25)."""

import fcntl
import json
import os
from pathlib import Path

from django.conf import settings

from servicehub import clock
from servicehub.audit.models import AuditHead
from servicehub.audit.sealing import seal_up_to_now
from servicehub.kit import crypto

_DOMAIN = "servicehub.audit.checkpoint"


class CheckpointBroken(ValueError):
    """The file of checkpoints was changed: a signature or the link to the line before does not hold."""


def checkpoint_file() -> Path:
    return Path(settings.VAR_DIR) / "audit" / "checkpoints.jsonl"


def checkpoint() -> dict | None:
    """Seal, sign the head and append it to the file. Run hourly, and printed on the audit administrator's day sheet.

    Each line names the signature of the line before, so lines cannot be taken out either. Returns the line written,
    ``None`` while the chain is empty.
    """
    seal_up_to_now()
    head = AuditHead.objects.get(pk=1)
    if not head.seq:
        return None
    path = checkpoint_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        lines = file.read().splitlines()
        last = json.loads(lines[-1]) if lines else {"seq": 0, "signature": ""}
        if last["seq"] == head.seq:
            return last
        line = {
            "at": clock.now().isoformat(timespec="seconds"),
            "seq": head.seq,
            "hash": bytes(head.hash).hex(),
            "previous": last["signature"],
        }
        line["signature"] = _sign(line)
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return line


def checkpoints() -> list[dict]:
    """Every line, oldest first.

    :raises CheckpointBroken: the file was tampered with.
    """
    path = checkpoint_file()
    if not path.exists():
        return []
    found, previous = [], ""
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = json.loads(text)
        if line.get("previous") != previous or line.get("signature") != _sign(line):
            raise CheckpointBroken(f"line {number} of {path.name} does not verify")
        previous = line["signature"]
        found.append(line)
    return found


def _sign(line: dict) -> str:
    content = json.dumps([line["at"], line["seq"], line["hash"], line["previous"]])
    return crypto.blind_index(content, _DOMAIN).hex()
