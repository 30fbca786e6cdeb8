"""Upload, check, fix, and check again. Everything derived from a file can be derived again after a crash."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from servicehub import clock, files
from servicehub.declare import DomainError, Finding, Origin, Party, Sheet
from servicehub.declare.registry import sheets
from servicehub.kit import crypto
from servicehub.kit.copying import copy_text, escaped
from servicehub.sheets.cells import Found, type_column
from servicehub.sheets.heading import ROW_ID, Heading, find_heading
from servicehub.sheets.messages import CATALOGUE
from servicehub.sheets.models import SheetFinding, SheetFix, Upload, UploadState
from servicehub.sheets.reading import Unreadable, file_finding, read_grid
from servicehub.sheets.staging import stage

FIX_DOMAIN = "servicehub.SheetFix.cells"
TIDIED_SHOWN_MAX = 1_000  # the list of tidied cells is for reading, not for auditing a whole file
TOTAL_WORDS = ("合计", "总计", "小计")
EXAMPLE_MARK = "示例"
BREAKS = str.maketrans("\t\n\r", "   ")
SKIPPED = (*TOTAL_WORDS, EXAMPLE_MARK)


@dataclass(frozen=True)
class Body:
    """Rows of the list in step with their line numbers, after fixes were laid over them."""

    heading: Heading
    titles: list[str]  # the heading as the user wrote it
    lines: list[int]
    rows: list[list]
    formulas: frozenset[tuple[int, int]]


def receive(
    origin: Origin,
    sheet: Sheet,
    party: Party,
    name: str,
    data: bytes,
    *,
    mode: str = "",
    context: Mapping | None = None,
) -> Upload:
    """Keep the file and check it whole. The upload is there even when it cannot be read: nothing is lost.

    Raises ``DomainError`` "sheet.empty_file" when nothing was sent.
    """
    origin.require_pass()
    if not data:
        raise DomainError("sheet.empty_file", Finding("sheet.empty_file", "选择一个文件", field="file"))
    if mode not in (sheet.modes or {"": ""}):
        raise DomainError("sheet.mode", Finding("sheet.mode", "选择是“全量名册”还是“只含变更”", field="mode"))
    kept = refused = None
    try:
        kept = files.store(origin, name, data, files.LISTS) if len(data) <= sheet.bytes_max else None
    except files.FileRefused as refusal:
        refused = refusal  # mostly no list at all: reading it says so, in the words of the import
    upload = Upload.objects.create(
        sheet=sheet.code,
        party_kind=party.kind,
        party_id=party.id,
        context=dict(context or {}),
        mode=mode,
        file_name=name[-200:],
        file=kept,
        uploaded_by_id=origin.operator,
        uploaded_at=origin.at,
    )
    check(origin, upload, data=data, refused=refused)
    return upload


def check(
    origin: Origin, upload: Upload, *, data: bytes | None = None, refused: files.FileRefused | None = None
) -> None:
    """Judge the whole file, replacing what was found before. Safe to repeat; resumes after a crash.

    ``refused``: why the file was not kept. It is said where the file can be read all the same (one with macros).
    """
    sheet = sheets[upload.sheet]
    with transaction.atomic():
        _forget(upload, sheet)
        try:
            body = read_body(upload, sheet, data)
            if refused is not None:
                raise Unreadable(file_finding("F11", said=refused.findings[0].message))
        except Unreadable as unreadable:
            _write_findings(upload, (_as_found(finding) for finding in unreadable.findings))
            upload.state = UploadState.REFUSED
            upload.rows_read = upload.rows_bad = 0
            upload.save(update_fields=["state", "rows_read", "rows_bad"])
            return
        found = _stage(upload, sheet, body, origin)
        upload.heading = body.heading.places
        upload.heading_row = body.heading.row + 1
        upload.rows_read = len(body.rows)
        upload.cells_tidied = sum(1 for finding in found if finding.code == "N01")
        _write_findings(upload, _limit_tidied(found))
        _write_findings(upload, (_as_found(finding) for finding in body.heading.findings))
        sheet.judge(origin, upload)
        count(upload)
        upload.state = UploadState.CHECKED
        upload.save()


def file_words(upload: Upload) -> list[str]:
    """What is wrong with the file as a whole, each with its way out."""
    rows = SheetFinding.objects.filter(upload_id=upload.pk, line=0, severity="error").order_by("pk")
    return [f"{CATALOGUE[row.code].say(row.facts)}。{CATALOGUE[row.code].remedy}" for row in rows]


def fix(origin: Origin, upload: Upload, changes: Mapping[int, Mapping[str, str]]) -> None:
    """Lay retyped cells over lines of the file and check again. ``changes``: line -> {column key: text}."""
    origin.require_pass()
    with transaction.atomic():
        for line, cells in changes.items():
            SheetFix.objects.update_or_create(
                upload=upload,
                line=line,
                defaults={
                    "cells": crypto.encrypt(json.dumps(dict(cells), ensure_ascii=False), FIX_DOMAIN),
                    "fixed_by_id": origin.operator,
                    "fixed_at": origin.at,
                },
            )
        check(origin, upload)


def merge_corrected(origin: Origin, upload: Upload, data: bytes) -> int:
    """Take back the workbook of bad rows after it was put right: rows find their line by the hidden column.

    Returns how many lines were laid over. Raises ``DomainError`` "sheet.not_ours" for another file.
    """
    sheet = sheets[upload.sheet]
    try:
        grid = read_grid(data, bytes_max=sheet.bytes_max, rows_max=sheet.rows_max)
        heading = find_heading(grid.rows, sheet.columns, sheet.version)
    except Unreadable as unreadable:
        raise DomainError("sheet.unreadable", *unreadable.findings) from None
    if heading.row_id is None:
        raise DomainError(
            "sheet.not_ours", Finding("sheet.not_ours", "这不是本系统给出的“只含错误行”文件", field="file")
        )
    advice = _advice_columns(grid.rows[heading.row])
    suggestions = _suggestions(upload) if advice else {}
    changes: dict[int, dict[str, str]] = {}
    for row in grid.rows[heading.row + 1 :]:
        line = row[heading.row_id]
        if not str(line).replace(".0", "").isdigit():
            continue
        cells = {key: as_text(row[place]) for key, place in heading.places.items()}
        if advice and str(row[advice]).strip() == "是":
            cells.update(suggestions.get(int(line), {}))
        changes[int(line)] = cells
    fix(origin, upload, changes)
    return len(changes)


def _advice_columns(cells) -> int | None:
    return next((place for place, cell in enumerate(cells) if str(cell).startswith("采用建议值")), None)


def _suggestions(upload: Upload) -> dict[int, dict[str, str]]:
    by_line: dict[int, dict[str, str]] = {}
    rows = SheetFinding.objects.filter(upload_id=upload.pk).exclude(suggestion="").order_by("pk")
    for line, column, suggestion in rows.values_list("line", "column", "suggestion"):
        by_line.setdefault(line, {})[column] = suggestion
    return by_line


def as_text(cell) -> str:
    """A cell as the user sees it: a whole number without the .0 that a workbook keeps."""
    return str(int(cell)) if cell.__class__ is float and cell.is_integer() else str(cell)


def read_body(upload: Upload, sheet: Sheet, data: bytes | None = None) -> Body:
    """The rows of the stored file with fixes laid over them. Raises ``Unreadable``."""
    if data is None:
        data = files.read(upload.file)
    grid = read_grid(data, bytes_max=sheet.bytes_max, rows_max=sheet.rows_max)
    heading = find_heading(grid.rows, sheet.columns, sheet.version)
    first = heading.row + 1
    kept = [place for place in range(first, len(grid.rows)) if not _skip(grid.rows[place])]
    if not kept:
        raise Unreadable(file_finding("F06"))
    lines, rows = [place + 1 for place in kept], [grid.rows[place] for place in kept]
    _lay_fixes(upload, heading, lines, rows)
    titles = [str(cell) for cell in grid.rows[heading.row]]
    return Body(heading, titles, lines, rows, grid.formulas)


def _skip(row: list) -> bool:
    """Empty rows, the total row and the greyed examples of the template."""
    for cell in row:
        if cell != "":
            return isinstance(cell, str) and cell.lstrip().startswith(SKIPPED)
    return True


def _lay_fixes(upload: Upload, heading: Heading, lines: list[int], rows: list[list]) -> None:
    fixes = {fix.line: fix for fix in upload.fixes.all()}
    if not fixes:
        return
    place_of = {line: place for place, line in enumerate(lines)}
    for line, correction in fixes.items():
        if line in place_of:
            row = list(rows[place_of[line]])
            for key, text in json.loads(crypto.decrypt(bytes(correction.cells), FIX_DOMAIN)).items():
                if key in heading.places:
                    row[heading.places[key]] = text
            rows[place_of[line]] = row


def _stage(upload: Upload, sheet: Sheet, body: Body, origin: Origin) -> list[Found]:
    """Type every column and put the rows where the app judges them."""
    found: list[Found] = _formula_findings(sheet, body)
    columns, values = ["line"], [map(str, body.lines)]
    transposed = list(zip(*body.rows, strict=True))
    today = clock.today()
    for column in sheet.columns:
        place = body.heading.places.get(column.key)
        cells = transposed[place] if place is not None and place < len(transposed) else ("",) * len(body.lines)
        typed = type_column(column, cells, body.lines, today)
        found.extend(typed.found)
        if column.index:
            columns.append(f"{column.key}_index")
            found_indexes = iter(crypto.blind_index_many(filter(None, typed.values), column.index))
            values.append(["\\\\x" + next(found_indexes).hex() if value else "\\N" for value in typed.values])
        else:
            columns.append(column.key)
            # Words, wages and months repeat down a column: each is written out once.
            texts = {value: _copy_text(value) for value in set(typed.values)} | {None: "\\N"}
            values.append([texts[value] for value in typed.values])
    stage(sheet, upload, columns, zip(*values, strict=True))
    return found


def _copy_text(value) -> str:
    """On one line: a break within a cell is a space to whoever reads it."""
    return escaped(str(value).translate(BREAKS))


def _formula_findings(sheet: Sheet, body: Body) -> list[Found]:
    labels = {place: next(c for c in sheet.columns if c.key == key) for key, place in body.heading.places.items()}
    lines = set(body.lines)
    return [
        Found(row + 1, labels[place].key, "R19", facts={"column": labels[place].label})
        for row, place in sorted(body.formulas)
        if place in labels and row + 1 in lines
    ]


def _limit_tidied(found: list[Found]) -> Iterable[Found]:
    shown = 0
    for finding in found:
        if finding.code == "N01":
            shown += 1
            if shown > TIDIED_SHOWN_MAX:
                continue
        yield finding


def _as_found(finding: Finding) -> Found:
    return Found(finding.line or 0, finding.field, finding.code, facts=dict(finding.facts))


def _write_findings(upload: Upload, found: Iterable[Found]) -> None:
    rows = [
        (
            str(upload.pk),
            str(finding.line),
            finding.column,
            finding.code,
            finding.severity.value,
            _copy_text(finding.shown[:120]),
            _copy_text(finding.suggestion[:120]),
            escaped(json.dumps(finding.facts, ensure_ascii=False, default=str)),
        )
        for finding in found
    ]
    if rows:
        columns = ["upload_id", "line", '"column"', "code", "severity", "shown", "suggestion", "facts"]
        with connection.cursor() as cursor:
            copy_text(cursor, SheetFinding._meta.db_table, columns, rows)


def count(upload: Upload) -> None:
    """Fill the counts of bad and warned lines from the findings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT line) FILTER (WHERE severity = 'error' AND line > 0),"
            " count(*) FILTER (WHERE severity = 'warning')"
            " FROM servicehub_sheetfinding WHERE upload_id = %s",
            [upload.pk],
        )
        upload.rows_bad, upload.rows_warned = cursor.fetchone()


def _forget(upload: Upload, sheet: Sheet) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM servicehub_sheetfinding WHERE upload_id = %s", [upload.pk])
        cursor.execute(f'DELETE FROM "{sheet.staging._meta.db_table}" WHERE upload_id = %s', [upload.pk])


def raw_cells(upload: Upload, lines: Iterable[int]) -> dict[int, dict[str, str]]:
    """What stands in these lines, unmasked, from the encrypted file: for the person who sent it."""
    sheet = sheets[upload.sheet]
    wanted = set(lines)
    body = read_body(upload, sheet)
    return {
        line: {key: as_text(row[place]) for key, place in body.heading.places.items()}
        for line, row in zip(body.lines, body.rows, strict=True)
        if line in wanted
    }


__all__ = ["ROW_ID", "check", "count", "fix", "merge_corrected", "raw_cells", "read_body", "receive"]
