"""What every change of a roster has in common: its head, its stage, its locks, its findings.

A call works on the rosters of one employer or of many, each under a head of its own (``Part``): the statements are the
same, and as many.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from accounts.enums import REMITTABLE, ChangeKind
from accounts.models import EmployerAccount, FundAccount, RosterChange
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit.copying import copy_rows
from servicehub.kit.masks import mask_name
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement

APP = Path(__file__).resolve().parent.parent
FINDINGS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class NewBase:
    """What an account's wage, base and monthly amounts (yuan) are from now on."""

    fund_account: int
    wage: Decimal
    base: Decimal
    employer_amount: Decimal
    employee_amount: Decimal


@dataclass(frozen=True, slots=True)
class Seal:
    fund_account: int
    reason: str  # accounts.enums.SealReason


@dataclass(frozen=True, slots=True)
class Part:
    """What one call does to one roster. ``source``: rows, or a SELECT of the columns the call names, with ``params``."""

    change: RosterChange
    source: str | Iterable
    params: Sequence | dict = ()


BASE_COLUMNS = ("fund_account_id", "wage", "base", "employer_amount", "employee_amount")
SEAL_COLUMNS = ("fund_account_id", "reason")


def run(cursor: CursorWrapper, name: str, parameters: dict | None = None) -> int:
    """One statement of ``sql/roster``; how many rows it touched."""
    cursor.execute(statement(APP, f"sql/roster/{name}.sql"), parameters)
    return cursor.rowcount


def lock_employer_accounts(accounts: Collection[int]) -> dict[int, EmployerAccount]:
    """One change at a time per employer account; rosters of others go on. Locked in the order of their numbers.

    :raises DomainError: ``roster.employer``: sealed or closed.
    """
    rows = EmployerAccount.objects.select_for_update(of=("self",), no_key=True).select_related("employer")
    found = {row.pk: row for row in rows.filter(pk__in=accounts).order_by("pk")}
    shut = [row for row in found.values() if row.status not in REMITTABLE]
    if shut:
        raise DomainError("roster.employer", *map(_shut, shut))
    return found


def lock_employer_account(account: int) -> EmployerAccount:
    return lock_employer_accounts([account])[account]


def _shut(row: EmployerAccount) -> Finding:
    words = f"单位账户是“{row.get_status_display()}”，不能办理名册变更"
    return Finding("EMPLOYER-STATUS", words, remedy="先到柜台恢复单位账户", facts={"employer_account": row.pk})


def begin(origin: Origin, account: EmployerAccount, kind: ChangeKind, month: Month, source: str = "") -> RosterChange:
    """The head under which spells and base records are written. A change list passes one head to every call."""
    return begin_each(origin, [account], kind, month, source)[0]


def begin_each(
    origin: Origin, accounts: Iterable[EmployerAccount], kind: ChangeKind, month: Month, source: str = ""
) -> list[RosterChange]:
    origin.require_pass()
    return RosterChange.objects.bulk_create(
        RosterChange(
            employer_account=account,
            kind=kind.value,
            month=int(month),
            source=source,
            operator=origin.operator,
            operator_name=origin.operator_name,
            channel=origin.channel,
            request_id=origin.request_id,
            business_date=origin.business_date,
            at=origin.at,
        )
        for account in accounts
    )


def fill_stage(cursor: CursorWrapper, columns: Sequence[str], parts: Sequence[Part]) -> int:
    """Rows are dataclasses with the columns' values; a SELECT gives ``columns`` in order. Returns how many."""
    run(cursor, "stage")
    cursor.execute("TRUNCATE roster_stage")
    columns = ("change_id", "employer_account_id", *columns)
    rows = [part for part in parts if not isinstance(part.source, str)]
    staged = copy_rows(cursor, "roster_stage", columns, _rows(rows, columns[3:])) if rows else 0
    for part in parts:
        if isinstance(part.source, str):
            head = f"{part.change.pk:d}, {part.change.employer_account_id:d}"
            cursor.execute(
                f"INSERT INTO roster_stage ({', '.join(columns)}) SELECT {head}, given.* FROM ({part.source}) AS given",
                part.params,
            )
            staged += cursor.rowcount
    cursor.execute("ANALYZE roster_stage")
    return staged


def _rows(parts: Iterable[Part], fields: Sequence[str]) -> Iterator[list]:
    for part in parts:
        head = (part.change.pk, part.change.employer_account_id)
        for row in part.source:
            yield [*head, row.fund_account, *(getattr(row, name) for name in fields)]


def lock_and_judge(cursor: CursorWrapper, origin: Origin, kind: ChangeKind, month: Month) -> None:
    """:raises DomainError: ``roster.refused`` with a finding per account and fault, the first thousand."""
    run(cursor, "lock")
    found = judged(cursor, origin, kind, month)
    if found:
        raise DomainError("roster.refused", *found)


def judged(cursor: CursorWrapper, origin: Origin, kind: ChangeKind, month: Month) -> list[Finding]:
    """What stands against the staged accounts, without an exception: a ``check()`` shows it before anything is done."""
    run(
        cursor,
        "guard",
        {"kind": kind.value, "month": int(month), "today": origin.business_date, "limit": FINDINGS_MAX},
    )
    rows = cursor.fetchall()
    if not rows:
        return []
    names = _names({fund_account for fund_account, *_ in rows})
    return [_finding(kind, names.get(row[0], "这个人"), *row) for row in rows]


def finish(cursor: CursorWrapper) -> None:
    """Count the people, and make submissions that wait for review look again at these employers."""
    run(cursor, "finish")


def expect(done: int, staged: int, what: str) -> None:
    """The rows were locked and judged: another count is a fault of the program, and nothing may be kept."""
    if done != staged:
        raise RuntimeError(f"{what}: {done} of {staged} rows")


def _names(fund_accounts: set[int]) -> dict[int, str]:
    rows = FundAccount.objects.filter(pk__in=fund_accounts).order_by("pk").select_related("person")
    return {row.pk: mask_name(row.person.name) for row in rows}


def _finding(kind: ChangeKind, name: str, fund_account: int, code: str, word: str, month: int) -> Finding:
    at = str(Month.of(month)) if month else ""
    message, remedy = {
        "ROSTER-UNKNOWN": ("没有这个在用的个人账户", "核对个人账号，或改为“新开户”"),
        "R04": (f"{name}在本次变更里出现了两次", "只保留一条"),
        "R05": (f"{name}已是“{word}”状态，不能再{kind.label}", "核对变更类型"),
        "R06": (f"{name}在“{word}”仍是正常状态", "先发起转移，或由原单位封存"),
        "R10": ("封存须填原因", "从封存原因中选一项"),
        "R17": (f"{name}的账户已冻结，不能转入", "由冻结机关解除后再办"),
        "ROSTER-ELSEWHERE": (f"{name}不在本单位名册上", f"在“{word}”名册上的，先办转入"),
        "ROSTER-UNSEAL": (f"{name}封存在本单位名册上", "改为“启封”"),
        "ROSTER-EARLY": (f"{name}的上一次变更自 {at} 起生效，本次不能更早", f"生效年月不早于 {at}"),
        "ROSTER-PAID": (f"{name}已缴至 {at}，生效年月应晚于该月", "少缴的月份办理补缴"),
        "ROSTER-BASE": (f"{name}自 {at} 起已另有缴存基数，本次不能更早", f"生效年月不早于 {at}"),
    }[code]
    return Finding(code=code, message=message, remedy=remedy, facts={"fund_account": fund_account})
