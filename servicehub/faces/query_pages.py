"""The generic list page of a query: filters in the address, totals over the filter, sort, print, xlsx."""

import tempfile
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from servicehub import clock, gate
from servicehub.declare import READ, Operation, Table, registry
from servicehub.faces import forms, paging, sealed_filters
from servicehub.faces.places import Place, party_of
from servicehub.gate import Refused
from servicehub.kit import amounts, wording, xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def query_of(code: str) -> Operation:
    query = registry.operations.get(code)
    if query is None or query.kind != READ:
        raise Http404
    return query


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, place: Place, code: str, kind: str = "", token: str = "") -> HttpResponse:
    query = query_of(code)
    if query.hidden:
        raise Http404
    target = party_of(place, kind, token) if kind else place.target_for(query)
    hidden = sealed_filters.hide(request, sealed_filters.secret_names(query))
    if hidden is not None:
        return hidden
    raw = filters_of(query, sealed_filters.given(request))
    try:
        table = gate.read(code, place.origin, target, raw)
    except Refused as refused:
        if refused.code != "INPUT_INVALID":
            raise
        return _faulty(request, place, query, target, raw, refused)
    if request.GET.get("format") == "xlsx":
        return export(place, query, table, request.GET)
    size = paging.SIZE_STAFF if place.face in {"counter", "switchboard"} else paging.SIZE
    context = {
        **_frame(request, place, query, target, raw),
        "listing": paging.listing(_placed(table, place), request.GET, size),
        "filters": _filter_fields(query, table, raw, ()),
        "chips": _chips(query, request, raw),
        "errors": [],
        "wanted": "",
    }
    template = "faces/query/print.html" if request.GET.get("print") == "1" else "faces/query/list.html"
    return render(request, template, context)


def filters_of(query: Operation, given: QueryDict) -> dict[str, Any]:
    """What of the address belongs to the query: empty boxes are filters not set."""
    raw: dict[str, Any] = {}
    for form in query.steps or (query.Input,):
        raw |= {name: value for name, value in forms.typed(form, given).items() if value not in ("", [], False)}
    return raw


def export(place: Place, query: Operation, table: Table, given: QueryDict) -> HttpResponse:
    """The whole filter as a workbook, in constant memory; who and when stand on every page of it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it is sent
    fields = [xlsx.Field(column.key, column.label, column.kind) for column in table.columns if column.kind != "link"]
    stamp = f"{place.origin.operator_name} {amounts.moment(clock.now())}"
    xlsx.write(
        file,
        table.caption or query.label,
        fields,
        _words(table, given),
        notes=tuple(f"{label}：{value}" for label, value in table.facts),
        totals=dict(paging.totals_of(table)),
        watermark=f"{place.card.label}　导出人 {stamp}",
    )
    file.seek(0)
    name = f"{query.label}{place.origin.business_date:%Y%m%d}.xlsx"
    answer = FileResponse(file, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{quote(name)}"
    return answer


def _words(table: Table, given: QueryDict) -> Iterator[Mapping[str, Any]]:
    """Rows with their statuses as words: a workbook has no coloured tags."""
    states = [column.key for column in table.columns if column.kind == "status"]
    for chunk in paging.chunks(table, given):
        for row in chunk:
            yield {**row, **{key: wording.status(row[key]).word for key in states if row[key]}} if states else row


def _placed(table: Table, place: Place) -> Table:
    """Addresses of a table are relative to the face it is shown on: an app does not know faces."""
    from dataclasses import replace

    def under(column):
        if column.url is None:
            return column
        relative = column.url
        return replace(column, url=lambda row: _join(place.base, relative(row)))

    return replace(table, columns=tuple(under(column) for column in table.columns))


def _join(base: str, address: str) -> str:
    return address if address.startswith(("/", "?", "#")) else f"{base}{address}"


def _frame(request, place: Place, query: Operation, target, raw: Mapping[str, Any]) -> dict[str, Any]:
    other = place.card_of_other(target)
    return {
        "title": query.label,
        "place": place,
        "query": query,
        "target_card": other,
        "back_url": place.at(target) if other else "",
        "clear_url": request.path,
        "export_url": paging.address(request.GET, format="xlsx", page=None, print=None),
        "print_url": paging.address(request.GET, print=1, page=None),
        "filtered": bool(raw),
        "as_of": clock.now(),
    }


def _filter_fields(query: Operation, table: Table | None, raw: Mapping[str, Any], errors) -> list[dict]:
    """Boxes of the filter bar: the input fields the table names as filters, or all of them."""
    wanted = set(table.filters) if table is not None and table.filters else None
    boxes = []
    for form in query.steps or (query.Input,):
        built = forms.with_errors(forms.build(form, raw), list(errors))
        for field in built.fields:
            if wanted is not None and field.name not in wanted:
                continue
            boxes.append(
                {
                    "name": field.name,
                    "label": field.label,
                    "value": field.value,
                    "choices": field.choices or ((("true", "是"),) if field.kind == "tick" else ()),
                    "error": field.error,
                    "optional": field.optional,
                    "hint": {"month": "2026-11", "date": "2026-11-08"}.get(field.kind, ""),
                }
            )
    return boxes


def _chips(query: Operation, request: HttpRequest, raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Filters in force, each with the address that removes it."""
    chips, secret = [], sealed_filters.secret_names(query)
    for form in query.steps or (query.Input,):
        for name, declared in form().fields.items():
            if name in raw:
                value = (
                    forms.in_words(declared, raw[name]) if declared.style.get("mask") else _label(declared, raw[name])
                )
                removed = (
                    sealed_filters.without(request, name)
                    if name in secret
                    else paging.address(request.GET, **{name: None}, page=None)
                )
                chips.append((f"{declared.label or name}：{value}", removed))
    return chips


def _label(declared, value: Any) -> str:
    choices = getattr(declared, "choices", None) or {}
    return str(choices.get(value, value))


def _faulty(request, place: Place, query: Operation, target, raw, refused: Refused) -> HttpResponse:
    """A filter that cannot be read: it stays in its box, with what is wrong; no list is guessed.

    A list that needs a filter and was opened without any only asks for it.
    """
    errors = refused.errors if raw else []
    filters = _filter_fields(query, None, raw, errors)
    context = {
        **_frame(request, place, query, target, raw),
        "listing": None,
        "filters": filters,
        "chips": (),
        "errors": [{"text": box["error"], "href": f"#q-{box['name']}"} for box in filters if box["error"]],
        "wanted": "、".join(box["label"] for box in filters if not raw and not box["optional"]),
    }
    return render(request, "faces/query/list.html", context, status=422 if raw else 200)
