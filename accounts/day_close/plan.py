"""Which steps the close of a day has, and which periods end with it."""

from datetime import date, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.day_close.models import PeriodKind
from servicehub.declare import CloseStep
from servicehub.declare.registry import jobs

OWN = "close."


def periods_ending(day: date) -> dict[PeriodKind, str]:
    """Kind → key of what ends with ``day``."""
    ends = {PeriodKind.DAY: day.isoformat()}
    if (day + timedelta(days=1)).month != day.month:
        ends[PeriodKind.MONTH] = f"{day:%Y%m}"
        if day.month == 6:
            ends[PeriodKind.INTEREST_YEAR] = str(day.year)
        if day.month == 12:
            ends[PeriodKind.YEAR] = str(day.year)
    return ends


def run_key(step: CloseStep, day: date, place: int) -> str:
    """What the step's job is a run of: the year, the month's last day, or this place of this close."""
    if step.when == PeriodKind.DAY:
        return f"close-{day}-{place}"
    return day.isoformat() if step.when == PeriodKind.MONTH else str(day.year)


def steps_of(day: date) -> list[CloseStep]:
    """In order. Slots nobody has filled are left out."""
    kinds = {kind.value for kind in periods_ending(day)}
    scheduled: tuple[CloseStep, ...] = import_string(settings.DAY_CLOSE)
    return [step for step in scheduled if step.when in kinds and (not step.slot or step.code in jobs)]
