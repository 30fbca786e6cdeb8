"""Year-months: what a deposit is for. ``202611`` in the database and in files, ``2026-11`` in addresses and tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering

FAR_FUTURE = 999912
"""What a month column holds for "not ended yet", so that ``to_month > month`` is one indexable comparison."""

_SHAPE = re.compile(r"(\d{4})\s*[-./年]?\s*(\d{1,2})\s*月?")


@total_ordering
@dataclass(frozen=True, slots=True)
class Month:
    year: int
    month: int

    def __post_init__(self):
        if not (1 <= self.month <= 12 and 1 <= self.year <= 9999):
            raise ValueError(f"{self.year}-{self.month} is no month")

    @classmethod
    def of(cls, value: "int | str | date | Month") -> "Month":
        """From 202611, "202611", "2026-11", "2026年11月", a date, or itself.

        :raises ValueError: none of these.
        """
        if isinstance(value, Month):
            return value
        if isinstance(value, date):
            return cls(value.year, value.month)
        if isinstance(value, int):
            return cls(*divmod(value, 100))
        shape = _SHAPE.fullmatch(value.strip())
        if not shape or (len(shape[2]) == 1 and value.strip().isdigit()):  # 20261 may be January or a lost digit
            raise ValueError(f"{value!r} is no month")
        return cls(int(shape[1]), int(shape[2]))

    def __int__(self) -> int:
        return self.year * 100 + self.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __lt__(self, other: "Month") -> bool:
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.month) < (other.year, other.month)

    def __add__(self, months: int) -> "Month":
        years, index = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(years, index + 1)

    def __sub__(self, other):
        """Months between two months, or the month so many months before."""
        if isinstance(other, Month):
            return (self.year - other.year) * 12 + self.month - other.month
        return self + -other

    @property
    def next(self) -> "Month":
        return self + 1

    @property
    def previous(self) -> "Month":
        return self + -1

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def fund_year(self) -> int:
        """The year whose 30 June ends it: July 2026 to June 2027 is fund year 2027 (缴存年度, 结息年度)."""
        return self.year + (self.month >= 7)

    @property
    def words(self) -> str:
        """As prose says it: 2026年11月."""
        return f"{self.year}年{self.month}月"


def months_from_to(first: Month, last: Month) -> Iterator[Month]:
    """Both ends included; nothing when ``last`` comes before ``first``."""
    while first <= last:
        yield first
        first = first.next
