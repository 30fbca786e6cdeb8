"""Reads for pages, the API, letters and the apps above. Nothing here writes, and nothing is masked: edges mask."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from accounts.enums import AccountStatus
from accounts.ledger import services as ledger
from accounts.ledger.events import KIND_LABELS
from accounts.ledger.models import Subaccount
from accounts.models import EmployerAccount, FundAccount, Membership, Restriction
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement

APP = Path(__file__).resolve().parent
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class PaidMonths:
    """``through``: the last month paid for, 202611; ``months``: how many months were, ever."""

    through: int | None = None
    months: int = 0


def paid_through(subaccounts: Collection[int]) -> dict[int, PaidMonths]:
    """个人缴至年月 and number of months paid, by ledger subaccount. For a page of people, not for a roster."""
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/paid_through.sql"), [list(subaccounts)])
        found = {row[0]: PaidMonths(row[1], row[2]) for row in cursor.fetchall()}
    return {subaccount: found.get(subaccount, PaidMonths()) for subaccount in subaccounts}


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account of a person with what stands behind it. ``kept`` is what restrictions keep in it, in words."""

    account: FundAccount
    employer: str
    employer_number: str
    sealed_from: int | None
    balance: ledger.Balance | None
    paid: PaidMonths
    restrictions: tuple[Restriction, ...]

    @property
    def monthly(self) -> Decimal:
        return self.account.employer_amount + self.account.employee_amount

    @property
    def status(self) -> str:
        """Code of ``wording.STATUS["fund_account"]``."""
        match self.account.status:
            case AccountStatus.NORMAL:
                return "normal"
            case AccountStatus.SEALED:
                return "sealed"
        return "closed"


def person_accounts(person: int, on: date) -> list[AccountView]:
    """Every account of a person, live ones first: six statements, whatever their number."""
    rows = list(FundAccount.objects.filter(person=person).order_by("closed_on", "fund_kind", "pk"))
    rows.sort(key=lambda row: row.closed_on is not None)
    spells = {
        spell.fund_account_id: spell
        for spell in Membership.objects.open()
        .filter(fund_account__in=rows)
        .select_related("employer_account__employer")
        .order_by("pk")
    }
    units = [row.subaccount_id for row in rows if row.subaccount_id]
    balances, paid = ledger.balances(units), paid_through(units)
    live = list(Restriction.objects.live(on).filter(fund_account__in=rows).order_by("rank", "pk"))
    views = []
    for row in rows:
        spell = spells.get(row.pk)
        employer = spell.employer_account.employer if spell else None
        views.append(
            AccountView(
                account=row,
                employer=employer.name if employer else "",
                employer_number=employer.number if employer else "",
                sealed_from=spell.from_month if spell and spell.sealed else None,
                balance=balances.get(row.subaccount_id),
                paid=paid.get(row.subaccount_id, PaidMonths()),
                restrictions=tuple(one for one in live if one.fund_account_id == row.pk),
            )
        )
    return views


@dataclass(frozen=True, slots=True)
class MonthPaid:
    """What was deposited for one month, both parts (yuan)."""

    month: int
    employer_part: Decimal
    employee_part: Decimal


def months_paid(subaccount: int, since: Month) -> list[MonthPaid]:
    """Deposits by month concerned, from ``since`` on, in order."""
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/months_paid.sql"), [subaccount, int(since)])
        return [MonthPaid(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class EmployerTotals:
    """Heads depositing and sealed in a month, the month's amount, and the balance of its people (yuan)."""

    depositing: int = 0
    sealed: int = 0
    monthly: Decimal = ZERO
    balance: Decimal = ZERO


def employer_totals(accounts: Collection[int], month: Month) -> dict[int, EmployerTotals]:
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/employer_totals.sql"), {"accounts": list(accounts), "month": int(month)})
        return {row[0]: EmployerTotals(*row[1:]) for row in cursor.fetchall()}


def heads(account: EmployerAccount, month: Month) -> tuple[int, int]:
    """(depositing, sealed) in a month: counted in the index, without a look at the accounts."""
    counted = Membership.objects.of_month(account.pk, month).aggregate(
        depositing=Count("sealed", filter=Q(sealed=False)), sealed=Count("sealed", filter=Q(sealed=True))
    )
    return counted["depositing"], counted["sealed"]


def roster(account: EmployerAccount, month: Month | None = None) -> QuerySet[Membership]:
    """Who is on the roster now, or was in ``month``; with ``balance``, as of now, of the ledger."""
    rows = Membership.objects.filter(employer_account=account)
    if month is None:
        rows = rows.open()
    else:
        rows = rows.filter(to_month__gt=int(month), from_month__lte=int(month))
    unit = Subaccount.objects.filter(pk=OuterRef("fund_account__subaccount_id")).annotate(
        total=F("current") + F("carried") + F("next_current") + F("next_carried")
    )
    return rows.annotate(balance=Subquery(unit.values("total")))


@dataclass(frozen=True, slots=True)
class YearLine:
    kind: str
    label: str
    times: int
    amount: Decimal
    employer_part: Decimal
    employee_part: Decimal


@dataclass(frozen=True, slots=True)
class YearStatement:
    """年度对账单 of one account: 1 July to 30 June, or to the business date while the year runs."""

    fund_year: int
    since: date
    until: date
    opening: Decimal
    closing: Decimal
    lines: tuple[YearLine, ...]

    @property
    def finished(self) -> bool:
        return self.until == date(self.fund_year, 6, 30)


def year_statement(account: FundAccount, fund_year: int, business_date: date) -> YearStatement:
    """The year's statement, drawn from the postings. It ties out: opening + lines = closing, or it is not given.

    :raises ArithmeticError: it does not tie out; a fault of the books, never of the reader.
    """
    since, until = date(fund_year - 1, 7, 1), min(date(fund_year, 6, 30), business_date)
    with connection.cursor() as cursor:
        cursor.execute(
            statement(APP, "sql/year_statement.sql"),
            {"subaccount": account.subaccount_id, "since": since, "until": until},
        )
        lines = tuple(
            YearLine(kind, KIND_LABELS.get(kind, KIND_LABELS.get(kind[:2], "其他")), *figures)
            for kind, *figures in cursor.fetchall()
        )
    opening = ledger.balance_on(account.subaccount_id, since - timedelta(days=1))
    closing = ledger.balance_on(account.subaccount_id, until)
    if opening + sum((line.amount for line in lines), ZERO) != closing:
        raise ArithmeticError(f"fund account {account.pk}: the statement of {fund_year} does not tie out")
    return YearStatement(fund_year, since, until, opening, closing, lines)
