"""Writing entries: one statement, no lock, in the caller's transaction (SEC-24, SEC-29)."""

from collections.abc import Iterable, Mapping
from functools import cache

from django.db import connection
from django.db.models import CharField

from servicehub import clock
from servicehub.audit import entry
from servicehub.audit.models import AuditEntry, EntryKind
from servicehub.declare import Change, Origin, Party


class AuditOutsideTransaction(RuntimeError):
    """A change was recorded outside the transaction that makes it: one could stay without the other."""


def record(origin: Origin, changes: Iterable[Change], case_no: str = "") -> int:
    """Append one entry per change, in the caller's transaction, in one statement. Returns how many.

    :raises AuditOutsideTransaction: there is no transaction to share.
    """
    if not connection.in_atomic_block:
        raise AuditOutsideTransaction("a change and its audit entry share one transaction")
    return _append(
        origin,
        [
            {
                "kind": EntryKind.CHANGE.value,
                "action": change.action,
                "object": change.object,
                "label": change.label,
                "before": entry.words(change.before),
                "after": entry.words(change.after),
                "case_no": case_no,
            }
            for change in changes
        ],
    )


def record_view(
    origin: Origin, party: Party, fields: Iterable[str], purpose: str, case_no: str = "", disclosed: bool = True
) -> None:
    """Somebody looked at somebody's particulars; the person may read it (谁看过我的信息, SEC-60).

    ``fields`` are labels as the page shows them (证件号码, 手机号码); ``disclosed=False`` only where the law forbids
    telling the person.
    """
    if not purpose:
        raise ValueError("looking at personal information has a purpose")
    _append(
        origin,
        [
            {
                "kind": EntryKind.VIEW.value,
                "action": "查阅",
                "object": str(party),
                "party": str(party),
                "after": entry.words({"字段": "、".join(fields)}),
                "reason": purpose,
                "case_no": case_no,
                "disclosed": disclosed,
            }
        ],
    )


def record_event(
    origin: Origin,
    action: str,
    subject: str,
    *,
    label: str = "",
    facts: Mapping[str, str] | None = None,
    result: str = "done",
    reason: str = "",
    party: Party | None = None,
    case_no: str = "",
) -> None:
    """What is neither a change nor a view: log-in, failure, step-up, export, print, job start (SEC-22).

    ``subject`` names the object ("session:…", "user:18"); ``result`` is done, refused or failed.
    """
    _append(
        origin,
        [
            {
                "kind": EntryKind.EVENT.value,
                "action": action,
                "object": subject,
                "label": label,
                "party": str(party) if party else "",
                "after": entry.words(facts or {}),
                "result": result,
                "reason": reason,
                "case_no": case_no,
            }
        ],
    )


def _append(origin: Origin, rows: list[dict]) -> int:
    if not rows:
        return 0
    common = _common(origin)
    entries = []
    for row in rows:
        told = common | row
        text = entry.canonical([_fitting(column, told[column]) for column in entry.COLUMNS])
        entries.append(f'{text[:-1]},"{entry.mac(text).hex()}"]')
    with connection.cursor() as cursor:
        cursor.execute("SELECT servicehub_audit_append(%s)", [f"[{','.join(entries)}]"])
        (appended,) = cursor.fetchone()
    return appended


@cache
def _widths() -> dict[str, int]:
    return {field.name: field.max_length for field in AuditEntry._meta.fields if isinstance(field, CharField)}


def _fitting(column: str, value):
    """A long name or reason is cut, never refused: an audit row that does not fit would stop the business."""
    width = _widths().get(column)
    if isinstance(value, str):
        value = value.replace("\0", "")
        return value[:width] if width else value
    return value


def _common(origin: Origin) -> dict:
    given = origin.pass_
    return {
        "at": entry.to_the_millisecond(clock.now()),
        "business_date": origin.business_date,
        "actor": origin.operator,
        "actor_name": origin.operator_name,
        "actor_kind": origin.user_kind,
        "roles": ",".join(sorted(origin.roles)),
        "acting_for": str(origin.acting_for) if origin.acting_for else "",
        "branch": origin.branch,
        "channel": str(origin.channel),
        "client": origin.client,
        "ip": origin.ip,
        "device": origin.device,
        "request_id": origin.request_id,
        "operation": given.operation if given else "",
        "call": given.call if given else None,
        "label": "",
        "party": "",
        "before": "",
        "after": "",
        "result": "done",
        "reason": "",
        "case_no": "",
        "disclosed": True,
    }
