"""A year of monthly postings, its proof, and its settlement, over a million accounts (``BENCH_ACCOUNTS`` for fewer)."""

import os
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from accounts.ledger import accrual, proofs, settlement
from accounts.ledger import services as ledger
from accounts.ledger.events import EventTemplate, credit, debit
from accounts.ledger.models import InterestRow, Subaccount
from accounts.ledger.settlement import RANGE_ACCOUNTS_MAX, release_year, settle_range
from accounts.ledger.years import YearPolicy, open_interest_year
from servicehub.declare import Pass, PassKind, registry
from tests.benchmarks import scratch
from tests.benchmarks.harness import Benchmark, Growth, progress, stopwatch
from tests.conftest import make_origin

ACCOUNTS = int(os.environ.get("BENCH_ACCOUNTS", "1000000"))
FIRST_YEAR = 2026
RATE = Decimal("1.50")
BATCH = Pass.issue(PassKind.BATCH, "bench.interest")
LIST = 100_000
HEAP_ONLY_MUST = 0.98
TEMPLATE = EventTemplate(code="bench.months", label="测试汇缴", lines=(debit("10101", "total"), credit("201", "total")))

_OPEN = """
INSERT INTO accounts_subaccount (subject_id, owner_kind, owner_ref, branch, employer_ref, maintained, open_year, opened_on)
SELECT '201', 'fund_account', %(first)s + g, 1 + g %% 5, 700 + g %% 2000, true, %(year)s, make_date(%(year)s - 1, 7, 1)
FROM generate_series(0, %(count)s - 1) AS g
"""
# A month as a remittance leaves it: one voucher, its lines, everybody's posting in account order.
_MONTH = """
WITH ids AS (
    SELECT nextval('accounts_posting_id_seq') AS id, s.id AS subaccount, s.branch, s.employer_ref,
           (30000 + (s.id * 7919 + %(month)s * 104729) %% 400000) * 0.01 AS amount
    FROM accounts_subaccount s WHERE s.id BETWEEN %(low)s AND %(high)s ORDER BY s.id
), head AS (
    INSERT INTO accounts_voucher (event_type, event_id, version, business_date, branch, summary, case_number,
        operator_name, channel, request_id, recorded_at, digest, first_posting, last_posting)
    SELECT 'bench.month', %(low)s || ':' || %(day)s, 1, %(day)s, 1, '', '', '', 'BATCH', '', now(), '', min(id), max(id)
    FROM ids RETURNING id
), lines AS (
    INSERT INTO accounts_line (voucher_id, side, subject, amount, branch, business_date)
    SELECT h.id, v.side, v.subject, sum(i.amount), i.branch, %(day)s
    FROM ids i CROSS JOIN head h CROSS JOIN (VALUES ('D', '10101'), ('C', '201')) AS v(side, subject)
    GROUP BY h.id, v.side, v.subject, i.branch
)
INSERT INTO accounts_posting (id, voucher_id, subaccount_id, subject, branch, kind, business_date, value_date,
    interest_year, current, carried, month, employer_ref)
SELECT i.id, h.id, i.subaccount, '201', i.branch, '01', %(day)s, %(day)s, %(year)s, i.amount, 0, 1, i.employer_ref
FROM ids i CROSS JOIN head h ORDER BY i.id
"""
_HOT = """
UPDATE accounts_subaccount s SET current = s.current + d.amount, product_current = s.product_current + d.product
FROM (
    SELECT subaccount_id, sum(current) AS amount, sum(current * (make_date(%(year)s, 6, 30) - value_date + 1)) AS product
    FROM accounts_posting
    WHERE interest_year = %(year)s AND kind = '01' AND subaccount_id BETWEEN %(low)s AND %(high)s
    GROUP BY subaccount_id
) d
WHERE s.id = d.subaccount_id
"""
_UNITS = """
INSERT INTO accounts_unitbalance AS u (employer_ref, subject, branch, balance)
SELECT employer_ref, subject_id, branch, sum(current) FROM accounts_subaccount
WHERE id BETWEEN %(low)s AND %(high)s GROUP BY 1, 2, 3
ON CONFLICT (employer_ref, subject, branch) DO UPDATE SET balance = u.balance + excluded.balance
"""


def open_accounts(first: int, count: int, year: int) -> tuple[int, int]:
    """Their lowest and highest id."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"first": first, "count": count, "year": year})
        cursor.execute(
            "SELECT min(id), max(id) FROM accounts_subaccount WHERE owner_ref BETWEEN %s AND %s",
            [first, first + count - 1],
        )
        return cursor.fetchone()


def months(year: int) -> list[date]:
    return [date(year - (month >= 7), month, 15) for month in [*range(7, 13), *range(1, 7)]]


def fill_year(low: int, high: int, year: int) -> None:
    """Twelve postings an account, in the order a year brings them; triggers off, figures as posting would leave them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for number, day in enumerate(months(year)):
            cursor.execute(_MONTH, {"low": low, "high": high, "day": day, "year": year, "month": number})
        cursor.execute(_HOT, {"low": low, "high": high, "year": year})
        cursor.execute(
            "INSERT INTO accounts_daystate (day, state) VALUES (make_date(%s - 1, 7, 1), 'open') ON CONFLICT DO NOTHING",
            [year],
        )
        cursor.execute(_UNITS, {"low": low, "high": high})
    scratch.vacuum("accounts_posting", "accounts_subaccount")


def settle_year(low: int, high: int, year: int) -> float:
    origin = make_origin(pass_=BATCH, business_date=date(year, 6, 30))
    with stopwatch() as taken:
        for first in range(low, high + 1, RANGE_ACCOUNTS_MAX):
            settle_range(origin, year, first, min(first + RANGE_ACCOUNTS_MAX - 1, high))
        accrual.settle_difference(origin, year)
    return taken[0]


def release(year: int) -> None:
    origin = make_origin()
    for one in (year, year + 1):
        open_interest_year(origin, one, YearPolicy())
    release_year(origin, year, RATE, RATE)


_FLOOR_TABLES = """
CREATE TABLE floor_balance (id bigint PRIMARY KEY, current numeric(18, 2) NOT NULL, carried numeric(18, 2) NOT NULL)
    WITH (fillfactor = 50);
CREATE TABLE floor_posting (
    id bigint GENERATED BY DEFAULT AS IDENTITY, voucher bigint, subaccount bigint, business_date date, value_date date,
    amount numeric(18, 2), PRIMARY KEY (id, business_date));
CREATE INDEX ON floor_posting (subaccount, business_date);
CREATE TABLE floor_line (voucher bigint, side char(1), subject varchar(19), amount numeric(18, 2));
INSERT INTO floor_balance SELECT id, 0, 0 FROM accounts_subaccount;
"""
_FLOOR_DEPOSITS = """
UPDATE floor_balance b SET current = d.amount FROM (
    SELECT subaccount_id, sum(current) AS amount FROM accounts_posting WHERE interest_year = %(year)s AND kind = '01'
    GROUP BY subaccount_id) d WHERE b.id = d.subaccount_id
"""
# Recomputed from the year's postings and the balance brought into it; one transaction, one pair of legs in all.
_FLOOR = """
CREATE TEMPORARY TABLE floor_interest ON COMMIT DROP AS
SELECT b.id, round((b.carried * %(days)s + coalesce(p.product, 0)) * 1.50 / 36000, 2) AS interest
FROM floor_balance b
LEFT JOIN (
    SELECT subaccount_id, sum((current + carried) * (make_date(%(year)s, 6, 30) - value_date + 1)) AS product
    FROM accounts_posting WHERE interest_year = %(year)s AND kind = '01' GROUP BY subaccount_id
) p ON p.subaccount_id = b.id;
INSERT INTO floor_posting (voucher, subaccount, business_date, value_date, amount)
SELECT 1, id, make_date(%(year)s, 6, 30), make_date(%(year)s, 7, 1), interest FROM floor_interest WHERE interest <> 0
ORDER BY id;
UPDATE floor_balance b SET carried = b.carried + b.current + f.interest, current = 0 FROM floor_interest f WHERE f.id = b.id;
INSERT INTO floor_line SELECT 1, s.side, s.subject, sum(f.interest)
FROM floor_interest f CROSS JOIN (VALUES ('D', '211'), ('C', '201')) AS s(side, subject) GROUP BY 2, 3;
"""


class AnnualInterest(Benchmark):
    code = "interest_1m"
    what = "annual settlement: interest, postings, voucher lines, roll, statements' data"
    n = ACCOUNTS
    rounds = 3
    must, aim = 1.0, 0.6

    def prepare(self) -> None:
        release(FIRST_YEAR)
        self.low, self.high = open_accounts(1, ACCOUNTS, FIRST_YEAR)
        self.year = FIRST_YEAR
        fill_year(self.low, self.high, self.year)
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR_TABLES)
        self.done: set[str] = set()

    def _turn(self, side: str) -> None:
        """Both sides work on the same year; the next one is filled when both are through."""
        if side in self.done:
            self.year += 1
            self.done = set()
            release(self.year)
            fill_year(self.low, self.high, self.year)
        self.done.add(side)

    def floor(self) -> float:
        self._turn("floor")
        facts = {"year": self.year, "days": 366 if self.year % 4 == 0 else 365}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_FLOOR_DEPOSITS, facts)
        scratch.vacuum("floor_balance", "floor_posting")
        with stopwatch() as taken, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_FLOOR, facts)
        return taken[0]

    def product(self) -> float:
        self._turn("product")
        return settle_year(self.low, self.high, self.year)

    def check(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM floor_balance b JOIN accounts_subaccount s ON s.id = b.id"
                " WHERE b.carried <> s.carried OR b.current <> s.current"
            )
            assert cursor.fetchone()[0] == 0, "floor and product pay differently"
        assert InterestRow.objects.filter(year=self.year).count() == ACCOUNTS
        assert not Subaccount.objects.filter(id__range=(self.low, self.high)).exclude(open_year=self.year + 1).exists()
        assert proofs.totals_tie(make_origin()) == []


class InterestGrowth(Growth):
    code = "growth_interest"
    what = "the same settlement for a hundredth, a tenth and all of the accounts"
    n = ACCOUNTS
    sizes = (ACCOUNTS // 100, ACCOUNTS // 10, ACCOUNTS)
    rounds = 3
    must, aim = 1.05, 1.00

    def prepare(self) -> None:
        self.years, self.bounds, first = {}, {}, 1
        release(FIRST_YEAR)
        for size in self.sizes:
            self.bounds[size] = open_accounts(first, size, FIRST_YEAR)
            self.years[size] = FIRST_YEAR - 1
            first += size

    def measure(self, n: int) -> float:
        self.years[n] += 1
        release(self.years[n])
        fill_year(*self.bounds[n], self.years[n])
        return settle_year(*self.bounds[n], self.years[n])


class InterestProof(Benchmark):
    code = "interest_proof_1m"
    what = "balances and products of everybody recomputed from postings and compared"
    n = ACCOUNTS
    rounds = 3
    must, aim = 2.0, 1.3

    def prepare(self) -> None:
        release(FIRST_YEAR)
        self.low, self.high = open_accounts(1, ACCOUNTS, FIRST_YEAR)
        fill_year(self.low, self.high, FIRST_YEAR)
        scratch.vacuum()

    def floor(self) -> float:
        with stopwatch() as taken, connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), sum(product) FROM (SELECT subaccount_id,"
                " sum((current + carried) * (date '2026-06-30' - value_date + 1)) AS product"
                " FROM accounts_posting GROUP BY subaccount_id) p"
            )
            cursor.fetchall()
        return taken[0]

    def product(self) -> float:
        with stopwatch() as taken:
            found = settlement.unproved(self.low, self.high)
        assert found == []
        return taken[0]

    def check(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_subaccount SET product_current = product_current + 0.01 WHERE id = %s", [self.low]
            )
            assert len(settlement.unproved(self.low, self.high)) == 1
            transaction.set_rollback(True)


class TwelveMonths(Benchmark):
    code = "twelve_months_1m"
    what = "a year of monthly posting over everybody, in lists of 100,000; updates stay on their page"
    n = ACCOUNTS
    rounds = 1
    must, aim = 1.4, 1.15

    def prepare(self) -> None:
        registry.ledger_events.add(TEMPLATE)
        release(FIRST_YEAR)
        self.low, self.high = open_accounts(1, ACCOUNTS, FIRST_YEAR)
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR_TABLES)
        scratch.vacuum()
        self.size = self._size()

    def _lists(self) -> list[tuple[int, int]]:
        return [(low, min(low + LIST - 1, self.high)) for low in range(self.low, self.high + 1, LIST)]

    def floor(self) -> float:
        total = 0.0
        for day in months(FIRST_YEAR):
            with stopwatch() as taken:
                for low, high in self._lists():
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(
                            "INSERT INTO floor_posting (voucher, subaccount, business_date, value_date, amount)"
                            " SELECT 1, id, %s, %s, 400 FROM floor_balance WHERE id BETWEEN %s AND %s ORDER BY id",
                            [day, day, low, high],
                        )
                        cursor.execute(
                            "UPDATE floor_balance SET current = current + 400, carried = carried + 400 * 30"
                            " WHERE id BETWEEN %s AND %s",
                            [low, high],
                        )
            total += taken[0]
            scratch.vacuum("floor_balance", "floor_posting")
        return total

    def product(self) -> float:
        total, source = 0.0, "SELECT id, 400.00 FROM accounts_subaccount WHERE id BETWEEN %s AND %s"
        for day in months(FIRST_YEAR):
            origin = make_origin(business_date=day)
            with stopwatch() as taken:
                for low, high in self._lists():
                    amount = {"total": Decimal(400 * (high - low + 1))}
                    entry = ledger.Entry(TEMPLATE.code, f"{day}:{low}", 1, amount)
                    ledger.post_many(origin, entry, ledger.Source(source, ("subaccount", "current"), [low, high]))
            total += taken[0]
            progress(f"{day:%Y-%m} {taken[0]:.2f} s")
            scratch.vacuum("accounts_subaccount", "accounts_posting")
        return total

    def check(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute(
                "SELECT n_tup_hot_upd, n_tup_upd FROM pg_stat_user_tables WHERE relname = 'accounts_subaccount'"
            )
            hot, every = cursor.fetchone()
        growth = self._size() / self.size
        progress(f"heap-only updates {hot / every:.4f}, table growth {growth:.2f}")
        assert every >= 12 * ACCOUNTS
        assert hot / every >= HEAP_ONLY_MUST
        assert proofs.totals_tie(make_origin()) == []

    def _size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_table_size('accounts_subaccount')")
            return cursor.fetchone()[0]
