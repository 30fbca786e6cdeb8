"""Which stop order counts, and what the refused caller is told."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from servicehub import clock
from servicehub.declare import registry as declared
from servicehub.gate import hours
from servicehub.gate.facts import StandingOrder
from servicehub.gate.models import StopScope
from servicehub.gate.modes import INTERNAL_CHANNELS, STRENGTH, lets_through
from servicehub.gate.refusals import Refused

if TYPE_CHECKING:
    from servicehub.gate.questions import Asked

LEVEL = {
    StopScope.PLATFORM: "PLATFORM",
    StopScope.CHANNEL: "CHANNEL",
    StopScope.ITEM: "ITEM",
    StopScope.ITEM_GROUP: "ITEM",
    StopScope.CELL: "CELL",
}


def always_on(code: str) -> bool:
    item = declared.items.get(code)
    return item is not None and item.always_on


def standing_for(asked: "Asked", code: str) -> list[StandingOrder]:
    """Orders in force for one item of this call, strongest first.

    While an order drains, whoever is on the last step may still submit; first steps are refused (R-ST-09).
    """
    facts, origin = asked.facts, asked.origin
    item = facts.items.get(code, {})
    found = [
        order
        for order in facts.orders
        if order.covers(str(origin.channel), code, item.get("group", ""))
        and not (origin.client and origin.client in order.exempt)
        and (not asked.last_step or origin.at >= order.starts_at + order.drain)
    ]
    if item.get("always_on") or always_on(code):
        found = [order for order in found if order.scope == StopScope.PLATFORM and order.mode == "FULL"]
    return sorted(found, key=lambda order: (-STRENGTH[order.mode], order.starts_at, order.number))


def all_standing(asked: "Asked") -> list[StandingOrder]:
    return [order for code in asked.items for order in standing_for(asked, code)]


def winner(asked: "Asked", code: str) -> StandingOrder | None:
    """The order that refuses this call, if any: the most restrictive in force."""
    operation = asked.operation
    return next(
        (
            order
            for order in standing_for(asked, code)
            if not lets_through(order.mode, operation.kind, operation.withdraws)
        ),
        None,
    )


def refusal(asked: "Asked", code: str, order: StandingOrder) -> Refused:
    """The notice verbatim, on every surface the same (2.7)."""
    facts, at = asked.facts, asked.origin.at
    resume = order.planned_end
    is_late = resume is not None and resume <= at
    level = LEVEL[StopScope(order.scope)]
    return Refused(
        f"{level}_SUSPENDED",
        503,
        order.title or _title(level, facts.item_name(code), facts.channel_name()),
        order.delay_body if is_late and order.delay_body else order.body,
        retry_after=int((resume - at).total_seconds()) if resume and not is_late else None,
        channel=str(asked.origin.channel),
        item=code,
        item_name=facts.item_name(code),
        mode=order.mode,
        reason=order.reason,
        stop_order=order.number,
        since=_shanghai(order.starts_at),
        expected_resume=_shanghai(resume) if resume and not is_late else None,
        alternatives=alternatives(code, str(asked.origin.channel), at, order.alternatives),
    )


def _title(level: str, item: str, channel: str) -> str:
    match level:
        case "PLATFORM":
            return "平台暂停服务"
        case "CHANNEL":
            return f"{channel}暂停服务"
        case _:
            return f"{item}暂停受理"


def alternatives(code: str, channel: str, at: datetime, preferred: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Other channels that take new submissions of the item: those the order names, else all that are open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT other.code, other.name, other.url, other.opens_at, other.closes_at, other.workdays_only"
            " FROM servicehub_channelitem cell"
            " JOIN servicehub_servicechannel other ON other.code = cell.channel_id AND other.lifecycle = 'running'"
            " JOIN servicehub_serviceitem item ON item.code = cell.item_id"
            " WHERE cell.item_id = %s AND cell.offered AND other.code <> %s AND other.code <> ALL (%s)"
            " AND (%s::text[] = '{}' OR other.code = ANY (%s::text[]))"
            " AND NOT EXISTS (SELECT 1 FROM servicehub_stop_orders_at("
            '     other.code::text, ARRAY[item.code::text], ARRAY[item."group"::text], %s) standing'
            "     WHERE standing.mode <> 'NOTICE')"
            " ORDER BY other.alternative_order",
            [code, channel, list(INTERNAL_CHANNELS), list(preferred), list(preferred), at],
        )
        rows = cursor.fetchall()
    return [_place(row, at) for row in rows]


def _place(row: tuple, at: datetime) -> dict[str, Any]:
    code, name, url, opens, closes, workdays_only = row
    place = {"channel": code, "name": name, "available_now": True, "url": url}
    if opens and closes and not hours.is_open(at, opens, closes, workdays_only):
        again = hours.next_open(at, opens, closes, workdays_only)
        place |= {"available_now": False, "next_open": again.isoformat() if again else None}
    return place


def _shanghai(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")


def sentence(refused: Refused) -> str:
    """One line for a row of a list: what is stopped and until when."""
    if refused.facts.get("stop_order"):
        until = refused.facts.get("expected_resume")
        when = f"至 {datetime.fromisoformat(until):%Y-%m-%d %H:%M}" if until else ""
        return f"“{refused.facts['item_name']}”暂停办理{when}：{refused.detail}"
    return refused.detail or refused.title
