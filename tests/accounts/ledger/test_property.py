"""After any sequence of operations the proofs hold, and the hot figures are what the pure rules say."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.ledger import proofs, tie_outs, wall
from accounts.ledger import services as ledger
from accounts.ledger.models import Hold, Subaccount
from accounts.ledger.rules import interest as rules
from accounts.ledger.rules.calendar import interest_year, year_end, year_start
from accounts.ledger.settlement import release_year, settle_range
from servicehub.declare import Pass, PassKind
from tests.accounts.ledger.conftest import Books

BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
RATES = rules.Buckets(Decimal("0.35"), Decimal("2.60"))
START = date(2024, 7, 1)
PEOPLE = 3
EXPECTED = {"ledger.insufficient", "ledger.hold_ended", "ledger.value_date_too_late"}


def terms(year: int) -> rules.Terms:
    return rules.Terms(year, RATES)


@dataclass
class Model:
    """What the pure rules make of one account; the database must agree to the fen and to the day."""

    account: rules.Account
    settled: dict[int, rules.Settled] = field(default_factory=dict)

    def post(self, value_date: date, amount: rules.Buckets, first: rules.Buckets | None = None) -> None:
        year, open_year = interest_year(value_date), self.account.open_year
        if year >= open_year:
            self.account = rules.moved(self.account, rules.Movement(value_date, amount), terms(year))
            return
        past = [self.settled[y] for y in range(year, open_year)]
        years, extra = rules.late_deltas(rules.Movement(value_date, first or amount), past)
        for late in years:
            self.settled[late.year] = replace(self.settled[late.year], product=late.product, interest=late.interest)
        carried = rules.Buckets(carried=amount.total)
        self.account = rules.moved(self.account, rules.Movement(value_date, carried), terms(open_year))
        paid = rules.Movement(year_start(open_year), rules.Buckets(carried=extra.value))
        self.account = rules.moved(self.account, paid, terms(open_year))

    def debit(self, value_date: date, amount: Decimal) -> None:
        open_slot = interest_year(value_date) <= self.account.open_year
        room = self.account.balance.carried if open_slot else self.account.balance.total + self.account.later.carried
        carried = min(amount, max(room, Decimal(0)))
        self.post(value_date, -rules.Buckets(amount - carried, carried))

    def settle(self) -> None:
        year = self.account.open_year
        interest = rules.annual_interest(self.account.product, terms(year)).value
        self.settled[year] = rules.Settled(terms(year), self.account.product, interest)
        self.account = rules.rolled(self.account, interest, terms(year + 1))


class Run:
    """Operations on the database and on the models side by side. Refused ones change neither."""

    def __init__(self):
        self.books, self.day, self.batch_number = Books(), START, 0
        self.people = [
            self.books.person(ref, employer=700 + ref % 2, branch=1 + ref % 2, day=START) for ref in range(PEOPLE)
        ]
        self.models = {person: Model(rules.Account(interest_year(START))) for person in self.people}
        self.vouchers: list[tuple[int, int, date, rules.Buckets]] = []
        release_years = {interest_year(START) + index for index in range(3)}
        for year in release_years:
            release_year(self.books.origin(START), year, RATES.current, RATES.carried)

    def do(self, step: tuple) -> None:
        name, who, fen, days = step
        person, amount = self.people[who % PEOPLE], Decimal(fen).scaleb(-2)
        try:
            with transaction.atomic():
                getattr(self, name)(person, amount, days)
        except ledger.LedgerRefused as refusal:
            if refusal.code not in EXPECTED:
                raise

    def later(self, person, amount, days) -> None:
        """Business days pass; a 30 June on the way is booked on, so that its settlement finds it open."""
        until = self.day + timedelta(days=days)
        june = year_end(interest_year(self.day))
        if self.day <= june < until:
            self.day = june
            self.deposit(person, Decimal("0.01"), 0)
        self.day = until

    def deposit(self, person, amount, days) -> None:
        value_date = max(self.day - timedelta(days=days), START)
        posted = self.books.deposit(person, str(amount), day=self.day, value_date=value_date)
        self.models[person].post(value_date, rules.Buckets(current=amount))
        self.vouchers.append((posted.voucher, person, value_date, rules.Buckets(current=amount)))

    def withdraw(self, person, amount, days) -> None:
        self.books.withdraw(person, str(amount), day=self.day)
        self.models[person].debit(self.day, amount)

    def hold(self, person, amount, days) -> None:
        event = self.books.event_id()
        ledger.hold(self.books.origin(self.day), ledger.Reservation(person, amount, "tests.payout", event))

    def end_hold(self, person, amount, days) -> None:
        live = Hold.objects.filter(subaccount_id=person, outcome="").order_by("id").first()
        if live is None:
            return
        if days % 2:
            ledger.release(self.books.origin(self.day), live.id)
        else:
            self.books.withdraw(person, str(live.amount), day=self.day, hold=live.id)
            self.models[person].debit(self.day, live.amount)

    def batch(self, person, amount, days) -> None:
        """One list over everybody, all with one value date."""
        value_date = max(self.day - timedelta(days=days), START)
        total = amount * PEOPLE
        entry = ledger.Entry("tests.deposit", self.books.event_id(), 1, {"total": total})
        source = ledger.Source(
            "SELECT unnest(%s::bigint[]), %s", ("subaccount", "current"), [self.people, amount], value_date=value_date
        )
        ledger.post_many(self.books.origin(self.day), entry, source)
        for one in self.people:
            self.models[one].post(value_date, rules.Buckets(current=amount))

    def reverse(self, person, amount, days) -> None:
        """Only what has not been moved since: the split over the buckets is then the original's."""
        mine = [voucher for voucher in self.vouchers if voucher[1] == person]
        if not mine:
            return
        voucher, _person, value_date, moved = mine[days % len(mine)]
        before = Subaccount.objects.get(id=person)
        ledger.reverse(self.books.origin(self.day), voucher, ledger.Reversal(self.books.event_id(), "录错"))
        after = Subaccount.objects.get(id=person)
        self.vouchers.remove((voucher, person, value_date, moved))
        late = interest_year(value_date) < self.models[person].account.open_year
        if late:
            self.models[person].post(value_date, -moved)
            # Interest taken back and money taken back may have come out of the other bucket; the sums must agree.
            self._adopt_split(person, after)
        else:
            next_slot = interest_year(value_date) > self.models[person].account.open_year
            change = (
                rules.Buckets(after.next_current - before.next_current, after.next_carried - before.next_carried)
                if next_slot
                else rules.Buckets(after.current - before.current, after.carried - before.carried)
            )
            assert change.total == -moved.total
            self.models[person].post(value_date, change)

    def _adopt_split(self, person: int, row: Subaccount) -> None:
        account = self.models[person].account
        assert account.balance.total == row.current + row.carried
        assert account.product.total == row.product_current + row.product_carried
        self.models[person].account = replace(
            account,
            balance=rules.Buckets(row.current, row.carried),
            product=rules.Buckets(row.product_current, row.product_carried),
        )

    def settle(self, person, amount, days) -> None:
        """Whoever's year is over, in two ranges."""
        for one in self.people:
            open_year = self.models[one].account.open_year
            if self.day > year_end(open_year) and open_year < interest_year(START) + 3:
                settle_range(self.books.origin(year_end(open_year), pass_=BATCH), open_year, one, one)
                self.models[one].settle()

    def prove(self) -> None:
        origin = self.books.origin(self.day)
        connection.check_constraints()
        for proof in (
            proofs.totals_tie, proofs.trial_balance_zero, proofs.fund_and_surplus_apart, proofs.every_voucher_ties,
            proofs.every_account_ties, proofs.changed_accounts_tie, tie_outs.turnover_ties, tie_outs.every_day_total_ties,
            tie_outs.every_event_and_voucher,
        ):  # fmt: skip
            assert proof(origin) == []
        assert all(row.equal for row in wall.balance_wall(self.books.origin(branches=None)))
        for person, model in self.models.items():
            row, account = Subaccount.objects.get(id=person), model.account
            assert row.open_year == account.open_year
            assert (row.current, row.carried) == (account.balance.current, account.balance.carried)
            assert (row.next_current, row.next_carried) == (account.later.current, account.later.carried)
            assert (row.product_current, row.product_carried) == (account.product.current, account.product.carried)
            statement = ledger.statement_rows(person)
            assert (statement[-1].balance if statement else 0) == row.total


steps = st.tuples(
    st.sampled_from(
        ["deposit", "deposit", "withdraw", "batch", "hold", "end_hold", "reverse", "later", "later", "settle"]
    ),
    st.integers(0, PEOPLE - 1),
    st.integers(1, 10_000_000),
    st.integers(0, 400),
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=1, max_size=25))
def test_after_any_sequence_of_operations_the_proofs_hold(sequence):
    with transaction.atomic():
        run = Run()
        for step in sequence:
            run.do(step)
        run.prove()
        transaction.set_rollback(True)
