"""The interest calendar: which year a value date belongs to, and what it weighs there.

The interest year ``y`` runs from 1 July ``y-1`` to 30 June ``y``, both earning. Twin of ``sql/calendar.sql``.
"""

from datetime import date
from enum import StrEnum


class Method(StrEnum):
    DAYS_PRODUCT = "days_product"
    MONTHS_11_TO_0 = "months_11_to_0"


MONTH_DAYS = 30
MONTHS_YEAR_WEIGHT = 12 * MONTH_DAYS


def interest_year(value_date: date) -> int:
    return value_date.year + (value_date.month >= 7)


def year_start(year: int) -> date:
    return date(year - 1, 7, 1)


def year_end(year: int) -> date:
    return date(year, 6, 30)


def year_weight(year: int, method: Method = Method.DAYS_PRODUCT) -> int:
    """What the opening balance weighs: 365 or 366 days, or twelve months of thirty."""
    if method is Method.MONTHS_11_TO_0:
        return MONTHS_YEAR_WEIGHT
    return (year_end(year) - year_start(year)).days + 1


def weight(value_date: date, year: int, method: Method = Method.DAYS_PRODUCT) -> int:
    """Days ``value_date`` earns in ``year``: a credit from that day on, a debit no longer from that day on.

    From before the year it is the whole year. By months, a movement counts from the month after its own: July 11,
    June 0; that debits are weighed alike is our reading, no rule was found that says so.

    :raises ValueError: the date lies after the year.
    """
    if value_date < year_start(year):
        return year_weight(year, method)
    if value_date > year_end(year):
        raise ValueError(f"{value_date} lies after interest year {year}")
    if method is Method.MONTHS_11_TO_0:
        return MONTH_DAYS * ((18 - value_date.month) % 12)
    return (year_end(year) - value_date).days + 1


def weight_after(day: date, year: int, method: Method = Method.DAYS_PRODUCT) -> int:
    """What the days after ``day`` weigh: a product less the balance times this is what was earned until ``day``.

    By months the month of ``day`` counts as over: nothing of it is left to earn.
    """
    weighed = weight(day, year, method)
    return weighed if method is Method.MONTHS_11_TO_0 else weighed - 1
