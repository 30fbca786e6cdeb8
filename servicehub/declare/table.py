"""A list as the hub serves it: page, print, xlsx and API from one declaration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from servicehub.declare.assessed import Step


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    kind: str = "text"  # text | money | delta | date | month | datetime | count | rate | status | mask | link
    sort: str = ""  # database expression the header sorts by; "" means not sortable
    total: bool = False
    url: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """``source`` is a queryset of dicts (``.values(...)``) or a sequence of mappings.

    ``totals`` are over the whole filter, never over the page. ``finish`` masks and shapes one page of rows: it is
    called with at most a page, so that work does not grow with people.
    """

    columns: tuple[Column, ...]
    source: Any
    caption: str = ""
    unit: str = ""
    order: tuple[str, ...] = ()
    totals: Mapping[str, Any] | Callable[[Any], Mapping[str, Any]] | None = None
    finish: Callable[[Sequence[Mapping]], Sequence[Mapping]] | None = None
    filters: tuple[str, ...] = ()  # names of Input fields that are filters, shown in the filter bar
    empty: str = ""  # 还没有…，怎样会出现
    facts: tuple[tuple[str, str], ...] = field(default=())  # headline figures above the list
    paper: tuple[Step, ...] = ()  # how the figures came about (一分钱溯源), a tree below the list
