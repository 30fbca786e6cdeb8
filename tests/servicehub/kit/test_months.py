from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicehub.kit.months import Month, months_from_to

MONTHS = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))


@pytest.mark.parametrize(
    "value", [202611, "202611", "2026-11", "2026年11月", " 2026/11 ", "2026.11", date(2026, 11, 30)]
)
def test_every_shape_is_read(value):
    assert Month.of(value) == Month(2026, 11)


@pytest.mark.parametrize("value", ["2026-13", "20261", "202600", "26-11", "", "2026-11-08", 202613])
def test_what_is_no_month_is_refused(value):
    with pytest.raises(ValueError):
        Month.of(value)


def test_it_reads_in_three_ways():
    month = Month(2026, 1)
    assert (int(month), str(month), month.words) == (202601, "2026-01", "2026年1月")


@given(MONTHS, st.integers(-600, 600))
def test_adding_and_subtracting_agree(month, steps):
    assert (month + steps) - month == steps
    assert (month + steps) - steps == month
    assert (month < month + steps) == (steps > 0)


@given(MONTHS)
def test_neighbours_and_days(month):
    assert month.next.previous == month
    assert (month.next.first_day - month.last_day).days == 1
    assert Month.of(int(month)) == Month.of(str(month)) == month


@pytest.mark.parametrize(("month", "year"), [("2026-06", 2026), ("2026-07", 2027), ("2027-06", 2027)])
def test_the_fund_year_ends_on_30_june(month, year):
    assert Month.of(month).fund_year == year


def test_ranges_include_both_ends():
    assert [str(m) for m in months_from_to(Month(2026, 11), Month(2027, 1))] == ["2026-11", "2026-12", "2027-01"]
    assert list(months_from_to(Month(2026, 2), Month(2026, 1))) == []
