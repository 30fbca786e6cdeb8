"""The policy book read into the inputs of the rules: one city, one month, one area, one class of employer."""

from datetime import date

from accounts.areas import policy_area
from accounts.models import EmployerAccount
from deposits import parameters as keys
from deposits.rules.amounts import AMOUNT_CLAUSE, DepositPolicy, RateRange
from deposits.rules.rounding import named
from servicehub import policy
from servicehub.kit.months import Month
from servicehub.policy import InForce

AUTHORITATIVE = frozenset({"A", "A-derived", "B", "own"})
"""Confidence that may stand as the basis of a figure without a mark."""

_RATE_KEYS = (keys.EMPLOYER_RATE_MIN, keys.EMPLOYER_RATE_MAX, keys.EMPLOYEE_RATE_MIN, keys.EMPLOYEE_RATE_MAX)


def deposit_policy(
    month: date, *, city: str | None = None, area: str = "", employer_class: str = "", fund_kind: str = ""
) -> DepositPolicy:
    """Rules of the month (its first day decides), never of today: a make-up for 2024-05 keeps the bounds of 2024-05.

    ``city`` is the centre's own unless given; ``area`` "" is the city proper.

    :raises NotInForce: a bound, a rate or the precision of that month is not known. It is never guessed.
    """
    where = {"city": city, "area": area}
    found = policy.values(
        [keys.BASE_CEILING, keys.BASE_FLOOR, keys.RATES_EQUAL, *_RATE_KEYS], month, **where, scope=employer_class
    )
    ceiling, floor = found[keys.BASE_CEILING.code], found[keys.BASE_FLOOR.code]
    rounding = policy.value(keys.ROUNDING, month, **where, scope=fund_kind)
    step = policy.find(keys.RATE_STEP, month, **where, scope=employer_class)
    rates = [found[key.code] for key in _RATE_KEYS]
    least_employer, most_employer, least_employee, most_employee = (rate.value for rate in rates)
    grid = step.value if step else None
    return DepositPolicy(
        rounding=named(rounding.value),
        floor=floor.value,
        ceiling=ceiling.value,
        employer_rates=RateRange(least_employer, most_employer, grid),
        employee_rates=RateRange(least_employee, most_employee, grid),
        rates_equal=found[keys.RATES_EQUAL.code].value,
        document=_clause(ceiling),
        floor_parameter=policy.as_parameter(floor),
        ceiling_parameter=policy.as_parameter(ceiling),
        rounding_parameter=policy.as_parameter(rounding),
        rate_parameters=tuple(policy.as_parameter(rate) for rate in [*rates, *([step] if step else [])]),
    )


def policy_of_account(account: EmployerAccount, month: Month) -> DepositPolicy:
    """The rules of one employer account's month: its area, its class, its fund kind.

    :raises NotInForce: as ``deposit_policy``.
    """
    employer = account.employer
    return deposit_policy(
        month.first_day,
        area=policy_area(employer.area),
        employer_class=str(employer.klass),
        fund_kind=str(account.fund_kind),
    )


def knows_city(city: str) -> bool:
    """Whether any precision was ever released for the city."""
    return any(in_force.city == city for in_force in policy.history(keys.ROUNDING, city=city))


def plain_city(name: str) -> str:
    """许昌市 and 许昌 are one city."""
    return name[:-1] if len(name) > 2 and name.endswith("市") else name


def _clause(ceiling: InForce) -> str:
    """What a figure rests on. A value that was not checked against its notice is never quoted as law."""
    if ceiling.document:
        return ceiling.document
    if ceiling.confidence in AUTHORITATIVE:
        return f"{ceiling.city or '全国'}公布的缴存基数上下限（自 {ceiling.valid_from:%Y-%m-%d} 起）"
    return f"{AMOUNT_CLAUSE}（本市数值{policy.CONFIDENCE.get(ceiling.confidence, '未核实')}）"
