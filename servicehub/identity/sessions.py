"""The session registry at work: opening, reading once per request, ending."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from servicehub.clock import now, today
from servicehub.identity import limits
from servicehub.identity.assurance import AssuranceRules, Level, Shown, effective_level
from servicehub.identity.models import (
    EndReason,
    Face,
    LoginSession,
    PostGrant,
    Proof,
    ProofMethod,
    User,
    UserKind,
)
from servicehub.kit.crypto import blind_index

TOKEN_DOMAIN = "servicehub.login_session.token"
TOUCH_EVERY = timedelta(seconds=30)
"""How exact ``seen_at`` is: a write per page would double the writes of a reading user."""


@dataclass(frozen=True, slots=True)
class Client:
    """Where a log-in comes from, as the edge saw it."""

    ip: str | None
    agent: str = ""
    channel: str = ""
    name: str = ""  # client of a channel: an app build, a kiosk


@dataclass(frozen=True, slots=True)
class SessionRules:
    idle: timedelta
    whole: timedelta
    concurrent: int


def rules_for(kind: str) -> SessionRules:
    return SessionRules(
        idle=limits.minutes(f"session.idle_{kind}"),
        whole=limits.minutes(f"session.whole_{kind}"),
        concurrent=limits.setting("session.count_person") if kind == UserKind.PERSON else 1,
    )


def assurance_rules() -> AssuranceRules:
    return AssuranceRules(
        fresh=limits.minutes("assurance.fresh_minutes"),
        certificate_waived=limits.setting("assurance.certificate_waived"),
    )


@transaction.atomic
def open_session(
    user: User, face: Face, client: Client, proofs: Iterable[ProofMethod], *, token: str = ""
) -> LoginSession:
    """A log-in that is complete. Sessions beyond what the kind may hold end, the oldest first, with notice."""
    at = now()
    # The lock makes two log-ins of one person at the same moment see each other.
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    standing = LoginSession.objects.filter(user=user, face=face, ended_at__isnull=True).order_by("-started_at", "-pk")
    allowed = rules_for(user.kind).concurrent - 1
    surplus = list(standing.values_list("pk", flat=True)[allowed:])
    LoginSession.objects.filter(pk__in=surplus).update(ended_at=at, end_reason=EndReason.REPLACED)
    login = LoginSession.objects.create(
        user=user,
        face=face,
        channel=client.channel,
        client=client.name,
        token_index=blind_index(token, TOKEN_DOMAIN) if token else None,
        version=user.session_version,
        ip=client.ip,
        agent=client.agent[:200],
        started_at=at,
        seen_at=at,
    )
    Proof.objects.bulk_create([Proof(user=user, login=login, method=method, at=at) for method in proofs])
    return login


def _registry():
    """Session, user, branch, proofs and posts in one statement: this runs on every request."""
    proofs = Proof.objects.filter(Q(login=OuterRef("pk")) | Q(user=OuterRef("user"), login__isnull=True)).values(
        found=JSONObject(method="method", at="at", expires_at="expires_at", login="login")
    )
    posts = (
        PostGrant.objects.filter(user=OuterRef("user"))
        .in_force(today())
        .values(found=JSONObject(role="role", branch="branch"))
    )
    return (
        LoginSession.objects.select_related("user", "user__branch")
        .defer("user__mobile", "user__id_number")
        .annotate(proof_rows=ArraySubquery(proofs), post_rows=ArraySubquery(posts))
    )


def load(pk: int) -> LoginSession | None:
    return _registry().filter(pk=pk).first()


def load_by_token(token: str) -> LoginSession | None:
    return _registry().filter(token_index=blind_index(token, TOKEN_DOMAIN)).first()


def proofs_of(login: LoginSession) -> list[Shown]:
    return [
        Shown(
            row["method"],
            parse_datetime(row["at"]),
            parse_datetime(row["expires_at"]) if row["expires_at"] else None,
            in_session=row["login"] is not None,
        )
        for row in login.proof_rows
    ]


def posts_in(login: LoginSession) -> frozenset[tuple[str, int | None]]:
    return frozenset((row["role"], row["branch"]) for row in login.post_rows)


def level_of(login: LoginSession, at: datetime) -> Level:
    return effective_level(login.user.kind, proofs_of(login), at, assurance_rules())


def why_over(login: LoginSession, at: datetime) -> EndReason | None:
    """Why this session is no more; ``None`` while it stands."""
    if login.ended_at is not None:
        return EndReason(login.end_reason)
    if login.version != login.user.session_version or not login.user.is_active:
        return EndReason.REVOKED
    rules = rules_for(login.user.kind)
    if at - login.started_at >= rules.whole:
        return EndReason.ABSOLUTE
    if at - login.seen_at >= rules.idle + TOUCH_EVERY:
        return EndReason.IDLE
    return None


@dataclass(frozen=True, slots=True)
class SessionClock:
    """When a session ends by itself, for the warning and for the line in the header."""

    idle_ends_at: datetime
    whole_ends_at: datetime
    idle_minutes: int

    @property
    def ends_at(self) -> datetime:
        return min(self.idle_ends_at, self.whole_ends_at)

    @property
    def can_be_extended(self) -> bool:
        return self.idle_ends_at < self.whole_ends_at


def clock_of(login: LoginSession) -> SessionClock:
    rules = rules_for(login.user.kind)
    return SessionClock(login.seen_at + rules.idle, login.started_at + rules.whole, rules.idle // timedelta(minutes=1))


def touch(login: LoginSession, at: datetime) -> None:
    """Somebody did something. Conditional, so that a request that was slow to arrive takes nothing back."""
    if at - login.seen_at >= TOUCH_EVERY:
        LoginSession.objects.filter(pk=login.pk, seen_at__lt=at, ended_at__isnull=True).update(seen_at=at)
        login.seen_at = at


def end(login: LoginSession, reason: EndReason, at: datetime | None = None) -> None:
    """Once: the first reason stays."""
    at = at or now()
    LoginSession.objects.filter(pk=login.pk, ended_at__isnull=True).update(ended_at=at, end_reason=reason)


def keep(login: LoginSession) -> None:
    """This session goes on under the user's new version: it is the one that changed the password."""
    version = User.objects.filter(pk=login.user_id).values("session_version")
    LoginSession.objects.filter(pk=login.pk).update(version=Subquery(version))


def add_proof(login: LoginSession, method: ProofMethod, reference: str = "") -> Proof:
    return Proof.objects.create(user_id=login.user_id, login=login, method=method, at=now(), reference=reference)


def purge(before: datetime) -> int:
    """Sessions that ran out without anybody coming back are closed in one statement. Returns how many."""
    closed = 0
    for kind in UserKind.values:
        rules = rules_for(kind)
        closed += LoginSession.objects.filter(
            Q(seen_at__lt=before - rules.idle - TOUCH_EVERY) | Q(started_at__lt=before - rules.whole),
            user__kind=kind,
            ended_at__isnull=True,
        ).update(ended_at=before, end_reason=EndReason.IDLE)
    return closed
