"""The balance wall (平衡墙): persons = employers' books = general ledger = bank, per branch and bank account, now.

Drawn anew each time, from balances, not from movements: a figure changed behind the program's back shows at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.ledger.models import Subject
from accounts.ledger.statements import statement
from servicehub.declare import Origin

_bank_figures: list[Callable[[Origin], Mapping[str, Decimal]]] = []


def register_bank_figures(figures: Callable[[Origin], Mapping[str, Decimal]]) -> None:
    """The room that keeps bank statements says what the banks say: subject code of the account → statement balance."""
    if figures not in _bank_figures:
        _bank_figures.append(figures)


@dataclass(frozen=True, slots=True)
class WallRow:
    """One line of the wall, yuan. A column that does not apply is ``None``; the rest are equal, or ``equal`` is not.

    ``persons``: Σ units of the sub-ledger (people, suspense items, loans). ``units``: Σ employers' totals.
    ``general``: general ledger. ``bank``: what the bank's statement says.
    """

    subject: str
    label: str
    branch: int | None
    general: Decimal
    persons: Decimal | None = None
    units: Decimal | None = None
    bank: Decimal | None = None

    @property
    def figures(self) -> tuple[Decimal, ...]:
        return tuple(figure for figure in (self.persons, self.units, self.general, self.bank) if figure is not None)

    @property
    def equal(self) -> bool:
        return len(set(self.figures)) <= 1

    @property
    def difference(self) -> Decimal:
        """The widest gap between two figures of the row."""
        return max(self.figures) - min(self.figures)


def balance_wall(origin: Origin) -> list[WallRow]:
    """Sub-ledger rows per subject and branch, then bank rows per account; of the origin's branches only."""
    rows = [*_subledger_rows(), *_bank_rows(origin)]
    if origin.branches is None:
        return rows
    return [row for row in rows if row.branch is None or row.branch in origin.branches]


def _subledger_rows() -> list[WallRow]:
    with connection.cursor() as cursor:
        cursor.execute(statement("wall").replace("{general}", statement("general_balances")), {"as_of": date.max})
        return [
            WallRow(subject, label, branch, general, persons, units)
            for subject, label, branch, persons, units, general in cursor.fetchall()
        ]


def _bank_rows(origin: Origin) -> list[WallRow]:
    """Per bank account, whatever branch booked on it: the bank keeps one balance."""
    told: dict[str, Decimal] = {}
    for figures in _bank_figures:
        told.update(figures(origin))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT code, sum(balance) FROM ({statement('general_balances')}) AS b(code, branch, book, side, balance)"
            " WHERE code LIKE '101%%' OR code LIKE '102%%' GROUP BY code",
            {"as_of": date.max},
        )
        booked = dict(cursor.fetchall())
    codes = sorted(set(booked) | set(told))
    labels = dict(Subject.objects.filter(code__in=codes).values_list("code", "name"))
    zero = Decimal("0.00")
    return [WallRow(code, labels.get(code, ""), None, booked.get(code, zero), bank=told.get(code)) for code in codes]
