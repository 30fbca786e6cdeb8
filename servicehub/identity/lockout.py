"""Log-in names lock after too many failures, whether anybody has them or not.

django-axes stands in front of ``authenticate``, so that no log-in path can forget it; what it asks and reports is
answered here. Its own tables are not used: they keep names in the clear (ours would be identity numbers) and know one
period where the rule has two (5 failures within 15 minutes lock for 30).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from django.db import connection, transaction

from servicehub.clock import now
from servicehub.identity import limits
from servicehub.identity.models import LoginAttempt, LoginLock
from servicehub.identity.people import login_index

WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS = 20
"""Failures from one address within the window after which a question is asked first. Never a block: a company's
clerks share an address."""


@dataclass(slots=True)
class Attempt:
    """One try. Counted as a failure from its first moment; ``forgive`` takes it back."""

    name_index: bytes
    pk: int | None = None
    locked_until: datetime | None = None
    remaining: int = 0

    @property
    def is_locked(self) -> bool:
        return self.locked_until is not None


@transaction.atomic(durable=True)
def begin(name_index: bytes, ip: str | None) -> Attempt:
    """Take one of the tries that are left. Tries sent at the same moment queue up here, so none is free."""
    at = now()
    _queue(name_index)
    lock = LoginLock.objects.filter(name_index=name_index, until__gt=at).first()
    if lock is not None:
        return Attempt(name_index, locked_until=lock.until)
    tries = limits.setting("login.lockout_tries")
    taken = _recent(name_index, at)
    if taken >= tries:
        return Attempt(name_index, locked_until=_lock(name_index, at))
    attempt = LoginAttempt.objects.create(name_index=name_index, at=at, ip=ip)
    return Attempt(name_index, attempt.pk, remaining=tries - taken - 1)


@transaction.atomic(durable=True)
def fail(attempt: Attempt) -> Attempt:
    """The try was wrong. The last one locks."""
    if attempt.is_locked:
        return attempt
    at = now()
    _queue(attempt.name_index)
    attempt.remaining = max(0, limits.setting("login.lockout_tries") - _recent(attempt.name_index, at))
    if attempt.remaining == 0:
        attempt.locked_until = _lock(attempt.name_index, at)
    return attempt


def forgive(attempt: Attempt) -> None:
    """This try was right. Earlier failures stay until the whole log-in is done."""
    LoginAttempt.objects.filter(pk=attempt.pk).delete()


def clear(name_index: bytes) -> None:
    """The person is in, or an administrator unlocks them."""
    LoginAttempt.objects.filter(name_index=name_index).delete()
    LoginLock.objects.filter(name_index=name_index).delete()


def needs_question(ip: str | None) -> bool:
    """Whether this address failed so often lately that a question comes before the next try."""
    if ip is None:
        return False
    return LoginAttempt.objects.filter(ip=ip, at__gt=now() - WINDOW).count() >= TRIES_PER_ADDRESS


def purge(before: datetime) -> int:
    LoginLock.objects.filter(until__lt=before).delete()
    return LoginAttempt.objects.filter(at__lt=before - WINDOW).delete()[0]


def _recent(name_index: bytes, at: datetime) -> int:
    return LoginAttempt.objects.filter(name_index=name_index, at__gt=at - WINDOW).count()


def _lock(name_index: bytes, at: datetime) -> datetime:
    until = at + limits.minutes("login.lockout_minutes")
    LoginLock.objects.update_or_create(name_index=name_index, defaults={"locked_at": at, "until": until})
    return until


def _queue(name_index: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"login:{name_index.hex()}"])


class WindowHandler(AbstractAxesHandler, AxesBaseHandler):
    """``AXES_HANDLER``. The attempt travels on the request, where the log-in page reads what is left."""

    def is_allowed(self, request, credentials=None) -> bool:
        credentials = credentials or {}
        name_index = login_index(credentials.get("kind", ""), credentials.get("username") or "")
        request.login_attempt = begin(name_index, request.axes_ip_address)
        return not request.login_attempt.is_locked

    def user_login_failed(self, sender, credentials, request=None, **kwargs) -> None:
        attempt = getattr(request, "login_attempt", None)
        if attempt is not None:
            fail(attempt)

    def user_logged_in(self, sender, request, user, **kwargs) -> None:
        """Nothing: a password alone is no log-in. ``identity.login`` clears when the second factor was right."""

    def user_logged_out(self, sender, request, user, **kwargs) -> None:
        """Nothing: the session registry keeps log-outs."""

    def get_failures(self, request, credentials=None) -> int:
        attempt = getattr(request, "login_attempt", None)
        return limits.setting("login.lockout_tries") - attempt.remaining if attempt else 0
