"""Interest years: how a year is computed is fixed before its first posting, its rates when it is released."""

from dataclasses import dataclass

from accounts.ledger.models import InterestYear, Posting
from servicehub.declare import Origin


@dataclass(frozen=True, slots=True)
class YearPolicy:
    """Policy values of one interest year, read by the caller from the policy room."""

    method: str = InterestYear.Method.DAYS_PRODUCT
    application: str = InterestYear.Application.SETTLEMENT_DAY
    divisor: int = 360
    document: str = ""


def open_interest_year(origin: Origin, year: int, policy: YearPolicy) -> InterestYear:
    """Fix method, rate application and divisor of ``year`` (1 July before to 30 June). Safe to call again.

    :raises ValueError: the year has postings and another policy.
    """
    origin.require_pass()
    wanted = {
        "method": policy.method,
        "application": policy.application,
        "divisor": policy.divisor,
        "document": policy.document,
    }
    found, _created = InterestYear.objects.get_or_create(year=year, defaults=wanted)
    differs = any(getattr(found, name) != value for name, value in wanted.items() if name != "document")
    if differs:
        if Posting.objects.filter(interest_year=year).exists():
            raise ValueError(f"interest year {year} has postings: its products already hold the weights")
        InterestYear.objects.filter(year=year).update(**wanted)
        found.refresh_from_db()
    return found
