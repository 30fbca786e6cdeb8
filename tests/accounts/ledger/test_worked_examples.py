"""The seven worked examples of interest, booked: postings in, the figures of the rule book out, to the fen."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.ledger import closing, proofs
from accounts.ledger import services as ledger
from accounts.ledger.models import InterestRow, InterestYear, Subaccount
from accounts.ledger.rules.interest import Buckets, RateChange
from accounts.ledger.settlement import release_year, released_terms, settle_range
from accounts.ledger.years import YearPolicy, open_interest_year
from accounts.second_engine.reading import differences
from servicehub.declare import Pass, PassKind

BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
FIRST = Decimal("1.50")


@pytest.fixture(autouse=True)
def both_engines_agree(books):
    yield
    assert list(differences()) == []


def person(books, year: int, carried: str = "0", ref: int = 1) -> int:
    opened = date(year - 1, 7, 1)
    one = books.person(ref, day=opened)
    if Decimal(carried):
        books.deposit(one, carried, day=opened, bucket="carried")
    return one


def monthly(books, one: int, year: int, day: int, amount: str, until: date | None = None) -> None:
    for month in [*range(7, 13), *range(1, 7)]:
        on = date(year - (month >= 7), month, day)
        if until is None or on <= until:
            books.deposit(one, amount, day=on)


def settled(books, year: int, rates=(FIRST, FIRST), later=()) -> Decimal:
    release_year(books.origin(), year, *rates, later)
    return settle_range(books.origin(date(year, 6, 30), pass_=BATCH), year, 0, 2**40).interest


def test_i1_and_i2_a_common_and_a_leap_year(books):
    person(books, 2024, "50000.00", ref=2)
    assert settled(books, 2024) == Decimal("762.50")
    person(books, 2026, "50000.00")
    assert settled(books, 2026) == Decimal("760.42")


def test_i1_by_another_divisor(books):
    InterestYear.objects.filter(year=2026).delete()
    open_interest_year(books.origin(), 2026, YearPolicy(divisor=365))
    person(books, 2026, "50000.00")
    assert settled(books, 2026) == Decimal("750.00")


def test_i3_monthly_deposits_and_a_withdrawal(books):
    one = person(books, 2026, "50000.00")
    monthly(books, one, 2026, 15, "2000.00", until=date(2025, 11, 15))
    books.withdraw(one, "12000.00", day=date(2025, 11, 20))
    for month in (12, 1, 2, 3, 4, 5, 6):
        books.deposit(one, "2000.00", day=date(2025 if month == 12 else 2026, month, 15))
    row = Subaccount.objects.get(id=one)
    assert row.product_current + row.product_carried == Decimal("19966000.00")
    assert settled(books, 2026) == Decimal("831.92")
    row.refresh_from_db()
    assert (row.carried, row.current) == (Decimal("62831.92"), 0)


def test_i4_two_rates_of_the_settlement_day(books):
    for year in (2015, 2016):
        open_interest_year(books.origin(), year, YearPolicy())
    one = person(books, 2015, "30000.00")
    monthly(books, one, 2015, 10, "1000.00")
    assert settled(books, 2015, (Decimal("0.35"), Decimal("1.60"))) == Decimal("508.60")


def test_i5_closing_in_march(books):
    one = person(books, 2026, "50000.00")
    monthly(books, one, 2026, 15, "2000.00", until=date(2026, 3, 15))
    closed_on = date(2026, 3, 18)
    given = closing.Closing(one, closed_on, "C1", Buckets(FIRST, FIRST))
    paid = closing.settle_closing(books.origin(closed_on), given)
    assert (paid.interest, paid.total) == (Decimal("634.25"), Decimal("68634.25"))
    assert closing.settle_closing(books.origin(closed_on), given).voucher == paid.voucher
    books.withdraw(one, str(paid.total), day=closed_on)
    row = Subaccount.objects.get(id=one)
    assert (row.total, row.product_current, row.product_carried) == (0, 0, 0)
    assert settled(books, 2026) == 0
    assert proofs.every_account_ties(books.origin()) == []


def test_i5_restored_and_held_to_30_june(books):
    one = person(books, 2026, "50000.00")
    monthly(books, one, 2026, 15, "2000.00", until=date(2026, 3, 15))
    closed_on = date(2026, 3, 18)
    paid = closing.settle_closing(books.origin(closed_on), closing.Closing(one, closed_on, "C1", Buckets(FIRST, FIRST)))
    out = books.withdraw(one, str(paid.total), day=closed_on)
    ledger.close_subaccount(books.origin(closed_on), one)
    back = books.origin(date(2026, 4, 2))
    closing.restore_closed(back, one, [out.voucher, paid.voucher], ledger.Reversal("R1", "退汇"))
    row = Subaccount.objects.get(id=one)
    assert row.product_current + row.product_carried == Decimal("22362000.00")
    assert settled(books, 2026) == Decimal("931.75")
    rows = InterestRow.objects.filter(subaccount_id=one).order_by("seq").values_list("kind", "interest", "paid")
    assert list(rows) == [
        ("closing", Decimal("634.25"), Decimal("634.25")),
        ("reversed", 0, Decimal("-634.25")),
        ("annual", Decimal("931.75"), Decimal("931.75")),
    ]


def test_i5_restored_after_30_june_goes_through_it_late(books):
    one, other = person(books, 2026, "50000.00"), person(books, 2026, "1.00", ref=2)
    monthly(books, one, 2026, 15, "2000.00", until=date(2026, 3, 15))
    closed_on = date(2026, 3, 18)
    paid = closing.settle_closing(books.origin(closed_on), closing.Closing(one, closed_on, "C1", Buckets(FIRST, FIRST)))
    out = books.withdraw(one, str(paid.total), day=closed_on)
    ledger.close_subaccount(books.origin(closed_on), one)
    books.deposit(other, "1.00", day=date(2026, 6, 30))
    settled(books, 2026)
    assert Subaccount.objects.get(id=one).open_year == 2026
    back = books.origin(date(2026, 7, 9))
    closing.restore_closed(back, one, [out.voucher, paid.voucher], ledger.Reversal("R1", "退汇"))
    row = Subaccount.objects.get(id=one)
    assert (row.open_year, row.carried) == (2027, Decimal("68000.00") + Decimal("931.75"))
    assert row.product_carried == row.carried * 365
    for proof in (proofs.totals_tie, proofs.every_account_ties, proofs.every_voucher_ties):
        assert proof(books.origin()) == []


def test_i6_divided_once_and_last(books):
    person(books, 2026, "100000.00")
    assert settled(books, 2026) == Decimal("1520.83")


@pytest.mark.parametrize(("value_date", "interest"), [("2025-12-29", "9465.01"), ("2026-01-06", "9053.49")])
def test_i7_the_value_date_decides(books, value_date, interest):
    one = person(books, 2026)
    books.deposit(one, "1234567.00", day=date(2026, 1, 6), value_date=date.fromisoformat(value_date))
    assert settled(books, 2026) == Decimal(interest)


def test_a_year_of_segments_is_paid_from_its_postings(books):
    InterestYear.objects.filter(year=2026).update(application="segmented")
    one = person(books, 2026, "50000.00")
    monthly(books, one, 2026, 15, "2000.00", until=date(2025, 11, 15))
    books.withdraw(one, "12000.00", day=date(2025, 11, 20))
    for month in (12, 1, 2, 3, 4, 5, 6):
        books.deposit(one, "2000.00", day=date(2025 if month == 12 else 2026, month, 15))
    lower = RateChange(date(2026, 3, 1), Buckets(Decimal("1.30"), Decimal("1.30")))
    assert settled(books, 2026, later=(lower,)) == Decimal("792.56")
    assert released_terms(2026) == (Buckets(FIRST, FIRST), (lower,))
    with pytest.raises(ledger.LedgerRefused) as refusal:
        release_year(books.origin(), 2026, FIRST, FIRST)
    assert refusal.value.code == "ledger.year_released"


def test_the_year_of_2016_is_paid_in_two_parts(books):
    """By 77号 until 20 February (0.35 and 1.10, the last of its part), by 43号 from the 21st on (1.50 for both)."""
    for year in (2016, 2017):
        open_interest_year(
            books.origin(), year, YearPolicy(application="segmented" if year == 2016 else "settlement_day")
        )
    person(books, 2016, "36000.00")
    unified = RateChange(date(2016, 2, 21), Buckets(FIRST, FIRST))
    # 235 days at 1.10, 131 at 1.50: 36,000 × (235 × 1.10 + 131 × 1.50) / 36,000 = 258.50 + 196.50
    assert settled(books, 2016, (Decimal("0.35"), Decimal("1.10")), (unified,)) == Decimal("455.00")


def test_a_closing_in_a_year_of_segments(books):
    InterestYear.objects.filter(year=2026).update(application="segmented")
    one = person(books, 2026, "36000.00")
    lower = RateChange(date(2026, 3, 1), Buckets(Decimal("1.30"), Decimal("1.30")))
    given = closing.Closing(one, date(2026, 3, 11), "C1", Buckets(FIRST, FIRST), (lower,))
    # 243 days at 1.50 and ten at 1.30
    assert closing.settle_closing(books.origin(date(2026, 3, 11)), given).interest == Decimal("377.50")


def test_months_eleven_to_none(books):
    InterestYear.objects.filter(year=2026).delete()
    open_interest_year(books.origin(), 2026, YearPolicy(method="months_11_to_0"))
    one = person(books, 2026, "50000.00")
    monthly(books, one, 2026, 15, "2000.00")
    # The vector's opening balance was there before July: it weighs all twelve months, here it came in on 1 July.
    row = Subaccount.objects.get(id=one)
    assert row.product_carried == Decimal("50000.00") * 330
    assert row.product_current == Decimal("2000.00") * 30 * 66


def test_money_after_a_closing_is_rounded_with_what_was_before(books):
    """An account closed and opened again within the year has one interest of the year, rounded once."""
    one = person(books, 2026, "50000.00")
    closed_on = date(2025, 10, 9)
    paid = closing.settle_closing(books.origin(closed_on), closing.Closing(one, closed_on, "C1", Buckets(FIRST, FIRST)))
    books.withdraw(one, str(paid.total), day=closed_on)
    books.deposit(one, "777.77", day=date(2025, 12, 3))
    later = settled(books, 2026)
    last = InterestRow.objects.filter(subaccount_id=one).order_by("-seq").first()
    whole = (Decimal("50000.00") * 100 + Decimal("777.77") * 210) * FIRST / 36000
    assert last.interest == paid.interest + later == whole.quantize(Decimal("0.01"), "ROUND_HALF_UP")
