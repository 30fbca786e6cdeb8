"""From the bytes of a file to a grid of cells, or a finding that says why not.

Never trusts the file name: the type is read from the content.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from servicehub.declare import Finding
from servicehub.files.kinds import UNPACKED_MAX
from servicehub.sheets.messages import CATALOGUE

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
KINDS = ((b"%PDF", "pdf"), (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"))
FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[ >/]')
FIRST_SHEET = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True)
class Grid:
    """``rows`` are lists of str | float | int | date | bool | ''; ``formulas`` are (row, column), 0-based."""

    rows: list[list]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)


class Unreadable(Exception):
    def __init__(self, *findings: Finding):
        super().__init__(*findings)
        self.findings = findings


def file_finding(code: str, **facts) -> Finding:
    message = CATALOGUE[code]
    return Finding(code, message.say(facts), message.severity, line=0, remedy=message.remedy, facts=facts)


def megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"


def read_grid(data: bytes, *, bytes_max: int, rows_max: int) -> Grid:
    """Read the first sheet of an xlsx, or a csv in UTF-8 or GBK. Raises ``Unreadable`` with every finding."""
    if len(data) > bytes_max:
        raise Unreadable(file_finding("F02", size=megabytes(len(data)), limit=megabytes(bytes_max)))
    if data.startswith(b"PK\x03\x04"):
        grid = _read_xlsx(data)
    elif data.startswith(OLE):
        raise Unreadable(file_finding("F03") if ENCRYPTED_STREAM in data else file_finding("F01", kind="xls"))
    else:
        grid = _read_csv(data)
    if len(grid.rows) - 1 > rows_max:
        raise Unreadable(file_finding("F07", rows=f"{len(grid.rows) - 1:,}", limit=f"{rows_max:,}"))
    return grid


def _read_xlsx(data: bytes) -> Grid:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                kind = "docx" if "word/document.xml" in archive.namelist() else "zip"
                raise Unreadable(file_finding("F01", kind=kind))
            if sum(info.file_size for info in archive.infolist()) > UNPACKED_MAX:
                raise Unreadable(file_finding("F02", size="展开后过大", limit=megabytes(UNPACKED_MAX)))
            formulas = _formulas(archive)
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            merged = sheet.merged_cell_ranges or []
            rows = sheet.to_python(skip_empty_area=False)
    except PasswordError:
        raise Unreadable(file_finding("F03")) from None
    except (CalamineError, zipfile.BadZipFile, KeyError):
        raise Unreadable(file_finding("F08")) from None
    _refuse_merged(merged)
    return Grid(rows, formulas)


def _refuse_merged(merged: list) -> None:
    """Merging across the rows of the list loses values silently, so it is refused; a merged title is harmless."""
    spans = [(start, end) for start, end in merged if end[0] > start[0]]
    if spans:
        where = "、".join(f"第 {start[0] + 1} 至 {end[0] + 1} 行" for start, end in spans[:5])
        raise Unreadable(file_finding("F10", where=where))


def _formulas(archive: zipfile.ZipFile) -> frozenset[tuple[int, int]]:
    """Cells that hold a formula. The values a program reads there are whatever was last computed, if anything."""
    if FIRST_SHEET not in archive.namelist():
        return frozenset()
    found: set[tuple[int, int]] = set()
    tail = b""
    with archive.open(FIRST_SHEET) as stream:
        while block := stream.read(1 << 20):
            text = tail + block
            if b"<f" in text:
                found.update((int(row) - 1, _column_number(letters)) for letters, row in FORMULA.findall(text))
            tail = text[-200:]
    return frozenset(found)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _read_csv(data: bytes) -> Grid:
    for magic, kind in KINDS:
        if data.startswith(magic):
            raise Unreadable(file_finding("F01", kind=kind))
    text = _decode(data)
    if "\x00" in text:
        raise Unreadable(file_finding("F01", kind="未知类型"))
    sample = text[:4096]
    delimiter = max((",", "\t", ";"), key=sample.count)
    return Grid([row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)])


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(file_finding("F09"))
