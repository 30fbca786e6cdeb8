"""Interest of one account in one interest year, from its opening balances and its movements, as anybody may ask it.

The figure is that of ``rules.interest``, which the business uses; here it is laid out line by line, and facts that
contradict each other are found. ``days_product`` (积数法) weighs in days: annual interest counts 30 June itself, closing
ends the day before. ``months_11_to_0`` (按月计息) weighs in whole months after the month of posting: July 11, … June 0,
the opening balance 12, and the monthly rate is a twelfth of the annual one. How a closing or a withdrawal inside the
year is weighed by months is published nowhere: the month it falls in still earns, and the answer says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from accounts.ledger.money import FEN, ZERO, yuan
from accounts.ledger.rules import calendar, interest
from accounts.ledger.rules.calendar import MONTH_DAYS, Method
from accounts.ledger.rules.interest import CLAUSE, Buckets
from servicehub.declare import Assessed, Finding, Severity, Step

MONTHS_DIVISOR = 12 * MONTH_DAYS


class Kind(StrEnum):
    ANNUAL = "annual"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement: yuan, credits positive, withdrawals negative."""

    value_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InterestFacts:
    """``carried`` and ``current`` are the balances (yuan) on 1 July, before the entries."""

    kind: Kind
    settlement_date: date
    carried: Decimal = ZERO
    current: Decimal = ZERO
    entries: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True)
class InterestTerms:
    """``annual_rate`` is in percent (1.50); ``divisor`` is the days of the day rate's year."""

    annual_rate: Decimal
    divisor: int = 360
    method: Method = Method.DAYS_PRODUCT

    @property
    def by_months(self) -> bool:
        return self.method is Method.MONTHS_11_TO_0


@dataclass(frozen=True, slots=True)
class Interest(Assessed):
    """``value`` is the interest. ``product`` is yuan × days, or yuan × months by the months method."""

    product: Decimal = ZERO

    @property
    def interest(self) -> Decimal:
        return self.value


def interest_by_calculator(facts: InterestFacts, terms: InterestTerms) -> Interest:
    """Rounded half up to the fen once per account. Faulty facts give findings, and then no figure but zero."""
    findings = tuple(_findings(facts, terms))
    if any(finding.blocks for finding in findings):
        return Interest(value=ZERO, findings=findings)
    year = calendar.interest_year(facts.settlement_date)
    lines, product = [], ZERO
    for label, weight, amount in _weighted(facts, terms, year):
        unit = "个月" if terms.by_months else "天"
        lines.append(Step(label, f"{yuan(amount)} × {weight} {unit}", yuan(amount * weight), clause=CLAUSE))
        product += amount * weight
    product_step = Step(
        label="计息积数",
        expression=" + ".join(f"({line.result})" for line in lines) or "0.00",
        result=yuan(product),
        clause=CLAUSE,
        steps=tuple(lines),
    )
    earned = _by_the_rule(facts, terms, year)
    steps = (product_step, _rate_step(terms), _interest_step(product, terms, earned))
    return Interest(value=earned, steps=steps, findings=findings, product=product.quantize(FEN))


def _by_the_rule(facts: InterestFacts, terms: InterestTerms, year: int) -> Decimal:
    """The business's own figure for these facts."""
    rates = Buckets(terms.annual_rate, terms.annual_rate)
    given = interest.Terms(year, rates, MONTHS_DIVISOR if terms.by_months else terms.divisor, terms.method)
    opening = Buckets(facts.current, facts.carried)
    movements = [interest.Movement(entry.value_date, Buckets(current=entry.amount)) for entry in facts.entries]
    if facts.kind is Kind.CLOSING:
        return interest.closing_interest(opening, movements, facts.settlement_date, given).value
    return interest.annual_interest(interest.year_product(opening, movements, given), given).value


def _weighted(facts: InterestFacts, terms: InterestTerms, year: int) -> Iterator[tuple[str, int, Decimal]]:
    """(label, days or months, yuan) of the opening balances and every movement, in order of time."""
    unit = MONTH_DAYS if terms.by_months else 1
    untouched = calendar.weight(facts.settlement_date, year, terms.method) if facts.kind is Kind.CLOSING else 0
    start = calendar.year_start(year)
    for label, amount in (("上年结转余额", facts.carried), ("当年归集余额", facts.current)):
        if amount:
            weight = calendar.year_weight(year, terms.method) - untouched
            yield f"{label} {start:%Y-%m-%d}", weight // unit, amount
    for entry in sorted(facts.entries, key=lambda entry: entry.value_date):
        weight = calendar.weight(entry.value_date, year, terms.method) - untouched
        word = "存入" if entry.amount >= 0 else "支取"
        yield f"{word} {entry.value_date:%Y-%m-%d}", weight // unit, entry.amount


def _rate_step(terms: InterestTerms) -> Step:
    label, divisor = ("月利率", 12) if terms.by_months else ("日利率", terms.divisor)
    rate = f"{terms.annual_rate:f}%"
    return Step(label, f"{rate} ÷ {divisor}", f"{rate}/{divisor}", rounding="不取整", clause=CLAUSE)


def _interest_step(product: Decimal, terms: InterestTerms, earned: Decimal) -> Step:
    divisor = 12 if terms.by_months else terms.divisor
    return Step(
        label="利息",
        expression=f"{yuan(product)} × {terms.annual_rate:f}% ÷ {divisor}",
        result=yuan(earned),
        rounding="四舍五入到分，每个账户一次",
        clause=CLAUSE,
    )


def _findings(facts: InterestFacts, terms: InterestTerms) -> Iterator[Finding]:
    day = facts.settlement_date
    if facts.kind is Kind.ANNUAL and (day.month, day.day) != (6, 30):
        yield Finding(
            "interest.annual_not_on_30_june", f"年度结息日是 6 月 30 日，{day} 不是", field="settlement_date",
            clause=CLAUSE, remedy="改成 6 月 30 日；年度中间销户的，计算类别选销户结息",
        )  # fmt: skip
    start = calendar.year_start(calendar.interest_year(day))
    for place, entry in enumerate(facts.entries):
        if not start <= entry.value_date <= day:
            yield Finding(
                "interest.entry_outside_year", f"起息日 {entry.value_date} 不在 {start} 至 {day} 之内",
                field=f"entries[{place}].value_date", clause=CLAUSE,
                remedy=f"只填 {start} 以后的存取；以前的已在余额里",
            )  # fmt: skip
    yield from _overdrawn(facts)
    if terms.by_months and facts.kind is Kind.CLOSING:
        yield Finding(
            "interest.months_closing_assumed", "按月计息的账户年度中间销户，算到销户当月为止",
            severity=Severity.NOTICE, field="method", remedy="各地办法不一，以受理中心的规定为准",
        )  # fmt: skip
    if terms.by_months and any(entry.amount < 0 for entry in facts.entries):
        yield Finding(
            "interest.months_debit_assumed", "按月计息的支取，从支取次月起不再计息",
            severity=Severity.NOTICE, field="method", remedy="各地办法不一，以受理中心的规定为准",
        )  # fmt: skip


def _overdrawn(facts: InterestFacts) -> Iterator[Finding]:
    """An account never goes below zero; the first day it would is named."""
    balance = facts.carried + facts.current
    days = sorted({entry.value_date for entry in facts.entries})
    for day in days:
        balance += sum((entry.amount for entry in facts.entries if entry.value_date == day), ZERO)
        if balance < 0:
            yield Finding(
                "interest.overdrawn", f"{day} 支取后余额为 {yuan(balance)}", field="entries",
                clause=CLAUSE, remedy="支取不能多于余额，核对金额和起息日",
            )  # fmt: skip
            return
