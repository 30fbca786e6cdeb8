"""Logging a test client in without the pages: registry row, proofs and cookie as a real log-in leaves them."""

from collections.abc import Iterable
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.test import Client

from servicehub.declare import Party
from servicehub.faces.login_session import KEY
from servicehub.identity import sessions
from servicehub.identity.models import Face, LoginSession, Proof, ProofMethod, User

FACES = {"employer": Face.EMPLOYER, "person": Face.MY, "staff": Face.STAFF}
SECOND = {"employer": ProofMethod.SMS, "person": ProofMethod.SMS, "staff": ProofMethod.TOTP}
CHANNELS = {"employer": "WEBE", "person": "WEBP", "staff": "CTR"}


def sign_in(
    client: Client,
    user: User,
    *,
    proofs: Iterable[str] | None = None,
    proved_at: datetime | None = None,
    acting_for: Party | None = None,
) -> LoginSession:
    """``proofs``: password and second factor unless given; ``proved_at``: now unless given (a stale log-in)."""
    proofs = [ProofMethod.PASSWORD, SECOND[user.kind]] if proofs is None else list(proofs)
    face = FACES[user.kind]
    login = sessions.open_session(
        user, face, sessions.Client(ip="127.0.0.1", agent="tests", channel=CHANNELS[user.kind]), proofs
    )
    if proved_at is not None:
        Proof.objects.filter(login=login).update(at=proved_at)
    if acting_for is not None:
        LoginSession.objects.filter(pk=login.pk).update(acting_for=str(acting_for))
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[KEY] = login.pk
    store.save()
    client.cookies[f"{settings.SESSION_COOKIE_NAME}_{face}"] = store.session_key
    return login
