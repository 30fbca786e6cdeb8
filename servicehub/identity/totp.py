"""One-time passwords of staff (动态口令, RFC 6238): six digits of the last half minute, each accepted once."""

import secrets
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

from django.db import transaction
from django_otp.oath import TOTP

from servicehub.clock import now
from servicehub.identity.models import StaffToken, User
from servicehub.kit.identity_numbers import half_width

STEP_S = 30
DIGITS = 6
TOLERANCE_STEPS = 1  # one step of drift either way
SEED_BYTES = 20


def is_bound(user: User) -> bool:
    return StaffToken.objects.filter(user=user, confirmed=True).exists()


@transaction.atomic(durable=True)
def verify(user: User, typed: str) -> bool:
    """Whether this is the code of now, not used before. Limits on tries are the lockout's."""
    token = StaffToken.objects.select_for_update(no_key=True).filter(user=user, confirmed=True).first()
    return token is not None and _accept(token, typed)


def offer(user: User) -> StaffToken:
    """A seed for somebody who has none yet; asked again before it is confirmed, the same."""
    token = StaffToken.objects.filter(user=user, confirmed=False).first()
    if token is None:
        token = StaffToken.objects.create(
            user=user, name="动态口令", seed=secrets.token_hex(SEED_BYTES), confirmed=False
        )
    return token


@transaction.atomic(durable=True)
def bind(user: User, typed: str) -> bool:
    """The person's generator shows what we expect: from now on it is theirs. The first binding only."""
    if StaffToken.objects.filter(user=user, confirmed=True).exists():
        return False
    token = StaffToken.objects.select_for_update(no_key=True).filter(user=user, confirmed=False).first()
    if token is None or not _accept(token, typed):
        return False
    token.confirmed, token.bound_at = True, now()
    token.save(update_fields=["confirmed", "bound_at"])
    return True


def _accept(token: StaffToken, typed: str) -> bool:
    typed = half_width(typed)
    if not (typed.isascii() and typed.isdigit() and len(typed) == DIGITS):
        return False
    generator = _generator(token.seed, now())
    if not generator.verify(int(typed), TOLERANCE_STEPS, token.last_step + 1):
        return False
    token.last_step = generator.t()
    token.save(update_fields=["last_step"])
    return True


def _generator(seed: str, at: datetime) -> TOTP:
    generator = TOTP(bytes.fromhex(seed), STEP_S, 0, DIGITS)
    generator.time = at.timestamp()
    return generator


def code_at(seed: str, at: datetime) -> str:
    """What a generator with this seed shows: for the demo's page and for tests."""
    return f"{_generator(seed, at).token():0{DIGITS}d}"


def provisioning_uri(token: StaffToken, issuer: str) -> str:
    """For the QR code a generator app reads."""
    secret = b32encode(bytes.fromhex(token.seed)).decode().rstrip("=")
    label = quote(f"{issuer}:{token.user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer, 'digits': DIGITS})}"


def seed_in_words(token: StaffToken) -> str:
    """The secret in groups of four, for typing it by hand."""
    secret = b32encode(bytes.fromhex(token.seed)).decode().rstrip("=")
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
