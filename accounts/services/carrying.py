"""The money of whoever moves from one employer to another is counted for the employer whose roster they are on now."""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from accounts import events
from accounts.ledger import services as ledger
from accounts.models import EmployerAccount, RosterChange
from accounts.services import changes
from servicehub.declare import Origin
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement

SMALL_HEADS = 200  # up to here movements by value beat a staging table of the ledger


def carry_balances(
    origin: Origin,
    cursor: CursorWrapper,
    heads: Sequence[RosterChange],
    accounts: dict[int, EmployerAccount],
    step: str,
) -> None:
    """Of everybody staged, one voucher per head that brings money along. ``step`` tells a change from its undoing."""
    changes.run(cursor, "moved_total")
    totals = {head: (total, people <= SMALL_HEADS and plain) for head, total, people, plain in cursor.fetchall()}
    small: list[RosterChange] = []
    for head in heads:
        total, by_value = totals.get(head.pk, (0, True))
        if total and by_value:
            small.append(head)
        elif total:
            rows = f"SELECT subaccount, current, carried, employer FROM ({_movements_sql()}) AS moved"
            source = ledger.Source(rows, ("subaccount", "current", "carried", "employer"), [[head.pk]])
            ledger.post_many(origin, _entry(head, accounts, total, step), source)
    if small:
        movements = _movements(cursor, small)
        ledger.post_each(
            origin, [_entry(head, accounts, totals[head.pk][0], step, movements[head.pk]) for head in small]
        )
    ledger.assign_employers(origin, statement(changes.APP, "sql/roster/moved_units.sql"))


def _entry(head: RosterChange, accounts, total, step: str, movements: Sequence[ledger.Movement] = ()) -> ledger.Entry:
    return ledger.Entry(
        events.TRANSFER_BETWEEN_EMPLOYERS.code,
        f"accounts.roster_change:{head.pk}:{step}",
        accounts[head.employer_account_id].employer.branch_id,
        {"total": total},
        movements,
        summary=f"{Month.of(head.month).words}职工转移" + ("撤销" if step == "undo" else ""),
    )


def _movements_sql() -> str:
    return statement(changes.APP, "sql/roster/moved_movements.sql")


def _movements(cursor: CursorWrapper, heads: Sequence[RosterChange]) -> dict[int, list[ledger.Movement]]:
    cursor.execute(f"{_movements_sql()} ORDER BY 1, 2, 3", [[head.pk for head in heads]])
    movements: dict[int, list[ledger.Movement]] = {head.pk: [] for head in heads}
    for head, subaccount, current, carried, employer in cursor.fetchall():
        for bucket, amount in (("current", current), ("carried", carried)):
            if amount:
                movements[head].append(ledger.Movement(subaccount, amount, bucket, employer=employer))
    return movements
