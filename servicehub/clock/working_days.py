"""Deadlines in working days and calendar days. A year the State Council has not published is never guessed.

The day of receipt does not count: day 1 is the next working day (民法典 第二百零一条). A limit in calendar days that
ends on a day off ends on the next working day (第二百零三条).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from servicehub.clock.models import Workday
from servicehub.declare import DomainError, Finding


class YearNotPublished(DomainError):
    """The working days of a year are not in the table."""

    def __init__(self, year: int):
        finding = Finding(
            code="clock.year_not_published",
            message=f"{year}年的放假安排国务院办公厅尚未公布，不能推算该年的工作日。",
            remedy="公布后由工作日历维护岗录入并经复核，再重新计算。",
            facts={"year": year},
        )
        super().__init__("clock.year_not_published", finding, year=year)
        self.year = year


@dataclass(frozen=True, slots=True)
class Due:
    """``tentative`` (暂定): counted over a year not published, Monday to Friday; recount when it is."""

    date: date
    tentative: bool = False

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}" + ("（暂定）" if self.tentative else "")


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """``off``: days the notice gives off, weekends inside a stretch included; ``makeup_work``: weekends worked."""

    year: int
    working_days: int
    off: tuple[date, ...]
    makeup_work: tuple[date, ...]
    documents: tuple[str, ...]


def is_working_day(day: date) -> bool:
    """:raises YearNotPublished:"""
    working = Workday.objects.filter(pk=day).values_list("is_working", flat=True).first()
    if working is None:
        raise YearNotPublished(day.year)
    return working


def add_working_days(start: date, count: int) -> date:
    """The ``count``-th working day after ``start`` (at least 1).

    :raises YearNotPublished: the count runs into a year whose days are not known.
    """
    due_date = _counted(start, count)
    if due_date is None:
        raise YearNotPublished(_first_unknown_year(start))
    return due_date


def due(start: date, working_days: int) -> Due:
    """A deadline for our own clocks: never refuses, says when it is tentative."""
    due_date = _counted(start, working_days)
    if due_date is not None:
        return Due(due_date)
    known = _known_after(start)
    day, left = (known[-1][0], working_days - sum(working for _, working in known)) if known else (start, working_days)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return Due(day, tentative=True)


def due_in_calendar_days(start: date, days: int) -> Due:
    """A limit in calendar days (自然日) that moves off a day off."""
    day = start + timedelta(days=days)
    stretch = dict(_known_between(day, day + timedelta(days=30)))
    while not stretch.get(day, day.weekday() < 5):
        day += timedelta(days=1)
    return Due(day, tentative=day not in stretch)


def working_days(year: int) -> YearCalendar:
    """:raises YearNotPublished: the year is not whole in the table."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = list(Workday.objects.filter(day__range=(first, last)).order_by("day"))
    if len(rows) != (last - first).days + 1:
        raise YearNotPublished(year)
    return YearCalendar(
        year=year,
        working_days=sum(row.is_working for row in rows),
        off=tuple(row.day for row in rows if row.note and not row.is_working),
        makeup_work=tuple(row.day for row in rows if row.is_working and row.day.weekday() >= 5),
        documents=tuple(dict.fromkeys(row.document for row in rows)),
    )


def _counted(start: date, count: int) -> date | None:
    """``None`` when the table ends, or has a hole, before the count is done."""
    if count < 1:
        raise ValueError("a deadline is at least one working day away")
    days = _known_after(start, count)
    working = [day for day, is_working in days if is_working]
    return working[count - 1] if len(working) >= count else None


def _known_after(start: date, count: int | None = None) -> list[tuple[date, bool]]:
    """Known days after ``start``, without a gap; enough of them for ``count`` working days."""
    # Two thirds of all days are worked; eleven days off in a row is the longest stretch the table has.
    last = start + timedelta(days=count * 2 + 20) if count else date(start.year + 2, 1, 1)
    days = []
    for expected, row in enumerate(_known_between(start + timedelta(days=1), last), 1):
        if row[0] != start + timedelta(days=expected):
            break
        days.append(row)
    return days


def _known_between(first: date, last: date) -> list[tuple[date, bool]]:
    return list(Workday.objects.filter(day__range=(first, last)).order_by("day").values_list("day", "is_working"))


def _first_unknown_year(start: date) -> int:
    known = _known_after(start)
    return ((known[-1][0] if known else start) + timedelta(days=1)).year
