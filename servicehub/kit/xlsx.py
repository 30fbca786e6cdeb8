"""Workbooks for people: constant memory, every cell that could be a number of a person is text, nothing executes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

from servicehub.kit import amounts

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBER_KINDS = frozenset({"money", "delta", "count"})
_TEXT_MAX = 32_767  # Excel's own limit of a cell


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    label: str
    kind: str = "text"
    width: int = 0


def neutral(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets a leading apostrophe (CSV/xlsx injection)."""
    return f"'{text}" if text.startswith(_RISKY) else text


def write(
    target: str | BinaryIO,
    title: str,
    fields: Sequence[Field],
    rows: Iterable[Any],
    *,
    notes: Sequence[str] = (),
    totals: dict[str, Any] | None = None,
    watermark: str = "",
) -> int:
    """Write one sheet and return the number of rows. ``rows`` may be a server-side cursor: nothing is kept.

    ``watermark`` (who exported, when) stands in the first line and in every printed footer.
    """
    book = xlsxwriter.Workbook(
        target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    formats = _formats(book)
    sheet = book.add_worksheet(title[:31].translate(str.maketrans("[]:*?/\\", "()：＊？／＼")))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{watermark}&R第 &P 页 / 共 &N 页")
    for index, field in enumerate(fields):
        sheet.set_column(index, index, field.width or _width(field), formats["text"])
    line = 0
    for text in (title, *notes, watermark):
        if text:
            sheet.write_string(line, 0, text, formats["title" if line == 0 else "note"])
            line += 1
    head = line
    for index, field in enumerate(fields):
        sheet.write_string(head, index, field.label, formats["head"])
    sheet.freeze_panes(head + 1, 0)
    sheet.repeat_rows(head)
    count = 0
    for row in rows:
        count += 1
        for index, field in enumerate(fields):
            _cell(sheet, head + count, index, field, row[field.key], formats)
    if totals:
        sheet.write_string(head + count + 1, 0, "合计", formats["head"])
        for index, field in enumerate(fields):
            if field.key in totals:
                _cell(sheet, head + count + 1, index, field, totals[field.key], formats)
    if count:
        sheet.autofilter(head, 0, head + count, len(fields) - 1)
    book.close()
    return count


def _formats(book) -> dict[str, Any]:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#4A5566"}),
        "head": book.add_format({"bold": True, "bg_color": "#EBEFF4", "border": 1, "text_wrap": True}),
        "text": book.add_format({"num_format": "@"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }


def _width(field: Field) -> int:
    return {"money": 16, "delta": 16, "count": 10, "date": 12, "datetime": 18, "month": 10, "mask": 22}.get(
        field.kind, max(12, len(field.label) * 2 + 2)
    )


def _cell(sheet, row: int, column: int, field: Field, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if field.kind in _NUMBER_KINDS and isinstance(value, Decimal | int):
        # A number cell stays exact up to 15 digits; the totals of a whole centre stay under that.
        sheet.write_number(row, column, value, formats["count" if field.kind == "count" else "money"])
    elif isinstance(value, datetime):
        sheet.write_string(row, column, amounts.moment(value), formats["text"])
    elif isinstance(value, date):
        text = amounts.month(value) if field.kind == "month" else amounts.day(value)
        sheet.write_string(row, column, text, formats["text"])
    elif field.kind == "rate":
        sheet.write_string(row, column, amounts.ratio(value), formats["text"])
    else:
        sheet.write_string(row, column, neutral(str(value))[:_TEXT_MAX], formats["text"])
