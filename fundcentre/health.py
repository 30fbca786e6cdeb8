"""Two questions of whoever runs the servers: is this process up, and can it serve."""

from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from servicehub.faces.access import Access

REDIS_TIMEOUT_S = 2
_migrated = False


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def broker() -> None:
    import redis  # half a second of a start-up, and a web process asks seldom

    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
    )
    try:
        client.ping()
    finally:
        client.close()


def migrations() -> None:
    """Every migration of this code is applied. Asked until it is so once: a process does not lose its migrations."""
    global _migrated
    if _migrated:
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are waiting")
    _migrated = True


PARTS: dict[str, Callable[[], None]] = {"database": database, "redis": broker, "migrations": migrations}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked, so that a database at rest does not get it restarted."""
    return JsonResponse({"status": "up"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part this process leans on answers, 503 with the names of those that do not."""
    parts = {}
    for name, probe in PARTS.items():
        try:
            probe()
            parts[name] = "ok"
        except Exception as error:  # whatever is wrong with it: it is not ready, and the kind of fault is enough
            parts[name] = type(error).__name__
    ready = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ready" if ready else "not ready", "parts": parts}, status=200 if ready else 503)


healthz.access = readyz.access = Access("public")
