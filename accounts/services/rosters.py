"""Changes of who is on a roster and at what base: seal, unseal, transfer in, adjust; and taking a change back.

Every function works on one person or a hundred thousand in the same few statements. ``source`` is rows (``NewBase``,
``Seal``) or a SELECT of the columns it names; ``change`` joins several calls under one head (a change list). All or
nothing: one account that cannot be changed refuses the call with everything that is wrong.

Which bounds a base keeps, which months may still be changed and what a back-dated change costs is for the app of
deposits; here stands what is true of accounts anyway.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from accounts import events
from accounts.enums import AccountStatus, ChangeKind
from accounts.ledger import services as ledger
from accounts.models import EmployerAccount, RosterChange
from accounts.rules.states import AccountEvent, next_account_status, states_before
from accounts.services import changes
from accounts.services.changes import BASE_COLUMNS, SEAL_COLUMNS, NewBase, Seal
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement

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
    with transaction.atomic(), connection.cursor() as cursor:
        act = _Act(origin, cursor, account, ChangeKind.SEAL, month, change)
        act.stage(SEAL_COLUMNS, source, params)
        act.respell(sealed=True)
        act.move(AccountEvent.SEAL)
        return act.done()


def unseal(
    origin: Origin,
    account: int,
    month: Month,
    source: str | Iterable[NewBase],
    params: Params = (),
    change: RosterChange | None = None,
) -> RosterChange:
    """启封 with the same employer, depositing again from ``month`` on. SELECT: ``BASE_COLUMNS``."""
    with transaction.atomic(), connection.cursor() as cursor:
        act = _Act(origin, cursor, account, ChangeKind.UNSEAL, month, change)
        act.stage(BASE_COLUMNS, source, params)
        act.respell(sealed=False)
        act.move(AccountEvent.UNSEAL)
        act.rebase()
        return act.done()


def adjust_base(
    origin: Origin,
    account: int,
    month: Month,
    source: str | Iterable[NewBase],
    params: Params = (),
    change: RosterChange | None = None,
) -> RosterChange:
    """基数调整 from ``month`` on. SELECT: ``BASE_COLUMNS``."""
    with transaction.atomic(), connection.cursor() as cursor:
        act = _Act(origin, cursor, account, ChangeKind.BASE, month, change)
        act.stage(BASE_COLUMNS, source, params)
        act.rebase()
        return act.done()


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
    with transaction.atomic(), connection.cursor() as cursor:
        act = _Act(origin, cursor, account, ChangeKind.TRANSFER_IN, month, change)
        act.stage(BASE_COLUMNS, source, params)
        act.respell(sealed=False)
        act.move(AccountEvent.TRANSFER_IN)
        act.rebase()
        _carry_balances(origin, cursor, act.change, act.account.employer.branch_id, "in")
        return act.done()


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
        _carry_balances(origin, cursor, head, account.employer.branch_id, "undo")
        RosterChange.objects.filter(pk=head.pk).update(undone_on=origin.business_date)
        changes.finish(head, 0)
        return staged


def findings(
    origin: Origin, account: EmployerAccount, kind: ChangeKind, month: Month, rows: Iterable[NewBase] | Iterable[Seal]
) -> list[Finding]:
    """What would refuse such a change, without making it: for the ``check`` of an operation on a few people."""
    columns = SEAL_COLUMNS if kind is ChangeKind.SEAL else BASE_COLUMNS
    with transaction.atomic(), connection.cursor() as cursor:
        changes.fill_stage(cursor, columns, rows)
        return changes.judged(cursor, origin, account, kind, month)


def _carry_balances(origin: Origin, cursor, change: RosterChange, branch: int, step: str) -> None:
    """The money of whoever is staged is counted for the employer whose roster they are on now."""
    changes.run(cursor, "moved_total")
    (total,) = cursor.fetchone()
    if total:
        entry = ledger.Entry(
            events.TRANSFER_BETWEEN_EMPLOYERS.code,
            f"accounts.roster_change:{change.pk}:{step}",
            branch,
            {"total": total},
            summary=f"{Month.of(change.month).words}职工转移" + ("撤销" if step == "undo" else ""),
        )
        movements = statement(changes.APP, "sql/roster/moved_movements.sql")
        ledger.post_many(origin, entry, ledger.Source(movements, ("subaccount", "current", "carried", "employer")))
    ledger.assign_employers(origin, statement(changes.APP, "sql/roster/moved_units.sql"))


def _cannot_undo(words: str, remedy: str = "") -> DomainError:
    return DomainError("roster.undo", Finding("ROSTER-UNDO", words, remedy=remedy))


class _Act:
    """The steps of one call, in the order every call keeps: employer, change, stage, locks, guards, effect."""

    def __init__(self, origin, cursor, account: int, kind: ChangeKind, month: Month, change: RosterChange | None):
        origin.require_pass()
        self.origin, self.cursor, self.kind, self.month = origin, cursor, kind, month
        self.account: EmployerAccount = changes.lock_employer_account(account)
        self.change = change or changes.begin(origin, self.account, kind, month)
        self.staged = 0

    def stage(self, columns: Sequence[str], source, params: Params) -> None:
        self.staged = changes.fill_stage(self.cursor, columns, source, params)
        changes.lock_and_judge(self.cursor, self.origin, self.account, self.kind, self.month)

    def respell(self, *, sealed: bool) -> None:
        known = {"month": int(self.month), "change": self.change.pk, "account": self.account.pk, "sealed": sealed}
        changes.expect(changes.run(self.cursor, "end_spells", known), self.staged, "spells ended")
        changes.expect(changes.run(self.cursor, "begin_spells", known), self.staged, "spells begun")

    def move(self, event: AccountEvent) -> None:
        before = states_before(event)
        after = next_account_status(AccountStatus(before[0]), event)
        known = {"status": after.value, "before": before, "branch": self.account.employer.branch_id}
        changes.expect(changes.run(self.cursor, "set_status", known), self.staged, "states moved")

    def rebase(self) -> None:
        known = {"month": int(self.month), "change": self.change.pk}
        changes.expect(changes.run(self.cursor, "record_bases", known), self.staged, "bases recorded")
        changes.expect(changes.run(self.cursor, "set_bases", known), self.staged, "bases set")

    def done(self) -> RosterChange:
        changes.finish(self.change, self.staged)
        return self.change
