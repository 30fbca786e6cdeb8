"""Opening hours of a channel, in Asia/Shanghai."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from servicehub.clock.models import Workday

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOOK_AHEAD_DAYS = 30


def is_open(at: datetime, opens: time, closes: time, workdays_only: bool) -> bool:
    local = at.astimezone(SHANGHAI)
    return opens <= local.time() < closes and (not workdays_only or _working_days(local, 0)[0])


def next_open(at: datetime, opens: time, closes: time, workdays_only: bool) -> datetime | None:
    """``None``: not within a month, which no calendar says."""
    local = at.astimezone(SHANGHAI)
    working = _working_days(local, LOOK_AHEAD_DAYS) if workdays_only else [True] * (LOOK_AHEAD_DAYS + 1)
    for ahead, is_working in enumerate(working):
        moment = datetime.combine(local.date() + timedelta(days=ahead), opens, SHANGHAI)
        if is_working and moment > local:
            return moment
    return None


def shown(moment: datetime) -> str:
    """As every page and notice writes it: 2026-11-08 10:21."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def midnight_after(day: date) -> datetime:
    return midnight(day + timedelta(days=1))


def _working_days(local: datetime, days: int) -> list[bool]:
    """A day the calendar does not know (the State Council has not published its year) counts by its weekday."""
    first = local.date()
    known = dict(
        Workday.objects.filter(day__range=(first, first + timedelta(days=days))).values_list("day", "is_working")
    )
    wanted = [first + timedelta(days=ahead) for ahead in range(days + 1)]
    return [known.get(day, day.weekday() < 5) for day in wanted]
