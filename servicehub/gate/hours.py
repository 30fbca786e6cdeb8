"""Opening hours of a channel, in Asia/Shanghai."""

from datetime import datetime, time, timedelta

from servicehub import clock
from servicehub.clock.models import Workday

LOOK_AHEAD_DAYS = 30


def is_open(at: datetime, opens: time, closes: time, workdays_only: bool) -> bool:
    local = clock.local(at)
    return opens <= local.time() < closes and (not workdays_only or _working_days(local, 0)[0])


def next_open(at: datetime, opens: time, closes: time, workdays_only: bool) -> datetime | None:
    """``None``: not within a month, which no calendar says."""
    local = clock.local(at)
    working = _working_days(local, LOOK_AHEAD_DAYS) if workdays_only else [True] * (LOOK_AHEAD_DAYS + 1)
    for ahead, is_working in enumerate(working):
        moment = datetime.combine(local.date() + timedelta(days=ahead), opens, local.tzinfo)
        if is_working and moment > local:
            return moment
    return None


def _working_days(local: datetime, days: int) -> list[bool]:
    """A day the calendar does not know (the State Council has not published its year) counts by its weekday."""
    first = local.date()
    known = dict(
        Workday.objects.filter(day__range=(first, first + timedelta(days=days))).values_list("day", "is_working")
    )
    wanted = [first + timedelta(days=ahead) for ahead in range(days + 1)]
    return [known.get(day, day.weekday() < 5) for day in wanted]
