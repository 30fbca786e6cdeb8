"""单位网厅·Excel 导入: upload, result, fixing on screen, difference, apply, undo."""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from urllib.parse import quote

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership, Person
from deposits import parameters as keys
from deposits.pages.hall import drawn, urls_of, view_of
from deposits.pages.month_view import MonthView
from deposits.pages.sending import Said, may, see_other, send
from deposits.services import judging
from servicehub import gate, policy
from servicehub.declare import Difference, Finding, PolicyKey, Table, TableColumn
from servicehub.declare.registry import sheets
from servicehub.faces import paging
from servicehub.faces.places import Place
from servicehub.faces.shapes import ErrorItem
from servicehub.kit.amounts import money_delta
from servicehub.kit.masks import mask_id_number, mask_mobile, mask_name
from servicehub.kit.months import FAR_FUTURE
from servicehub.sheets import intake
from servicehub.sheets.messages import CATALOGUE
from servicehub.sheets.models import SheetFinding, Upload, UploadState
from servicehub.sheets.workbook import bad_rows, sentence, template

SHEET = "deposits.change_list"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIX_ROWS = 20

UPLOAD_COLUMNS = (
    TableColumn("file_name", "文件"),
    TableColumn("uploaded_at", "时间", "datetime"),
    TableColumn("by", "上传人"),
    TableColumn("rows_read", "读取", "count"),
    TableColumn("rows_bad", "须改正", "count"),
    TableColumn("state", "状态"),
)
PROBLEM_COLUMNS = (
    TableColumn("line", "行", "count"),
    TableColumn("column", "列"),
    TableColumn("problem", "问题"),
    TableColumn("shown", "您填的"),
    TableColumn("remedy", "怎么改"),
)


def uploads_of(place: Place, view: MonthView) -> Iterable[Upload]:
    rows = Upload.objects.filter(sheet=SHEET, party_kind=place.party.kind, party_id=place.party.id)
    rows = rows.filter(context__month=int(view.month), context__account=view.account.pk)
    return rows.select_related("uploaded_by").order_by("-pk")[:50]


def _shown_uploads(uploads: Iterable[Upload], urls: dict) -> list[dict]:
    return [
        {
            "file_name": upload.file_name,
            "uploaded_at": upload.uploaded_at,
            "by": upload.uploaded_by.display_name,
            "rows_read": upload.rows_read,
            "rows_bad": upload.rows_bad,
            "state": upload.get_state_display(),
            "_url": f"{urls['import']}{upload.token}/",
        }
        for upload in uploads
    ]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    urls, code = urls_of(place, view), "deposits.upload_change_list"
    errors, said, status = (), Said(), 200
    values = {"mode": request.POST.get("mode", "changes")}
    if request.method == "POST":
        sent = send(request, place, code, {**view.asked, **values}, request.FILES)
        if sent.answer is not None and sent.answer.facts["state"] != UploadState.REFUSED:
            return see_other(f"{urls['import']}{sent.answer.facts['upload']}/")
        errors, said, status = sent.errors, Said(sent.said or {}), 422
        if sent.answer is not None:  # kept in the list of imports; the form stays with what was chosen
            words = intake.file_words(upload_at(place, sent.answer.facts["upload"]))
            errors, said = [ErrorItem(text, "#f-file") for text in words], Said(file=words[0])
    else:
        may(place, code)
    return drawn(
        request, "import", view, place, status=status, title="导入变更清册", errors=errors, said=said, values=values,
        uploads=_shown_uploads(uploads_of(place, view)[:5], urls), upload_columns=UPLOAD_COLUMNS,
    )  # fmt: skip


def upload_at(place: Place, token: str) -> Upload:
    rows = Upload.objects.select_related("file")
    return get_object_or_404(rows, token=token, sheet=SHEET, party_kind=place.party.kind, party_id=place.party.id)


def _urls(place: Place, view: MonthView, upload: Upload) -> dict[str, str]:
    urls = urls_of(place, view)
    at = f"{urls['import']}{upload.token}/"
    return urls | {
        "result": at,
        **{name: f"{at}{name}/" for name in ("workbook", "fix", "diff", "corrected", "recheck")},
    }


def _meta(upload: Upload) -> tuple[str, ...]:
    return (
        f"读取 {upload.rows_read:,} 行",
        f"可导入 {upload.rows_good:,} 行",
        f"须改正 {upload.rows_bad:,} 行",
        f"提醒 {upload.rows_warned:,} 处",
    )


@require_GET
def result(request: HttpRequest, place: Place, month: str, token: str) -> HttpResponse:
    return _result(request, place, view_of(place, month), upload_at(place, token))


def _result(request, place, view: MonthView, upload: Upload, errors=(), status: int = 200) -> HttpResponse:
    found = SheetFinding.objects.filter(upload_id=upload.pk)
    bad = found.filter(severity="error", line__gt=0)
    table = Table(PROBLEM_COLUMNS, bad, order=("line", "pk"), finish=partial(_problems, upload))
    listing = paging.listing(table, request.GET)
    by_problem = bad.values("code").annotate(rows=Count("line", distinct=True)).order_by("-rows", "code")
    warnings = found.filter(severity="warning").order_by("line", "pk")[:20]
    return drawn(
        request,
        "import_result",
        view,
        place,
        status=status,
        title="导入结果",
        upload=upload,
        urls=_urls(place, view, upload),
        meta=_meta(upload),
        refused=upload.state == UploadState.REFUSED,
        is_open=upload.state == UploadState.CHECKED,
        file_errors=[{"text": sentence(row), "remedy": CATALOGUE[row.code].remedy} for row in found.filter(line=0)],
        problems=[{"label": CATALOGUE[row["code"]].label, "rows": row["rows"]} for row in by_problem],
        rows=listing.rows,
        page=listing.page,
        columns=PROBLEM_COLUMNS,
        warnings=[
            {"text": sentence(row), "remedy": CATALOGUE[row.code].remedy, "line": row.line or None} for row in warnings
        ],
        tidied=[{"line": row.line, "what": sentence(row)} for row in found.filter(code="N01").order_by("line")[:100]],
        tidied_columns=(TableColumn("line", "行", "count"), TableColumn("what", "规整")),
        errors=errors,
    )


MASKS = {"name": mask_name, "id_no": mask_id_number, "mobile": mask_mobile}


def _problems(upload: Upload, rows) -> list[dict]:
    """Names and numbers are not kept beside a finding: what was typed is read from the file, and masked."""
    labels = {column.key: column.label for column in sheets[SHEET].columns}
    unkept = [row.line for row in rows if not row.shown and row.column in MASKS]
    cells = intake.raw_cells(upload, unkept) if unkept else {}

    def shown(row: SheetFinding) -> str:
        mask = MASKS.get(row.column)
        return row.shown or (mask(cells[row.line].get(row.column, "")) if mask else "")

    return [
        {
            "line": row.line,
            "column": labels.get(row.column, ""),
            "problem": sentence(row),
            "shown": shown(row),
            "remedy": f"采用建议值 {row.suggestion}" if row.suggestion else CATALOGUE[row.code].remedy,
        }
        for row in rows
    ]


@require_GET
def workbook(request: HttpRequest, place: Place, month: str, token: str) -> HttpResponse:
    upload = upload_at(place, token)
    return _file(bad_rows(upload), f"{upload.file_name.rsplit('.', 1)[0]}-错误行.xlsx")


@require_GET
def blank(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """The template, empty or with the present roster."""
    view = view_of(place, month)
    may(place, "deposits.upload_change_list")
    with_roster = "roster" in request.GET
    rows = _roster(view) if with_roster else ()
    return _file(template(sheets[SHEET], rows), f"变更清册模板{'-现有名册' if with_roster else ''}.xlsx")


def _roster(view: MonthView):
    spells = Membership.objects.filter(employer_account=view.account, to_month=FAR_FUTURE, sealed=False)
    people = Person.objects.filter(fund_accounts__memberships__in=spells).order_by("name_key", "pk")
    bases = dict(spells.values_list("fund_account__person", "fund_account__base"))
    for person in people.iterator(chunk_size=2_000):
        yield ("", person.name, person.id_number, f"{bases[person.pk]:.2f}", "", str(view.month), "", "")


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def corrected(request: HttpRequest, place: Place, month: str, token: str) -> HttpResponse:
    view, upload = view_of(place, month), upload_at(place, token)
    sent = send(request, place, "deposits.return_corrected_rows", {"upload": token}, request.FILES)
    if sent.answer is None:
        return _result(request, place, view, upload, sent.errors, 422)
    return see_other(_urls(place, view, upload)["result"])


@require_POST
def recheck(request: HttpRequest, place: Place, month: str, token: str) -> HttpResponse:
    """The stored file once more: a stop was lifted, a case in flight has ended."""
    view, upload = view_of(place, month), upload_at(place, token)
    sent = send(request, place, "deposits.recheck_upload", {"upload": token})
    if sent.answer is None:
        return _result(request, place, view, upload, sent.errors, 422)
    return see_other(_urls(place, view, upload)["result"])


@require_http_methods(["GET", "POST"])
def fix(request: HttpRequest, place: Place, month: str, token: str) -> HttpResponse:
    """The wrong rows, twenty at a time, each cell as it was typed, to be put right on screen."""
    view, upload = view_of(place, month), upload_at(place, token)
    urls = _urls(place, view, upload)
    if request.method == "POST":
        rows: dict[str, dict[str, str]] = {}
        for name, value in request.POST.items():
            line, dash, key = name.partition("-")
            if dash and line.startswith("r") and line[1:].isdigit():
                rows.setdefault(line[1:], {})[key] = value
        sent = send(request, place, "deposits.fix_upload_rows", {"upload": token, "rows": rows})
        upload.refresh_from_db()
        if sent.answer is not None:
            return see_other(urls["fix"] if upload.rows_bad else urls["diff"])
        return _result(request, place, view, upload, sent.errors, 422)
    if not upload.rows_bad:
        return see_other(urls["result"])
    return drawn(
        request, "import_fix", view, place, title="在线改正", upload=upload, urls=urls, rows=_rows_to_fix(upload)
    )


def _rows_to_fix(upload: Upload) -> list[dict]:
    found = SheetFinding.objects.filter(upload_id=upload.pk, severity="error", line__gt=0)
    lines = list(found.order_by("line").values_list("line", flat=True).distinct()[:FIX_ROWS])
    cells = intake.raw_cells(upload, lines)
    columns = [column for column in sheets[SHEET].columns if column.key in upload.heading]
    shown = {column.key for column in columns}  # their problems stand beside the cell
    by_line: dict[int, list[SheetFinding]] = {line: [] for line in lines}
    for finding in found.filter(line__in=lines).order_by("pk"):
        by_line[finding.line].append(finding)
    rows = []
    for line, mine in by_line.items():
        said = {row.column: sentence(row) for row in mine}
        advice = {row.column: row.suggestion for row in mine}
        rows.append(
            {
                "line": line,
                "who": cells[line].get("name", ""),
                "said": [sentence(row) for row in mine if row.column not in shown],
                "cells": [
                    {
                        "key": column.key,
                        "label": column.label,
                        "value": cells[line].get(column.key, ""),
                        "error": said.get(column.key, ""),
                        "suggestion": advice.get(column.key, ""),
                        "choices": [("", "未填"), *((word, word) for word in column.choices)] if column.choices else (),
                    }
                    for column in columns
                ],
            }
        )
    return rows


@require_http_methods(["GET", "POST"])
def diff(request: HttpRequest, place: Place, month: str, token: str) -> HttpResponse:
    """变更预览: what would change against the roster. Nothing has changed before this page's button."""
    view, upload = view_of(place, month), upload_at(place, token)
    urls, code = _urls(place, view, upload), "deposits.apply_change_list"
    if upload.state == UploadState.APPLIED:
        return see_other(urls["changes"])
    if upload.state != UploadState.CHECKED:
        raise Http404
    stopped = _stopped(gate.preview(code, place.origin, place.party, {"upload": token}).findings)
    change = judging.difference(place.origin, upload, stopped)
    must_agree = _must_agree(view, change)
    errors, said, status = (), Said(), 200
    if request.method == "POST" and must_agree and not request.POST.get("agree"):
        errors, said, status = ({"text": "勾选后再应用", "href": "#f-agree"},), Said(agree="勾选后再应用"), 422
    elif request.method == "POST":
        sent = send(request, place, code, {"upload": token})
        if sent.answer is not None:
            return see_other(urls["changes"])
        errors, said, status = sent.errors, Said(sent.said or {}), 422
    return drawn(
        request, "import_diff", view, place, status=status, title="变更预览", upload=upload, urls=urls, errors=errors,
        said=said, difference=change, groups=_groups(change), threshold=_threshold(view, change), must_agree=must_agree,
        meta=_meta(upload), warnings=[*_file_warnings(upload), *stopped.values()],
    )  # fmt: skip


def _stopped(findings: Iterable[Finding]) -> dict[str, dict]:
    """Items whose good lines would stay in the file if the list were applied now, each with its sentence."""
    lines = Counter(finding.facts["item"] for finding in findings if finding.code == "R28")
    said = {finding.facts["item"]: finding for finding in findings if finding.code == "R28"}
    return {
        item: {
            "text": f"{finding.facts['action']} {lines[item]:,} 行不应用：{finding.message}",
            "remedy": finding.remedy,
        }
        for item, finding in said.items()
    }


def _file_warnings(upload: Upload) -> list[dict]:
    rows = SheetFinding.objects.filter(upload_id=upload.pk, line=0, severity="warning")
    return [{"text": sentence(row), "remedy": CATALOGUE[row.code].remedy} for row in rows]


GROUP_COLUMNS = (
    TableColumn("who", "姓名"),
    TableColumn("number", "证件号码", "mask"),
    TableColumn("before", "变更前基数"),
    TableColumn("after", "变更后基数"),
    TableColumn("delta", "月缴变化", "delta"),
    TableColumn("remark", "来源"),
)
KINDS = {"新开户": "added", "启封": "added", "转入": "added", "基数调整": "changed", "信息变更": "changed"}


def _groups(change: Difference) -> list[dict]:
    groups = [
        {
            "kind": KINDS.get(group.kind, "removed"),
            "title": group.kind,
            "people": group.count,
            "amount": group.amount,
            "columns": GROUP_COLUMNS,
            "rows": [
                {name: getattr(row, name) for name in ("who", "number", "before", "after", "delta", "remark")}
                for row in group.rows
            ],
        }
        for group in change.groups
    ]
    same = {"kind": "same", "title": "无变化", "people": change.unchanged, "amount": None, "columns": (), "rows": ()}
    return [*groups, same]


def _line(view: MonthView, key: PolicyKey) -> int:
    """A reminder line of the city, as it is in force for the month."""
    return policy.value(key, view.month.first_day).value


def _threshold(view: MonthView, change: Difference) -> dict:
    """A month that changes by more than the line is confirmed by a tick of its own."""
    if not change.before:
        return {"over": False, "text": f"应缴从 0 变为 {change.after:,.2f}"}
    line = _line(view, keys.TOTAL_JUMP_PERCENT)
    percent = (change.after - change.before) * 100 / change.before
    text = f"与现有名册相比，应缴 {money_delta(change.after - change.before)}（{percent:+.2f}%，提醒线 ±{line}%）"
    return {"over": abs(percent) > line, "text": text}


def _must_agree(view: MonthView, change: Difference) -> str:
    """The sentence to tick when the file looks like a mistake: a column slipped, or half the roster is missing."""
    missing = next((group.count for group in change.groups if "文件里没有" in group.kind), 0)
    heads = change.unchanged + change.count
    share = _line(view, keys.MISSING_PERCENT)
    if missing > _line(view, keys.MISSING_HEADS) or (heads and missing * 100 > heads * share):
        return f"文件里少了 {missing:,} 人，将全部封存。我确认这是完整名册"
    if change.before and _threshold(view, change)["over"]:
        return "应缴变化超过提醒线，多为基数列整体错位。我核对过，没有错位"
    return ""


@require_http_methods(["GET", "POST"])
def history(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    urls = urls_of(place, view)
    errors, status = (), 200
    if request.method == "POST":
        sent = send(request, place, "deposits.undo_upload", {"upload": request.POST.get("upload", "")})
        if sent.answer is not None:
            return see_other(urls["changes"])
        errors, status = sent.errors, 422
    uploads = list(uploads_of(place, view))
    undoable = [
        (upload.token, upload.file_name, f"{upload.rows_good:,} 行")
        for upload in uploads
        if upload.state == UploadState.APPLIED
    ]
    return drawn(
        request, "imports", view, place, status=status, title="导入记录", errors=errors, undoable=undoable,
        uploads=_shown_uploads(uploads, urls), upload_columns=UPLOAD_COLUMNS,
    )  # fmt: skip
