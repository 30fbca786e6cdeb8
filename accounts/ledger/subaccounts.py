"""Opening and closing units of the sub-ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.ledger.models import Subaccount, Subject
from accounts.ledger.refusals import refused
from servicehub.declare import Origin

_OPEN = """
INSERT INTO accounts_subaccount (
    subject_id, owner_kind, owner_ref, branch, employer_ref, maintained, open_year, opened_on)
SELECT s.code, %s, o.owner_ref, o.branch, o.employer_ref, s.maintained,
       CASE WHEN s.bears_interest THEN ledger_year(%s) END, %s
FROM ({source}) AS o(owner_ref, branch, employer_ref)
JOIN accounts_subject s ON s.code = %s AND s.has_subledger AND s.postable
ORDER BY o.owner_ref
ON CONFLICT (subject_id, owner_kind, owner_ref) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class NewSubaccount:
    owner_ref: int
    branch: int
    employer_ref: int | None = None


def open_subaccounts(
    origin: Origin, subject: str, owner_kind: str, source: str | Iterable[NewSubaccount], params: Sequence = ()
) -> int:
    """Open sub-ledger units for many owners at once; those that exist are left alone. Returns how many are new.

    ``source``: rows, or a SELECT giving (owner_ref bigint, branch int, employer_ref bigint or null) with ``params``.
    The ids are read by ``subaccount_ids`` or joined on (subject_id, owner_kind, owner_ref).

    :raises ValueError: the subject keeps no sub-ledger.
    """
    origin.require_pass()
    if not Subject.objects.filter(code=subject, has_subledger=True, postable=True).exists():
        raise ValueError(f"subject {subject} keeps no sub-ledger")
    if not isinstance(source, str):
        rows = list(source)
        params = [[row.owner_ref for row in rows], [row.branch for row in rows], [row.employer_ref for row in rows]]
        source = "SELECT * FROM unnest(%s::bigint[], %s::int[], %s::bigint[])"
    day = origin.business_date
    with connection.cursor() as cursor:
        cursor.execute(_OPEN.replace("{source}", source), [owner_kind, day, day, *params, subject])
        return cursor.rowcount


def open_subaccount(
    origin: Origin, subject: str, owner_kind: str, owner_ref: int, branch: int, employer_ref: int | None = None
) -> int:
    """Open one and return its id; the id of the existing one where there is one."""
    open_subaccounts(origin, subject, owner_kind, [NewSubaccount(owner_ref, branch, employer_ref)])
    return subaccount_ids(subject, owner_kind, [owner_ref])[owner_ref]


def subaccount_ids(subject: str, owner_kind: str, owner_refs: Iterable[int]) -> dict[int, int]:
    """Owner reference → subaccount id. For sets of thousands join the table instead."""
    found = Subaccount.objects.of_owners(subject, owner_kind, list(owner_refs))
    return dict(found.values_list("owner_ref", "id"))


def assign_employers(origin: Origin, source: str, params: Sequence = ()) -> int:
    """From now on these units are these employers': postings that name none count for them. Returns how many changed.

    ``source``: a SELECT of (subaccount, employer_ref). Moves no money: what the former employer's people hold is moved
    by the event that transfers them.
    """
    origin.require_pass()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_subaccount AS s SET employer_ref = moved.employer_ref"
            f" FROM ({source}) AS moved(subaccount, employer_ref)"
            " WHERE s.id = moved.subaccount AND s.employer_ref IS DISTINCT FROM moved.employer_ref",
            params,
        )
        return cursor.rowcount


def close_subaccount(origin: Origin, subaccount: int) -> None:
    """No further movement. Only an empty one, with nothing held, closes.

    :raises LedgerRefused: ledger.unknown_subaccount, ledger.not_empty.
    """
    origin.require_pass()
    closed = Subaccount.objects.filter(
        id=subaccount, closed_on__isnull=True, current=0, carried=0, next_current=0, next_carried=0, held=0
    ).update(closed_on=origin.business_date)
    if not closed and not Subaccount.objects.filter(id=subaccount, closed_on__isnull=False).exists():
        known = Subaccount.objects.filter(id=subaccount).exists()
        raise refused("ledger.not_empty" if known else "ledger.unknown_subaccount", subaccount=subaccount)


def reopen_subaccount(origin: Origin, subaccount: int) -> None:
    """Take back a closing (a returned payment restores the account before its money comes back)."""
    origin.require_pass()
    if not Subaccount.objects.filter(id=subaccount).update(closed_on=None):
        raise refused("ledger.unknown_subaccount", subaccount=subaccount)
