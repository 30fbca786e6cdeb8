"""The one home of time. Real time for audit and sessions, the business date for postings and deadlines."""

from datetime import date, datetime, time

from django.utils import timezone


def now() -> datetime:
    """Real time, aware, in UTC; shown in Asia/Shanghai."""
    return timezone.now()


def local_now() -> datetime:
    """The same moment as clocks on the wall show it, for messages to parties outside."""
    return timezone.localtime(timezone.now())


def today() -> date:
    """The calendar date in Asia/Shanghai, for session clocks and file names; never for postings."""
    return timezone.localdate()


def local(moment: datetime) -> datetime:
    """The same moment on the wall clock of Asia/Shanghai."""
    return timezone.localtime(moment)


def moment_of(day: date, hour: int = 0) -> datetime:
    """``hour`` o'clock of a calendar day in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def business_date() -> date:
    """The centre's open business day (营业日), stored, moved on by day close only.

    :raises NoBusinessDay: none was ever opened.
    """
    from servicehub.clock.models import BusinessCalendar

    return BusinessCalendar.current()


def business_date_or_none() -> date | None:
    """For pages that must stand before the first day was opened, and error pages without a database."""
    from django.db import DatabaseError

    from servicehub.clock.models import BusinessCalendar

    try:
        return BusinessCalendar.objects.values_list("open_date", flat=True).filter(pk=1).first()
    except DatabaseError:
        return None
