"""Passwords: how they are hashed, which are refused, how one is changed."""

import hashlib
import hmac
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from servicehub.clock import now
from servicehub.declare import DomainError, Finding
from servicehub.identity import limits
from servicehub.identity.models import FormerPassword, User, UserKind

STAFF_LENGTH_MIN = 12
PUBLIC_LENGTH_MIN = 8
STAFF_CLASSES_MIN = 3
HISTORY = 5

COMMON = CommonPasswordValidator()


class PepperedHasher(PBKDF2PasswordHasher):
    """PBKDF2 over the password already keyed with a pepper that is not in the database (SEC-03).

    The pepper is derived from ``SECRET_KEY`` unless ``PASSWORD_PEPPER`` is set, so a stolen table alone cannot be
    guessed at. Changing it makes every password wrong.
    """

    algorithm = "pbkdf2_sha256_pepper"

    def encode(self, password, salt, iterations=None):
        pepper = settings.PASSWORD_PEPPER or hashlib.sha256(b"pepper:" + settings.SECRET_KEY.encode()).hexdigest()
        keyed = hmac.new(pepper.encode(), password.encode(), hashlib.sha256).hexdigest()
        return super().encode(keyed, salt, iterations)


def folded(password: str) -> str:
    """Full-width and half-width keyboards type the same password."""
    return unicodedata.normalize("NFKC", password)


def password_findings(user: User, password: str) -> list[Finding]:
    """Everything wrong with a new password, at once. ``user`` may be unsaved."""
    staff = user.kind == UserKind.STAFF
    length_min = STAFF_LENGTH_MIN if staff else PUBLIC_LENGTH_MIN
    findings = []

    def wrong(code: str, message: str, remedy: str = "") -> None:
        findings.append(Finding(f"password.{code}", message, field="password", remedy=remedy))

    if len(password) < length_min:
        wrong("short", f"密码至少 {length_min} 位，现在 {len(password)} 位", f"再加 {length_min - len(password)} 位")
    if staff and _classes(password) < STAFF_CLASSES_MIN:
        wrong("classes", "密码须含大写字母、小写字母、数字、符号中的三种")
    if password.isdigit():
        wrong("digits", "密码不能全是数字", "加入字母")
    try:
        COMMON.validate(password)
    except ValidationError:
        wrong("common", "这个密码太常见，容易被猜中")
    for word, what in _own_words(user):
        if word.lower() in password.lower():
            wrong("own", f"密码里不能含有{what}")
    if user.pk and _used_before(user, password):
        wrong("history", f"新密码与最近 {HISTORY} 次相同")
    return findings


def _classes(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda sign: not sign.isalnum())
    return sum(any(test(sign) for sign in password) for test in tests)


def _own_words(user: User):
    if user.kind == UserKind.STAFF and user.username:
        yield user.username, "工号"
    if user.display_name:
        yield user.display_name, "姓名"
    if user.mobile:
        yield user.mobile, "手机号"
        yield user.mobile[-6:], "手机号后六位"
    if user.id_number and len(user.id_number) == 18:
        yield user.id_number[6:14], "出生日期"
        yield user.id_number[-6:], "证件号码后六位"


def _used_before(user: User, password: str) -> bool:
    former = user.former_passwords.values_list("password", flat=True)[: HISTORY - 1]
    return any(check_password(password, old) for old in [user.password, *former])


def set_first_password(user: User, password: str, *, must_change: bool) -> None:
    """On a user about to be saved. :raises DomainError: ``password.refused``."""
    password = folded(password)
    findings = password_findings(user, password)
    if findings:
        raise DomainError("password.refused", *findings)
    user.set_password(password)
    user.password_set_at = now()
    user.password_must_change = must_change


@transaction.atomic
def change_password(user: User, password: str) -> User:
    """A new password; every session of the person ends (the caller opens the present one again).

    :raises DomainError: ``password.refused`` with every finding
    """
    password = folded(password)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    findings = password_findings(user, password)
    if findings:
        raise DomainError("password.refused", *findings)
    at = now()
    FormerPassword.objects.create(user=user, password=user.password, retired_at=at)
    user.former_passwords.exclude(
        pk__in=list(user.former_passwords.values_list("pk", flat=True)[: HISTORY - 1])
    ).delete()
    user.set_password(password)
    user.password_set_at = at
    user.password_must_change = False
    user.session_version += 1
    user.save(update_fields=["password", "password_set_at", "password_must_change", "session_version"])
    return user


def set_unusable(user: User) -> None:
    """On a user about to be saved: nobody can log in before the person has set a password on the reset page."""
    user.set_unusable_password()
    user.password_set_at = now()


def must_change(user: User) -> bool:
    """An initial password, or a staff password grown old. The public's never ages (SEC-02)."""
    if user.password_must_change:
        return True
    if user.kind != UserKind.STAFF:
        return False
    lasts = timedelta(days=limits.setting("login.password_days_staff"))
    return user.password_set_at is None or now() - user.password_set_at > lasts
