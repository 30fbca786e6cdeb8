"""What becomes of stop orders with time: emergencies that nobody turned into anything else, reviews that are due,
orders that want to open by themselves, and the clocks of cases that stood still.

A beat of half a minute looks; nothing here ever opens what a person has to open. Orders count by comparing times at
each request, so a beat that is dead leaves things stopped, never open.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from servicehub import audit, clock, messages
from servicehub.cases import pausing
from servicehub.clock.working_days import due
from servicehub.declare import Channel, Origin, Pass, PassKind
from servicehub.gate import health, origins, stopping
from servicehub.gate.models import StopKind, StopMode, StopOrder
from servicehub.identity import posts
from servicehub.kit import amounts

CODE = "servicehub.watch_stops"
LOOK_AHEAD = timedelta(minutes=1)  # an order that opens by itself is looked at from here to its planned end
ESCALATE_EVERY = timedelta(minutes=30)
WARN_BEFORE = timedelta(minutes=30)
REVIEW_WITHIN = timedelta(hours=24)
REVIEW_REMINDED = timedelta(hours=20)
OFFICE_HOURS = (time(9), time(17))
PAUSING_FROM = timedelta(hours=4)  # of the office hours of a day: half of it
CATCH_UP = timedelta(days=31)
LEADS, CHIEF, REVIEWERS = ("ops_lead",), ("policy_chief",), ("ops_lead", "security_admin", "policy_chief")


def watch(at: datetime | None = None) -> None:
    """One round. Repeatable: each message has a key of its own, each day is taken out of a clock once."""
    at = at or clock.now()
    day = clock.business_date_or_none() or clock.local(at).date()
    given = Pass.issue(PassKind.BATCH, CODE)
    origin = origins.of_system(given, day, f"{CODE}@{at:%Y%m%d%H%M%S}")
    for order in StopOrder.objects.filter(lifted_at__isnull=True, kind=StopKind.EMERGENCY).order_by("pk"):
        _emergency(origin, order, at)
    for order in StopOrder.objects.filter(review=StopOrder.Review.PENDING).order_by("pk"):
        _review(origin, order, at)
    for order in stopping.not_over(at).filter(auto_resume=True, planned_end__lte=at + LOOK_AHEAD).order_by("pk"):
        _resume(origin, order.pk, at)
    _pause_clocks(origin, at)


def announce_emergency(origin: Origin, order: StopOrder) -> None:
    """Those who may review it hear at once, with the time by which."""
    until = amounts.moment(order.starts_at + REVIEW_WITHIN)
    text = f"停办单 {order.number} 已紧急生效，{until} 前由发起人以外的人补审；4 小时内恢复或转为停办单。"
    _tell(origin, order, "review", REVIEWERS, text, "紧急停办待补审", without=order.ordered_by_id)


def _emergency(origin: Origin, order: StopOrder, at: datetime) -> None:
    """Before its end a warning; after it, and after a review that failed, the chief hears every half hour."""
    ends = order.planned_end
    if order.review == StopOrder.Review.FAILED:
        ends = min(ends, order.reviewed_at)
    if at < ends:
        if at >= ends - WARN_BEFORE:
            text = f"紧急停办单 {order.number} 将于 {amounts.moment(ends)} 满 4 小时，此前恢复或申请延长，转为停办单。"
            _tell(origin, order, "ending", LEADS, text, "紧急停办将满 4 小时", also=order.ordered_by_id)
        return
    rounds = (at - ends) // ESCALATE_EVERY
    why = "补审未通过" if order.review == StopOrder.Review.FAILED else "已满 4 小时"
    text = f"紧急停办单 {order.number}{why}，仍在生效，没有恢复，也没有转为停办单。"
    told = _tell(origin, order, f"overdue:{rounds}", (*CHIEF, *LEADS), text, "紧急停办超时", also=order.ordered_by_id)
    if told:
        audit.record_event(
            origin, "紧急停办升级", f"servicehub.stop_order:{order.number}", label=text, facts={"次数": str(rounds + 1)}
        )


def _review(origin: Origin, order: StopOrder, at: datetime) -> None:
    since = at - order.starts_at
    if since < REVIEW_REMINDED:
        return
    if since < REVIEW_WITHIN:
        until = amounts.moment(order.starts_at + REVIEW_WITHIN)
        text = f"紧急停办单 {order.number} 还没有补审，{until} 到期。"
        _tell(origin, order, "review-reminder", REVIEWERS, text, "紧急停办待补审", without=order.ordered_by_id)
        return
    days = since // REVIEW_WITHIN
    text = f"紧急停办单 {order.number} 超过 24 小时没有补审。"
    if _tell(origin, order, f"review-overdue:{days}", REVIEWERS, text, "紧急停办补审超时", without=order.ordered_by_id):
        audit.record_event(origin, "补审超时", f"servicehub.stop_order:{order.number}", label=text)


@transaction.atomic
def _resume(origin: Origin, order_id: int, at: datetime) -> None:
    """Around its planned end an order that resumes by itself is held, or let go, by the health of its scope."""
    order = StopOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=order_id)
    if order.lifted_at is not None:
        return
    faults = health.faults_of(order, at)
    number, subject = order.number, f"servicehub.stop_order:{order.number}"
    if faults:
        order.resume_held = True
        late = max(at - order.planned_end, timedelta(0)) // ESCALATE_EVERY
        text = f"停办单 {number} 到计划恢复时间，健康检查未通过，没有自动恢复：{'；'.join(faults)[:300]}。"
        who = {"also": order.ordered_by_id}
        if _tell(origin, order, f"unhealthy:{order.planned_end:%Y%m%d%H%M}:{late}", LEADS, text, "未自动恢复", **who):
            audit.record_event(origin, "暂缓自动恢复", subject, label=text[:300])
    elif order.resume_held:
        order.resume_held = False
        if order.planned_end <= at:
            # Opened later than planned: from now, not from the time the plan said.
            order.lifted_at, order.lift_reason = at, "健康检查通过，自动恢复"
        text = f"停办单 {number} 健康检查通过，{amounts.moment(max(order.planned_end, at))} 自动恢复。"
        _tell(
            origin,
            order,
            f"healthy:{order.planned_end:%Y%m%d%H%M}",
            LEADS,
            text,
            "停办到期恢复",
            also=order.ordered_by_id,
        )
        audit.record_event(origin, "自动恢复", subject, label=text)
    order.save(update_fields=["resume_held", "lifted_at", "lift_reason"])


def _pause_clocks(origin: Origin, at: datetime) -> None:
    """A working day on which staff were kept from an item for half of the office hours stops its cases' clocks."""
    recent = Q(lifted_at__isnull=True) | Q(lifted_at__gte=at - CATCH_UP)
    stopped = StopOrder.objects.filter(recent, mode__in=[StopMode.READ_ONLY, StopMode.FULL], starts_at__lte=at)
    for order in stopped.order_by("pk"):
        cells = stopping.cells_of(order.scope, order.scope_ref)
        items = sorted(item for channel, item in cells if channel == Channel.CTR)
        if not items:
            continue
        for day in _days_without_work(order, at):
            pausing.pause(origin, day, items, order.number)


def _days_without_work(order: StopOrder, at: datetime) -> Iterable[date]:
    ended = order.lifted_at or (
        order.planned_end if order.auto_resume and not order.resume_held and order.planned_end <= at else at
    )
    begun = max(order.starts_at, at - CATCH_UP)
    day = clock.local(begun).date()
    while day <= clock.local(ended).date():
        opens, closes = (clock.local(clock.moment_of(day, hour.hour)) for hour in OFFICE_HOURS)
        stood = min(ended, closes) - max(begun, opens)
        if stood >= PAUSING_FROM and due(day - timedelta(days=1), 1).date == day:
            yield day
        day += timedelta(days=1)


def _tell(
    origin: Origin, order: StopOrder, what: str, roles: Iterable[str], text: str, title: str,
    *, also: int | None = None, without: int | None = None,
) -> int:  # fmt: skip
    users = {user.pk for role in roles for user in posts.holders(role)} | ({also} if also else set())
    url = f"/switchboard/stops/{order.number}/"
    key = f"stop:{order.number}:{what}"
    return messages.send(origin, "stop_order", sorted(users - {without}), text, key, title=title, url=url)
