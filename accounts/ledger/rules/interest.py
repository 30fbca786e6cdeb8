"""Interest without history: two products per account stand for every movement of the year.

A movement adds ``amount × weight`` to its bucket's product; the opening balance is inside the product from the first
day, so a balance is never multiplied by the days of a year. Basis: 银发〔1999〕77号 (two classes, the rate of the
settlement day for the whole period), 银发〔2016〕43号 (one-year benchmark for both), 住房公积金管理条例.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.ledger.money import ZERO, divide_to_fen, yuan
from accounts.ledger.rules.calendar import Method, weight, year_weight
from servicehub.declare import Assessed, Step

CLAUSE = "住房公积金管理条例；银发〔1999〕77号；银发〔2016〕43号"
HALF_UP_ONCE = "四舍五入到分，每户一次"


@dataclass(frozen=True, slots=True)
class Buckets:
    """A figure per class of money: deposited in the year (当年归集), and brought into it (上年结转)."""

    current: Decimal = ZERO
    carried: Decimal = ZERO

    def __add__(self, other: "Buckets") -> "Buckets":
        return Buckets(self.current + other.current, self.carried + other.carried)

    def __neg__(self) -> "Buckets":
        return Buckets(-self.current, -self.carried)

    def times(self, factor: int) -> "Buckets":
        return Buckets(self.current * factor, self.carried * factor)

    @property
    def total(self) -> Decimal:
        return self.current + self.carried


@dataclass(frozen=True, slots=True)
class Movement:
    value_date: date
    amount: Buckets


@dataclass(frozen=True, slots=True)
class Terms:
    """How one year is computed. ``rates`` in percent a year, per bucket."""

    year: int
    rates: Buckets
    divisor: int = 360
    method: Method = Method.DAYS_PRODUCT


@dataclass(frozen=True, slots=True)
class RateChange:
    """New rates from this day on, in a year computed by segments."""

    since: date
    rates: Buckets


def opening_product(balance: Buckets, terms: Terms) -> Buckets:
    return balance.times(year_weight(terms.year, terms.method))


def movement_product(movement: Movement, terms: Terms) -> Buckets:
    return movement.amount.times(weight(movement.value_date, terms.year, terms.method))


def year_product(opening: Buckets, movements: Sequence[Movement], terms: Terms) -> Buckets:
    """Σ balance × days of the year, without a day-by-day walk."""
    product = opening_product(opening, terms)
    for movement in movements:
        product += movement_product(movement, terms)
    return product


def annual_interest(product: Buckets, terms: Terms) -> Assessed:
    """Interest of a whole year, or up to the day before a closing when the closing debit is in the product."""
    steps = [_product_step(label, figure) for label, figure in _classes(product)]
    numerator = product.current * terms.rates.current + product.carried * terms.rates.carried
    interest = divide_to_fen(numerator, Decimal(100 * terms.divisor))
    parts = [f"{yuan(p)} × {_rate(r)}%" for p, r in _weighted(product, terms.rates)] or ["0.00"]
    steps.append(
        Step("利息", f"({' + '.join(parts)}) ÷ {terms.divisor}", yuan(interest), rounding=HALF_UP_ONCE, clause=CLAUSE)
    )
    return Assessed(interest, tuple(steps))


def closing_interest(opening: Buckets, movements: Sequence[Movement], closed_on: date, terms: Terms) -> Assessed:
    """Interest of an account emptied on ``closed_on``, paid up to the day before.

    The closing debit is a movement like another; what remains in the products then is exactly the balance of each
    day before it.
    """
    balance = opening
    for movement in movements:
        balance += movement.amount
    product = year_product(opening, [*movements, Movement(closed_on, -balance)], terms)
    return annual_interest(product, terms)


def segmented_interest(product: Buckets, later: Sequence[tuple[Buckets, RateChange]], terms: Terms) -> Assessed:
    """A year whose rates change inside it (SEGMENTED): ``(P r1 + Σ Q (r' - r)) / divisor``.

    ``Q`` is the product counted from the day of the change only (``product_since``). It cannot be derived from ``P``:
    such a year is settled from its postings.
    """
    steps = [_product_step(label, figure) for label, figure in _classes(product)]
    numerator = product.current * terms.rates.current + product.carried * terms.rates.carried
    before = terms.rates
    for rest, change in later:
        gain = change.rates + -before
        numerator += rest.current * gain.current + rest.carried * gain.carried
        label = f"自 {change.since:%Y-%m-%d} 起的积数"
        expression = f"利率 {_rate(before.current)}%、{_rate(before.carried)}% → "
        expression += f"{_rate(change.rates.current)}%、{_rate(change.rates.carried)}%"
        steps.append(Step(label, expression, f"{yuan(rest.current)}、{yuan(rest.carried)}", clause=CLAUSE))
        before = change.rates
    interest = divide_to_fen(numerator, Decimal(100 * terms.divisor))
    steps.append(
        Step("利息", "Σ(积数 × 利率之差) ÷ " + str(terms.divisor), yuan(interest), rounding=HALF_UP_ONCE, clause=CLAUSE)
    )
    return Assessed(interest, tuple(steps))


def product_since(opening: Buckets, movements: Sequence[Movement], since: date, terms: Terms) -> Buckets:
    """``Q``: what earns from ``since`` on; the opening balance counts from that day too."""
    product = opening.times(weight(since, terms.year, terms.method))
    for movement in movements:
        product += movement.amount.times(weight(max(movement.value_date, since), terms.year, terms.method))
    return product


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled year of one account, as its last interest row has it."""

    terms: Terms
    product: Buckets
    interest: Decimal


@dataclass(frozen=True, slots=True)
class LateYear:
    """What a late posting changes in one settled year: the new product, the whole interest now, and the difference."""

    year: int
    product: Buckets
    interest: Decimal
    delta: Decimal


def late_deltas(movement: Movement, settled: Sequence[Settled]) -> tuple[list[LateYear], Assessed]:
    """A posting whose value date lies in a settled year, and every settled year after it, oldest first.

    In its own year it weighs from its value date; in each later year it has been carried in on 1 July, together with
    the interest it earned meanwhile. ``value`` is the interest to pay besides the amount itself.
    """
    years, steps, earned = [], [], ZERO
    for position, past in enumerate(settled):
        if position == 0:
            product = past.product + movement_product(movement, past.terms)
        else:
            brought = Buckets(carried=movement.amount.total + earned)
            product = past.product + opening_product(brought, past.terms)
        interest = annual_interest(product, past.terms).value
        delta = interest - past.interest
        earned += delta
        years.append(LateYear(past.terms.year, product, interest, delta))
        expression = f"{yuan(interest)} − {yuan(past.interest)}"
        steps.append(Step(f"{past.terms.year - 1}—{past.terms.year} 年度补计", expression, yuan(delta), clause=CLAUSE))
    return years, Assessed(earned, tuple(steps))


@dataclass(frozen=True, slots=True)
class Account:
    """Hot figures of one subaccount between two settlements; ``later`` is the slot of the coming year."""

    open_year: int
    balance: Buckets = Buckets()
    product: Buckets = Buckets()
    later: Buckets = Buckets()
    later_product: Buckets = Buckets()

    @property
    def total(self) -> Decimal:
        return self.balance.total + self.later.total


def moved(account: Account, movement: Movement, terms: Terms) -> Account:
    """After a movement. ``terms`` are those of the year that takes it: the open one, or the next.

    :raises ValueError: the value date lies beyond the year after the open one.
    """
    product = movement_product(movement, terms)
    if terms.year == account.open_year:
        return Account(
            account.open_year, account.balance + movement.amount, account.product + product, account.later,
            account.later_product,
        )  # fmt: skip
    if terms.year == account.open_year + 1:
        return Account(
            account.open_year, account.balance, account.product, account.later + movement.amount,
            account.later_product + product,
        )  # fmt: skip
    raise ValueError(f"{movement.value_date} lies beyond the year after {account.open_year}")


def rolled(account: Account, interest: Decimal, next_terms: Terms) -> Account:
    """After 30 June: everything carried over with its interest, the slot of the coming year moved in."""
    opening = Buckets(carried=account.balance.total + interest)
    return Account(
        account.open_year + 1,
        opening + account.later,
        opening_product(opening, next_terms) + account.later_product,
    )


def merge_adjustment(product: Buckets, balance: Buckets, day_weight: int) -> Buckets:
    """``P - B × w``: what the products know beyond the balance moved on the merge day; moves with it, sign for sign."""
    return product + -balance.times(day_weight)


def _classes(product: Buckets) -> list[tuple[str, Decimal]]:
    return [
        (label, figure)
        for label, figure in (("上年结转积数", product.carried), ("当年归集积数", product.current))
        if figure
    ]


def _weighted(product: Buckets, rates: Buckets) -> list[tuple[Decimal, Decimal]]:
    pairs = ((product.carried, rates.carried), (product.current, rates.current))
    return [(figure, rate) for figure, rate in pairs if figure]


def _product_step(label: str, figure: Decimal) -> Step:
    return Step(label, "Σ(金额 × 天数)", yuan(figure), clause=CLAUSE)


def _rate(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
