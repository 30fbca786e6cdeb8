"""The algebra against a walk over every day of four years, on random histories.

The oracle knows nothing of products, slots or corrections: it takes every movement at its value date, walks each day,
and pays interest on 30 June. The account under test sees the movements in the order they were booked: some before the
settlement of the year before, some long after their own year was settled.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.ledger.rules import interest as rules
from accounts.ledger.rules.calendar import interest_year, weight, year_end, year_start

FIRST_YEAR, YEARS = 2023, 4  # 1 July 2022 to 30 June 2026: one leap year among them
FIRST_DAY, LAST_DAY = year_start(FIRST_YEAR), year_end(FIRST_YEAR + YEARS - 1)
RATES = {
    2023: rules.Buckets(Decimal("0.35"), Decimal("2.60")),
    2024: rules.Buckets(Decimal("0.35"), Decimal("1.10")),
    2025: rules.Buckets(Decimal("1.50"), Decimal("1.50")),
    2026: rules.Buckets(Decimal("1.30"), Decimal("1.50")),
}


def terms(year: int) -> rules.Terms:
    return rules.Terms(year, RATES.get(year, RATES[2026]))


def half_up_fen(value: Fraction) -> Decimal:
    fen = (abs(value) * 200 + 1) // 2
    return Decimal(int(fen) if value >= 0 else -int(fen)).scaleb(-2)


def oracle(facts: list[tuple[date, Decimal]]) -> tuple[Decimal, list[Decimal]]:
    """Balance after the last settlement, and each year's interest. Facts: (value date, amount), all deposits."""
    current, carried, paid = Decimal(0), Decimal(0), []
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        earned = Fraction(0)
        day = year_start(year)
        while day <= year_end(year):
            current += sum((amount for value_date, amount in facts if value_date == day), Decimal(0))
            earned += Fraction(current) * Fraction(RATES[year].current) + Fraction(carried) * Fraction(
                RATES[year].carried
            )
            day += timedelta(days=1)
        interest = half_up_fen(earned / 36000)
        paid.append(interest)
        carried, current = carried + current + interest, Decimal(0)
    return carried, paid


class Ledger:
    """One account as the ledger keeps it, with its settled years."""

    def __init__(self):
        self.account = rules.Account(FIRST_YEAR)
        self.settled: dict[int, rules.Settled] = {}

    def post(self, value_date: date, amount: Decimal) -> None:
        year, open_year = interest_year(value_date), self.account.open_year
        if year < open_year:
            past = [self.settled[y] for y in range(year, open_year)]
            movement = rules.Movement(value_date, rules.Buckets(current=amount))
            years, extra = rules.late_deltas(movement, past)
            for late in years:
                self.settled[late.year] = replace(self.settled[late.year], product=late.product, interest=late.interest)
            self._move(value_date, rules.Buckets(carried=amount), open_year)
            self._move(year_start(open_year), rules.Buckets(carried=extra.value), open_year)
        else:
            self._move(value_date, rules.Buckets(current=amount), year)

    def settle(self) -> None:
        year = self.account.open_year
        interest = rules.annual_interest(self.account.product, terms(year)).value
        self.settled[year] = rules.Settled(terms(year), self.account.product, interest)
        self.account = rules.rolled(self.account, interest, terms(year + 1))

    def close_and_restore(self, closed_on: date) -> None:
        """Closing empties the products by an adjustment; the payment comes back and both are taken back."""
        whole = self.account
        year = terms(whole.open_year)
        out = rules.moved(whole, rules.Movement(closed_on, -whole.balance), year)
        adjustment = -out.product
        closed = replace(out, product=out.product + adjustment)
        assert (closed.balance.total, closed.product.total) == (0, 0)
        back = rules.moved(closed, rules.Movement(closed_on, whole.balance), year)
        self.account = replace(back, product=back.product + -adjustment)
        assert self.account == whole

    def _move(self, value_date: date, amount: rules.Buckets, year: int) -> None:
        self.account = rules.moved(self.account, rules.Movement(value_date, amount), terms(year))


amounts = st.integers(-(10**9), 10**10).map(lambda fen: Decimal(fen).scaleb(-2))
bookings = st.tuples(
    st.integers(0, (LAST_DAY - FIRST_DAY).days),  # booked on
    st.integers(0, 800),  # value date so many days before
    amounts,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(bookings, min_size=1, max_size=25),
    st.lists(st.integers(0, 200), min_size=YEARS, max_size=YEARS),  # each year is settled so many days late
    st.booleans(),
)
def test_products_slots_and_corrections_give_what_every_day_gives(booked, delays, closes):
    ledger, facts = Ledger(), []
    events = [(FIRST_DAY + timedelta(days=day), 1, back, amount) for day, back, amount in booked]
    events += [
        (year_end(FIRST_YEAR + index) + timedelta(days=delay), 0, None, None) for index, delay in enumerate(delays)
    ]
    for day, _order, back, amount in sorted(events, key=lambda event: event[:2]):
        if back is None:
            if closes and interest_year(day) == ledger.account.open_year:
                ledger.close_and_restore(day)
            ledger.settle()
        else:
            value_date = max(day - timedelta(days=back), FIRST_DAY)
            facts.append((value_date, amount))
            ledger.post(value_date, amount)
    balance, paid = oracle(facts)
    assert ledger.account.open_year == FIRST_YEAR + YEARS
    assert [ledger.settled[FIRST_YEAR + index].interest for index in range(YEARS)] == paid
    assert ledger.account.balance.total == balance


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 364), amounts), max_size=12), st.integers(0, 364))
def test_a_merge_moves_what_the_products_know(booked, merged_on):
    """The target of a merge stands as if every movement of the source had been its own."""
    year = terms(2026)
    source, target, together = rules.Account(2026), rules.Account(2026), rules.Account(2026)
    for into_source, day, amount in booked:
        movement = rules.Movement(year_start(2026) + timedelta(days=day), rules.Buckets(current=amount))
        together = rules.moved(together, movement, year)
        if into_source:
            source = rules.moved(source, movement, year)
        else:
            target = rules.moved(target, movement, year)
    day = year_start(2026) + timedelta(days=merged_on)
    adjustment = rules.merge_adjustment(source.product, source.balance, weight(day, 2026))
    emptied = rules.moved(source, rules.Movement(day, -source.balance), year)
    assert emptied.product + -adjustment == rules.Buckets()
    merged = rules.moved(target, rules.Movement(day, source.balance), year)
    merged = replace(merged, product=merged.product + adjustment)
    assert merged == together
