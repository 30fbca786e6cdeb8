"""The years whose working days the State Council has published, and the notices that say so.

The days themselves come from the library ``chinesecalendar`` (2004 to 2026), checked against the notices' totals by
tests. Years it does not know are entered by two people once the notice is out; nothing here guesses one.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from servicehub.clock.models import Workday

FIRST_YEAR, LAST_YEAR = 2004, 2026

_NOTICES = {
    2008: "国办发明电〔2007〕52号",
    2009: "国办发明电〔2008〕42号",
    2010: "国办发明电〔2009〕27号",
    2011: "国办发明电〔2010〕40号",
    2012: "国办发明电〔2011〕45号",
    2013: "国办发明电〔2012〕33号",
    2014: "国办发明电〔2013〕28号",
    2015: "国办发明电〔2014〕28号",
    2016: "国办发明电〔2015〕18号",
    2017: "国办发明电〔2016〕17号",
    2018: "国办发明电〔2017〕12号",
    2019: "国办发明电〔2018〕15号",
    2020: "国办发明电〔2019〕16号",
    2021: "国办发明电〔2020〕27号",
    2022: "国办发明电〔2021〕11号",
    2023: "国办发明电〔2022〕16号",
    2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号",
    2026: "国办发明电〔2025〕7号",
}
_UNKNOWN = "国务院办公厅年度放假安排（文号待核）"
# Later notices that changed a stretch of an arrangement already published.
_AMENDMENTS = (
    (date(2015, 9, 3), date(2015, 9, 6), "国发明电〔2015〕1号"),
    (date(2019, 4, 28), date(2019, 5, 5), "国办发明电〔2019〕3号"),
    (date(2020, 1, 31), date(2020, 2, 2), "国办发明电〔2020〕1号"),
)
# A year's notice may begin in the last days of the year before (元旦).
_BELONGS_TO_NEXT_YEAR = (
    (date(2007, 12, 29), date(2007, 12, 31)),
    (date(2011, 12, 31), date(2011, 12, 31)),
    (date(2018, 12, 29), date(2018, 12, 31)),
    (date(2022, 12, 31), date(2022, 12, 31)),
)
_FESTIVALS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def load_published_years(years: Iterable[int] = range(FIRST_YEAR, LAST_YEAR + 1)) -> int:
    """Add the days of published years that are not there yet; days already there, edited or not, stay. Repeatable.

    Returns how many days were added.
    """
    before = Workday.objects.count()
    days = [day for year in years for day in _days_of(year)]
    Workday.objects.bulk_create(days, ignore_conflicts=True, batch_size=2_000)
    return Workday.objects.count() - before


def _days_of(year: int) -> Iterator[Workday]:
    import chinese_calendar  # here, because only this command needs it

    day = date(year, 1, 1)
    while day.year == year:
        off, festival = chinese_calendar.get_holiday_detail(day)
        note = ""
        if festival:
            note = _FESTIVALS[festival] + ("" if off else "调休上班")
        yield Workday(day=day, is_working=not off, note=note, document=_notice_of(day))
        day += timedelta(days=1)


def _notice_of(day: date) -> str:
    for first, last, document in _AMENDMENTS:
        if first <= day <= last:
            return document
    year = day.year
    if any(first <= day <= last for first, last in _BELONGS_TO_NEXT_YEAR):
        year += 1
    return _NOTICES.get(year, _UNKNOWN)
