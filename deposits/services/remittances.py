"""核定 and its withdrawal: one statement for the equation, one for the register, whatever the number of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import connection, transaction

from accounts.enums import REMITTABLE
from accounts.models import EmployerAccount
from deposits import parameters as keys
from deposits.enums import OPEN_STATES, ChangeListState, RemittanceState
from deposits.models import ChangeList, Remittance
from deposits.numbers import remittance_numbers
from deposits.services.equations import Equation, equations
from servicehub import policy
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement

APP = Path(__file__).resolve().parent.parent
LAW_PAY = "住房公积金管理条例 第十九条"


@dataclass(frozen=True, slots=True)
class MonthToConfirm:
    """One employer account's month, and the list of changes that ends with it."""

    account: EmployerAccount
    month: Month
    change_list: ChangeList | None = None


def pay_by(month: Month, pay_day: int | None) -> date:
    """Within five days of payday (条例 第十九条). A payday beyond the month's end is its last day."""
    usual, days = (policy.value(key, month.first_day).value for key in (keys.PAY_DAY_DEFAULT, keys.PAY_BY_DAYS))
    return month.first_day.replace(day=min(pay_day or usual, month.last_day.day)) + timedelta(days=days)


def may_confirm(account: EmployerAccount, month: Month, business_date: date) -> list[Finding]:
    """What stands in the way of this account's month, all at once."""
    findings = []
    if account.status not in REMITTABLE:
        findings.append(
            Finding(
                "remit.status", f"单位账户是“{account.get_status_display()}”，不能汇缴", remedy="先到柜台恢复单位账户"
            )
        )
    if month != account.month_due:
        findings.append(
            Finding(
                "remit.month",
                f"应汇缴 {account.month_due.words}，不能跳到 {month.words}",
                remedy=f"先办 {account.month_due.words}",
                clause=LAW_PAY,
            )
        )
    if month > Month.of(business_date):
        findings.append(
            Finding("remit.early", f"{month.words}还没有到，不能提前核定", remedy=f"{month.first_day} 起可办")
        )
    unpaid = Remittance.objects.filter(employer_account=account, state__in=OPEN_STATES).first()
    if unpaid:
        findings.append(
            Finding(
                "remit.open",
                f"{Month.of(unpaid.month).words}的汇缴书 {unpaid.number} 还没有入账",
                remedy="付款入账，或撤销那一份后再核定",
            )
        )
    return findings


def confirm(origin: Origin, wanted: Sequence[MonthToConfirm]) -> list[Remittance]:
    """Freeze registers and write the documents. Changes of the month are on the roster already.

    All or nothing. Raises ``DomainError`` "remit.nobody" when nobody deposits. Whether the equation is the one the
    user saw is for the operation to say.
    """
    origin.require_pass()
    with transaction.atomic():
        _lock([item.account.pk for item in wanted])
        standing = equations((item.account.pk, item.month) for item in wanted)
        _refuse_empty(wanted, standing)
        heads = _heads(origin, wanted, standing)
        Remittance.objects.bulk_create(heads)
        _write_registers(heads)
        lists = [item.change_list.pk for item in wanted if item.change_list]
        if lists:
            ChangeList.objects.filter(pk__in=lists).update(state=ChangeListState.CONFIRMED, confirmed_at=origin.at)
    return heads


def _lock(accounts: list[int]) -> None:
    """In key order: two confirmations of one account cannot both see it free."""
    list(
        EmployerAccount.objects.filter(pk__in=accounts).order_by("pk").select_for_update(no_key=True).values_list("pk")
    )


def _refuse_empty(wanted: Sequence[MonthToConfirm], standing: dict[int, Equation]) -> None:
    findings = [
        Finding("remit.nobody", "名册里没有在缴职工，没有可汇缴的金额", remedy="先新增职工")
        for item in wanted
        if standing.get(item.account.pk, Equation()).now.heads == 0
    ]
    if findings:
        raise DomainError("remit.nobody", *findings)


def _heads(origin: Origin, wanted: Sequence[MonthToConfirm], standing: dict[int, Equation]) -> list[Remittance]:
    numbers = remittance_numbers(origin.business_date, len(wanted))
    heads = []
    for item, (number, remark_code) in zip(wanted, numbers, strict=True):
        equation, account = standing[item.account.pk], item.account
        heads.append(
            Remittance(
                number=number,
                remark_code=remark_code,
                employer_account=account,
                branch_id=account.employer.branch_id,
                month=int(item.month),
                change_list=item.change_list,
                employer_rate=account.employer_rate,
                employee_rate=account.employee_rate,
                heads_before=equation.before.heads,
                amount_before=equation.before.amount,
                heads_added=equation.added.heads,
                amount_added=equation.added.amount,
                heads_removed=equation.removed.heads,
                amount_removed=equation.removed.amount,
                heads_adjusted=equation.adjusted.heads,
                amount_adjusted=equation.adjusted.amount,
                heads=equation.now.heads,
                employer_total=equation.employer,
                employee_total=equation.employee,
                total=equation.now.amount,
                pay_by=pay_by(item.month, account.employer.pay_day),
                confirmed_by_id=origin.operator,
                confirmed_at=origin.at,
                case_no=origin.pass_.case,
            )
        )
    return heads


def _write_registers(heads: Sequence[Remittance]) -> None:
    parameters = {
        "remittances": [head.pk for head in heads],
        "accounts": [head.employer_account_id for head in heads],
        "months": [head.month for head in heads],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/register_lines.sql"), parameters)
        written = cursor.rowcount
    if written != sum(head.heads for head in heads):
        # The equation and the register are two readings of one locked roster; they cannot differ unless a writer
        # passed the lock by.
        raise DomainError("remit.changed", Finding("remit.changed", "核定后名册有变动，需重新核定", remedy="重新核定"))


def withdraw(origin: Origin, remittance: Remittance) -> None:
    """撤销确认, until something was paid. Changes of people that took effect stay; the month can be confirmed anew."""
    origin.require_pass()
    locked = Remittance.objects.select_for_update(no_key=True).get(pk=remittance.pk)
    if locked.state != RemittanceState.TO_PAY:
        raise DomainError(
            "remit.paid", Finding("remit.paid", "已付款或正在付款，不能撤销", remedy="已付款的，可申请错缴更正")
        )
    locked.state = RemittanceState.REVOKED
    locked.save(update_fields=["state"])
