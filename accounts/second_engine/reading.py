"""Reads what moved and what is kept, a stretch of accounts at a time, and tells where the two engines differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.db import connection

from accounts.second_engine.walk import Account, Fact, RateYear, account, closed_product, to_fen, year_of

HERE = Path(__file__).resolve().parent
STRETCH = 20_000
CLOSING, MERGE = "0902", "0601"
MONEY_OUT = frozenset({"07", "11", "12"})

BALANCES = ("current", "carried", "next_current", "next_carried")
PRODUCTS = ("product_current", "product_carried", "next_product_current", "next_product_carried")


@dataclass(frozen=True, slots=True)
class Difference:
    """``what`` of one account is ``kept`` and should be ``found`` (fen, or fen × days). ``year`` where it is of one."""

    subaccount: int
    what: str  # "balance" | "product" | "interest" | "paid" | "booked" | "rates"
    kept: int
    found: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    subaccount: int
    open_year: int
    closed: bool
    balances: tuple[int, ...]
    products: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paid:
    """The last row of a year: its interest, all that was paid for the year, and the rates it names."""

    kind: str
    interest: int
    paid: int
    product: int
    rates: tuple[int, int]


@cache
def sql(name: str) -> str:
    return (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def ask(name: str, parameters: Mapping[str, int] | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql(name), parameters)
        return cursor.fetchall()


def differences(first: int | None = None, last: int | None = None) -> Iterator[Difference]:
    """Between the two engines, for the subaccounts of a range, or for all; in order of account."""
    if first is None or last is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM accounts_subaccount")
            lowest, highest = cursor.fetchone()
        first, last = lowest if first is None else first, highest if last is None else last
    years, merged = rate_years(), merges()
    for begin in range(first, last + 1, STRETCH):
        yield from _stretch(begin, min(begin + STRETCH - 1, last), years, merged)


def confirmed(limit: int) -> list[Difference]:
    """As ``differences`` of all, where others may post between one look and the next: what seems different is looked
    at again with the account's row locked. In a transaction that only reads, everything is of one moment already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        one_moment = cursor.fetchone() == ("on",)
    found: list[Difference] = []
    for one in differences():
        if not one_moment:
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM accounts_subaccount WHERE id = %s FOR NO KEY UPDATE", [one.subaccount])
            if one not in differences(one.subaccount, one.subaccount):
                continue
        found.append(one)
        if len(found) == limit:
            break
    return found


def rate_years() -> dict[int, RateYear]:
    found = {}
    for year, rows in groupby(ask("rates"), key=itemgetter(0)):
        lines = list(rows)
        by_months, divisor = lines[0][1], lines[0][2]
        known = lines[0][4] is not None and lines[0][5] is not None
        found[year] = RateYear(
            year, by_months, divisor, tuple(line[3:6] for line in lines) if known else (), lines[0][6]
        )
    return found


def merges() -> dict[int, list[int]]:
    """Target → sources."""
    found: dict[int, list[int]] = {}
    for source, target in ask("merges"):
        found.setdefault(target, []).append(source)
    return found


def _stretch(first: int, last: int, years, merged) -> Iterator[Difference]:
    bounds = {"first": first, "last": last}
    moved = _facts(bounds)
    paid: dict[int, dict[int, Paid]] = {}
    for one, year, kind, interest, sum_paid, product, *rates in ask("paid", bounds):
        paid.setdefault(one, {})[year] = Paid(kind, interest, int(sum_paid), product, tuple(rates))
    booked = dict(ask("booked", bounds))
    sources = {source for group in merged.values() for source in group}
    for one, open_year, closed, *figures in ask("kept", bounds):
        kept = Kept(one, open_year, closed, tuple(figures[:4]), tuple(figures[4:]))
        facts, brought = moved.get(one, []), {}
        for source in merged.get(one, ()):
            more, into = _brought_by(source, years, merged)
            facts = sorted([*facts, *more], key=lambda fact: fact.day)
            for year, amount in into.items():
                brought[year] = brought.get(year, 0) + amount
        found = account(facts, open_year, years, brought)
        yield from compare(kept, found, paid.get(one, {}), facts, years, emptied=one in sources)
        if found.paid_at_year_end != booked.get(one, 0) and not found.unknown:
            yield Difference(one, "booked", booked.get(one, 0), found.paid_at_year_end)


def _facts(bounds: Mapping[str, int]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = {}
    for one, value_date, booked_on, kind, current, carried, *first in ask("facts", bounds):
        if kind == MERGE:
            continue  # the legs of a merge: the movements themselves are followed instead
        if year_of(booked_on) > year_of(value_date):
            current, carried = _own_bucket(kind, value_date, booked_on, current, carried, first)
        found.setdefault(one, []).append(Fact(value_date, current, carried, kind == CLOSING))
    return found


def _own_bucket(kind, value_date, booked_on, current, carried, first=(None, None, None)) -> tuple[int, int]:
    """What comes after its year is over is booked with what was carried over. In its own year, money that came in had
    been current; money that went out, carried; and what takes a movement back has the bucket that one had.
    """
    if first[0] is not None:
        current, carried = _own_bucket(kind, value_date, first[2], *first[:2])
        return -current, -carried
    if year_of(booked_on) == year_of(value_date) or kind in MONEY_OUT or current + carried <= 0:
        return current, carried
    return current + carried, 0


def _brought_by(source: int, years, merged) -> tuple[list[Fact], dict[int, int]]:
    """Movements of the year an account was merged in, and what it had carried into that year."""
    bounds = {"first": source, "last": source}
    facts = _facts(bounds).get(source, [])
    (row,) = ask("kept", bounds)
    open_year = row[1]
    brought: dict[int, int] = {}
    for other in merged.get(source, ()):
        more, into = _brought_by(other, years, merged)
        facts = sorted([*facts, *more], key=lambda fact: fact.day)
        for year, amount in into.items():
            brought[year] = brought.get(year, 0) + amount
    opening = account(facts, open_year, years, brought).opening
    return [fact for fact in facts if year_of(fact.day) >= open_year], {open_year: opening}


def compare(
    kept: Kept, found: Account, paid: Mapping[int, Paid], facts: Sequence[Fact], years, *, emptied: bool
) -> Iterator[Difference]:
    """``emptied``: merged into another account, which has its movements of the year now."""
    one = kept.subaccount
    for year in found.unknown:
        yield Difference(one, "rates", 0, 0, year)
    for year, settled in found.settled.items():
        row = paid.get(year)
        interest, product, total = (row.interest, row.product, row.paid) if row else (0, 0, 0)
        if interest != settled.interest:
            yield Difference(one, "interest", interest, settled.interest, year)
        elif total != interest:
            yield Difference(one, "paid", total, interest, year)
        elif row and product != settled.product:
            yield Difference(one, "product", product, settled.product, year)
    for year, row in paid.items():
        if year not in found.settled and year not in found.unknown:
            yield from _open_row(one, year, row, kept, found, facts, years)
    balances = (0,) * 4 if emptied else tuple(getattr(found, name) for name in BALANCES)
    products = (0,) * 4 if emptied else tuple(getattr(found, name) for name in PRODUCTS)
    if kept.balances != balances:
        yield Difference(one, "balance", sum(kept.balances), sum(balances))
    if kept.products != products:
        yield Difference(one, "product", sum(kept.products), sum(products))


def _open_row(one, year, row: Paid, kept: Kept, found: Account, facts, years) -> Iterator[Difference]:
    """Paid in a year that is not over: only a closing may be, up to the day before it, at the rates it names."""
    expected = 0
    if year == kept.open_year and year in years:
        terms = years[year]
        if terms.segmented and row.kind == "closing":
            return  # paid at rates of segments its row does not name: compared when the year is over
        here = [fact for fact in facts if year_of(fact.day) == year]
        first = RateYear(year, terms.by_months, terms.divisor, ((date(year - 1, 7, 1), *row.rates),))
        expected = to_fen(closed_product(here, found.opening, first).earned, terms.divisor)
    if row.interest != expected:
        yield Difference(one, "interest", row.interest, expected, year)
    elif row.paid != row.interest:
        yield Difference(one, "paid", row.paid, row.interest, year)
