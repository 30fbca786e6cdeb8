"""Putting a value in force: its predecessor ends the day it begins."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from servicehub.declare import DomainError, Finding, Origin, PolicyKey, Severity
from servicehub.policy.in_force import forget, plain_area
from servicehub.policy.models import PolicySlot, PolicyValue, ValueState


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value somebody wants released. ``text`` as it will stand; ``valid_to`` is the first day it no longer holds."""

    key: PolicyKey
    text: str
    valid_from: date
    valid_to: date | None = None
    city: str = ""
    area: str = ""
    scope: str = ""
    document: str = ""
    source: str = ""
    confidence: str = "own"

    @property
    def slot_fields(self) -> dict[str, str]:
        return {"key": self.key.code, "city": self.city, "area": plain_area(self.area), "scope": self.scope}


def faults(proposal: Proposal, business_date: date) -> list[Finding]:
    """Everything that speaks against releasing it now."""
    found = []
    complaint = proposal.key.complaint(proposal.text)
    if complaint:
        found.append(Finding("policy.value", complaint, field="value", clause=proposal.key.basis))
    if proposal.valid_from <= business_date:
        found.append(
            Finding(
                "policy.effective_too_early",
                f"生效日最早为 {business_date + timedelta(days=1):%Y-%m-%d}，已经过去的日子不能改政策。",
                field="valid_from",
                remedy="追溯执行的，按差额补缴或更正办理，政策值从明天起发布。",
            )
        )
    if proposal.valid_to and proposal.valid_to <= proposal.valid_from:
        found.append(Finding("policy.empty_period", "失效日应在生效日之后。", field="valid_to"))
    if proposal.key.checkers > 1 and not proposal.document:
        found.append(
            Finding(
                "policy.document_missing",
                f"“{proposal.key.label}”属于比例、限额或利率，发布时须写明文号。",
                field="document",
                clause=proposal.key.basis,
            )
        )
    if proposal.scope and proposal.scope not in dict(proposal.key.scopes):
        words = "、".join(f"{code} {word}" for code, word in proposal.key.scopes)
        remedy = f"填以下代码之一，或留空：{words}" if words else "留空，对所有单位适用。"
        found.append(
            Finding(
                "policy.not_scoped",
                f"“{proposal.key.label}”没有“{proposal.scope}”这一范围。",
                field="scope",
                remedy=remedy,
            )
        )
    if proposal.valid_to:
        found.append(
            Finding(
                "policy.ends",
                f"{proposal.valid_to:%Y-%m-%d} 起没有接续的值，届时办理业务会因无政策值而停下。",
                severity=Severity.WARNING,
                field="valid_to",
                remedy="到期前发布下一个值；长期执行的，失效日留空。",
            )
        )
    return found + _clashes(proposal)


def release(proposal: Proposal, origin: Origin, submission: str = "") -> PolicyValue:
    """Put it in force: cut the value it follows, write the new one, and let every process know.

    :raises DomainError: ``policy.refused`` with every fault.
    """
    origin.require_pass()
    slot, _ = PolicySlot.objects.get_or_create(**proposal.slot_fields)
    PolicySlot.objects.select_for_update(no_key=True).get(pk=slot.pk)  # two releases of one slot queue here
    found = faults(proposal, origin.business_date)
    if any(finding.blocks for finding in found):
        raise DomainError("policy.refused", *found)
    PolicyValue.objects.filter(slot=slot, state=ValueState.RELEASED, valid_from__lt=proposal.valid_from).exclude(
        valid_to__lte=proposal.valid_from
    ).update(valid_to=proposal.valid_from)
    released = PolicyValue.objects.create(
        slot=slot,
        value=proposal.text,
        valid_from=proposal.valid_from,
        valid_to=proposal.valid_to,
        document=proposal.document,
        source=proposal.source,
        confidence=proposal.confidence,
        submission=submission,
    )
    count_epoch()
    return released


def count_epoch() -> None:
    """Tell every process, at commit, that its book is old; this one at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO servicehub_policyepoch (id, number) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET number = servicehub_policyepoch.number + 1"
        )
    forget()


def _clashes(proposal: Proposal) -> list[Finding]:
    later = (
        PolicyValue.objects.filter(
            **{f"slot__{name}": text for name, text in proposal.slot_fields.items()},
            state=ValueState.RELEASED,
            valid_from__gte=proposal.valid_from,
        )
        .order_by("valid_from")
        .first()
    )
    if later is None or (proposal.valid_to and proposal.valid_to <= later.valid_from):
        return []
    return [
        Finding(
            "policy.overlap",
            f"“{proposal.key.label}”已发布自 {later.valid_from:%Y-%m-%d} 起的值 {later.value}，与所填期间重叠。",
            field="valid_to",
            remedy=f"失效日填 {later.valid_from:%Y-%m-%d} 或更早，或另选生效日。",
        )
    ]
