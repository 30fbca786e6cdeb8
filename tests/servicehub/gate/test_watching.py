"""Stop orders with time: escalation, conversion, review, opening by themselves only in good health, clocks standing."""

from datetime import date, datetime, timedelta

import pytest

from servicehub import clock
from servicehub.audit.models import AuditEntry
from servicehub.cases.models import Case, CasePause
from servicehub.declare import Probe, registry
from servicehub.gate import stopping, watching
from servicehub.gate.models import CallOutcome, ServiceCall, StopOrder
from servicehub.identity.models import User
from servicehub.identity.posts import grant_post
from servicehub.messages.models import Message
from tests.conftest import BUSINESS_DATE, REQUEST_TIME, make_origin
from tests.servicehub.gate.test_stop_orders import ADMIN, CHIEF, LEAD, POSTS, SECURITY, approve, ask, staff  # noqa: F401
from tests.servicehub.gate.test_stopping import stop

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OTHER_LEAD = 9


@pytest.fixture(autouse=True)
def posts(staff):  # noqa: F811
    User.objects.create(pk=OTHER_LEAD, username="ops_lead_2", kind="staff", display_name="工作人员9")
    origin = make_origin(user_kind="system", operator=None)
    for number, post in {**POSTS, OTHER_LEAD: "ops_lead"}.items():
        grant_post(origin, User.objects.get(pk=number), post, branch=None, valid_from=BUSINESS_DATE, basis="测试")


@pytest.fixture
def probe():
    """Something outside that answers, or says what is wrong: ``probe.append("没有应答")``."""
    said: list[str] = []
    registry.probes.add(Probe("tests.line", "测试线路", lambda: said[0] if said else "", frozenset({"J-PAY"})))
    hidden = registry.probes.get("accounts.bank_line")
    registry.probes.remove("accounts.bank_line")
    yield said
    registry.probes.remove("tests.line")
    registry.probes.add(hidden)


def told(user: int, since: str = "") -> list[str]:
    rows = Message.objects.filter(user=user, topic="stop_order", title__contains=since).order_by("pk")
    return [row.title for row in rows]


def emergency() -> StopOrder:
    ask("emergency_stop", LEAD)
    return StopOrder.objects.get()


def test_those_who_may_review_an_emergency_hear_at_once_its_maker_does_not(db):
    order = emergency()
    assert {row.user_id for row in Message.objects.filter(title="紧急停办待补审")} == {CHIEF, SECURITY, OTHER_LEAD}
    assert Message.objects.filter(url=f"/switchboard/stops/{order.number}/").count() == 3


def test_before_four_hours_are_over_its_maker_is_warned_once(db):
    order = emergency()
    watching.watch(order.planned_end - 31 * MINUTE)
    assert told(LEAD) == []
    for minutes in (29, 10):
        watching.watch(order.planned_end - minutes * MINUTE)
    assert told(LEAD) == ["紧急停办将满 4 小时"]


def test_after_four_hours_the_chief_hears_every_half_hour_and_it_stays_in_force(db):
    order = emergency()
    for minutes in (0, 10, 29, 30, 59, 60):
        watching.watch(order.planned_end + minutes * MINUTE)
    assert told(CHIEF, "超时") == ["紧急停办超时"] * 3
    assert AuditEntry.objects.filter(action="紧急停办升级").count() == 3
    order.refresh_from_db()
    later = order.planned_end + HOUR
    assert stopping.is_overdue(order, later) and stopping.state_of(order, later) == "emergency"


@pytest.mark.parametrize("way", ["lifted", "converted"])
def test_lifted_or_turned_into_an_ordinary_order_nobody_is_called(db, way):
    order = emergency()
    if way == "lifted":
        waiting = ask("lift_stop", LEAD, "k2", number=order.number, reason="故障已排除")
        approve(waiting, ADMIN, "d2")
    else:
        convert(order)
    watching.watch(order.planned_end + HOUR)
    assert told(CHIEF, "超时") == []


def convert(order: StopOrder) -> None:
    longer = {
        "number": order.number,
        "planned_end": (order.planned_end + 24 * HOUR).isoformat(),
        "delay_body": "检修尚未完成，恢复时间推迟一天，期间可到服务大厅柜台办理。",
        "reason": "线路检修比预计时间长",
    }
    approve(ask("extend_stop", ADMIN, "k2", **longer), LEAD, "d2")


def test_conversion_makes_it_an_ordinary_order_agreed_by_another_that_is_reviewed_all_the_same(db):
    order = emergency()
    convert(order)
    order.refresh_from_db()
    # The lead who stopped also agreed to the extension; the administrator who asked for it is the other person.
    assert (order.kind, order.ordered_by_id, order.approved_by_id) == ("IMMEDIATE", LEAD, ADMIN)
    assert order.review == "pending"
    assert AuditEntry.objects.filter(action="转为停办单").count() == 1


def test_a_review_that_nobody_gave_within_a_day_is_called_for(db):
    order = emergency()
    convert(order)
    watching.watch(REQUEST_TIME + 21 * HOUR)
    assert told(SECURITY, "待补审") == ["紧急停办待补审"] * 2  # at once, and a reminder
    for hours in (25, 26, 49):
        watching.watch(REQUEST_TIME + hours * HOUR)
    assert told(CHIEF, "补审超时") == ["紧急停办补审超时"] * 2
    assert told(LEAD, "补审超时") == []
    ask("review_emergency_stop", SECURITY, "k3", number=order.number, passed=True, opinion="处置得当")
    watching.watch(REQUEST_TIME + 80 * HOUR)
    assert len(told(CHIEF, "补审超时")) == 2


def test_a_review_that_failed_calls_the_chief_at_once(db):
    order = emergency()
    ask("review_emergency_stop", SECURITY, "k3", number=order.number, passed=False, opinion="范围过大")
    watching.watch(REQUEST_TIME + MINUTE)
    assert told(CHIEF, "超时") == ["紧急停办超时"]
    assert "补审未通过" in Message.objects.get(user=CHIEF, title="紧急停办超时").text


# --- Opening by itself -----------------------------------------------------------------------------------------------


def resuming(**given) -> StopOrder:
    end = REQUEST_TIME + 2 * HOUR
    approve(
        ask(planned_end=end.isoformat(), auto_resume=True, delay_body="检修尚未完成，恢复时间推迟，另行公告。", **given)
    )
    return StopOrder.objects.get()


def state(order: StopOrder, at: datetime) -> str:
    order.refresh_from_db()
    return stopping.state_of(order, at)


def test_in_good_health_it_opens_at_its_time(db, probe):
    order = resuming()
    assert order.resume_held
    watching.watch(order.planned_end - 2 * MINUTE)  # too early to say
    assert state(order, order.planned_end) == "in_force"
    watching.watch(order.planned_end - 20 * timedelta(seconds=1))
    assert state(order, order.planned_end - MINUTE) == "in_force"
    assert state(order, order.planned_end) == "resumed"
    assert told(ADMIN) == ["停办到期恢复"]


def test_a_beat_that_is_dead_leaves_it_stopped(db, probe):
    order = resuming()
    assert state(order, order.planned_end + HOUR) == "in_force"
    assert stopping.is_overdue(order, order.planned_end + HOUR)


def test_in_bad_health_it_stays_stopped_alarms_and_opens_when_it_is_well(db, probe):
    order = resuming()
    probe.append("没有应答")
    for minutes in (-0.5, 0, 10, 31):
        watching.watch(order.planned_end + minutes * MINUTE)
    assert state(order, order.planned_end + 31 * MINUTE) == "in_force"
    assert told(ADMIN) == ["未自动恢复"] * 2  # every half hour
    assert "测试线路：没有应答" in Message.objects.filter(user=ADMIN, title="未自动恢复").earliest("pk").text
    probe.clear()
    well = order.planned_end + 40 * MINUTE
    watching.watch(well)
    assert state(order, well) == "resumed"
    assert (order.lifted_at, order.lifted_by_id) == (well, None)
    assert [entry.action for entry in AuditEntry.objects.filter(action__contains="恢复", kind="event").order_by("pk")] == [
        "暂缓自动恢复", "暂缓自动恢复", "自动恢复",
    ]  # fmt: skip


def test_health_that_fails_in_the_last_minute_holds_it_again(db, probe):
    order = resuming()
    watching.watch(order.planned_end - 50 * timedelta(seconds=1))
    probe.append("没有应答")
    watching.watch(order.planned_end - 10 * timedelta(seconds=1))
    assert state(order, order.planned_end) == "in_force"


def test_a_probe_that_cannot_run_has_proved_nothing(db, probe):
    registry.probes.remove("tests.line")
    registry.probes.add(Probe("tests.line", "测试线路", lambda: 1 / 0))
    order = resuming()
    watching.watch(order.planned_end)
    assert state(order, order.planned_end) == "in_force"


def test_what_an_item_does_not_need_does_not_hold_it(db, probe):
    probe.append("没有应答")
    order = resuming(scope_ref="WEBE:Q-EMP") if "Q-EMP" in registry.items else resuming(scope_ref="WEBE:J-SEAL")
    watching.watch(order.planned_end)
    assert state(order, order.planned_end) == "resumed"


@pytest.mark.parametrize(("failed", "opens"), [(0, True), (1, True), (2, False)])
def test_calls_that_failed_lately_hold_it(db, probe, failed, opens):
    order = resuming()
    for number in range(20):
        ServiceCall.objects.create(
            request_id=f"r{number}", channel="WEBE", item="J-PAY", operation="x.y", kind="read", principal="p",
            user_kind="employer", started_at=order.planned_end - MINUTE, milliseconds=5, status=200,
            outcome=CallOutcome.FAILED if number < failed else CallOutcome.OK,
        )  # fmt: skip
    watching.watch(order.planned_end)
    assert (state(order, order.planned_end) == "resumed") is opens


# --- Clocks ----------------------------------------------------------------------------------------------------------


def case(number: str, item: str = "J-PAY", due: date = date(2026, 11, 26), **given) -> Case:
    values = {"opened_at": REQUEST_TIME - HOUR, "state": "to_check", "business_date": BUSINESS_DATE, "due_on": due}
    return Case.objects.create(
        number=number, item=item, item_version=1, operation="x.y", channel="CTR", **{**values, **given}
    )


def due_of(number: str) -> date:
    return Case.objects.get(number=number).due_on


def at(hour: int, day: int = 23) -> datetime:
    return clock.moment_of(date(2026, 11, day), hour)


def test_a_day_on_which_staff_could_not_work_moves_due_dates_once(db):
    case("C1"), case("C2", due=date(2026, 11, 27)), case("C3", item="J-SEAL"), case("C4", due=None)
    case("C5", due=date(2026, 11, 20))  # over before the stop
    case("C6", state="done", closed_at=REQUEST_TIME)
    stop("ITEM", "J-PAY", "READ_ONLY", starts_at=at(9))
    stop("CELL", "CTR:J-PAY", "FULL", starts_at=at(9))  # two orders, one day
    watching.watch(at(12))
    assert due_of("C1") == date(2026, 11, 26)  # not half a day yet
    for hour in (13, 14, 18):
        watching.watch(at(hour))
    assert (due_of("C1"), due_of("C2")) == (date(2026, 11, 27), date(2026, 11, 30))  # over a weekend
    assert (due_of("C3"), due_of("C4"), due_of("C5")) == (date(2026, 11, 26), None, date(2026, 11, 20))
    assert due_of("C6") == date(2026, 11, 26)
    assert CasePause.objects.filter(item="J-PAY").count() == 1
    watching.watch(at(18, day=24))
    assert due_of("C1") == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("scope", "ref", "mode", "moves"),
    [
        ("PLATFORM", "", "FULL", True),
        ("CHANNEL", "CTR", "READ_ONLY", True),
        ("ITEM_GROUP", "缴存", "FULL", True),
        ("CHANNEL", "WEBE", "FULL", False),  # closes an intake, staff work on
        ("CELL", "WEBE:J-PAY", "FULL", False),
        ("ITEM", "J-PAY", "NO_NEW", False),  # open cases go on
        ("ITEM", "J-PAY", "NOTICE", False),
    ],
)
def test_only_what_keeps_staff_from_their_work_stops_the_clock(db, scope, ref, mode, moves):
    case("C1")
    stop(scope, ref, mode, starts_at=at(9))
    watching.watch(at(15))
    assert (due_of("C1") != date(2026, 11, 26)) is moves


def test_nights_and_days_off_do_not_count(db):
    case("C1", due=date(2026, 12, 10))
    stop("PLATFORM", "", "FULL", starts_at=at(18, 27), lifted_at=at(8, 30), number="TD1")  # Friday night to Monday
    watching.watch(at(12, 30))
    assert due_of("C1") == date(2026, 12, 10)


def test_the_beat_runs_it(db, monkeypatch):
    from fundcentre import schedule
    from servicehub.gate.tasks import watch_stops

    assert watch_stops.name in {tick.task for tick in schedule.TICKS}
    order = emergency()
    monkeypatch.setattr(clock, "now", lambda: order.planned_end + HOUR)
    watch_stops()
    assert told(CHIEF, "超时") == ["紧急停办超时"]
