"""Deadlines against the official 2026 arrangement, and what happens beyond the published years."""

from datetime import date, timedelta

import pytest

from servicehub import clock
from servicehub.clock import published, working_days
from servicehub.clock.models import BusinessCalendar, BusinessDayMovesForward, NoBusinessDay, Workday
from servicehub.clock.working_days import Due, YearNotPublished, add_working_days, due, due_in_calendar_days

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("received", "count", "expected"),
    [
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday worked
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-14", 5, "2026-02-28"),
        ("2026-04-20", 15, "2026-05-13"),
        ("2026-09-18", 3, "2026-09-22"),
        ("2026-09-18", 7, "2026-09-29"),
        ("2026-09-21", 15, "2026-10-19"),
        ("2026-09-24", 1, "2026-09-28"),
        ("2026-10-03", 1, "2026-10-08"),
        ("2026-12-24", 5, "2026-12-31"),
    ],
)
def test_working_day_clocks(received, count, expected):
    assert add_working_days(date.fromisoformat(received), count) == date.fromisoformat(expected)
    assert due(date.fromisoformat(received), count) == Due(date.fromisoformat(expected))


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("2026-09-30", 3, "2026-10-08"),
        ("2026-02-12", 3, "2026-02-24"),
        ("2026-05-01", 3, "2026-05-06"),
        ("2026-11-23", 3, "2026-11-26"),
    ],
)
def test_calendar_day_limits_move_off_days_off(received, days, expected):
    assert due_in_calendar_days(date.fromisoformat(received), days) == Due(date.fromisoformat(expected))


def test_a_year_not_published_is_refused_and_internal_deadlines_are_tentative():
    with pytest.raises(YearNotPublished) as refusal:
        add_working_days(date(2026, 12, 31), 5)
    assert refusal.value.year == 2027
    assert "2027年" in refusal.value.findings[0].message
    assert due(date(2026, 12, 31), 5) == Due(date(2027, 1, 7), tentative=True)
    assert str(due(date(2026, 12, 30), 2)) == "2027-01-01（暂定）"
    assert due(date(2030, 6, 7), 1) == Due(date(2030, 6, 10), tentative=True)
    assert due_in_calendar_days(date(2026, 12, 31), 2) == Due(date(2027, 1, 4), tentative=True)
    with pytest.raises(YearNotPublished):
        working_days.working_days(2027)
    with pytest.raises(YearNotPublished):
        working_days.is_working_day(date(2027, 1, 1))


def test_a_hole_in_the_table_is_not_counted_across():
    Workday.objects.filter(day=date(2026, 11, 25)).delete()
    with pytest.raises(YearNotPublished):
        add_working_days(date(2026, 11, 23), 5)
    assert add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 24)


def test_2026_has_248_working_days():
    year = working_days.working_days(2026)
    assert year.working_days == 248
    assert year.documents == ("国办发明电〔2025〕7号",)
    assert date(2026, 2, 14) in year.makeup_work
    assert date(2026, 10, 10) in year.makeup_work
    assert len(year.makeup_work) == 6
    assert len(year.off) == 33
    assert date(2026, 2, 14) not in year.off


def test_every_published_year_is_whole():
    totals = {year: working_days.working_days(year).working_days for year in range(2004, 2027)}
    assert totals[2025] == 248
    assert (min(totals.values()), max(totals.values())) == (248, 252)


@pytest.mark.parametrize(
    ("day", "document", "note"),
    [
        (date(2020, 2, 1), "国办发明电〔2020〕1号", "春节"),
        (date(2019, 5, 2), "国办发明电〔2019〕3号", "劳动节"),
        (date(2018, 12, 29), "国办发明电〔2018〕15号", "元旦调休上班"),
        (date(2015, 9, 3), "国发明电〔2015〕1号", "抗战胜利纪念日"),
        (date(2006, 1, 2), "国务院办公厅年度放假安排（文号待核）", "元旦"),
    ],
)
def test_each_day_names_its_notice(day, document, note):
    row = Workday.objects.get(pk=day)
    assert (row.document, row.note) == (document, note)


def test_loading_again_keeps_what_two_people_edited():
    Workday.objects.filter(pk=date(2026, 11, 25)).update(is_working=False, document="市政府通知")
    Workday.objects.filter(pk=date(2026, 11, 26)).delete()
    assert published.load_published_years([2026]) == 1
    assert not working_days.is_working_day(date(2026, 11, 25))


def test_deadlines_are_at_least_a_day_away():
    with pytest.raises(ValueError, match="at least one"):
        due(date(2026, 11, 23), 0)


def test_one_query_answers_a_deadline(django_assert_num_queries):
    with django_assert_num_queries(1):
        due(date(2026, 4, 20), 15)


def test_the_business_day_moves_forward_only():
    BusinessCalendar.objects.all().delete()  # a centre that has never opened
    with pytest.raises(NoBusinessDay):
        clock.business_date()
    BusinessCalendar.open(date(2026, 11, 23))
    assert clock.business_date() == date(2026, 11, 23)
    for day in (date(2026, 11, 23), date(2026, 11, 22)):
        with pytest.raises(BusinessDayMovesForward):
            BusinessCalendar.open(day)
    BusinessCalendar.open(date(2026, 11, 23) + timedelta(days=1))
    assert clock.business_date() == date(2026, 11, 24)
