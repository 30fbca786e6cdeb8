"""Which column of the file is which: exact names, synonyms, older templates."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from servicehub.declare import Column, Finding
from servicehub.sheets.reading import Unreadable, file_finding

SEARCH_ROWS = 10  # a title or a note may stand above the heading
ROW_ID = "__row"  # hidden column of our own workbooks: the line of the original file
VERSION = "__ver"


@dataclass(frozen=True)
class Heading:
    row: int  # 0-based row of the heading
    places: dict[str, int]  # column key -> 0-based column
    row_id: int | None
    findings: tuple[Finding, ...]


def squeeze(text: object) -> str:
    """A heading as it is compared: half-width, without blanks, line breaks, asterisks and remarks in brackets."""
    word = unicodedata.normalize("NFKC", str(text))
    word = word.split("(")[0]
    return "".join(letter for letter in word if not letter.isspace() and letter not in "*:：")


def find_heading(rows: Sequence[Sequence], columns: Sequence[Column], version: str) -> Heading:
    """The first row that names the most required columns. Raises ``Unreadable`` F04 or F06."""
    names = {squeeze(name): column.key for column in columns for name in (column.label, *column.synonyms)}
    best_row, best = 0, {}
    for number, row in enumerate(rows[:SEARCH_ROWS]):
        places: dict[str, int] = {}
        for place, cell in enumerate(row):
            key = names.get(squeeze(cell)) if cell != "" else None
            if key and key not in places:
                places[key] = place
        if len(places) > len(best):
            best_row, best = number, places
    if not rows:
        raise Unreadable(file_finding("F06"))
    missing = [column.label for column in columns if column.required and column.key not in best]
    if missing:
        found = "、".join(str(cell) for cell in rows[best_row] if cell != "") or "（空）"
        raise Unreadable(file_finding("F04", missing="、".join(missing), row=best_row + 1, found=found[:120]))
    return _finish(rows, best_row, best, version)


def _finish(rows, row: int, places: dict[str, int], version: str) -> Heading:
    cells = [str(cell) for cell in rows[row]]
    row_id = cells.index(ROW_ID) if ROW_ID in cells else None
    findings = []
    stamped = next((cell.removeprefix(VERSION) for cell in cells if cell.startswith(VERSION)), "")
    if stamped and stamped != version:
        known = set(places.values())
        unused = sum(1 for place, cell in enumerate(cells) if cell and not cell.startswith("__") and place not in known)
        findings.append(file_finding("F05", version=stamped, unused=unused))
    return Heading(row, places, row_id, tuple(findings))
