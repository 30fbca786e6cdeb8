"""A new password for whoever lost theirs (SEC-11), and the leave to set one.

A person proves name, identity number and the mobile on file, and needs nobody's leave. An agent and a staff member
need leave first: at a counter with the document in hand, or from two administrators. What was typed and does not fit
gets the same pages as what does; only no message arrives.
"""

from datetime import timedelta

from django.db import transaction

from servicehub import audit
from servicehub.clock import now
from servicehub.declare import Origin
from servicehub.identity import codes, lockout
from servicehub.identity.login import blind_name
from servicehub.identity.models import CodePurpose, PasswordReset, User, UserKind
from servicehub.identity.passwords import change_password
from servicehub.identity.people import find_user, login_index
from servicehub.kit.names import normalise_name

LEAVE_LASTS = timedelta(hours=24)


def give_leave(origin: Origin, user: User, reason: str) -> PasswordReset:
    """For a day, once. The lock goes with it: who forgot a password has usually run into it."""
    origin.require_pass()
    lockout.clear(blind_name(user))
    return PasswordReset.objects.create(
        user=user, opened_at=origin.at, opened_by_id=origin.operator, reason=reason, expires_at=origin.at + LEAVE_LASTS
    )


def has_leave(user: User) -> bool:
    return PasswordReset.objects.filter(user=user, used_at__isnull=True, expires_at__gt=now()).exists()


def whose(kind: str, name: str, full_name: str) -> User | None:
    """The user who may set a new password by a code alone."""
    user = find_user(kind, name)
    if user is None or not user.is_active or not user.mobile:
        return None
    if kind == UserKind.PERSON and normalise_name(full_name) == normalise_name(user.display_name):
        return user
    return user if has_leave(user) else None


def send_code(kind: str, name: str, user: User | None, binding: str, ip: str | None, trace_id: str = "") -> codes.Sent:
    """:raises CodeRefused: too soon or too often, for names nobody has as for others"""
    return codes.send(
        mobile=user.mobile if user else "",
        purpose=CodePurpose.PASSWORD,
        binding=binding,
        ip=ip,
        user=user,
        trace_id=trace_id,
        instead=login_index(kind, name),
    )


def check_code(binding: str, typed: str) -> None:
    """:raises CodeRefused: wrong, used, expired"""
    codes.check(CodePurpose.PASSWORD, binding, typed)


@transaction.atomic
def finish(origin: Origin, user: User, password: str) -> User:
    """:raises DomainError: ``password.refused`` with every finding"""
    user = change_password(user, password)
    PasswordReset.objects.filter(user=user, used_at__isnull=True).update(used_at=now())
    audit.record_event(origin, "重置密码", f"user:{user.pk}")
    lockout.clear(blind_name(user))
    return user
