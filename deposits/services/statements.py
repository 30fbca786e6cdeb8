"""单位年度对账单: a fund year of one employer account, month by month, from opening to closing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import connection

from accounts.ledger.events import KIND_LABELS
from accounts.models import EmployerAccount
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement

APP = Path(__file__).resolve().parent.parent
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class EmployerLine:
    """What one kind of business moved, of one month concerned; ``month`` is ``None`` where none is."""

    label: str
    month: Month | None
    heads: int
    employer_part: Decimal
    employee_part: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class EmployerYear:
    """``closing`` is ``opening`` and every line; ``until`` is the year's last day or today, whichever is first."""

    fund_year: int
    since: date
    until: date
    opening: Decimal
    lines: tuple[EmployerLine, ...]

    @property
    def closing(self) -> Decimal:
        return self.opening + sum((line.amount for line in self.lines), ZERO)

    @property
    def finished(self) -> bool:
        return self.until == date(self.fund_year, 6, 30)


def employer_years(account: EmployerAccount, business_date: date) -> list[int]:
    """Fund years an employer account has a statement of, the running one first."""
    last = account.closed_on or business_date
    return list(range(Month.of(last).fund_year, Month.of(account.first_month).fund_year - 1, -1))


def employer_year(account: EmployerAccount, fund_year: int, business_date: date) -> EmployerYear:
    """``fund_year`` 2027 runs from 1 July 2026 to 30 June 2027."""
    since, until = date(fund_year - 1, 7, 1), min(date(fund_year, 6, 30), business_date)
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/employer_year.sql"), {"account": account.pk, "since": since, "until": until})
        rows = cursor.fetchall()
    opening = sum((row[5] for row in rows if not row[0]), ZERO)
    lines = tuple(
        EmployerLine(
            KIND_LABELS.get(kind, KIND_LABELS.get(kind[:2], "其他")), Month.of(month) if month else None, *rest
        )
        for kind, month, *rest in rows
        if kind
    )
    return EmployerYear(fund_year, since, until, opening, lines)
