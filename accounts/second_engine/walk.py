"""One account from its first movement to today, in integers: fen, days, and rates in hundred-thousandths of a percent.

Nothing is weighed here: between two days on which something moved the balance stands still, and it is multiplied by
the days it stood. Half a fen and more is rounded up, away from nothing, once for each year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

RATE_UNIT = 100_000
MONTH = 30


class Fact(NamedTuple):
    """``current`` and ``carried`` in fen. ``closing``: interest paid because the account was emptied that day."""

    day: date
    current: int
    carried: int
    closing: bool = False

    @property
    def amount(self) -> int:
        return self.current + self.carried


@dataclass(frozen=True, slots=True)
class RateYear:
    """1 July of the year before to 30 June. ``rates``: (from day, current, carried), the first from 1 July on; none
    where the year's rates are not known yet.
    """

    year: int
    by_months: bool
    divisor: int
    rates: tuple[tuple[date, int, int], ...] = ()
    segmented: bool = False

    def place(self, day: date) -> int:
        """How far into the year a movement of that day begins to count; what came before counts from the start."""
        start = date(self.year - 1, 7, 1)
        if day < start:
            return 0
        if self.by_months:
            return MONTH * ((day.year - start.year) * 12 + day.month - start.month + 1)
        return (day - start).days

    @property
    def length(self) -> int:
        if self.by_months:
            return 12 * MONTH
        return (date(self.year, 6, 30) - date(self.year - 1, 6, 30)).days

    def marks(self) -> list[tuple[int, int, int]]:
        return [(0 if number == 0 else self.place(day), *pair) for number, (day, *pair) in enumerate(self.rates)]


@dataclass(slots=True)
class Product:
    """fen × days per bucket, and fen × days × rate."""

    current: int = 0
    carried: int = 0
    earned: int = 0

    @property
    def total(self) -> int:
        return self.current + self.carried


def year_of(day: date) -> int:
    return day.year + 1 if (day.month, day.day) >= (7, 1) else day.year


def walk(facts: Sequence[Fact], opening: int, year: RateYear, until: int | None = None) -> Product:
    """From the first day of the year up to ``until`` (a place, not counted in), the opening balance carried in."""
    stop = year.length if until is None else until
    marks = year.marks()
    changes = sorted([(year.place(fact.day), fact.current, fact.carried) for fact in facts])
    product, current, carried, at = Product(), 0, opening, 0
    for place, more_current, more_carried in [*changes, (stop, 0, 0)]:
        here = min(place, stop)
        if here > at:
            product.current += current * (here - at)
            product.carried += carried * (here - at)
            for number, (since, rate_current, rate_carried) in enumerate(marks):
                ends = marks[number + 1][0] if number + 1 < len(marks) else stop
                days = min(here, ends) - max(at, since)
                if days > 0:
                    product.earned += (current * rate_current + carried * rate_carried) * days
            at = here
        current += more_current
        carried += more_carried
    return product


def to_fen(earned: int, divisor: int) -> int:
    whole = divisor * 100 * RATE_UNIT
    sign = -1 if earned < 0 else 1
    return sign * ((2 * abs(earned) + whole) // (2 * whole))


@dataclass(slots=True)
class Settled:
    """A year of the account that is over: the interest of the whole year, and fen × days of both buckets."""

    interest: int
    product: int


@dataclass(slots=True)
class Account:
    """What should be there. ``unknown`` names years that are over and have no rates."""

    settled: dict[int, Settled] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    paid_at_year_end: int = 0  # besides what closings paid
    opening: int = 0  # brought into the open year
    current: int = 0
    carried: int = 0
    next_current: int = 0
    next_carried: int = 0
    product_current: int = 0
    product_carried: int = 0
    next_product_current: int = 0
    next_product_carried: int = 0
    closed_product: Product = field(default_factory=Product)  # of the open year, paid already


def closings(facts: Sequence[Fact]) -> list[tuple[int, Fact]]:
    """Closing interest that still stands, with its place in the order of booking: one taken back is none."""
    standing: list[tuple[int, Fact]] = []
    for number, fact in enumerate(facts):
        if not fact.closing:
            continue
        gone = [kept for kept in standing if kept[1].day == fact.day and kept[1].amount == -fact.amount]
        if gone:
            standing.remove(gone[-1])
        else:
            standing.append((number, fact))
    return standing


def closed_product(facts: Sequence[Fact], opening: int, year: RateYear) -> Product:
    """What the closings of a year have paid for: all that was earned before the last of them."""
    standing = closings(facts)
    if not standing:
        return Product()
    number, fact = standing[-1]
    return walk(facts[:number], opening, year, year.place(fact.day))


def account(
    facts: Sequence[Fact],
    open_year: int,
    years: Mapping[int, RateYear],
    brought: Mapping[int, int] | None = None,
) -> Account:
    """``facts`` in the order they were booked. ``brought``: what another account carried into a year of this one."""
    by_year: dict[int, list[Fact]] = {}
    for fact in facts:
        by_year.setdefault(year_of(fact.day), []).append(fact)
    found = Account()
    opening = 0
    for number in range(min([*by_year, *(brought or ()), open_year]), open_year):
        here, opening = by_year.get(number, []), opening + (brought or {}).get(number, 0)
        terms = years.get(number)
        if terms is None or not terms.rates:
            found.unknown.append(number)
            continue
        product = walk(here, opening, terms)
        interest = to_fen(product.earned, terms.divisor)
        found.settled[number] = Settled(interest, product.total)
        paid = sum(fact.amount for fact in here if fact.closing)
        found.paid_at_year_end += interest - paid
        opening += sum(fact.amount for fact in here) + interest - paid
    found.opening = opening + (brought or {}).get(open_year, 0)
    _open_year(found, by_year.get(open_year, []), by_year.get(open_year + 1, []), open_year, years)
    return found


def _open_year(found: Account, here: list[Fact], after: list[Fact], open_year: int, years: Mapping[int, RateYear]):
    found.current = sum(fact.current for fact in here)
    found.carried = found.opening + sum(fact.carried for fact in here)
    found.next_current = sum(fact.current for fact in after)
    found.next_carried = sum(fact.carried for fact in after)
    if open_year in years:
        product = walk(here, found.opening, years[open_year])
        found.closed_product = closed_product(here, found.opening, years[open_year])
        found.product_current = product.current - found.closed_product.current
        found.product_carried = product.carried - found.closed_product.carried
    if open_year + 1 in years:
        product = walk(after, 0, years[open_year + 1])
        found.next_product_current, found.next_product_carried = product.current, product.carried
