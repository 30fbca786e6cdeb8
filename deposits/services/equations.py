"""The equation of a month (核定等式): 上月 + 增加 − 减少 ± 调整 = 本月."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import connection
from django.db.models import Count, F, Q, Sum

from accounts.models import EmployerAccount
from deposits.enums import JOINING, LEAVING, ChangeListState
from deposits.models import ChangeLine
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement

APP = Path(__file__).resolve().parent.parent
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Part:
    heads: int = 0
    amount: Decimal = ZERO

    def __add__(self, other: "Part") -> "Part":
        return Part(self.heads + other.heads, self.amount + other.amount)


@dataclass(frozen=True, slots=True)
class Equation:
    """Amounts in yuan a month, both sides together; ``employer`` and ``employee`` are those of ``now``."""

    before: Part = Part()
    added: Part = Part()
    removed: Part = Part()
    adjusted: Part = Part()
    now: Part = Part()
    employer: Decimal = ZERO
    employee: Decimal = ZERO

    @property
    def balances(self) -> bool:
        heads = self.before.heads + self.added.heads - self.removed.heads
        amount = self.before.amount + self.added.amount - self.removed.amount + self.adjusted.amount
        return heads == self.now.heads and amount == self.now.amount

    @property
    def unchanged(self) -> bool:
        return not (self.added.heads or self.removed.heads or self.adjusted.heads)


def equations(wanted: Iterable[tuple[int, Month]]) -> dict[int, Equation]:
    """Per employer account, from roster and registers, in one statement. Accounts without anybody are absent."""
    pairs = list(wanted)
    parameters = {"accounts": [account for account, _ in pairs], "months": [int(month) for _, month in pairs]}
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/equation.sql"), parameters)
        return {
            row[0]: Equation(
                Part(row[1], row[2]),
                Part(row[3], row[4]),
                Part(row[5], row[6]),
                Part(row[7], row[8]),
                Part(row[9], row[10] + row[11]),
                row[10],
                row[11],
            )
            for row in cursor.fetchall()
        }


def preview(account: EmployerAccount, month: Month) -> Equation:
    """The equation as it would be if the month's pending changes were confirmed now."""
    standing = equations([(account.pk, month)]).get(account.pk, Equation())
    pending = ChangeLine.objects.filter(
        change_list__employer_account=account,
        change_list__month=int(month),
        change_list__state=ChangeListState.DRAFT,
        is_live=True,
        applied=False,
    )
    added, removed, adjusted = standing.added, standing.removed, standing.adjusted
    employer, employee = standing.employer, standing.employee
    sums = pending.values("action").annotate(
        heads=Count("pk"),
        changed=Count("pk", filter=~Q(amount_before=F("amount_after"))),
        before=Sum("amount_before"),
        after=Sum("amount_after"),
        employer_before=Sum("employer_before"),
        employer_after=Sum("employer_amount"),
    )
    for row in sums.order_by("action"):
        if row["action"] in JOINING:
            added += Part(row["heads"], row["after"])
        elif row["action"] in LEAVING:
            removed += Part(row["heads"], row["before"])
        else:
            adjusted += Part(row["changed"], row["after"] - row["before"])
        employer += row["employer_after"] - row["employer_before"]
        employee += row["after"] - row["employer_after"] - row["before"] + row["employer_before"]
    now = Part(
        standing.before.heads + added.heads - removed.heads,
        standing.before.amount + added.amount - removed.amount + adjusted.amount,
    )
    return Equation(standing.before, added, removed, adjusted, now, employer, employee)
