"""What the policy book says of an interest year, as the ledger takes it: method, divisor, rates in percent."""

from datetime import date, timedelta

from accounts import parameters as keys
from accounts.ledger.models import InterestYear
from accounts.ledger.rules.calendar import interest_year, year_end, year_start
from accounts.ledger.rules.interest import Buckets, RateChange
from accounts.ledger.years import YearPolicy, open_interest_year
from servicehub import policy
from servicehub.declare import Origin

UNIFIED_ON = date(2016, 2, 21)
"""银发〔2016〕43号 took the place of 银发〔1999〕77号 within the year of 2016. Each pays for its own part by its own rule:
77号 at the rate of the last day of its part, whatever it was before."""


def year_policy(year: int) -> YearPolicy:
    """As in force on the first day of the year; fixed before its first posting.

    :raises NotInForce: the book says nothing of that day.
    """
    found = policy.values(
        [keys.INTEREST_METHOD, keys.INTEREST_DIVISOR, keys.INTEREST_RATE_APPLICATION], year_start(year)
    )
    application = found[keys.INTEREST_RATE_APPLICATION.code]
    return YearPolicy(
        method=found[keys.INTEREST_METHOD.code].value,
        application=application.value.lower(),
        divisor=found[keys.INTEREST_DIVISOR.code].value,
        document=application.document[:120],
    )


def open_year(origin: Origin, year: int) -> InterestYear:
    return open_interest_year(origin, year, year_policy(year))


def rates_on(day: date) -> Buckets:
    """Percent a year, per bucket.

    :raises NotInForce: no rate was released for that day.
    """
    found = policy.values([keys.INTEREST_RATE_CURRENT, keys.INTEREST_RATE_CARRIED], day)
    current, carried = found[keys.INTEREST_RATE_CURRENT.code], found[keys.INTEREST_RATE_CARRIED.code]
    return Buckets(current.value * 100, carried.value * 100)


def year_rates(year: int, until: date | None = None) -> tuple[Buckets, tuple[RateChange, ...]]:
    """The rates ``year`` is paid at, and their changes within it (up to ``until``, for a closing) where it is segmented.

    :raises NotInForce: as ``rates_on``.
    """
    last = min(until or year_end(year), year_end(year))
    if InterestYear.objects.get(year=year).application != InterestYear.Application.SEGMENTED:
        return rates_on(last), ()
    if interest_year(UNIFIED_ON) == year:
        before = rates_on(UNIFIED_ON - timedelta(days=1))
        return before, (RateChange(UNIFIED_ON, rates_on(UNIFIED_ON)),) if last >= UNIFIED_ON else ()
    changes = {
        value.valid_from
        for key in (keys.INTEREST_RATE_CURRENT, keys.INTEREST_RATE_CARRIED)
        for value in policy.history(key)
        if value.valid_from and year_start(year) < value.valid_from <= last
    }
    return rates_on(year_start(year)), tuple(RateChange(day, rates_on(day)) for day in sorted(changes))
