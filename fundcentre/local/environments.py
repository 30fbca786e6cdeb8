"""The environment each child process gets. Names are those of docs/settings.md; what the reader set, stays."""

import os

from fundcentre.local import paths


def for_role(role: str) -> dict[str, str]:
    """``role``: ``postgres.OWNER`` migrates and loads, ``postgres.APPLICATION`` serves."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "fundcentre.settings",
        "DATABASE_URL": paths.database_url(role),
        "REDIS_URL": paths.redis_url(),
        "CELERY_BROKER_URL": paths.broker_url(),
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{paths.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        # A shell that had another environment active must not pull its packages in.
        "VIRTUAL_ENV": str(paths.VENV),
    }
