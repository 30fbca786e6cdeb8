"""Vouchers an accountant keys (手工凭证): only forms flagged manual, never a sub-ledger, checked before they are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.ledger import events
from accounts.ledger.events import EventTemplate
from accounts.ledger.general import general_balances
from accounts.ledger.models import Subject
from accounts.ledger.money import ZERO, yuan
from accounts.ledger.templates import EntryForm
from servicehub.declare import Finding

NEVER_OVERDRAWN = ("101", "102", "111", "119", "124", "211", "214", "219", "301")
"""A bank account, a receivable, a debt or a reserve cannot be used up beyond what it holds (B05)."""


def event_code(form: EntryForm) -> str:
    """The event type of vouchers keyed in this form."""
    return f"accounts.manual_{form.entry.lower()}_{form.code}"


@dataclass(frozen=True, slots=True)
class Keyed:
    """What was filled into a manual form."""

    form: EntryForm
    amounts: Mapping[str, Decimal]
    subjects: Mapping[str, str]

    @property
    def event(self) -> EventTemplate:
        return events.template(event_code(self.form))

    def lines(self) -> list[tuple[str, str, Decimal]]:
        """(side, subject, amount) as they will be booked. Only where ``faults`` found nothing."""
        return self.event.book(self.amounts, self.subjects)


def faults(keyed: Keyed, day: date) -> list[Finding]:
    """Everything that is wrong with it, all at once."""
    found = [*_amount_faults(keyed), *_subject_faults(keyed, day)]
    return found or _overdrawn(keyed)


def _amount_faults(keyed: Keyed) -> list[Finding]:
    if not any(keyed.amounts.values()):
        first = next(iter(keyed.form.names))
        return [Finding("voucher.no_amount", "至少填写一项金额", field=first, remedy="按原始凭证填写金额")]
    swaps = {name for line in keyed.form.lines if line.either_side for name in line.terms()}
    return [
        Finding(
            "voucher.negative",
            f"“{keyed.form.amounts[name]}”不能是负数",
            field=name,
            remedy="要冲回已记的凭证，用“冲销手工凭证”办理",
        )
        for name, amount in keyed.amounts.items()
        if amount < 0 and name not in swaps
    ]


def _subject_faults(keyed: Keyed, day: date) -> list[Finding]:
    rows = {row.code: row for row in Subject.objects.filter(code__in=keyed.subjects.values())}
    found = []
    for slot, within in keyed.form.slots.items():
        code, label = keyed.subjects.get(slot, ""), keyed.form.subjects[slot]
        subject = rows.get(code)
        words = ""
        if subject is None:
            words = f"没有科目 {code}"
        elif not code.startswith(within):
            words = f"{subject} 不是{label}（应在 {'、'.join(within)} 之下）"
        elif not subject.postable:
            words = f"{subject} 是汇总科目，不能记账"
        elif subject.has_subledger:
            words = f"{subject} 有明细账，由业务记账，不能手工填制"
        elif (subject.opened_on and subject.opened_on > day) or (subject.closed_on and subject.closed_on <= day):
            words = f"{subject} 在记账日期没有启用"
        if words:
            remedy = "可用的科目：" + ("、".join(str(row) for row in choices(within, day)) or "还没有，先增设明细科目")
            found.append(Finding("voucher.subject", words, field=slot, remedy=remedy))
    if not found and len(set(keyed.subjects.values())) < len(keyed.subjects):
        slot = list(keyed.form.slots)[-1]
        found.append(
            Finding("voucher.same_subject", "两个科目相同，凭证没有内容", field=slot, remedy="核对转出和转入的科目")
        )
    return found


def choices(within: tuple[str, ...], day: date) -> list[Subject]:
    """Subjects a named one may be: booked on, without a sub-ledger, in use on the day."""
    rows = Subject.objects.filter(postable=True, has_subledger=False).order_by("code")
    return [
        row
        for row in rows
        if row.code.startswith(within)
        and (row.opened_on is None or row.opened_on <= day)
        and (row.closed_on is None or row.closed_on > day)
    ]


def _overdrawn(keyed: Keyed) -> list[Finding]:
    """More taken out of a subject than it holds, over all branches: a bank account has one balance."""
    change: dict[str, Decimal] = {}
    sides = dict(Subject.objects.values_list("code", "side"))
    for side, subject, amount in keyed.lines():
        change[subject] = change.get(subject, ZERO) + (amount if side == sides[subject] else -amount)
    taken = {code: amount for code, amount in change.items() if amount < 0 and code.startswith(NEVER_OVERDRAWN)}
    if not taken:
        return []
    held: dict[str, Decimal] = {}
    for row in general_balances():
        held[row.subject] = held.get(row.subject, ZERO) + row.balance
    return [
        Finding(
            "voucher.overdrawn",
            f"科目 {code} 余额 {yuan(held.get(code, ZERO))} 元，不够减少 {yuan(-amount)} 元",
            remedy="核对金额和科目；款项在途的，到账后再记",
        )
        for code, amount in sorted(taken.items())
        if held.get(code, ZERO) + amount < 0
    ]
