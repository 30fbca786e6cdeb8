"""Workbooks the hub hands out: the template, and the file that holds only the rows to put right."""

import io
from collections.abc import Iterable, Sequence

from xlsxwriter import Workbook

from servicehub.declare import Sheet
from servicehub.declare.registry import sheets
from servicehub.kit.xlsx import neutral
from servicehub.sheets.heading import ROW_ID, VERSION
from servicehub.sheets.intake import EXAMPLE_MARK, as_text, read_body
from servicehub.sheets.messages import CATALOGUE
from servicehub.sheets.models import SheetFinding, Upload

ADVICE = ("错误说明", "建议值", "采用建议值(是/否)")


def bad_rows(upload: Upload) -> bytes:
    """The user's own columns and order, only the wrong rows, wrong cells red with a comment, three columns more."""
    sheet = sheets[upload.sheet]
    body = read_body(upload, sheet)
    problems: dict[int, list[SheetFinding]] = {}
    for finding in SheetFinding.objects.filter(upload_id=upload.pk, severity="error", line__gt=0).order_by("pk"):
        problems.setdefault(finding.line, []).append(finding)
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True})
    page = book.add_worksheet(sheet.label[:31])
    styles = _Styles(book)
    titles = [title for title in body.titles if title != ROW_ID and not title.startswith(VERSION)]
    width = len(titles)
    page.write_row(0, 0, [neutral(title) for title in titles], styles.heading)
    page.write_row(0, width, ADVICE, styles.heading)
    page.write_row(0, width + len(ADVICE), [ROW_ID, f"{VERSION}{sheet.version}"], styles.heading)
    page.set_column(0, width - 1, 20, styles.text)
    page.set_column(width, width + 1, 36, styles.text)
    page.set_column(width + len(ADVICE), width + len(ADVICE) + 1, None, None, {"hidden": True})
    page.data_validation(1, width + 2, max(len(problems), 1), width + 2, {"validate": "list", "source": ["是", "否"]})
    page.freeze_panes(1, 0)
    number = 0
    for line, row in zip(body.lines, body.rows, strict=True):
        if line in problems:
            number += 1
            _bad_row(page, styles, number, line, row[:width], problems[line], body.heading.places)
    _notes(book, sheet)
    book.close()
    return stream.getvalue()


def _bad_row(page, styles, number: int, line: int, row: Sequence, findings: list, places: dict[str, int]) -> None:
    wrong: dict[int, list[str]] = {}
    for finding in findings:
        wrong.setdefault(places.get(finding.column, -1), []).append(sentence(finding))
    for place, cell in enumerate(row):
        style = styles.wrong if place in wrong else styles.text
        page.write_string(number, place, neutral(as_text(cell)), style)
        if place in wrong:
            page.write_comment(number, place, "\n".join(wrong[place]))
    sentences = "；".join(text for texts in wrong.values() for text in texts)
    suggestion = "；".join(finding.suggestion for finding in findings if finding.suggestion)
    page.write_row(number, len(row), [sentences, neutral(suggestion), "否" if suggestion else ""], styles.text)
    page.write_number(number, len(row) + len(ADVICE), line)


def sentence(finding: SheetFinding) -> str:
    return CATALOGUE[finding.code].say(finding.facts)


def template(sheet: Sheet, rows: Iterable[Sequence[str]] = ()) -> bytes:
    """An empty or prefilled template: ids preset to text, drop-downs, greyed examples, notes on the second sheet."""
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True})
    page = book.add_worksheet(sheet.label[:31])
    styles = _Styles(book)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width, styles.text if column.kind != "money" else styles.money)
        page.write_string(0, place, column.label + ("" if column.required else "（选填）"), styles.heading)
        if column.choices:
            rule = {"validate": "list", "source": list(column.choices)}
            page.data_validation(1, place, sheet.rows_max, place, rule)
    last = len(sheet.columns)
    page.write_string(0, last, f"{VERSION}{sheet.version}", styles.heading)
    page.set_column(last, last, None, None, {"hidden": True})
    number = 0
    for example in sheet.examples():
        number += 1
        page.write_row(number, 0, [f"{EXAMPLE_MARK}{example[0]}", *example[1:]], styles.example)
    for row in rows:
        number += 1
        page.write_row(number, 0, [neutral(str(cell)) for cell in row], styles.text)
    page.freeze_panes(1, 0)
    _notes(book, sheet)
    book.close()
    return stream.getvalue()


def _notes(book: Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet("填写说明")
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 70)
    page.write_row(0, 0, ("列", "怎么填"))
    for number, column in enumerate(sheet.columns, start=1):
        needed = "必填" if column.required else "选填"
        choices = f"。只能填：{'、'.join(column.choices)}" if column.choices else ""
        page.write_row(number, 0, (column.label, f"{needed}{choices}"))
    page.write_row(
        len(sheet.columns) + 2, 0, ("提示", "只读第一张表；以“示例”开头的行和“合计”行不导入；证件号码须为文本格式")
    )


class _Styles:
    def __init__(self, book: Workbook):
        base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        self.text = book.add_format({**base, "num_format": "@"})
        self.money = book.add_format({**base, "num_format": "0.00"})
        self.heading = book.add_format({**base, "bold": True, "bg_color": "#EBEFF4", "num_format": "@", "bottom": 1})
        self.wrong = book.add_format({**base, "bg_color": "#FCE8E6", "font_color": "#9A1F18", "num_format": "@"})
        self.example = book.add_format({**base, "font_color": "#76839A", "num_format": "@"})
