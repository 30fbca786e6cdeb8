"""Posts of staff: who holds which, where; granting and taking back."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F, Q

from servicehub.clock import today
from servicehub.declare import DomainError, Finding, Origin
from servicehub.identity.models import Branch, ExclusiveDuty, PostGrant, User, UserKind
from servicehub.identity.roles import BY_CODE, CENTRE_WIDE


def posts_of(user: int, day: date | None = None) -> frozenset[tuple[str, int | None]]:
    """(role, branch) pairs in force on a calendar day; a branch of ``None`` is the whole centre.

    Validity runs by the calendar, not by the business date: a right must not outlive its last day because a day
    close is late.
    """
    grants = PostGrant.objects.filter(user=user).in_force(day or today())
    return frozenset(grants.values_list("role_id", "branch_id"))


def roles_in(posts: Iterable[tuple[str, int | None]]) -> frozenset[str]:
    return frozenset(role for role, _ in posts)


def branches_in(posts: Iterable[tuple[str, int | None]]) -> frozenset[int] | None:
    """Row scope over employers and persons: ``None`` when a post that sees them spans the centre.

    An administrator, and whoever runs channels or policy, sees none of them (SEC-15).
    """
    places = {place for role, place in posts if role in BY_CODE and BY_CODE[role].sees_parties}
    return None if None in places else frozenset(places)


def holders(role: str, branch: int | None = None, day: date | None = None) -> list[User]:
    """Staff who hold a post over a branch today: whom a reviewer's task may go to (可复核人)."""
    grants = PostGrant.objects.filter(role=role).in_force(day or today())
    if branch is not None:
        grants = grants.filter(branch=branch) | grants.filter(branch__isnull=True)
    return list(User.objects.filter(pk__in=grants.values("user"), state__in=User.MAY_LOG_IN).order_by("username"))


def post_findings(
    user: User, role: str, branch: Branch | None, valid_from: date, valid_to: date | None
) -> list[Finding]:
    """Everything that stands against a grant, at once and in words; the database refuses the same again."""
    findings = []
    post = BY_CODE.get(role)
    if post is None:
        return [Finding("post.unknown", f"没有“{role}”这个岗位", field="role")]
    if user.kind != UserKind.STAFF:
        findings.append(Finding("post.staff_only", "岗位只授给工作人员", field="user"))
    elif not user.is_active:
        findings.append(Finding("post.user_state", f"{user}的账号已{user.get_state_display()}，不能授权", field="user"))
    if post.scope == CENTRE_WIDE and branch is not None:
        findings.append(
            Finding("post.scope", f"{post.name}是全中心岗位", field="branch", remedy="管理部留空，再提交授权申请")
        )
    if valid_to is not None and valid_to <= valid_from:
        findings.append(Finding("post.range", "截止日不晚于起始日", field="valid_to", remedy="改为起始日之后的日期"))
    excluded = excluded_by(role)
    standing = PostGrant.objects.filter(user=user, revoked_at__isnull=True).order_by("valid_from", "role")
    for grant in standing.select_related("branch"):
        if (grant.valid_to is not None and grant.valid_to <= valid_from) or (
            valid_to is not None and grant.valid_from >= valid_to
        ):
            continue
        held = BY_CODE[grant.role_id].name
        if grant.role_id in excluded:
            findings.append(
                Finding(
                    "post.exclusive",
                    f"{user}任{held}，不能同时任{post.name}：{excluded[grant.role_id]}",
                    field="role",
                    clause="GB/T 22239—2019 8.1.4.2",
                    remedy=f"先收回{held}，或授给其他人",
                )
            )
        elif grant.role_id == role and grant.branch_id == (branch.pk if branch else None):
            findings.append(Finding("post.held", f"{user}已任{post.name}", field="role"))
    return findings


def excluded_by(role: str) -> dict[str, str]:
    """Roles that nobody may hold beside this one, with the reason."""
    pairs = ExclusiveDuty.objects.filter(Q(role_a=role) | Q(role_b=role)).values_list("role_a", "role_b", "basis")
    return {b if a == role else a: basis for a, b, basis in pairs}


@transaction.atomic
def grant_post(
    origin: Origin,
    user: User,
    role: str,
    *,
    branch: Branch | None = None,
    valid_from: date,
    valid_to: date | None = None,
    basis: str,
    granted_by: int | None = None,
    approved_by: int | None = None,
) -> PostGrant:
    """:raises DomainError: ``post.refused`` with every finding."""
    origin.require_pass()
    findings = post_findings(user, role, branch, valid_from, valid_to)
    if findings:
        raise DomainError("post.refused", *findings)
    grant = PostGrant.objects.create(
        user=user,
        role_id=role,
        branch=branch,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by_id=granted_by,
        approved_by_id=approved_by,
        granted_at=origin.at,
        basis=basis,
    )
    raise_session_version([user.pk])
    return grant


@transaction.atomic
def revoke_post(origin: Origin, grant: PostGrant, reason: str) -> PostGrant:
    """Takes effect at the person's next request: their sessions end."""
    origin.require_pass()
    grant = PostGrant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    if grant.revoked_at is not None:
        raise DomainError("post.revoked", Finding("post.revoked", "这项授权已经收回"))
    grant.revoked_at = origin.at
    grant.revoked_by_id = origin.operator
    grant.revoke_reason = reason
    grant.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    raise_session_version([grant.user_id])
    return grant


def raise_session_version(users: Iterable[int]) -> int:
    """Ends every standing session of these people: the number is compared on each request. Returns how many."""
    return User.objects.filter(pk__in=list(users)).update(session_version=F("session_version") + 1)
