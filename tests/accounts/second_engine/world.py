"""A few accounts whose histories hold everything interest can get wrong, small enough to be built in a second.

Two rates everywhere; 1 July 2026 to 30 June 2028, the second year with 366 days. Amounts and days follow the seed.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from accounts.ledger import closing
from accounts.ledger import services as ledger
from accounts.ledger.rules.interest import Buckets
from accounts.ledger.settlement import release_year, settle_range
from accounts.ledger.years import YearPolicy, open_interest_year
from accounts.second_engine.reading import Difference, differences
from servicehub.declare import Pass, PassKind
from tests.accounts.ledger.conftest import Books

BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
RATES = Buckets(Decimal("0.35"), Decimal("2.60"))
OPENED = date(2026, 7, 1)
FIRST, SECOND = 2027, 2028


def behind(sql: str, *params) -> int:
    """As somebody with the owner's rights and no conscience would: triggers off."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, params)
        touched = cursor.rowcount
        cursor.execute("SET session_replication_role = DEFAULT")
    return touched


def difference() -> list[Difference]:
    return list(differences())


@dataclass
class World:
    """``plain`` saves and takes some, ``closes`` is emptied and restored, ``source`` becomes ``target``, ``late`` gets
    money of a year that is over, ``edge`` has money of 30 June and of 1 July.
    """

    seed: int = 1
    method: str = "days_product"
    settle_both: bool = True

    def __post_init__(self):
        self.chance = random.Random(self.seed)
        self.books = Books()
        if self.method != "days_product":
            for year in (FIRST, SECOND):
                open_interest_year(self.books.origin(), year, YearPolicy(method=self.method))
        names = ("plain", "closes", "source", "target", "late", "edge")
        for ref, name in enumerate(names, start=1):
            setattr(self, name, self.books.person(ref, branch=1 + ref % 2, day=OPENED))
        self.people = [getattr(self, name) for name in names]
        self._first_year()
        self._settle(FIRST)
        self._second_year()
        if self.settle_both:
            self._settle(SECOND)
            self._third_year()

    def yuan(self) -> str:
        """Some thousands, and never round."""
        return f"{self.chance.randrange(100_000, 9_000_000) * 10 + 7}"[:-2] + f".{self.chance.randrange(1, 99):02d}"

    def _first_year(self) -> None:
        day = OPENED
        for number in range(5):
            for one in self.people:
                self.books.deposit(one, self.yuan(), day=day, bucket="carried" if number == 0 else None)
            day += timedelta(days=self.chance.randrange(20, 60))
        self.books.withdraw(self.plain, "1000.01", day=day)
        for number, edge in enumerate((date(2027, 6, 30), date(2027, 7, 1))):
            self.books.deposit(self.edge, self.yuan(), day=edge)
            self.books.withdraw(self.edge, "300.03", day=edge) if number else None
            self.books.deposit(
                self.plain, self.yuan(), day=edge + timedelta(days=4), value_date=edge
            ) if number else None

    def _settle(self, year: int) -> None:
        release_year(self.books.origin(), year, RATES.current, RATES.carried)
        settle_range(self.books.origin(date(year, 6, 30), pass_=BATCH), year, 0, 2**40)

    def _second_year(self) -> None:
        day = date(2027, 8, 3)
        self.books.deposit(self.late, self.yuan(), day=day, value_date=date(2027, 3, self.chance.randrange(1, 28)))
        for _ in range(3):
            day += timedelta(days=self.chance.randrange(15, 50))
            for one in self.people:
                self.books.deposit(one, self.yuan(), day=day)
        self._close_and_restore(day + timedelta(days=3))
        day += timedelta(days=self.chance.randrange(8, 20))
        merge = closing.Merge(self.source, self.target, day, f"M{self.seed}")
        closing.merge_subaccounts(self.books.origin(day), merge)
        self.books.withdraw(self.plain, "2000.02", day=day)
        self.books.deposit(self.edge, self.yuan(), day=date(2028, 2, 29))
        self.books.deposit(self.edge, self.yuan(), day=date(2028, 6, 30))

    def _close_and_restore(self, day: date) -> None:
        origin = self.books.origin(day)
        paid = closing.settle_closing(origin, closing.Closing(self.closes, day, f"C{self.seed}", RATES))
        out = self.books.withdraw(self.closes, str(paid.total), day=day)
        ledger.close_subaccount(origin, self.closes)
        back = self.books.origin(day + timedelta(days=5))
        reversal = ledger.Reversal(f"R{self.seed}", "退汇")
        closing.restore_closed(back, self.closes, [out.voucher, paid.voucher], reversal)

    def _third_year(self) -> None:
        day = date(2028, 7, 1)
        for one in self.people:
            if one != self.source:
                self.books.deposit(one, self.yuan(), day=day)
        late = date(2027, 4, self.chance.randrange(1, 28))  # through two years that are over
        self.books.deposit(self.late, self.yuan(), day=date(2028, 7, 9), value_date=late)
        taken = self.books.deposit(self.plain, self.yuan(), day=date(2028, 8, 1), value_date=date(2028, 5, 9))
        ledger.reverse(self.books.origin(date(2028, 8, 2)), taken.voucher, ledger.Reversal(f"L{self.seed}", "错缴"))
