"""The interest rule of the public calculator: published arithmetic, worked by hand, and a day-by-day oracle."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.ledger.rules.calculator import (
    Entry,
    InterestFacts,
    InterestTerms,
    Kind,
    interest_by_calculator,
)
from accounts.ledger.rules.calendar import Method

BANK_YEAR = InterestTerms(Decimal("1.50"))
MONTHS = InterestTerms(Decimal("1.50"), method=Method.MONTHS_11_TO_0)


def fifteenths(first: tuple[int, int], count: int, amount: str = "2000.00") -> list[Entry]:
    year, month = first
    dates = [date(year + (month - 1 + step) // 12, (month - 1 + step) % 12 + 1, 15) for step in range(count)]
    return [Entry(day, Decimal(amount)) for day in dates]


def annual(year: int, *entries: Entry, carried: str = "0") -> InterestFacts:
    return InterestFacts(Kind.ANNUAL, date(year, 6, 30), Decimal(carried), entries=entries)


def test_untouched_balance_earns_every_day_of_the_year():
    found = interest_by_calculator(annual(2026, carried="50000.00"), BANK_YEAR)
    assert (str(found.product), str(found.interest)) == ("18250000.00", "760.42")


def test_leap_year_has_366_days():
    assert str(interest_by_calculator(annual(2024, carried="50000.00"), BANK_YEAR).interest) == "762.50"


def test_deposits_and_a_withdrawal():
    entries = [*fifteenths((2025, 7), 12), Entry(date(2025, 11, 20), Decimal("-12000.00"))]
    found = interest_by_calculator(annual(2026, *entries, carried="50000.00"), BANK_YEAR)
    assert (str(found.product), str(found.interest)) == ("19966000.00", "831.92")


@pytest.mark.parametrize(
    ("rate", "carried", "entries", "interest"),
    [("1.60", "30000.00", [], "486.67"), ("0.35", "0", fifteenths((2014, 7), 12, "1000.00"), None)],
)
def test_dual_rate_year_is_two_accounts(rate, carried, entries, interest):
    if interest is None:
        entries = [Entry(entry.value_date.replace(day=10), entry.amount) for entry in entries]
        interest = "21.93"
    found = interest_by_calculator(annual(2015, *entries, carried=carried), InterestTerms(Decimal(rate)))
    assert str(found.interest) == interest


def test_closing_ends_the_day_before():
    facts = InterestFacts(Kind.CLOSING, date(2026, 3, 18), Decimal("50000.00"), entries=fifteenths((2025, 7), 9))
    found = interest_by_calculator(facts, BANK_YEAR)
    assert (str(found.product), str(found.interest)) == ("15222000.00", "634.25")


def test_day_rate_is_never_rounded_beforehand():
    assert str(interest_by_calculator(annual(2026, carried="100000.00"), BANK_YEAR).interest) == "1520.83"


@pytest.mark.parametrize(("value_date", "interest"), [("2025-12-29", "9465.01"), ("2026-01-06", "9053.49")])
def test_value_date_decides(value_date, interest):
    entry = Entry(date.fromisoformat(value_date), Decimal("1234567.00"))
    assert str(interest_by_calculator(annual(2026, entry), BANK_YEAR).interest) == interest


def test_months_method_gives_july_eleven_months_and_june_none():
    found = interest_by_calculator(annual(2026, *fifteenths((2025, 7), 12), carried="50000.00"), MONTHS)
    assert (str(found.product), str(found.interest)) == ("732000.00", "915.00")
    weights = [line.expression.split(" × ")[1] for line in found.steps[0].steps]
    assert weights == ["12 个月", *(f"{months} 个月" for months in range(11, -1, -1))]


def test_months_method_closing_counts_the_month_of_closing_and_says_so():
    facts = InterestFacts(Kind.CLOSING, date(2026, 3, 18), Decimal("1200.00"), entries=fifteenths((2025, 7), 1))
    found = interest_by_calculator(facts, MONTHS)
    assert str(found.product) == str(Decimal("1200.00") * 9 + Decimal("2000.00") * 8)
    assert [finding.code for finding in found.findings] == ["interest.months_closing_assumed"]


def test_every_step_is_listed():
    found = interest_by_calculator(
        annual(2026, Entry(date(2026, 6, 30), Decimal("3600.00")), carried="50000"), BANK_YEAR
    )
    product, rate, interest = found.steps
    assert [line.label for line in product.steps] == ["上年结转余额 2025-07-01", "存入 2026-06-30"]
    assert product.expression == "(18,250,000.00) + (3,600.00)"
    assert rate.expression == "1.50% ÷ 360"
    assert interest.expression == "18,253,600.00 × 1.50% ÷ 360"
    assert interest.result == "760.57"


def test_faults_come_together_and_give_no_figure():
    facts = InterestFacts(
        Kind.ANNUAL,
        date(2026, 6, 29),
        Decimal("100.00"),
        entries=[Entry(date(2025, 6, 30), Decimal("1.00")), Entry(date(2025, 8, 1), Decimal("-500.00"))],
    )
    found = interest_by_calculator(facts, BANK_YEAR)
    assert found.value == 0
    assert [(finding.code, finding.field) for finding in found.findings] == [
        ("interest.annual_not_on_30_june", "settlement_date"),
        ("interest.entry_outside_year", "entries[0].value_date"),
        ("interest.overdrawn", "entries"),
    ]


def test_withdrawal_and_deposit_on_one_day_are_not_an_overdraft():
    entries = [Entry(date(2025, 8, 1), Decimal("-100.00")), Entry(date(2025, 8, 1), Decimal("100.00"))]
    assert interest_by_calculator(annual(2026, *entries), BANK_YEAR).ok


offsets = st.integers(0, 364)
yuan_amounts = st.decimals(min_value=0, max_value=10**6, places=2, allow_nan=False, allow_infinity=False)


@given(
    carried=yuan_amounts,
    current=yuan_amounts,
    movements=st.lists(st.tuples(offsets, yuan_amounts), max_size=20),
    length=offsets,
    kind=st.sampled_from(Kind),
)
def test_product_equals_a_walk_over_the_days(carried, current, movements, length, kind):
    start = date(2025, 7, 1)
    settled = date(2026, 6, 30) if kind is Kind.ANNUAL else start + timedelta(days=length)
    entries = [
        Entry(start + timedelta(days=offset), amount)
        for offset, amount in movements
        if start + timedelta(days=offset) <= settled
    ]
    found = interest_by_calculator(InterestFacts(kind, settled, carried, current, entries), BANK_YEAR)
    days = (settled - start).days + (kind is Kind.ANNUAL)
    product = Decimal(0)
    balance = carried + current
    for day in (start + timedelta(days=step) for step in range(days)):
        balance += sum((entry.amount for entry in entries if entry.value_date == day), Decimal(0))
        product += balance
    assert found.product == product
    assert found.interest == (product * Decimal("0.015") / 360).quantize(Decimal("0.01"), ROUND_HALF_UP)
