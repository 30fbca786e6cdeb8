"""GET /queries/<code>/: a list or a figure, one page of it, with totals over the whole filter."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from servicehub import gate
from servicehub.declare import READ, Operation, Table, TableColumn, registry
from servicehub.faces import paging
from servicehub.faces.api.operations import REFUSALS, GateView, _name, input_form, target_of
from servicehub.faces.query_pages import filters_of
from servicehub.gate import Refused
from servicehub.kit import amounts, wording

SIZE_MAX = 500


class ColumnDocument(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField(help_text="列名")
    kind = serializers.CharField(help_text="text money delta date month datetime count rate status mask")


class TableDocument(serializers.Serializer):
    """One page of a list. Money is text with two places; a status has its word beside it (``state_word``)."""

    caption = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(allow_blank=True)
    columns = ColumnDocument(many=True)
    rows = serializers.ListField(child=serializers.DictField())
    totals = serializers.DictField(help_text="按整个筛选条件合计，不是本页")
    facts = serializers.DictField(child=serializers.CharField())
    count = serializers.IntegerField(help_text="总条数")
    page = serializers.IntegerField()
    pages = serializers.IntegerField()


class QueryView(GateView):
    def get(self, request: Request, code: str) -> Response:
        query = registry.operations.get(code)
        if query is None or query.kind != READ:
            raise Refused("NOT_FOUND", 404, "没有这项查询", "代码不存在，见 /api/v1/schema/。")
        self.must_be_somebody(query)
        given: QueryDict = request._request.GET
        kind, _, token = given.get("target", "").partition(":")
        target = target_of(query, self.origin, {"kind": kind, "token": token} if kind else None)
        table = gate.read(code, self.origin, target, filters_of(query, given))
        size = given.get("size", "")
        size = min(int(size), SIZE_MAX) if size.isdecimal() and int(size[:6]) > 0 else paging.SIZE
        return Response(table_document(table, paging.listing(table, _without(given, "print"), size)))


def _without(given: QueryDict, name: str) -> QueryDict:
    changed = given.copy()
    changed.pop(name, None)
    return changed


def table_document(table: Table, listing: paging.Listing) -> dict[str, Any]:
    columns = [column for column in table.columns if column.kind != "link"]
    return {
        "caption": table.caption,
        "unit": table.unit,
        "columns": [{"key": column.key, "label": column.label, "kind": column.kind} for column in columns],
        "rows": [_row(columns, row) for row in listing.rows],
        "totals": {key: plain(value, "money") for key, value in listing.totals.items()},
        "facts": {label: str(value) for label, value in table.facts},
        "count": listing.page.count,
        "page": listing.page.number,
        "pages": listing.page.pages,
    }


def _row(columns: list[TableColumn], row: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for column in columns:
        value = row[column.key]
        if column.kind == "status" and value:
            shown[column.key] = str(value).rpartition(":")[2]
            shown[f"{column.key}_word"] = wording.status(value).word
        else:
            shown[column.key] = plain(value, column.kind)
    return shown


def plain(value: Any, kind: str) -> Any:
    """Exact values as text: JSON numbers have no decimals."""
    if value is None or isinstance(value, bool | int):
        return f"{value}.00" if kind in {"money", "delta"} and isinstance(value, int) else value
    if isinstance(value, Decimal):
        return f"{amounts.exact(value)}" if kind in {"money", "delta"} else f"{value:f}"
    if kind == "month":
        return amounts.month(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


@lru_cache(maxsize=512)
def documented(code: str, revision: int) -> type[QueryView]:
    query: Operation = registry.operations[code]
    item = registry.items.get(query.item)
    own = [
        OpenApiParameter("target", str, description="办理对象，写成 employer:令牌；只有一个可能的对象时可省略"),
        OpenApiParameter("page", int, description="第几页"),
        OpenApiParameter("size", int, description=f"每页条数，最多 {SIZE_MAX}"),
        OpenApiParameter("sort", str, description="按列排序，例如 -amount"),
    ]
    form = input_form(query)
    schema = extend_schema(
        operation_id=code.replace(".", "_"),
        summary=query.label,
        description=f"事项 {query.item} {item.name}。" if item else "",
        tags=[item.group or "其他" if item else "其他"],
        parameters=[*([form] if form._declared_fields else []), *own],
        responses={200: TableDocument, **REFUSALS},
    )

    def get(self, request):
        return QueryView.get(self, request, code)

    return type(_name(query, "View"), (QueryView,), {"get": schema(get)})
