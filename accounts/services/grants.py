"""Granting and revoking roles over an employer. The grant is the truth; guardian's rows follow in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.enums import AgentRole
from accounts.models import AgentGrant, Employer, EmployerUserObjectPermission
from accounts.models.grants import GRANT_YEARS_MAX
from servicehub.declare import DomainError, Finding, Origin

APART = frozenset({AgentRole.MAKER, AgentRole.CHECKER})


@dataclass(frozen=True, slots=True)
class NewGrant:
    """``items`` and limit ``None``: every item of the role, no limit. ``valid_to`` is the last day."""

    user: int
    employer: int
    role: str
    valid_from: date
    valid_to: date
    evidence: str
    items: tuple[str, ...] | None = None
    instruction_limit: Decimal | None = None


def latest_end(valid_from: date) -> date:
    """The longest a grant may run: the eve of the third anniversary."""
    year = valid_from.year + GRANT_YEARS_MAX
    leap_day = (valid_from.month, valid_from.day) == (2, 29)
    anniversary = date(year, 3, 1) if leap_day else valid_from.replace(year=year)
    return date.fromordinal(anniversary.toordinal() - 1)


def grant_findings(origin: Origin, new: NewGrant) -> list[Finding]:
    """Everything that stands against one grant, at once (rules AG-01 to AG-08 of agent authorisation)."""
    findings = []
    if new.valid_to < new.valid_from:
        findings.append(
            Finding("GRANT-DATES", "截止日期早于生效日期", field="valid_to", remedy="改为生效日期之后的日期")
        )
    elif new.valid_to > (latest := latest_end(new.valid_from)):
        words = f"授权最长 {GRANT_YEARS_MAX} 年"
        findings.append(Finding("GRANT-LONG", words, field="valid_to", remedy=f"截止日期不晚于 {latest}"))
    if new.valid_to < origin.business_date:
        findings.append(Finding("GRANT-PAST", "截止日期已经过去", field="valid_to", remedy="填写今天或以后的日期"))
    standing = AgentGrant.objects.filter(user=new.user, employer=new.employer, revoked_at=None)
    held = {row.role: row for row in standing if row.valid_to >= origin.business_date}
    role = AgentRole(new.role)
    if role in held:
        words = f"已有“{role.label}”授权，有效至 {held[role].valid_to}"
        findings.append(Finding("GRANT-TWICE", words, field="role", remedy="要改权限或期限，先撤销原授权"))
    if role in APART and (held.keys() & APART) - {role}:
        words = "同一个人不能在同一单位兼任经办和复核"
        findings.append(Finding("GRANT-CONTROL", words, field="role", remedy="复核由另一个人担任"))
    return findings


def grant(origin: Origin, grants: Sequence[NewGrant]) -> list[AgentGrant]:
    """Write grants and their object permissions, one or thousands alike. The caller has asked ``grant_findings``.

    :raises DomainError: ``grant.refused``, where a single grant has findings after all.
    """
    origin.require_pass()
    if len(grants) == 1 and (findings := grant_findings(origin, grants[0])):
        raise DomainError("grant.refused", *findings)
    with transaction.atomic():
        _end_lapsed(origin, grants)
        written = AgentGrant.objects.bulk_create(_row(origin, new) for new in grants)
        permissions = _permissions()
        EmployerUserObjectPermission.objects.bulk_create(
            (
                EmployerUserObjectPermission(
                    user_id=row.user_id, content_object_id=row.employer_id, permission_id=permissions[row.role]
                )
                for row in written
            ),
            ignore_conflicts=True,
        )
        _new_version({row.employer_id for row in written})
    return written


def _row(origin: Origin, new: NewGrant) -> AgentGrant:
    return AgentGrant(
        user_id=new.user,
        employer_id=new.employer,
        role=new.role,
        items=None if new.items is None else sorted(new.items),
        instruction_limit=new.instruction_limit,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        evidence=new.evidence,
        granted_by=origin.operator,
        granted_at=origin.at,
    )


def revoke(origin: Origin, grants: Collection[int], reason: str) -> int:
    """End grants now. Returns how many were in force. Effective with the commit: nothing caches a grant."""
    origin.require_pass()
    with transaction.atomic():
        standing = AgentGrant.objects.filter(pk__in=grants, revoked_at=None).order_by("pk")
        rows = list(standing.select_for_update(of=("self",), no_key=True))
        ended = AgentGrant.objects.filter(pk__in=[row.pk for row in rows])
        ended.update(revoked_at=origin.at, revoked_by=origin.operator, revoke_reason=reason)
        _withdraw_permissions(ended)
        _new_version({row.employer_id for row in rows})
    return len(rows)


def expire(origin: Origin) -> int:
    """Grants that have run out lose their object permissions; the grant itself says its end by its date."""
    origin.require_pass()
    with transaction.atomic():
        return _withdraw_permissions(AgentGrant.objects.filter(revoked_at=None, valid_to__lt=origin.business_date))


def _end_lapsed(origin: Origin, grants: Sequence[NewGrant]) -> None:
    """A grant that ran out makes way for its renewal."""
    lapsed = AgentGrant.objects.filter(
        user__in={new.user for new in grants},
        employer__in={new.employer for new in grants},
        revoked_at=None,
        valid_to__lt=origin.business_date,
    )
    lapsed.update(revoked_at=origin.at, revoked_by=origin.operator, revoke_reason="期满")


def _withdraw_permissions(grants: QuerySet[AgentGrant]) -> int:
    written_for = grants.filter(
        user=OuterRef("user"), employer=OuterRef("content_object"), role=OuterRef("permission__codename")
    )
    return EmployerUserObjectPermission.objects.filter(Exists(written_for)).delete()[0]


def _permissions() -> dict[str, int]:
    rows = Permission.objects.filter(content_type__app_label="accounts", content_type__model="employer")
    return dict(rows.filter(codename__in=[role.value for role in AgentRole]).values_list("codename", "pk"))


def _new_version(employers: Collection[int]) -> None:
    Employer.objects.filter(pk__in=employers).update(version=F("version") + 1)
