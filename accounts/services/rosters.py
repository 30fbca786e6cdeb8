"""Changes of who is on a roster and at what base: seal, unseal, transfer in, adjust; and taking a change back.

Every function works on one person or a hundred thousand in the same few statements, and ``change_each`` on the rosters
of many employers (lists of a month taken over together, the bases of a new year). ``source`` is rows (``NewBase``,
``Seal``) or a SELECT of the columns it names; ``change`` joins several calls under one head (a change list). All or
nothing: one account that cannot be changed refuses the call with everything that is wrong.

Which bounds a base keeps, which months may still be changed and what a back-dated change costs is for the app of
deposits; here stands what is true of accounts anyway.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import F

from accounts.enums import AccountStatus, ChangeKind
from accounts.models import Employer, EmployerAccount, RosterChange
from accounts.rules.states import AccountEvent, next_account_status, states_before
from accounts.services import changes
from accounts.services.carrying import carry_balances
from accounts.services.changes import BASE_COLUMNS, SEAL_COLUMNS, NewBase, Part, Seal
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit.months import Month

Params = Sequence | dict


def seal(
    origin: Origin,
    account: int,
    month: Month,
    source: str | Iterable[Seal],
    params: Params = (),
    change: RosterChange | None = None,
) -> RosterChange:
    """封存 from ``month`` on. SELECT: (fund_account_id, reason)."""
    return _change_one(origin, ChangeKind.SEAL, account, month, source, params, change)


def unseal(
    origin: Origin,
    account: int,
    month: Month,
    source: str | Iterable[NewBase],
    params: Params = (),
    change: RosterChange | None = None,
) -> RosterChange:
    """启封 with the same employer, depositing again from ``month`` on. SELECT: ``BASE_COLUMNS``."""
    return _change_one(origin, ChangeKind.UNSEAL, account, month, source, params, change)


def adjust_base(
    origin: Origin,
    account: int,
    month: Month,
    source: str | Iterable[NewBase],
    params: Params = (),
    change: RosterChange | None = None,
) -> RosterChange:
    """基数调整 from ``month`` on. SELECT: ``BASE_COLUMNS``."""
    return _change_one(origin, ChangeKind.BASE, account, month, source, params, change)


def transfer_in(
    origin: Origin,
    account: int,
    month: Month,
    source: str | Iterable[NewBase],
    params: Params = (),
    change: RosterChange | None = None,
) -> RosterChange:
    """转入: sealed with another employer, depositing with this one from ``month`` on. The balance stays the person's;
    in the employers' totals it moves along. The books stay in the branch that opened the account. SELECT:
    ``BASE_COLUMNS``.
    """
    return _change_one(origin, ChangeKind.TRANSFER_IN, account, month, source, params, change)


def change_each(origin: Origin, kind: ChangeKind, month: Month, parts: Sequence[Part]) -> None:
    """One kind of change on many rosters at once, each under its own head, all or nothing. One part per roster.

    :raises DomainError: ``roster.employer``, ``roster.refused``.
    """
    origin.require_pass()
    if not parts:
        return
    with transaction.atomic():
        accounts = changes.lock_employer_accounts({part.change.employer_account_id for part in parts})
        _change(origin, kind, month, parts, accounts)


def _change_one(
    origin: Origin,
    kind: ChangeKind,
    account: int,
    month: Month,
    source: str | Iterable,
    params: Params,
    change: RosterChange | None,
) -> RosterChange:
    origin.require_pass()
    with transaction.atomic():
        owner = changes.lock_employer_account(account)
        head = change or changes.begin(origin, owner, kind, month)
        _change(origin, kind, month, [Part(head, source, params)], {owner.pk: owner})
    return head


def undo(origin: Origin, change: int) -> int:
    """撤销: everything as it was before the change. Returns how many people. Whoever calls it knows that no register
    was confirmed since.

    :raises DomainError: ``roster.undo``: taken back already, or somebody was changed again afterwards.
    """
    origin.require_pass()
    with transaction.atomic(), connection.cursor() as cursor:
        head = RosterChange.objects.select_for_update(of=("self",), no_key=True).get(pk=change)
        if head.undone_on:
            raise _cannot_undo("这次变更已经撤销过，没有重复撤销")
        account = changes.lock_employer_account(head.employer_account_id)
        known = {
            "change": head.pk,
            "account": head.employer_account_id,
            "month": head.month,
            "today": origin.business_date,
        }
        changes.run(cursor, "stage")
        cursor.execute("TRUNCATE roster_stage")
        staged = changes.run(cursor, "touched", known)
        changes.run(cursor, "lock")
        changes.run(cursor, "touched_since", known)
        if cursor.fetchone()[0] or staged != head.heads:
            raise _cannot_undo("名册上有人在这之后又有变更", "先撤销后面的变更")
        for step in ("void_spells", "reopen_spells", "undo_bases", "restore_accounts"):
            changes.run(cursor, step, known)
        carry_balances(origin, cursor, [head], {account.pk: account}, "undo")
        RosterChange.objects.filter(pk=head.pk).update(undone_on=origin.business_date)
        Employer.objects.filter(pk=account.employer_id).update(version=F("version") + 1)
        return staged


def findings(
    origin: Origin, account: EmployerAccount, kind: ChangeKind, month: Month, rows: Iterable[NewBase] | Iterable[Seal]
) -> list[Finding]:
    """What would refuse such a change, without making it: for the ``check`` of an operation on a few people."""
    columns = SEAL_COLUMNS if kind is ChangeKind.SEAL else BASE_COLUMNS
    head = RosterChange(employer_account=account, kind=kind.value, month=int(month))  # of no change yet
    with transaction.atomic(), connection.cursor() as cursor:
        changes.fill_stage(cursor, columns, [Part(head, rows)])
        return changes.judged(cursor, origin, kind, month)


def _cannot_undo(words: str, remedy: str = "") -> DomainError:
    return DomainError("roster.undo", Finding("ROSTER-UNDO", words, remedy=remedy))


EVENTS = {
    ChangeKind.SEAL: AccountEvent.SEAL,
    ChangeKind.UNSEAL: AccountEvent.UNSEAL,
    ChangeKind.TRANSFER_IN: AccountEvent.TRANSFER_IN,
}
"""Kinds that move people from one state to another. ``BASE`` leaves them where they are."""


def _change(
    origin: Origin, kind: ChangeKind, month: Month, parts: Sequence[Part], accounts: dict[int, EmployerAccount]
) -> None:
    """In the order every call keeps: employers are locked and heads begun; stage, locks, guards, effect."""
    with connection.cursor() as cursor:
        staged = changes.fill_stage(cursor, SEAL_COLUMNS if kind is ChangeKind.SEAL else BASE_COLUMNS, parts)
        changes.lock_and_judge(cursor, origin, kind, month)
        known = {"month": int(month), "sealed": kind is ChangeKind.SEAL}
        if kind in EVENTS:
            changes.expect(changes.run(cursor, "end_spells", known), staged, "spells ended")
            changes.expect(changes.run(cursor, "begin_spells", known), staged, "spells begun")
            before = states_before(EVENTS[kind])
            after = next_account_status(AccountStatus(before[0]), EVENTS[kind])
            moved = changes.run(cursor, "set_status", {"status": after.value, "before": before})
            changes.expect(moved, staged, "states moved")
        if kind is not ChangeKind.SEAL:
            changes.expect(changes.run(cursor, "record_bases", known), staged, "bases recorded")
            changes.expect(changes.run(cursor, "set_bases", known), staged, "bases set")
        if kind is ChangeKind.TRANSFER_IN:
            carry_balances(origin, cursor, [part.change for part in parts], accounts, "in")
        changes.finish(cursor)
