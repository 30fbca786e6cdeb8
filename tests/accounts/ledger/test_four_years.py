"""Four years of anything, against a walk over every day: late settlement, late postings, closing and restore, merge.

The walk knows amounts and value dates only, and pays on 30 June. The ledger sees things in the order they were booked.
The second engine looks too, and finds nothing.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.ledger import closing, proofs
from accounts.ledger import services as ledger
from accounts.ledger.models import InterestRow, Subaccount
from accounts.ledger.rules.interest import Buckets
from accounts.ledger.settlement import release_year, settle_late, settle_range, unproved
from accounts.second_engine.reading import differences
from servicehub.declare import Pass, PassKind
from tests.accounts.ledger.conftest import Books

BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
START, FIRST, YEARS = date(2024, 7, 1), 2025, 4  # with 2028, a leap year
RATES = {2025: 260, 2026: 150, 2027: 135, 2028: 150}  # hundredths of a percent
PEOPLE = 4
EXPECTED = {
    "ledger.insufficient", "ledger.value_date_too_late", "ledger.year_not_settled", "ledger.zero_movement",
    "ledger.closed_subaccount",
}  # fmt: skip


def year_of(day: date) -> int:
    return day.year + (day.month > 6)


class Walk:
    """What one account did: (value date, fen), and what came to it with an account that became one with it."""

    def __init__(self):
        self.facts: list[tuple[date, int]] = []
        self.paid_out: list[tuple[date, int]] = []  # interest of closings: of its year, paid already
        self.merged: tuple[Walk, int] | None = None

    def balance(self, until: int) -> int:
        """Fen on the 1 July after year ``until``, interest included; the walk goes day by day."""
        facts, paid = list(self.facts), list(self.paid_out)
        if self.merged:
            other, year = self.merged
            facts.append((date(year - 1, 7, 1), other.balance(year - 1)))
            facts += [fact for fact in other.facts if year_of(fact[0]) >= year]
            paid += [fact for fact in other.paid_out if year_of(fact[0]) >= year]
        balance, day = 0, START
        of_day: dict[date, int] = {}
        for on, fen in facts:
            of_day[on] = of_day.get(on, 0) + fen
        while day.year < until or (day.year == until and day.month <= 6):
            year, earned = year_of(day), 0
            while year_of(day) == year:
                balance += of_day.get(day, 0)
                earned += balance
                day += timedelta(days=1)
            whole = earned * RATES[year]
            interest = (abs(whole) * 2 + 3_600_000) // 7_200_000 * (1 if whole >= 0 else -1)
            balance += interest - sum(fen for on, fen in paid if year_of(on) == year)
        return balance


class Run:
    def __init__(self):
        self.books, self.day = Books(), START
        self.people = [self.books.person(ref, branch=1 + ref % 2, day=START) for ref in range(PEOPLE)]
        self.walks = {one: Walk() for one in self.people}
        for year, rate in RATES.items():
            release_year(self.books.origin(START), year, self.rate(rate), self.rate(rate))
        self.settled = FIRST - 1

    def rate(self, hundredths: int) -> Decimal:
        return Decimal(hundredths).scaleb(-2)

    def do(self, step) -> None:
        name, who, fen, days = step
        one = self.people[who % len(self.people)]
        if Subaccount.objects.get(id=one).closed_on:
            return
        try:
            with transaction.atomic():
                getattr(self, name)(one, fen, days)
        except ledger.LedgerRefused as refusal:
            if refusal.code not in EXPECTED:
                raise

    def later(self, one, fen, days) -> None:
        """A 30 June on the way is a business day; a year is settled before the one after the next begins."""
        until = min(self.day + timedelta(days=days), date(FIRST + YEARS - 1, 6, 30))
        june = date(year_of(self.day), 6, 30)
        if self.day <= june < until:
            self.day = june
            self.deposit(self.people[0], 1, 0)
            if self.settled < year_of(june) - 1:
                self.settle(one, fen, days)
        self.day = until

    def deposit(self, one, fen, days) -> None:
        value_date = max(self.day - timedelta(days=days), START)
        self.books.deposit(one, str(Decimal(fen).scaleb(-2)), day=self.day, value_date=value_date)
        self.walks[one].facts.append((value_date, fen))

    def withdraw(self, one, fen, days) -> None:
        self.books.withdraw(one, str(Decimal(fen).scaleb(-2)), day=self.day)
        self.walks[one].facts.append((self.day, -fen))

    def settle(self, one, fen, days) -> None:
        year = self.settled + 1
        if year < year_of(self.day) or self.day == date(year, 6, 30):
            settle_range(self.books.origin(date(year, 6, 30), pass_=BATCH), year, 0, 2**40)
            self.settled = year

    def close_and_restore(self, one, fen, days) -> None:
        """Restored some days later, or not until the year and more is over, or never: a new life begins instead."""
        origin, year = self.books.origin(self.day), year_of(self.day)
        rates = Buckets(self.rate(RATES[year]), self.rate(RATES[year]))
        paid = closing.settle_closing(origin, closing.Closing(one, self.day, self.books.event_id(), rates))
        if not paid.total:
            return
        out = self.books.withdraw(one, str(paid.total), day=self.day)
        if days % 3 == 0:  # gone for good; the account goes on empty
            interest = int(paid.interest.scaleb(2))
            self.walks[one].facts.append((self.day, -int(paid.principal.scaleb(2))))
            self.walks[one].paid_out.append((self.day, interest))
            return
        ledger.close_subaccount(origin, one)
        self.later(self.people[0] if one != self.people[0] else self.people[1], 1, days)
        vouchers = [out.voucher, *([paid.voucher] if paid.voucher else [])]
        back = self.books.origin(self.day)
        closing.restore_closed(back, one, vouchers, ledger.Reversal(self.books.event_id(), "退汇"))

    def merge(self, one, fen, days) -> None:
        """The last person into the first, once."""
        source, target = self.people[-1], self.people[0]
        if len(self.people) < PEOPLE or Subaccount.objects.get(id=source).total == 0:
            return
        open_year = Subaccount.objects.get(id=source).open_year
        closing.merge_subaccounts(
            self.books.origin(self.day), closing.Merge(source, target, self.day, self.books.event_id())
        )
        self.walks[target].merged = (self.walks[source], open_year)
        self.people.pop()

    def finish(self) -> None:
        while self.day < date(FIRST + YEARS - 1, 6, 30):
            self.later(self.people[0], 1, 360)
        while self.settled < FIRST + YEARS - 1:
            self.settle(self.people[0], 1, 0)
        july = self.books.origin(date(FIRST + YEARS - 1, 7, 1))
        for one in self.people:
            settle_late(july, one)


steps = st.tuples(
    st.sampled_from(
        ["deposit"] * 3 + ["withdraw", "later", "later", "later", "settle", "close_and_restore", "merge"]
    ),
    st.integers(0, PEOPLE - 1),
    st.integers(1, 900_000_000),
    st.integers(0, 420),
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=4, max_size=24))
def test_the_ledger_pays_what_every_day_gives(sequence):
    with transaction.atomic():
        run = Run()
        for step in sequence:
            run.do(step)
        run.finish()
        for one in run.people:
            row = Subaccount.objects.get(id=one)
            assert row.open_year == FIRST + YEARS
            assert row.total == Decimal(run.walks[one].balance(FIRST + YEARS - 1)).scaleb(-2)
        assert list(differences()) == []
        assert unproved(0, 2**40) == []
        assert proofs.every_account_ties(run.books.origin()) == []
        assert proofs.totals_tie(run.books.origin()) == []
        assert InterestRow.objects.count() >= YEARS * len(run.people)
        connection.check_constraints()
        transaction.set_rollback(True)
