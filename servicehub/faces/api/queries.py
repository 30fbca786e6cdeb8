"""GET and POST /queries/<code>/: a list or a figure, one page of it, with totals over the whole filter."""

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
from servicehub.faces.api.answers import TargetField
from servicehub.faces.api.operations import REFUSALS, GateView, _name, input_form, target_of
from servicehub.faces.query_pages import filters_of
from servicehub.faces.sealed_filters import secret_names
from servicehub.gate import Refused
from servicehub.kit import amounts, wording
from servicehub.kit.working_paper import StepAnswer, step_answers

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
    paper = StepAnswer(many=True, help_text="这些数是怎么来的：逐步的算式、取整、参数和依据；没有时为空")
    count = serializers.IntegerField(help_text="总条数")
    page = serializers.IntegerField()
    pages = serializers.IntegerField()


class SearchRequest(serializers.Serializer):
    """What a POST to a query carries."""

    target = TargetField(required=False, help_text="办理对象；只有一个可能的对象时可省略")
    input = serializers.DictField(required=False, help_text="筛选条件")
    page = serializers.IntegerField(required=False, min_value=1, help_text="第几页")
    size = serializers.IntegerField(required=False, min_value=1, help_text=f"每页条数，最多 {SIZE_MAX}")
    sort = serializers.CharField(required=False, help_text="按列排序，例如 -amount")


class QueryView(GateView):
    """Filters that may name somebody are taken from the body of a POST only: addresses are kept by every server."""

    def get(self, request: Request, code: str) -> Response:
        query = self._query(code)
        given: QueryDict = request._request.GET
        named = sorted(secret_names(query) & given.keys())
        if named:
            errors = [{"field": name, "code": "in_address", "message": "用 POST 放在请求体里"} for name in named]
            raise Refused("FILTER_IN_ADDRESS", 422, "筛选条件不能写在地址里", "可能含姓名、号码。", errors=errors)
        kind, _, token = given.get("target", "").partition(":")
        return self._answer(query, {"kind": kind, "token": token} if kind else None, filters_of(query, given), given)

    def post(self, request: Request, code: str) -> Response:
        query = self._query(code)
        body = SearchRequest(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        given = QueryDict(mutable=True)
        given.update({name: str(asked[name]) for name in ("page", "size", "sort") if name in asked})
        return self._answer(query, request.data.get("target"), asked.get("input", {}), given)

    def _query(self, code: str) -> Operation:
        query = registry.operations.get(code)
        if query is None or query.kind != READ:
            raise Refused("NOT_FOUND", 404, "没有这项查询", "代码不存在，见 /api/v1/schema/。")
        self.must_be_somebody(query)
        return query

    def _answer(self, query: Operation, target: Any, raw: Mapping[str, Any], given: QueryDict) -> Response:
        table = gate.read(query.code, self.origin, target_of(query, self.origin, target), raw)
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
        "paper": step_answers(table.paper),
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
    form, secret = input_form(query), secret_names(query)
    about = f"事项 {query.item} {item.name}。" if item else ""
    shared = {
        "summary": query.label,
        "tags": [item.group or "其他" if item else "其他"],
        "responses": {200: TableDocument, **REFUSALS},
    }
    shown = {name: field for name, field in form._declared_fields.items() if name not in secret}
    in_address = type(_name(query, "Filters"), (serializers.Serializer,), {**shown, "__doc__": None})
    reads = extend_schema(
        operation_id=code.replace(".", "_"),
        description=about + (f"{'、'.join(sorted(secret))} 用 POST 提交。" if secret else ""),
        parameters=[*([in_address] if shown else []), *own],
        **shared,
    )
    body = type(
        _name(query, "Search"), (SearchRequest,), {"input": form(required=False, help_text="筛选条件"), "__doc__": None}
    )
    searches = extend_schema(
        operation_id=f"{code.replace('.', '_')}_search",
        description=f"{about}筛选条件放在请求体里，不留在地址和日志中。",
        request=body,
        **shared,
    )

    def get(self, request):
        return QueryView.get(self, request, code)

    def post(self, request):
        return QueryView.post(self, request, code)

    return type(_name(query, "View"), (QueryView,), {"get": reads(get), "post": searches(post)})
