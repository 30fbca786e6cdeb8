"""A declared Table as one page of a list: filter kept, sort, page, totals over the whole filter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from servicehub.declare import Table, TableColumn

SIZE = 50
SIZE_STAFF = 100
PRINT_MAX = 2_000
EXPORT_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """What ``ui.pagination`` draws."""

    number: int
    pages: int
    count: int
    size: int
    urls: tuple[tuple[int | None, str], ...] = ()
    previous: str = ""
    next: str = ""

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.count)


@dataclass(slots=True)
class Listing:
    """One page of a table, ready to draw."""

    table: Table
    rows: Sequence[Mapping[str, Any]]
    page: Page
    totals: Mapping[str, Any]
    sorts: Mapping[str, str]
    sorted: tuple[str, str] | None
    cut: int = 0  # rows a print left out


def listing(table: Table, query: QueryDict, size: int = SIZE) -> Listing:
    """Three statements whatever the number of rows: count, totals, page."""
    sort, source = _sorted(table, query.get("sort", ""))
    count = _count(source)
    printing = query.get("print") == "1"
    size = PRINT_MAX if printing else size
    pages = max(1, -(-count // size))
    number = min(max(_number(query.get("page")), 1), pages)
    rows = finished(table, source[(number - 1) * size : number * size])
    page = Page(
        number,
        pages,
        count,
        size,
        urls=tuple((each, address(query, page=each) if each else "") for each in _numbers(number, pages)),
        previous=address(query, page=number - 1) if number > 1 else "",
        next=address(query, page=number + 1) if number < pages else "",
    )
    return Listing(
        table,
        rows,
        page,
        totals_of(table),
        {column.key: _sort_address(query, column, sort) for column in table.columns if column.sort},
        _state(table, sort),
        cut=max(count - PRINT_MAX, 0) if printing else 0,
    )


def finished(table: Table, rows: Any) -> list[Mapping[str, Any]]:
    rows = list(rows)
    return list(table.finish(rows)) if table.finish and rows else rows


def chunks(table: Table, query: QueryDict):
    """The whole filter, a chunk at a time: what an export writes."""
    _, source = _sorted(table, query.get("sort", ""))
    if not isinstance(source, QuerySet):
        yield finished(table, source)
        return
    held: list[Mapping[str, Any]] = []
    for row in source.iterator(chunk_size=EXPORT_CHUNK):
        held.append(row)
        if len(held) == EXPORT_CHUNK:
            yield finished(table, held)
            held = []
    if held:
        yield finished(table, held)


def totals_of(table: Table) -> Mapping[str, Any]:
    if callable(table.totals):
        return table.totals(table.source)
    return table.totals or {}


def _sorted(table: Table, asked: str) -> tuple[str, Any]:
    """(sort in force, source in that order). An unknown sort is no sort: an old link still opens."""
    name = asked.lstrip("-")
    column = next((one for one in table.columns if one.key == name and one.sort), None)
    source = table.source
    if column is None:
        if isinstance(source, QuerySet):
            return "", source.order_by(*table.order) if table.order else source
        return "", source
    down = asked.startswith("-")
    if isinstance(source, QuerySet):
        # Ties are broken by the table's own order, so that pages never overlap.
        return asked, source.order_by(f"{'-' if down else ''}{column.sort}", *table.order)
    return asked, sorted(source, key=lambda row: (row[column.sort] is None, row[column.sort]), reverse=down)


def _count(source: Any) -> int:
    return source.count() if isinstance(source, QuerySet) else len(source)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1


def _numbers(number: int, pages: int) -> list[int | None]:
    """1 … 4 [5] 6 … 25"""
    shown = sorted({1, *range(max(1, number - 1), min(pages, number + 1) + 1), pages})
    row: list[int | None] = []
    for each in shown:
        if row and row[-1] is not None and each - row[-1] > 1:
            row.append(None)
        row.append(each)
    return row


def _state(table: Table, sort: str) -> tuple[str, str] | None:
    return (sort.lstrip("-"), "descending" if sort.startswith("-") else "ascending") if sort else None


def _sort_address(query: QueryDict, column: TableColumn, sort: str) -> str:
    """A second click turns the order round; numbers and dates begin with the largest."""
    falls_first = column.kind in {"money", "delta", "count", "rate", "date", "datetime", "month"}
    first, second = (f"-{column.key}", column.key) if falls_first else (column.key, f"-{column.key}")
    return address(query, sort=second if sort == first else first, page=None)


def address(query: QueryDict, **changes: Any) -> str:
    """The same list with other controls: filters stay."""
    changed = query.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}" if changed else "?"
