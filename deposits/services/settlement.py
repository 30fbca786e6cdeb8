"""入账: a paid document reaches every person of its register, in one transaction, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from accounts.enums import EmployerStatus
from accounts.ledger import services as ledger
from accounts.ledger.events import Kind
from accounts.models import EmployerAccount
from deposits import events
from deposits.enums import RemittanceState
from deposits.models import Remittance, RemittanceLine
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement

APP = Path(__file__).resolve().parent.parent
SMALL_HEADS = 200  # up to here one function call beats staging; measured in tests/benchmarks


@dataclass(frozen=True, slots=True)
class Paid:
    """One document and where its money is. ``bank_subject`` empty: out of the employer's suspense."""

    remittance: Remittance
    value_date: date
    bank_subject: str = ""


def settle(origin: Origin, paid: Sequence[Paid]) -> dict[int, int]:
    """Post each document whole; returns the voucher of each remittance.

    Safe to repeat: the ledger books one event once, the state says what is done. Raises ``DomainError`` "settle.state"
    when a document is not open, ``LedgerRefused`` when suspense is short.
    """
    origin.require_pass()
    with transaction.atomic():
        locked = _lock([item.remittance.pk for item in paid])
        items = [replace(item, remittance=locked[item.remittance.pk]) for item in paid]
        for item in items:
            if not item.remittance.is_open:
                finding = Finding("settle.state", f"汇缴书 {item.remittance.number} 已经入账或撤销，没有重复入账")
                raise DomainError("settle.state", finding)
        small = [item for item in items if item.remittance.heads <= SMALL_HEADS]
        large = [item for item in items if item.remittance.heads > SMALL_HEADS]
        vouchers = _post_small(origin, small) | {item.remittance.pk: _post_large(origin, item) for item in large}
        _mark_posted(origin, items, vouchers)
        _advance(locked.values())
    return vouchers


def _lock(remittances: list[int]) -> dict[int, Remittance]:
    """Documents first, in key order, then (in ``_advance``) their accounts: the order everybody keeps."""
    rows = Remittance.objects.filter(pk__in=remittances).order_by("pk").select_for_update(no_key=True, of=("self",))
    return {row.pk: row for row in rows.select_related("employer_account__employer")}


def _entry(item: Paid, movements: Sequence[ledger.Movement] = ()) -> ledger.Entry:
    head = item.remittance
    template = events.ALLOCATE if item.bank_subject else events.ALLOCATE_FROM_SUSPENSE
    from_suspense = (
        ()
        if item.bank_subject
        else (
            ledger.Movement(head.employer_account.suspense_id, -head.total, bucket="current", kind=Kind.SUSPENSE_USED),
        )
    )
    return ledger.Entry(
        template.code,
        f"deposits.remittance:{head.pk}",
        head.branch_id,
        {"total": head.total},
        (*from_suspense, *movements),
        {"bank": item.bank_subject} if item.bank_subject else {},
        summary=f"{Month.of(head.month).words}汇缴 {head.number}",
        case_number=head.case_no,
    )


def _post_small(origin: Origin, items: Sequence[Paid]) -> dict[int, int]:
    """Many small documents in one call of the ledger."""
    if not items:
        return {}
    movements: dict[int, list[ledger.Movement]] = {item.remittance.pk: [] for item in items}
    value_dates = {item.remittance.pk: item.value_date for item in items}
    months = {item.remittance.pk: item.remittance.month for item in items}
    rows = RemittanceLine.objects.filter(remittance__in=movements).order_by("remittance", "fund_account")
    columns = ("remittance_id", "fund_account__subaccount_id", "employer_amount", "employee_amount")
    for remittance, subaccount, employer, employee in rows.values_list(*columns):
        if employer + employee:
            movements[remittance].append(
                ledger.Movement(
                    subaccount,
                    employer + employee,
                    bucket="current",
                    value_date=value_dates[remittance],
                    month=months[remittance],
                    employer_part=employer,
                    employee_part=employee,
                )
            )
    posted = ledger.post_each(origin, [_entry(item, movements[item.remittance.pk]) for item in items])
    return {item.remittance.pk: done.voucher for item, done in zip(items, posted, strict=True)}


def _post_large(origin: Origin, item: Paid) -> int:
    """One document of many people: its register is the source, no row passes through Python."""
    head = item.remittance
    source = ledger.Source(
        statement(APP, "sql/register_movements.sql"),
        ("subaccount", "current", "employer_part", "employee_part"),
        [head.pk],
        value_date=item.value_date,
        month=head.month,
    )
    return ledger.post_many(origin, _entry(item), source).voucher


def _mark_posted(origin: Origin, items: Sequence[Paid], vouchers: dict[int, int]) -> None:
    parameters = {
        "state": RemittanceState.POSTED.value,
        "posted_on": origin.business_date,
        "remittances": [item.remittance.pk for item in items],
        "value_dates": [item.value_date for item in items],
        "vouchers": [vouchers[item.remittance.pk] for item in items],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/mark_posted.sql"), parameters)


def _advance(heads: Iterable[Remittance]) -> None:
    """缴至年月 moves on by exactly this month; a first or a deferred month makes the account normal."""
    months: dict[int, list[int]] = {}
    for head in heads:
        months.setdefault(head.month, []).append(head.employer_account_id)
    for month, accounts in sorted(months.items()):
        rows = EmployerAccount.objects.filter(pk__in=accounts)
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        rows.update(paid_through=month, status=EmployerStatus.NORMAL)
