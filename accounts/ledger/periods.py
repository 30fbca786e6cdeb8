"""Figures of a period: opening balance, turnover, closing balance, per subject and rolled up the chart."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from accounts.ledger.models import Subject
from accounts.ledger.models.chart import Side
from accounts.ledger.money import ZERO
from accounts.ledger.statements import statement

BEGINNING = date(1900, 1, 1)
"""Before any ledger: the opening of a period that begins here is zero."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one subject (yuan), balances on the subject's own side."""

    subject: str
    name: str
    side: str
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def net(self) -> Decimal:
        """Turnover on the subject's own side."""
        return self.debit - self.credit if self.side == Side.DEBIT else self.credit - self.debit

    @property
    def closing(self) -> Decimal:
        return self.opening + self.net


def period_figures(since: date, until: date, branches: Collection[int] | None = None) -> list[Figures]:
    """Of every subject that takes lines and has a balance or turnover; over some branches, or all."""
    sql = statement("period_figures").replace("{general}", statement("general_balances"))
    since = max(since, BEGINNING)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"as_of": since - timedelta(days=1), "since": since, "until": until})
        rows = cursor.fetchall()
    found: dict[str, Figures] = {}
    for code, name, side, _nature, _book, branch, opening, debit, credit in rows:
        if branches is not None and branch not in branches:
            continue
        known = found.get(code)
        if known:
            opening, debit, credit = known.opening + opening, known.debit + debit, known.credit + credit
        found[code] = Figures(code, name, side, opening, debit, credit)
    return list(found.values())


def rolled_up(rows: Iterable[Figures]) -> list[Figures]:
    """The same with every subject above, in order of the chart. A parent's balance is on its own side."""
    subjects = {row.code: row for row in Subject.objects.order_by("code")}
    sums: dict[str, list[Decimal]] = {}
    for row in rows:
        above = subjects[row.subject]
        while above is not None:
            turned = row.opening if above.side == row.side else -row.opening
            held = sums.setdefault(above.code, [ZERO, ZERO, ZERO])
            held[0] += turned
            held[1] += row.debit
            held[2] += row.credit
            above = subjects.get(above.parent_id)
    return [Figures(code, subjects[code].name, subjects[code].side, *sums[code]) for code in sorted(sums)]


@dataclass(frozen=True, slots=True)
class MonthTurnover:
    subject: str
    month: int  # 202611
    debit: Decimal
    credit: Decimal


def month_turnovers(since: date, until: date, branches: Collection[int] | None = None) -> list[MonthTurnover]:
    """Turnover of every subject that takes lines, month by month; months without any are left out."""
    scope = None if branches is None else sorted(branches)
    with connection.cursor() as cursor:
        cursor.execute(statement("month_figures"), {"since": since, "until": until, "branches": scope})
        return [MonthTurnover(*row) for row in cursor.fetchall()]
