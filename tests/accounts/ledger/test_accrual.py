"""Month by month into 211, out of it on 30 June, the difference to 41101: nothing is left in any branch."""

from datetime import date, timedelta
from decimal import Decimal

from accounts.ledger import accrual, closing, proofs
from accounts.ledger.general import subject_balance
from accounts.ledger.models import InterestYear
from accounts.ledger.rules.interest import Buckets
from accounts.ledger.settlement import release_year, settle_range
from servicehub.declare import Pass, PassKind

BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
RATES = Buckets(Decimal("1.50"), Decimal("1.50"))
MONTH_ENDS = [
    date(year, month, 1) + timedelta(days=31) - timedelta(days=(date(year, month, 1) + timedelta(days=31)).day)
    for year, month in [*((2025, month) for month in range(7, 13)), *((2026, month) for month in range(1, 7))]
]


def accrue(books, day: date):
    return accrual.accrue_interest(books.origin(day), day, RATES)


def test_every_month_brings_211_up_to_what_was_earned(books):
    opened = date(2025, 7, 1)
    one = books.person(1, day=opened, branch=1)
    other = books.person(2, day=opened, branch=2)
    books.deposit(one, "36000.00", day=opened)
    assert [row.booked for row in accrue(books, date(2025, 7, 31))] == [Decimal("46.50")]  # 31 days × 1.50
    books.deposit(other, "72000.00", day=date(2025, 8, 22))
    assert [(row.branch, row.booked) for row in accrue(books, date(2025, 8, 31))] == [
        (1, Decimal("46.50")), (2, Decimal("30.00")),
    ]  # fmt: skip
    again = accrue(books, date(2025, 8, 31))
    assert all(row.booked == 0 and row.voucher for row in again)
    assert subject_balance("211") == Decimal("123.00") == subject_balance("41101")


def test_the_year_ends_with_nothing_in_211(books):
    opened = date(2025, 7, 1)
    people = [books.person(ref, day=opened, branch=1 + ref % 2) for ref in range(24)]
    for place, one in enumerate(people):
        books.deposit(one, f"{1234.57 + 333.33 * place:.2f}", day=opened + timedelta(days=place))
    for day in MONTH_ENDS:
        accrue(books, day)
    estimated = subject_balance("211")
    release_year(books.origin(), 2026, RATES.current, RATES.carried)
    paid = settle_range(books.origin(date(2026, 6, 30), pass_=BATCH), 2026, 0, 2**40).interest
    vouchers = accrual.settle_difference(books.origin(date(2026, 6, 30)), 2026)
    assert abs(estimated - paid) <= Decimal("0.12")
    assert [subject_balance("211", branch) for branch in (1, 2)] == [0, 0]
    assert subject_balance("41101") == paid
    assert vouchers
    assert accrual.settle_difference(books.origin(date(2026, 6, 30)), 2026) == []
    assert proofs.trial_balance_zero(books.origin()) == []
    assert proofs.fund_and_surplus_apart(books.origin()) == []


def test_july_of_accounts_not_settled_yet_is_accrued_on_their_old_balance(books):
    one = books.person(1, day=date(2025, 7, 1))
    books.deposit(one, "36000.00", day=date(2025, 7, 1))
    earned = accrual.estimates(date(2026, 7, 31), RATES)
    assert earned == {1: Decimal("46.50")}


def test_months_leave_nothing_of_the_month_that_is_over(books):
    InterestYear.objects.filter(year=2026).update(method="months_11_to_0")
    one = books.person(1, day=date(2025, 6, 30))
    books.deposit(one, "36000.00", day=date(2025, 7, 3))
    assert accrual.estimates(date(2025, 7, 31), RATES) == {1: 0}
    assert accrual.estimates(date(2025, 8, 31), RATES) == {1: Decimal("45.00")}


def test_a_closing_uses_first_what_was_accrued(books):
    opened = date(2025, 7, 1)
    one = books.person(1, day=opened)
    books.deposit(one, "36000.00", day=opened)
    accrue(books, date(2025, 7, 31))
    closed_on = date(2025, 8, 11)
    paid = closing.settle_closing(books.origin(closed_on), closing.Closing(one, closed_on, "C1", RATES))
    assert paid.interest == Decimal("61.50")  # 41 days
    assert subject_balance("211") == 0
    assert subject_balance("41101") == Decimal("61.50")
    books.withdraw(one, str(paid.total), day=closed_on)
    assert [row.booked for row in accrue(books, date(2025, 8, 31))] == []
