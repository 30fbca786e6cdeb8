"""What a person does to a workbook in Excel, done with openpyxl."""

import io

import openpyxl


def corrected(data: bytes, changes: dict[int, dict[str, str]]) -> bytes:
    """Retype cells of our workbook of bad rows. ``changes``: original line -> {heading: text}."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    headings = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        line = row[headings["__row"] - 1].value
        for heading, text in changes.get(line, {}).items():
            row[headings[heading] - 1].value = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
