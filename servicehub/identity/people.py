"""Creating platform users of each kind, and the names they log in with."""

import re
import secrets
from datetime import date

from django.db import IntegrityError, transaction

from servicehub.declare import DomainError, Finding, Origin
from servicehub.identity.models import Branch, Proof, ProofMethod, StaffToken, User, UserKind, UserState
from servicehub.identity.passwords import set_first_password, set_unusable
from servicehub.identity.posts import grant_post
from servicehub.kit.crypto import ID_NUMBER, MOBILE, blind_index
from servicehub.kit.identity_numbers import (
    IdType,
    check_mobile,
    half_width,
    normalise_id_number,
    normalise_mobile,
)

WORK_NUMBER = re.compile(r"[A-Z0-9]{4,20}")
WORK_NUMBER_DOMAIN = "work_number"


def normalised_work_number(text: str) -> str:
    return half_width(text).replace(" ", "").upper()


def login_index(kind: str, name: str) -> bytes:
    """The key under which tries, locks and users are found, from what was typed. Staff numbers go the same way."""
    match kind:
        case UserKind.STAFF:
            return blind_index(normalised_work_number(name), WORK_NUMBER_DOMAIN)
        case UserKind.EMPLOYER:
            return blind_index(normalise_mobile(name), MOBILE)
        case UserKind.PERSON:
            return blind_index(normalise_id_number(IdType.RESIDENT, name), ID_NUMBER)
    raise ValueError(f"{kind} is no kind of user")


def find_user(kind: str, name: str) -> User | None:
    """The one user of this kind who logs in by this name; none for a cancelled one."""
    users = User.objects.filter(kind=kind).exclude(state=UserState.CANCELLED)
    match kind:
        case UserKind.STAFF:
            users = users.filter(username=normalised_work_number(name))
        case UserKind.EMPLOYER:
            users = users.filter(mobile_index=login_index(kind, name))
        case _:
            users = users.filter(id_index=login_index(kind, name))
    return users.first()


def is_registered(kind: str, id_number: str) -> bool:
    """Whether somebody of this kind holds this document already, whatever they log in with."""
    index = blind_index(normalise_id_number(IdType.RESIDENT, id_number), ID_NUMBER)
    return User.objects.filter(kind=kind, id_index=index).exclude(state=UserState.CANCELLED).exists()


def staff_findings(work_number: str, mobile: str) -> list[Finding]:
    """What stands against a new account of staff, in words, before it is asked for."""
    findings = list(check_mobile(normalise_mobile(mobile)))
    work_number = normalised_work_number(work_number)
    if not WORK_NUMBER.fullmatch(work_number):
        findings.append(_odd_work_number())
    elif User.objects.filter(username=work_number).exists():
        findings.append(_taken_work_number())
    return findings


def _odd_work_number() -> Finding:
    return Finding("user.work_number", "工号由 4 至 20 位字母和数字组成", field="work_number")


def _taken_work_number() -> Finding:
    return Finding("user.work_number_taken", "这个工号已在使用", field="work_number", remedy="换一个工号")


def create_staff(
    origin: Origin,
    *,
    work_number: str,
    name: str,
    password: str = "",
    branch: Branch | None = None,
    mobile: str = "",
    totp_seed: str = "",
    must_change: bool = True,
    posts: list[tuple[str, Branch | None]] = (),
    posts_from: date | None = None,
    posts_basis: str = "",
) -> User:
    """A named account. With ``totp_seed`` (hex) the token is bound; without, the first log-in binds one. Without
    ``password`` none is right before the person has set one on the reset page.

    ``posts`` are for setting up a centre only; later ones go through ``servicehub.grant_role`` and two people.

    :raises DomainError: ``user.refused`` or ``password.refused``
    """
    origin.require_pass()
    work_number = normalised_work_number(work_number)
    if not WORK_NUMBER.fullmatch(work_number):
        raise DomainError("user.refused", _odd_work_number())
    with transaction.atomic():
        user = _create(
            origin,
            User(username=work_number, kind=UserKind.STAFF, display_name=name, branch=branch),
            mobile=mobile,
            id_number="",
            password=password,
            must_change=must_change,
        )
        if totp_seed:
            StaffToken.objects.create(user=user, name="动态口令", seed=totp_seed, confirmed=True, bound_at=origin.at)
        for role, place in posts:
            grant_post(origin, user, role, branch=place, valid_from=posts_from or origin.at.date(), basis=posts_basis)
    return user


def create_agent_user(
    origin: Origin, *, mobile: str, name: str, id_number: str, password: str = "", must_change: bool = False
) -> User:
    """An employer's agent: a natural person; what they may do for which employer is in their grants. Without
    ``password`` none is right before the person has set one on the reset page.
    """
    origin.require_pass()
    user = User(username=_opaque(UserKind.EMPLOYER), kind=UserKind.EMPLOYER, display_name=name)
    return _create(origin, user, mobile=mobile, id_number=id_number, password=password, must_change=must_change)


def create_person_user(
    origin: Origin,
    *,
    id_number: str,
    name: str,
    mobile: str,
    password: str = "",
    must_change: bool = False,
    real_name: str = "缴存登记资料",
) -> User:
    """``real_name``: by what it was proved that name and number belong to this person; "" leaves them 待实名, who see
    nothing of an account before they have proved it.
    """
    origin.require_pass()
    state = UserState.ACTIVE if real_name else UserState.PENDING
    user = User(username=_opaque(UserKind.PERSON), kind=UserKind.PERSON, display_name=name, state=state)
    with transaction.atomic():
        user = _create(origin, user, mobile=mobile, id_number=id_number, password=password, must_change=must_change)
        if real_name:
            Proof.objects.create(user=user, method=ProofMethod.REAL_NAME, at=origin.at, reference=real_name)
    return user


def _create(origin: Origin, user: User, *, mobile: str, id_number: str, password: str, must_change: bool) -> User:
    mobile, id_number = normalise_mobile(mobile), normalise_id_number(IdType.RESIDENT, id_number)
    if mobile or user.kind != UserKind.STAFF:
        findings = check_mobile(mobile)
        if findings:
            raise DomainError("user.refused", *findings)
    if mobile:
        user.mobile, user.mobile_index = mobile, blind_index(mobile, MOBILE)
    if id_number:
        user.id_number, user.id_index = id_number, blind_index(id_number, ID_NUMBER)
    user.registered_channel = origin.channel
    user.date_joined = origin.at
    if password:
        set_first_password(user, password, must_change=must_change)
    else:
        set_unusable(user)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError("user.refused", _taken(error)) from error
    return user


def _taken(error: IntegrityError) -> Finding:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if name == "user_agent_one_per_mobile":
        return Finding("user.mobile_taken", "这个手机号已用于另一位经办人登录", field="mobile", remedy="换一个手机号")
    if name == "user_one_per_identity":
        return Finding("user.registered", "这个证件号码已经注册", field="id_number", remedy="直接登录，或找回密码")
    if "username" in name:
        return _taken_work_number()
    raise error


def _opaque(kind: UserKind) -> str:
    """A name nobody types and that says nothing about the person."""
    return f"{kind}-{secrets.token_hex(8)}"
