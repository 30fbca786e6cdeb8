"""渠道 × 服务事项: every item on every channel, as a caller would find it at this moment (A-04)."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicehub import clock
from servicehub.cases.claims import item_name
from servicehub.cases.models import Submission
from servicehub.cases.states import SubmissionState
from servicehub.catalogue.models import ChannelItem, ServiceChannel, ServiceItem
from servicehub.declare import READ, Operation, registry
from servicehub.faces.home_pages import GROUP_ORDER
from servicehub.faces.places import Place
from servicehub.gate import reads
from servicehub.gate.models import StopOrder
from servicehub.gate.modes import STRENGTH
from servicehub.kit import wording

STOP_ITEM = "S-STOP"
CELL_OF_MODE = {"NOTICE": "open", "NO_NEW": "no_new", "READ_ONLY": "read_only", "FULL": "full"}
HIDDEN_CHANNELS = frozenset({"BATCH", "ADM"})


@require_GET
def show(request: HttpRequest, place: Place) -> HttpResponse:
    at = clock.now()
    group, only = request.GET.get("group", ""), request.GET.get("only", "")
    items = sorted(ServiceItem.objects.all(), key=lambda item: (_rank(item.group), item.group, item.code))
    channels = [one for one in ServiceChannel.objects.all() if one.code not in HIDDEN_CHANNELS]
    cells = {(cell.item_id, cell.channel_id): cell for cell in ChannelItem.objects.all()}
    orders = list(reads.standing(at))
    order_form = next((start["url"] for start in starts(place)), "")
    rows = [_row(item, channels, cells, orders, order_form) for item in items if not group or item.group == group]
    if only == "stopped":
        rows = [
            row
            for row in rows
            if any(cell["state"] not in {"open", "not_offered", "unpublished"} for cell in row["cells"])
        ]
    groups = list(dict.fromkeys(item.group for item in items))
    context = {
        "title": "渠道与事项",
        "columns": [{"label": wording.CHANNELS_SHORT.get(one.code, one.name)} for one in channels],
        "rows": rows,
        "at": at,
        "orders": [_order(order, at) for order in orders],
        "waiting": Submission.objects.filter(state=SubmissionState.WAITING, operation__in=_stop_codes()).count(),
        "filters": [
            _box("group", "类别", group, [(name, name) for name in groups]),
            _box("only", "状态", only, [("stopped", "只看非“开”")]),
        ],
        "starts": starts(place),
        "place": place,
    }
    return render(request, "faces/switchboard/matrix.html", context)


def _rank(group: str) -> int:
    """Business before questions about it, as on every other page."""
    return GROUP_ORDER.index(group) if group in GROUP_ORDER else len(GROUP_ORDER)


def starts(place: Place) -> list[dict]:
    """Buttons of the stop item's operations that begin something: an order, an emergency stop."""
    return [
        {"text": one.label, "url": place.address("do", one.code), "kind": "secondary"}
        for one in stop_operations(place)
        if "scope" in one.Input._declared_fields
    ]


def stop_operations(place: Place) -> list[Operation]:
    """What this operator may do about stops. Those that ask for a number act on an order there is."""
    return [
        one
        for one in registry.operations.of_item(STOP_ITEM)
        if one.kind != READ and not one.hidden and place.holds(one.roles)
    ]


def _stop_codes() -> list[str]:
    return [operation.code for operation in registry.operations.of_item(STOP_ITEM)]


def _box(name: str, label: str, value: str, choices: list) -> dict:
    return {"name": name, "label": label, "value": value, "choices": choices, "error": "", "hint": ""}


def _row(item: ServiceItem, channels, cells, orders, order_form: str) -> dict:
    return {
        "label": item.name,
        "hint": item.code,
        "cells": [
            _cell(item, channel, cells.get((item.code, channel.code)), orders, order_form) for channel in channels
        ],
    }


def _cell(
    item: ServiceItem,
    channel: ServiceChannel,
    cell: ChannelItem | None,
    orders: list[StopOrder],
    order_form: str,
) -> dict:
    if cell is None or not cell.offered:
        return {"state": "not_offered", "word": "", "more": "", "url": ""}
    if item.lifecycle != ServiceItem.Lifecycle.PUBLISHED:
        return {"state": "unpublished", "word": "", "more": "", "url": ""}
    found = [order for order in orders if _covers(order, item, channel)]
    if item.always_on:
        found = [order for order in found if order.scope == "PLATFORM" and order.mode == "FULL"]
    if not found:
        limited = cell.presentation == ChannelItem.Presentation.LIMITED
        # Whoever may order a stop begins with the cell in the form; a link, never a switch that flips.
        start = f"{order_form}?scope=CELL&scope_ref={channel.code}:{item.code}" if order_form else ""
        return {"state": "open", "word": "", "more": "仅受理" if limited else "", "url": start}
    strongest = max(found, key=lambda order: STRENGTH[order.mode])
    return {
        "state": CELL_OF_MODE[strongest.mode],
        "word": "",
        "more": "有公告" if strongest.mode == "NOTICE" else "",
        "url": f"/switchboard/stops/{strongest.number}/",
    }


def _covers(order: StopOrder, item: ServiceItem, channel: ServiceChannel) -> bool:
    match order.scope:
        case "PLATFORM":
            return True
        case "CHANNEL":
            return order.scope_ref == channel.code
        case "ITEM":
            return order.scope_ref == item.code
        case "ITEM_GROUP":
            return order.scope_ref == item.group
        case _:
            return order.scope_ref == f"{channel.code}:{item.code}"


def _order(order: StopOrder, at: datetime) -> dict:
    return {
        "number": order.number,
        "scope": scope_words(order),
        "mode": order.get_mode_display(),
        "state": f"stop_order:{reads.state_of(order, at)}",
        "starts_at": order.starts_at,
        "planned_end": order.planned_end,
        "_url": f"/switchboard/stops/{order.number}/",
    }


def scope_words(order: StopOrder) -> str:
    """全平台 · 单位网厅 · 住房公积金汇缴 · 住房公积金汇缴@网上业务大厅"""
    ref = order.scope_ref
    match order.scope:
        case "PLATFORM":
            return "全平台"
        case "CHANNEL":
            return wording.CHANNELS.get(ref, ref)
        case "ITEM":
            return item_name(ref)
        case "ITEM_GROUP":
            return f"“{ref}”类全部事项"
        case _:
            channel, _, item = ref.partition(":")
            return f"{item_name(item)} @ {wording.CHANNELS.get(channel, channel)}"
