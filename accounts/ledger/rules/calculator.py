"""Interest of one account in one interest year, from its opening balances and its movements.

The interest year runs 1 July to 30 June. A movement counts ``amount × weight``; the opening balance is weighed like a
movement on 1 July, so the product is Σ balance × days without a day-by-day walk. Two methods:

``days_product`` (积数法)
    weight in days: ``last day − value date + 1``. Annual interest counts 30 June itself, closing ends the day before.
``months_11_to_0`` (按月计息)
    weight in whole months after the month of posting: July 11, … June 0, the opening balance 12; the monthly rate is
    a twelfth of the annual one. How a closing inside the year is weighed by this method is published nowhere: months
    finished before the closing month are counted here, and the answer says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from accounts.ledger.money import FEN, ZERO, divide_to_fen
from servicehub.declare import Assessed, Finding, Severity, Step

INTEREST_CLAUSE = "住房公积金管理条例；银发〔1999〕77号；银发〔2016〕43号"


class Kind(StrEnum):
    ANNUAL = "annual"
    CLOSING = "closing"


class Method(StrEnum):
    DAYS_PRODUCT = "days_product"
    MONTHS = "months_11_to_0"


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


@dataclass(frozen=True, slots=True)
class Interest(Assessed):
    """``value`` is the interest. ``product`` is yuan × days, or yuan × months by the months method."""

    product: Decimal = ZERO

    @property
    def interest(self) -> Decimal:
        return self.value


def year_start(settlement_date: date) -> date:
    """1 July that opened the interest year the day belongs to."""
    year = settlement_date.year if settlement_date.month >= 7 else settlement_date.year - 1
    return date(year, 7, 1)


def interest_by_calculator(facts: InterestFacts, terms: InterestTerms) -> Interest:
    """Rounded half up to the fen once per account. Faulty facts give findings, and then no figure but zero."""
    findings = tuple(_findings(facts, terms))
    if any(finding.blocks for finding in findings):
        return Interest(value=ZERO, findings=findings)
    start = year_start(facts.settlement_date)
    product, lines = ZERO, []
    for label, value_date, amount in _movements(facts, start):
        opening = value_date is None
        weight = weight_of(facts, terms.method, value_date or start, opening=opening)
        product += amount * weight
        unit = "天" if terms.method is Method.DAYS_PRODUCT else "个月"
        lines.append(Step(label, f"{_yuan(amount)} × {weight} {unit}", _yuan(amount * weight), clause=INTEREST_CLAUSE))
    product = product.quantize(FEN)
    product_step = Step(
        label="计息积数",
        expression=" + ".join(f"({line.result})" for line in lines) or "0.00",
        result=_yuan(product),
        clause=INTEREST_CLAUSE,
        steps=tuple(lines),
    )
    rate_step = _rate_step(terms)
    interest, interest_step = _interest(product, terms)
    return Interest(value=interest, steps=(product_step, rate_step, interest_step), findings=findings, product=product)


def weight_of(facts: InterestFacts, method: Method, value_date: date, *, opening: bool = False) -> int:
    """Days or months a movement earns. ``opening`` marks the balance brought into the year."""
    if method is Method.MONTHS:
        months = 12 if opening else (18 - value_date.month) % 12
        if facts.kind is Kind.CLOSING:
            months -= (18 - facts.settlement_date.month) % 12 + 1
        return max(months, 0)
    last_day = facts.settlement_date
    if facts.kind is Kind.CLOSING:
        last_day -= timedelta(days=1)
    return (last_day - value_date).days + 1


def _movements(facts: InterestFacts, start: date) -> Iterator[tuple[str, date | None, Decimal]]:
    for label, amount in (("上年结转余额", facts.carried), ("当年归集余额", facts.current)):
        if amount:
            yield f"{label} {start:%Y-%m-%d}", None, amount
    for entry in sorted(facts.entries, key=lambda entry: entry.value_date):
        yield f"{'存入' if entry.amount >= 0 else '支取'} {entry.value_date:%Y-%m-%d}", entry.value_date, entry.amount


def _rate_step(terms: InterestTerms) -> Step:
    rate = _plain(terms.annual_rate)
    if terms.method is Method.MONTHS:
        return Step("月利率", f"{rate}% ÷ 12", f"{rate}%/12", rounding="不取整", clause=INTEREST_CLAUSE)
    parts = f"{rate}%/{terms.divisor}"
    return Step("日利率", f"{rate}% ÷ {terms.divisor}", parts, rounding="不取整", clause=INTEREST_CLAUSE)


def _interest(product: Decimal, terms: InterestTerms) -> tuple[Decimal, Step]:
    divisor = 12 if terms.method is Method.MONTHS else terms.divisor
    # One division, last: a day rate rounded beforehand would move whole fen on ordinary balances.
    exact = product * terms.annual_rate / (100 * divisor)
    interest = divide_to_fen(product * terms.annual_rate, Decimal(100 * divisor))
    shown = exact.quantize(Decimal("0.000001"))
    step = Step(
        label="利息",
        expression=f"{_yuan(product)} × {_plain(terms.annual_rate)}% ÷ {divisor} = {shown:,f}",
        result=_yuan(interest),
        rounding="四舍五入到分，每个账户一次",
        clause=INTEREST_CLAUSE,
    )
    return interest, step


def _findings(facts: InterestFacts, terms: InterestTerms) -> Iterator[Finding]:
    day = facts.settlement_date
    if facts.kind is Kind.ANNUAL and (day.month, day.day) != (6, 30):
        yield Finding(
            "interest.annual_not_on_30_june", f"年度结息日是 6 月 30 日，{day} 不是", field="settlement_date",
            clause=INTEREST_CLAUSE, remedy="改成 6 月 30 日；年度中间销户的，计算类别选销户结息",
        )  # fmt: skip
    start = year_start(day)
    for place, entry in enumerate(facts.entries):
        if not start <= entry.value_date <= day:
            yield Finding(
                "interest.entry_outside_year", f"起息日 {entry.value_date} 不在 {start} 至 {day} 之内",
                field=f"entries[{place}].value_date", clause=INTEREST_CLAUSE,
                remedy=f"只填 {start} 以后的存取；以前的已在余额里",
            )  # fmt: skip
    yield from _overdrawn(facts)
    if terms.method is Method.MONTHS and facts.kind is Kind.CLOSING:
        yield Finding(
            "interest.months_closing_assumed", "按月计息的账户年度中间销户，算到销户上月末为止",
            severity=Severity.NOTICE, field="method", remedy="各地办法不一，以受理中心的规定为准",
        )  # fmt: skip
    if terms.method is Method.MONTHS and any(entry.amount < 0 for entry in facts.entries):
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
                "interest.overdrawn", f"{day} 支取后余额为 {_yuan(balance)}", field="entries",
                clause=INTEREST_CLAUSE, remedy="支取不能多于余额，核对金额和起息日",
            )  # fmt: skip
            return


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _plain(number: Decimal) -> str:
    return f"{number:f}"
