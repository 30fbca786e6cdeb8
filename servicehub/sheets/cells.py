"""Cells made comparable: tidied, typed, and judged where the cell alone suffices.

Works a column at a time, because a list may hold 120,000 rows: the common, clean cell takes a fast path.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from servicehub.declare import Column, Severity
from servicehub.kit.amounts import InexactAmount, exact
from servicehub.kit.identity_numbers import (
    IdType,
    check_id_number,
    check_mobile,
    is_resident_number,
    normalise_id_number,
    normalise_mobile,
)
from servicehub.kit.masks import mask_id_number, mask_mobile, mask_name
from servicehub.kit.names import check_name, normalise_name
from servicehub.sheets.messages import CATALOGUE

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
TIDY = {**FULL_WIDTH, 0x3000: None, 0xA0: None, 0x200B: None, 0xFEFF: None, 0x201C: None, 0x201D: None, ord('"'): None}
MONTH = re.compile(r"(\d{4})\D{0,2}(\d{1,2})(?:\D.*)?$")
DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T].*)?$")
MOBILE = re.compile(r"1[3-9][0-9]{9}")
AMOUNT_END = Decimal(10) ** 14  # beyond it a column has slipped


@dataclass(slots=True)
class Found:
    """One finding of one cell, before it is stored."""

    line: int
    column: str
    code: str
    shown: str = ""
    suggestion: str = ""
    facts: dict = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return CATALOGUE[self.code].severity


@dataclass(slots=True)
class Typed:
    """A column of values (``None`` where empty or wrong), its findings, and how many cells were tidied."""

    values: list
    found: list[Found]
    tidied: int = 0


def type_column(column: Column, cells: Sequence, lines: Sequence[int], today: date) -> Typed:
    """``cells`` and ``lines`` (as Excel counts) run in step."""
    if next((cell for cell in cells if cell != "" and cell is not None), None) is None:
        typed = Typed([None] * len(lines), [])
    else:
        typed = _KINDS[column.kind](column, cells, lines, today)
    if column.required:
        typed.found.extend(
            Found(line, column.key, "R00", facts={"column": column.label})
            for cell, line in zip(cells, lines, strict=True)
            if cell == "" or cell is None
        )
    return typed


def _plain(cell) -> str:
    if cell.__class__ is float and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    return str(cell)


def _tidy(cell) -> str:
    return _plain(cell).translate(TIDY).strip().lstrip("'").strip()


def _note(typed: Typed, column: Column, line: int, before: str, after: str, mask=str) -> None:
    typed.tidied += 1
    facts = {"column": column.label, "before": mask(before)[:40], "after": mask(after)[:40]}
    typed.found.append(Found(line, column.key, "N01", facts=facts))


def _ids(column: Column, cells, lines, today: date) -> Typed:
    typed = Typed([], [])
    for cell, line in zip(cells, lines, strict=True):
        if cell.__class__ is str and is_resident_number(cell, today):
            typed.values.append(cell)
        elif cell == "" or cell is None:
            typed.values.append(None)
        else:
            typed.values.append(_odd_id(typed, column, cell, line, today))
    return typed


def _odd_id(typed: Typed, column: Column, cell, line: int, today: date) -> str | None:
    """An id that is not plainly right: tidied, or its faults and ``None``."""
    # A number cell of more than fifteen digits has lost its end before we ever see it.
    lost = isinstance(cell, float | int) and len(str(int(cell))) > 15
    text = f"{cell:.2E}" if lost else _plain(cell)
    number = normalise_id_number(IdType.RESIDENT, text)
    faults = check_id_number(IdType.RESIDENT, number, today)
    _add_faults(typed, column, line, faults, text if lost else mask_id_number(number))
    if faults:
        return None
    _note(typed, column, line, text, number, mask_id_number)
    return number


def _add_faults(typed: Typed, column: Column, line: int, faults, shown: str) -> None:
    for fault in faults:
        typed.found.append(Found(line, column.key, fault.code, shown, facts={"said": fault.message}))


def _names(column: Column, cells, lines, today) -> Typed:
    typed = Typed([], [])
    for cell, line in zip(cells, lines, strict=True):
        if cell.__class__ is str and 1 < len(cell) < 5 and cell.isalpha():
            typed.values.append(cell)  # what almost every row of a list already is
            continue
        before = "" if cell is None else _plain(cell)
        name = normalise_name(before)
        faults = check_name(name) if before else ()
        _add_faults(typed, column, line, faults, mask_name(name))
        if not faults and name != before:
            _note(typed, column, line, before, name, mask_name)
        typed.values.append(None if faults else name or None)
    return typed


def _money(column: Column, cells, lines, today) -> Typed:
    typed = Typed([], [])
    seen: dict = {}  # wages are round figures: a list of 100,000 people holds some thousand of them
    for cell, line in zip(cells, lines, strict=True):
        if cell.__class__ is float and cell.is_integer():
            amount = seen.get(cell)
            if amount is None:
                amount = seen[cell] = Decimal(int(cell))
            typed.values.append(amount)
        else:
            typed.values.append(_one_amount(typed, column, cell, line))
    return typed


def _one_amount(typed: Typed, column: Column, cell, line: int) -> Decimal | None:
    if cell == "" or cell is None:
        return None
    if cell.__class__ is int:
        return Decimal(cell)
    if cell.__class__ is float:
        text = repr(cell)  # the shortest digits that give this cell back: what the user sees in Excel
    else:
        text = _tidy(cell).replace(",", "").removeprefix("¥").removesuffix("元")
    facts = {"column": column.label, "shown": text[:20]}
    try:
        amount = Decimal(text)
        if amount.is_finite() and abs(amount) < AMOUNT_END:
            exact(amount)
        else:
            raise InvalidOperation
    except InvalidOperation:
        typed.found.append(Found(line, column.key, "R20", text[:20], facts=facts))
        return None
    except InexactAmount:
        typed.found.append(Found(line, column.key, "R21", text[:20], facts=facts))
        return None
    if cell.__class__ is str and text != cell:
        _note(typed, column, line, cell, text)
    return amount


def _months(column: Column, cells, lines, today) -> Typed:
    """Months as integers YYYYMM; dates, 2026-11, 2026年11月, 2026/11/1, 202611 are all understood."""
    typed = Typed([], [])
    seen: dict = {}
    for cell, line in zip(cells, lines, strict=True):
        if cell == "" or cell is None:
            typed.values.append(None)
            continue
        if cell not in seen:
            match = MONTH.fullmatch(_tidy(cell).removesuffix("月") if not isinstance(cell, float) else _plain(cell))
            good = match and 1990 <= int(match[1]) <= 2100 and 1 <= int(match[2]) <= 12
            seen[cell] = int(match[1]) * 100 + int(match[2]) if good else None
        if seen[cell] is None:
            facts = {"column": column.label, "shown": str(cell)[:20]}
            typed.found.append(Found(line, column.key, "R22", str(cell)[:20], facts=facts))
        typed.values.append(seen[cell])
    return typed


def _dates(column: Column, cells, lines, today) -> Typed:
    """Dates as workbooks hold them, and as people write them: 2026-11-08, 2026/11/8, 2026年11月8日, 20261108."""
    typed = Typed([], [])
    seen: dict = {}
    for cell, line in zip(cells, lines, strict=True):
        if cell == "" or cell is None:
            typed.values.append(None)
            continue
        if cell not in seen:
            seen[cell] = _one_date(cell)
        if seen[cell] is None:
            facts = {"column": column.label, "shown": str(cell)[:20]}
            typed.found.append(Found(line, column.key, "R23", str(cell)[:20], facts=facts))
        typed.values.append(seen[cell])
    return typed


def _one_date(cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = DAY.match(_tidy(cell))
    try:
        return date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5])) if match else None
    except ValueError:
        return None


def _mobiles(column: Column, cells, lines, today) -> Typed:
    typed = Typed([], [])
    for cell, line in zip(cells, lines, strict=True):
        if cell.__class__ is str and MOBILE.fullmatch(cell):
            typed.values.append(cell)
            continue
        number = "" if cell is None else normalise_mobile(_plain(cell))
        faults = check_mobile(number) if number else ()
        _add_faults(typed, column, line, faults, mask_mobile(number))
        typed.values.append(None if faults else number or None)
    return typed


def _texts(column: Column, cells, lines, today) -> Typed:
    seen: dict = {}
    values = []
    for cell in cells:
        text = seen.get(cell)
        if text is None:
            text = seen[cell] = "" if cell is None else _tidy(cell)
        values.append(text or None)
    return Typed(values, [])


_KINDS = {
    "id_no": _ids,
    "name": _names,
    "money": _money,
    "month": _months,
    "date": _dates,
    "mobile": _mobiles,
    "text": _texts,
    "choice": _texts,
}
