"""Logging in and stepping up: the password, then a second factor, then a session.

The edge (pages, API) asks ``authenticate`` for the password and calls ``begin``; everything after is here and alike on
every channel. What it writes to the audit log names the person, never what they typed.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from servicehub import audit
from servicehub.clock import now
from servicehub.declare import DomainError, Finding, Origin
from servicehub.identity import codes, lockout, sessions, totp
from servicehub.identity.lockout import Attempt
from servicehub.identity.models import (
    CodePurpose,
    EndReason,
    Face,
    LoginSession,
    PendingLogin,
    ProofMethod,
    User,
    UserKind,
    UserState,
)
from servicehub.identity.people import login_index
from servicehub.identity.sessions import Client
from servicehub.kit.masks import mask_mobile

PENDING_LASTS = timedelta(minutes=10)
NAME_WORDS = {UserKind.STAFF: "工号", UserKind.EMPLOYER: "手机号", UserKind.PERSON: "证件号"}
UNLOCK_WORDS = {
    UserKind.STAFF: "由安全管理员解锁",
    UserKind.EMPLOYER: "可到柜台解锁",
    UserKind.PERSON: "可到柜台解锁",
}


class LoginRefused(DomainError):
    """``login.wrong``, ``login.locked``, ``login.state``, ``login.over``. One finding, a sentence for the reader."""


def _refused(code: str, message: str, field: str = "", **facts) -> LoginRefused:
    return LoginRefused(code, Finding(code, message, field=field), **facts)


def refusal(kind: str, attempt: Attempt | None, state: str = "") -> LoginRefused:
    """The answer to a wrong password: the same for names nobody has."""
    if attempt is not None and attempt.is_locked:
        return _locked(kind, attempt)
    if state:
        word = UserState(state).label
        return _refused("login.state", f"账号已{word}，携带证件到柜台办理", state=state)
    left = f"，还可再试 {attempt.remaining} 次" if attempt is not None else ""
    return _refused("login.wrong", f"{NAME_WORDS[UserKind(kind)]}或密码不对{left}", "password")


def _locked(kind: str, attempt: Attempt) -> LoginRefused:
    until = localtime(attempt.locked_until)
    message = f"账号已锁定到 {until:%H:%M}。{UNLOCK_WORDS[UserKind(kind)]}"
    return _refused("login.locked", message, locked_until=attempt.locked_until)


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What the second step asks for. ``method``: sms, totp, or bind (a staff member's first log-in)."""

    method: str
    masked_mobile: str = ""


def begin(user: User, face: Face, name: str) -> PendingLogin:
    """The password was right. Nothing is open yet: this is a ticket for the second step."""
    at = now()
    return PendingLogin.objects.create(
        user=user,
        face=face,
        name_index=login_index(user.kind, name),
        created_at=at,
        expires_at=at + PENDING_LASTS,
    )


def pending(number: str | uuid.UUID | None) -> PendingLogin | None:
    """The ticket, while it is good."""
    try:
        number = uuid.UUID(str(number))
    except ValueError:
        return None
    found = PendingLogin.objects.select_related("user").filter(pk=number, used_at__isnull=True).first()
    return found if found is not None and now() < found.expires_at and found.user.is_active else None


def second_factor(user: User) -> SecondFactor:
    if user.kind == UserKind.STAFF:
        return SecondFactor("totp" if totp.is_bound(user) else "bind")
    return SecondFactor("sms", mask_mobile(user.mobile))


def send_code(waiting: PendingLogin, ip: str | None, trace_id: str = "") -> codes.Sent:
    """:raises CodeRefused: too soon or too often"""
    user = waiting.user
    return codes.send(
        mobile=user.mobile, purpose=CodePurpose.LOGIN, binding=waiting.pk.hex, ip=ip, user=user, trace_id=trace_id
    )


def finish(origin: Origin, waiting: PendingLogin, typed: str, client: Client, *, token: str = "") -> LoginSession:
    """The second factor. Opens the session, and forgets the failures before it.

    :raises CodeRefused: a wrong or old SMS code
    :raises LoginRefused: a wrong one-time password, or the lock it led to
    """
    method, _ = _prove(origin, waiting.user, waiting.name_index, CodePurpose.LOGIN, waiting.pk.hex, typed)
    used = PendingLogin.objects.filter(pk=waiting.pk, used_at__isnull=True).update(used_at=now())
    if not used:
        raise _refused("login.over", "这次登录已经完成或已过期，重新登录")
    lockout.clear(waiting.name_index)
    login = sessions.open_session(waiting.user, waiting.face, client, [ProofMethod.PASSWORD, method], token=token)
    audit.record_event(origin, "登录", f"user:{waiting.user_id}", label=f"{Face(waiting.face).label}，{method.label}")
    return login


def step_up(origin: Origin, login: LoginSession, binding: str, typed: str) -> None:
    """A fresh proof in a standing session.

    :raises CodeRefused: as ``finish``
    :raises LoginRefused: as ``finish``
    """
    user = login.user
    name_index = blind_name(user)
    method, reference = _prove(origin, user, name_index, CodePurpose.STEP_UP, binding, typed)
    sessions.add_proof(login, method, reference)
    audit.record_event(origin, "身份再确认", f"user:{user.pk}", label=method.label)


def send_step_up_code(login: LoginSession, binding: str, ip: str | None, what: str, trace_id: str = "") -> codes.Sent:
    user = login.user
    return codes.send(
        mobile=user.mobile, purpose=CodePurpose.STEP_UP, binding=binding, ip=ip, user=user, what=what,
        trace_id=trace_id,
    )  # fmt: skip


def blind_name(user: User) -> bytes:
    """The index of the name this user logs in with."""
    match user.kind:
        case UserKind.EMPLOYER:
            return bytes(user.mobile_index)
        case UserKind.PERSON:
            return bytes(user.id_index)
    return login_index(user.kind, user.username)


def _prove(
    origin: Origin, user: User, name_index: bytes, purpose: CodePurpose, binding: str, typed: str
) -> tuple[ProofMethod, str]:
    if user.kind != UserKind.STAFF:
        try:
            return ProofMethod.SMS, codes.check(purpose, binding, typed)
        except codes.CodeRefused as refused:
            record_failure(origin, user, refused.code)
            raise
    # Nothing but the lock limits guesses at six digits, so they count like passwords.
    attempt = lockout.begin(name_index, origin.ip or None)
    if attempt.is_locked:
        raise _locked(user.kind, attempt)
    right = totp.verify(user, typed) if totp.is_bound(user) else totp.bind(user, typed)
    if not right:
        attempt = lockout.fail(attempt)
        record_failure(origin, user, "totp")
        if attempt.is_locked:
            raise _locked(user.kind, attempt)
        raise _refused("login.totp", f"动态口令不对，还可再试 {attempt.remaining} 次", "code")
    lockout.forgive(attempt)
    return ProofMethod.TOTP, ""


def record_failure(origin: Origin, user: User | None, reason: str) -> None:
    """A failed log-in, in the audit log. Names nobody has leave the address only."""
    audit.record_event(
        origin, "登录失败", f"user:{user.pk}" if user else "user:unknown", result="refused", reason=reason
    )


def log_out(origin: Origin, login: LoginSession) -> None:
    sessions.end(login, EndReason.LOGOUT)
    audit.record_event(origin, "退出", f"user:{login.user_id}")


def purge(before: datetime) -> int:
    return PendingLogin.objects.filter(expires_at__lt=before - timedelta(days=1)).delete()[0]
