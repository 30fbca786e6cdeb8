"""Monthly deposit (月缴存额): base, bounds, both sides, total, and how each came about.

住房公积金管理条例 第十六条 gives the product (base × rate, each side by its own rate); the city gives floor, ceiling,
rates and precision. The law texts in force before and since 2026-09-20 agree on this arithmetic.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from deposits.rules.figures import percent, yuan
from deposits.rules.rounding import FEN, Rounding, Stage
from servicehub.declare import Assessed, Finding, Parameter, Severity, Step

AMOUNT_CLAUSE = "住房公积金管理条例 第十六条"
RATE_CLAUSE = "住房公积金管理条例 第十八条"
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class DepositFacts:
    """``wage`` is the declared monthly wage (yuan, at most two places); rates are fractions (0.12)."""

    wage: Decimal
    employer_rate: Decimal
    employee_rate: Decimal


@dataclass(frozen=True, slots=True)
class RateRange:
    """What one side may choose: fractions, both ends included, in whole ``step``s when the city asks for them."""

    least: Decimal
    most: Decimal
    step: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DepositPolicy:
    """A city's rules for one month and area. ``None`` means the city sets no such bound, never that it is unknown."""

    rounding: Rounding
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    employer_rates: RateRange | None = None
    employee_rates: RateRange | None = None
    rates_equal: bool = False
    document: str = ""  # 文号 of the notice that set bounds and precision
    floor_parameter: Parameter | None = None
    ceiling_parameter: Parameter | None = None
    rounding_parameter: Parameter | None = None
    rate_parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most monthly total (yuan) for the policy, both sides; ``None`` where a base bound is absent."""

    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MonthlyDeposit(Assessed):
    """``value`` is the total. Wage and base are both kept: a floor that rises mid-year needs the true wage again."""

    wage: Decimal = ZERO
    base: Decimal = ZERO
    employer: Decimal = ZERO
    employee: Decimal = ZERO
    bounds: Bounds = Bounds()

    @property
    def total(self) -> Decimal:
        return self.value

    @property
    def clamped(self) -> bool:
        return self.base != self.wage


def monthly_deposit(facts: DepositFacts, policy: DepositPolicy) -> MonthlyDeposit:
    """The month's amounts for one person. Faulty facts give findings beside the figures, never an exception."""
    base, base_step = effective_base(facts.wage, policy)
    employer, employee, side_steps = sides(base, facts.employer_rate, facts.employee_rate, policy)
    total = employer + employee
    bounds, bound_steps = monthly_bounds(policy)
    total_step = Step(
        label="月缴存额合计",
        expression=f"{yuan(employer)} + {yuan(employee)} = {yuan(total)}",
        result=yuan(total),
        clause=AMOUNT_CLAUSE,
    )
    return MonthlyDeposit(
        value=total,
        steps=(base_step, *side_steps, total_step, *bound_steps),
        findings=tuple(_findings(facts, policy, base)),
        wage=facts.wage.quantize(FEN),
        base=base,
        employer=employer,
        employee=employee,
        bounds=bounds,
    )


def effective_base(wage: Decimal, policy: DepositPolicy) -> tuple[Decimal, Step]:
    """min(max(wage, floor), ceiling). The ceiling wins if a city ever publishes a floor above it."""
    base, shown = wage, yuan(wage)
    used = []
    if policy.floor is not None:
        base, shown = max(base, policy.floor), f"max({shown}, {yuan(policy.floor)})"
        used.append(policy.floor_parameter)
    if policy.ceiling is not None:
        base, shown = min(base, policy.ceiling), f"min({shown}, {yuan(policy.ceiling)})"
        used.append(policy.ceiling_parameter)
    base = base.quantize(FEN)
    step = Step(
        label="缴存基数",
        expression=f"{shown} = {yuan(base)}" if policy.floor is not None or policy.ceiling is not None else shown,
        result=yuan(base),
        clause=policy.document or AMOUNT_CLAUSE,
        parameters=tuple(parameter for parameter in used if parameter is not None),
    )
    return base, step


def sides(
    base: Decimal, employer_rate: Decimal, employee_rate: Decimal, policy: DepositPolicy
) -> tuple[Decimal, Decimal, tuple[Step, ...]]:
    """Employer and employee amounts (yuan) of a base that is already within its bounds."""
    if policy.rounding.stage is Stage.TOTAL:
        return _sides_of_rounded_total(base, employer_rate, employee_rate, policy)
    employer, employer_step = _side("单位月缴存额", base, employer_rate, policy)
    employee, employee_step = _side("职工月缴存额", base, employee_rate, policy)
    return employer, employee, (employer_step, employee_step)


def _side(label: str, base: Decimal, rate: Decimal, policy: DepositPolicy) -> tuple[Decimal, Step]:
    product = base * rate
    amount = policy.rounding.apply(product)
    step = Step(
        label=label,
        expression=f"{yuan(base)} × {percent(rate)} = {yuan(product)}",
        result=yuan(amount),
        rounding=policy.rounding.label,
        clause=policy.document or AMOUNT_CLAUSE,
        parameters=_rounding_parameter(policy),
    )
    return amount, step


def _sides_of_rounded_total(
    base: Decimal, employer_rate: Decimal, employee_rate: Decimal, policy: DepositPolicy
) -> tuple[Decimal, Decimal, tuple[Step, ...]]:
    """The rounded total is shared by the rates; the employer takes what the fen of the employee's part leaves.

    No city publishes how it shares a rounded total; sharing by rate keeps equal rates equal to the fen.
    """
    rates = employer_rate + employee_rate
    product = base * rates
    total = policy.rounding.apply(product)
    employee = (total * employee_rate / rates).quantize(FEN, "ROUND_DOWN") if rates else ZERO
    employer = total - employee
    rounded = Step(
        label="合计取整",
        expression=f"{yuan(base)} × ({percent(employer_rate)} + {percent(employee_rate)}) = {yuan(product)}",
        result=yuan(total),
        rounding=policy.rounding.label,
        clause=policy.document or AMOUNT_CLAUSE,
        parameters=_rounding_parameter(policy),
    )
    employee_step = Step(
        label="职工月缴存额",
        expression=f"{yuan(total)} × {percent(employee_rate)} ÷ {percent(rates)}",
        result=yuan(employee),
        rounding="按比例分摊，舍去分以下",
        clause=AMOUNT_CLAUSE,
    )
    employer_step = Step(
        label="单位月缴存额",
        expression=f"{yuan(total)} − {yuan(employee)} = {yuan(employer)}",
        result=yuan(employer),
        clause=AMOUNT_CLAUSE,
    )
    return employer, employee, (rounded, employee_step, employer_step)


def single_payer_deposit(
    wage: Decimal, rate: Decimal, policy: DepositPolicy, basis: Stage = Stage.TOTAL
) -> MonthlyDeposit:
    """A flexible worker (灵活就业人员) pays both sides alone, ``rate`` 10–24 %.

    ``basis`` is policy: one city rounds once on the total (2510 × 10% = 251), another doubles a rounded side
    (2150 × 5% → 108, twice 216).
    """
    base, base_step = effective_base(wage, policy)
    if basis is Stage.PER_SIDE:
        half, half_step = _side("一侧月缴存额", base, rate / 2, policy)
        total = half * 2
        expression = f"{yuan(half)} × 2 = {yuan(total)}"
        steps = (half_step, Step("月缴存额", expression, yuan(total), clause=AMOUNT_CLAUSE))
    else:
        total, total_step = _side("月缴存额", base, rate, policy)
        steps = (total_step,)
    return MonthlyDeposit(
        value=total,
        steps=(base_step, *steps),
        findings=tuple(_base_findings(wage, policy, base)),
        wage=wage.quantize(FEN),
        base=base,
        employee=total,
    )


@lru_cache(maxsize=64)
def monthly_bounds(policy: DepositPolicy) -> tuple[Bounds, tuple[Step, ...]]:
    """[floor at the least rates, ceiling at the greatest], each rounded as the amounts themselves are.

    Remembered: a city's bounds are the same for everybody of a list, and cost more than one person's amounts.
    """
    if policy.employer_rates is None or policy.employee_rates is None:
        return Bounds(), ()
    least = most = None
    steps = []
    if policy.floor is not None:
        low = (policy.employer_rates.least, policy.employee_rates.least)
        employer, employee, parts = sides(policy.floor, *low, policy)
        least = employer + employee
        steps.append(_bound_step("月缴存额下限", employer, employee, parts, policy))
    if policy.ceiling is not None:
        high = (policy.employer_rates.most, policy.employee_rates.most)
        employer, employee, parts = sides(policy.ceiling, *high, policy)
        most = employer + employee
        steps.append(_bound_step("月缴存额上限", employer, employee, parts, policy))
    return Bounds(least, most), tuple(steps)


def _bound_step(label, employer: Decimal, employee: Decimal, parts: tuple[Step, ...], policy: DepositPolicy) -> Step:
    total = employer + employee
    return Step(
        label=label,
        expression=f"{yuan(employer)} + {yuan(employee)} = {yuan(total)}",
        result=yuan(total),
        clause=policy.document or RATE_CLAUSE,
        parameters=policy.rate_parameters,
        steps=parts,
    )


def _rounding_parameter(policy: DepositPolicy) -> tuple[Parameter, ...]:
    return (policy.rounding_parameter,) if policy.rounding_parameter else ()


def _findings(facts: DepositFacts, policy: DepositPolicy, base: Decimal) -> Iterator[Finding]:
    yield from _base_findings(facts.wage, policy, base)
    yield from _rate_findings("employer_rate", "单位", facts.employer_rate, policy.employer_rates)
    yield from _rate_findings("employee_rate", "职工", facts.employee_rate, policy.employee_rates)
    if policy.rates_equal and facts.employer_rate != facts.employee_rate:
        yield Finding(
            code="deposit.rates_differ",
            message=f"单位缴存比例 {percent(facts.employer_rate)} 与职工缴存比例 {percent(facts.employee_rate)} 不一致",
            field="employee_rate",
            clause=policy.document or RATE_CLAUSE,
            remedy="本市要求单位和职工缴存比例一致，请改成同一比例",
        )


def _base_findings(wage: Decimal, policy: DepositPolicy, base: Decimal) -> Iterator[Finding]:
    if wage != wage.quantize(FEN):
        yield Finding(
            code="deposit.base_beyond_fen",
            message=f"缴存基数 {wage} 的小数超过两位",
            field="base",
            clause=AMOUNT_CLAUSE,
            remedy="缴存基数以元为单位，最多写到分",
        )
    elif base > wage:
        yield _clamped(wage, base, "低于", "下限", policy)
    elif base < wage:
        yield _clamped(wage, base, "高于", "上限", policy)


def _clamped(wage: Decimal, base: Decimal, than: str, bound: str, policy: DepositPolicy) -> Finding:
    return Finding(
        code="deposit.base_below_floor" if bound == "下限" else "deposit.base_above_ceiling",
        message=f"申报工资 {yuan(wage)} 元{than}缴存基数{bound} {yuan(base)} 元，按{bound}计算",
        severity=Severity.WARNING,
        field="base",
        clause=policy.document or AMOUNT_CLAUSE,
        remedy="申报工资照实登记，缴存基数由系统按上下限取定",
        facts={"wage": str(wage), "base": str(base)},
    )


def _rate_findings(field: str, side: str, rate: Decimal, allowed: RateRange | None) -> Iterator[Finding]:
    if allowed is None:
        return
    span = f"{percent(allowed.least)}–{percent(allowed.most)}"
    if not allowed.least <= rate <= allowed.most:
        yield Finding(
            code="deposit.rate_out_of_range",
            message=f"{side}缴存比例 {percent(rate)} 不在 {span} 之内",
            field=field,
            clause=RATE_CLAUSE,
            remedy=f"{side}缴存比例改为 {span}",
        )
    elif allowed.step and rate % allowed.step:
        yield Finding(
            code="deposit.rate_off_step",
            message=f"{side}缴存比例 {percent(rate)} 不是 {percent(allowed.step)} 的整数倍",
            field=field,
            clause=RATE_CLAUSE,
            remedy=f"{side}缴存比例取 {span} 之间 {percent(allowed.step)} 的整数倍",
        )
