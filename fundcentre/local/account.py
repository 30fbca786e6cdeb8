"""As whom PostgreSQL runs. Its server refuses to run as root, which is what a container or a CI machine offers."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

NOBODY = 65534
_UNSHARE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")


@dataclass(frozen=True)
class Account:
    """``prefix`` goes before a command, ``options`` into ``subprocess``; ``uid`` is who must own the files."""

    prefix: tuple[str, ...] = ()
    options: dict = field(default_factory=dict)
    uid: int | None = None


@cache
def _can_unshare() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*_UNSHARE, "true"], capture_output=True, check=False).returncode == 0


def account_for(data: Path) -> Account:
    """The account that owns, or will own, the data directory ``data``."""
    if os.geteuid() != 0:
        return Account()
    belongs_to_nobody = data.exists() and data.stat().st_uid == NOBODY
    if _can_unshare() and not belongs_to_nobody:
        # A user namespace renames root to nobody inside; on disk the files stay root's, so any path can be entered.
        return Account(prefix=_UNSHARE)
    return Account(options={"user": NOBODY, "group": NOBODY, "extra_groups": []}, uid=NOBODY)
