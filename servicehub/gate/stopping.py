"""Writing stop orders. The operations decide; the gate reads what is written here on every call."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from servicehub import clock
from servicehub.cases.models import Case
from servicehub.catalogue.models import ChannelItem, ServiceChannel, ServiceItem
from servicehub.declare import Change, Origin
from servicehub.gate.models import StopKind, StopMode, StopOrder, StopScope
from servicehub.gate.modes import INTERNAL_CHANNELS, SWITCHBOARD
from servicehub.kit import amounts

EMERGENCY_MAX = timedelta(hours=4)
FIELDS = (
    "scope", "scope_ref", "mode", "reason_code", "internal_reason", "notice_title", "notice_body", "notice_short",
    "delay_body", "planned_end", "auto_resume", "drain_seconds", "include_batch", "announcement", "incident",
)  # fmt: skip


def write_order(origin: Origin, data: Mapping[str, Any], kind: StopKind, ordered_by: int, **facts) -> StopOrder:
    origin.require_pass()
    starts_at = max(data.get("starts_at") or origin.at, origin.at)
    values = {name: data[name] for name in FIELDS if data.get(name) is not None}
    # Held until the health check has passed: a beat that is dead leaves it stopped (R-ST-06).
    values["resume_held"] = bool(values.get("auto_resume"))
    return StopOrder.objects.create(
        number=_number(origin),
        kind=kind,
        starts_at=starts_at,
        alternatives=sorted(data.get("alternatives", ())),
        exempt_clients=list(data.get("exempt_clients", ())),
        case_number=origin.pass_.case,
        ordered_by_id=ordered_by,
        ordered_at=origin.at,
        **{**values, **facts},
    )


def lift(origin: Origin, order: StopOrder, reason: str) -> None:
    origin.require_pass()
    order.lifted_at, order.lifted_by_id, order.lift_reason = origin.at, origin.operator, reason
    order.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])


def not_over(at: datetime) -> QuerySet[StopOrder]:
    """Not lifted, and not ended by itself: in force or coming."""
    ended = Q(auto_resume=True, resume_held=False, planned_end__lte=at)
    return StopOrder.objects.filter(lifted_at__isnull=True).exclude(ended)


def overlapping(scope: str, ref: str, at: datetime, until: datetime | None) -> list[StopOrder]:
    """Standing orders that touch something of the same scope within the same time."""
    meets = not_over(at).order_by("starts_at", "pk")
    if until is not None:
        meets = meets.filter(starts_at__lt=until)
    cells = cells_of(scope, ref)
    return [order for order in meets if cells & cells_of(order.scope, order.scope_ref)]


def cells_of(scope: str, ref: str) -> frozenset[tuple[str, str]]:
    """(channel, item) pairs a scope covers, of those offered."""
    cells = ChannelItem.objects.filter(offered=True).exclude(item__in=SWITCHBOARD)
    match scope:
        case StopScope.CHANNEL:
            cells = cells.filter(channel=ref)
        case StopScope.ITEM:
            cells = cells.filter(item=ref)
        case StopScope.ITEM_GROUP:
            cells = cells.filter(item__group=ref)
        case StopScope.CELL:
            channel, _, item = ref.partition(":")
            cells = cells.filter(channel=channel, item=item)
    return frozenset(cells.order_by("pk").values_list("channel_id", "item_id"))


def left_without_channel(scope: str, ref: str, at: datetime) -> list[str]:
    """Names of published items that no running public channel would take any more (R-ST-17)."""
    stopped = cells_of(scope, ref)
    for order in not_over(at).exclude(mode=StopMode.NOTICE):
        stopped |= cells_of(order.scope, order.scope_ref)
    offered = ChannelItem.objects.filter(
        offered=True, channel__lifecycle="running", item__lifecycle="published", item__in={item for _, item in stopped}
    ).exclude(channel__in=INTERNAL_CHANNELS)
    open_items, all_items = set(), {}
    for channel, item, name in offered.order_by("pk").values_list("channel_id", "item_id", "item__name"):
        all_items[item] = name
        if (channel, item) not in stopped:
            open_items.add(item)
    return sorted(name for item, name in all_items.items() if item not in open_items)


def reference_is_known(scope: str, ref: str) -> bool:
    match scope:
        case StopScope.PLATFORM:
            return ref == ""
        case StopScope.CHANNEL:
            return ref not in INTERNAL_CHANNELS and ServiceChannel.objects.filter(pk=ref).exists()
        case StopScope.ITEM:
            return ref not in SWITCHBOARD and ServiceItem.objects.filter(pk=ref).exists()
        case StopScope.ITEM_GROUP:
            return ServiceItem.objects.filter(group=ref).exists()
        case _:
            channel, _, item = ref.partition(":")
            return item not in SWITCHBOARD and ChannelItem.objects.filter(channel=channel, item=item).exists()


def words_of(scope: str, ref: str) -> str:
    """服务大厅柜台 · 住房公积金汇缴, as the screens name it."""
    return words_of_all([(scope, ref)])[scope, ref]


def words_of_all(scopes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The words of several (scope, reference) pairs, from one look at the catalogue."""
    channels = dict(ServiceChannel.objects.order_by("pk").values_list("code", "name"))
    items = dict(ServiceItem.objects.order_by("pk").values_list("code", "name"))
    return {(scope, ref): _words(scope, ref, channels, items) for scope, ref in scopes}


def _words(scope: str, ref: str, channels: Mapping[str, str], items: Mapping[str, str]) -> str:
    match scope:
        case StopScope.PLATFORM:
            return "全平台"
        case StopScope.CHANNEL:
            return channels.get(ref, ref)
        case StopScope.ITEM:
            return items.get(ref, ref)
        case StopScope.ITEM_GROUP:
            return f"“{ref}”类事项"
        case _:
            channel, _, item = ref.partition(":")
            return f"{channels.get(channel, channel)} · {items.get(item, item)}"


def maker_of(origin: Origin) -> int | None:
    """Who handed in the case this effect belongs to; at approval the operator is somebody else."""
    opened_by = Case.objects.filter(number=origin.require_pass().case).values_list("opened_by_id", flat=True).first()
    return opened_by or origin.operator


def change_of(order: StopOrder, action: str, before: Mapping[str, str] = {}) -> Change:
    after = {
        "范围": words_of(order.scope, order.scope_ref),
        "方式": StopMode(order.mode).label,
        "开始": amounts.moment(order.starts_at),
        "计划恢复": amounts.moment(order.planned_end) if order.planned_end else "未定",
        "公告": order.notice_body,
    }
    return Change(f"servicehub.stop_order:{order.number}", action, order.notice_title, before=before, after=after)


def state_of(order: StopOrder, at: datetime) -> str:
    """Code of ``kit.wording``; derived from times, never stored."""
    if order.lifted_at is not None:
        return "cancelled" if order.lifted_at < order.starts_at else "resumed"
    if order.auto_resume and not order.resume_held and order.planned_end <= at:
        return "resumed"
    if order.starts_at > at:
        return "waiting"
    return "emergency" if order.review == StopOrder.Review.PENDING else "in_force"


def is_overdue(order: StopOrder, at: datetime) -> bool:
    """Past its planned end and still in force: shown red, escalated, never silently reopened (R-ST-04)."""
    return (
        order.lifted_at is None
        and order.planned_end is not None
        and order.planned_end <= at
        and (not order.auto_resume or order.resume_held)
    )


def _number(origin: Origin) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT servicehub_number('TD', %s, 3, nextval('servicehub_stop_number'))", [clock.local(origin.at).date()]
        )
        return cursor.fetchone()[0]
