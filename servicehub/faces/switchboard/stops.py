"""Stop orders: the list, one order with what it did, and the way to lift it."""

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicehub import clock
from servicehub.declare import Table, TableColumn
from servicehub.faces import paging
from servicehub.faces.places import Place
from servicehub.faces.switchboard.matrix import scope_words, starts, stop_operations
from servicehub.gate import reads
from servicehub.gate.models import CallOutcome, ServiceCall, StopOrder
from servicehub.kit import wording


@require_GET
def show_all(request: HttpRequest, place: Place) -> HttpResponse:
    at = clock.now()
    table = Table(
        columns=(
            TableColumn("number", "停办单号"),
            TableColumn("scope_words", "范围"),
            TableColumn("mode_words", "方式"),
            TableColumn("state", "状态", kind="status"),
            TableColumn("starts_at", "开始", kind="datetime"),
            TableColumn("planned_end", "计划恢复", kind="datetime"),
            TableColumn("ordered_by__display_name", "申请人"),
            TableColumn("approved_by__display_name", "复核人"),
        ),
        source=StopOrder.objects.values(
            "pk", "number", "ordered_by__display_name", "approved_by__display_name", "starts_at", "planned_end"
        ),
        order=("-starts_at", "-pk"),
        finish=lambda rows: _rows(rows, at),
    )
    context = {
        "title": "停办单",
        "listing": paging.listing(table, request.GET, paging.SIZE_STAFF),
        "as_of": at,
        "starts": starts(place),
    }
    return render(request, "faces/switchboard/stops.html", context)


def _rows(rows: list[dict], at) -> list[dict]:
    orders = StopOrder.objects.in_bulk([row["pk"] for row in rows])
    return [
        {
            **row,
            "scope_words": scope_words(orders[row["pk"]]),
            "mode_words": orders[row["pk"]].get_mode_display(),
            "state": f"stop_order:{reads.state_of(orders[row['pk']], at)}",
            "_url": f"/switchboard/stops/{row['number']}/",
        }
        for row in rows
    ]


@require_GET
def show(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    order = (
        StopOrder.objects.filter(number=number)
        .select_related("ordered_by", "approved_by", "reviewed_by", "lifted_by")
        .first()
    )
    if order is None:
        raise Http404
    at = clock.now()
    refused = ServiceCall.objects.filter(stop_order=number, outcome=CallOutcome.REFUSED_STOP)
    by_channel = refused.values("channel").annotate(count=Count("pk")).order_by("-count")
    context = {
        "title": f"停办单 {number}",
        "order": order,
        "state": f"stop_order:{reads.state_of(order, at)}",
        "scope": scope_words(order),
        "refused": sum(row["count"] for row in by_channel),
        "by_channel": [(wording.CHANNELS.get(row["channel"], row["channel"]), row["count"]) for row in by_channel],
        "alternatives": "、".join(wording.CHANNELS.get(code, code) for code in order.alternatives),
        "events": _events(order),
        "actions": _actions(place, order),
        "back_url": "/switchboard/stops/",
        "back_text": "停办单",
    }
    return render(request, "faces/switchboard/stop.html", context)


def _events(order: StopOrder) -> list[dict]:
    events = [{"at": order.ordered_at, "who": order.ordered_by.display_name, "what": "申请停办", "state": "done"}]
    if order.approved_by:
        events.append({"at": None, "who": order.approved_by.display_name, "what": "复核通过", "state": "done"})
    events.append({"at": order.starts_at, "what": "生效", "state": "now"})
    if order.review == StopOrder.Review.PENDING:
        events.append({"at": None, "what": "待补审", "text": "由发起人以外的人在 24 小时内补审"})
    elif order.reviewed_by:
        who = order.reviewed_by.display_name
        events.append({"at": order.reviewed_at, "who": who, "what": order.get_review_display(), "state": "done"})
    if order.resume_held and not order.lifted_at:
        events.append({"at": order.planned_end, "what": "到时自动恢复", "text": "健康检查通过后恢复"})
    if order.lifted_at:
        who = order.lifted_by.display_name if order.lifted_by else ""
        events.append({"at": order.lifted_at, "who": who, "what": "恢复", "text": order.lift_reason, "state": "done"})
    return events


def _actions(place: Place, order: StopOrder) -> list[dict]:
    """Operations that go on with a standing order: lifting, extending, post-review."""
    if order.lifted_at is not None:
        return []
    return [
        {"text": one.label, "url": f"{place.address('do', one.code)}?number={order.number}", "kind": "secondary"}
        for one in stop_operations(place)
        if "number" in one.Input._declared_fields
    ]
