"""The acceptance matrix of stop orders (service platform 2.7), and the rules that go with it."""

from datetime import timedelta
from itertools import product

import pytest

from servicehub import gate
from servicehub.cases import drafts
from servicehub.cases.models import Draft, RequestKey
from servicehub.gate.models import ServiceCall, StopMode, StopOrder, StopScope
from tests.conftest import REQUEST_TIME
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN

EXAMPLE = {"amount": "10.00"}
NOTICE = "因设备检修暂停办理，期间可到服务大厅柜台办理，恢复时间以公告为准。"
ITEM_OF = {
    "read": "X-READ", "new": "X-NEW", "continue": "X-READ", "always": "X-ALWAY", "callback": "X-READ", "replay": "X-NEW",
}  # fmt: skip
SCOPES = ("PLATFORM", "CHANNEL", "ITEM", "CELL")
CODE = {scope: f"{scope}_SUSPENDED" for scope in SCOPES}
# What each mode refuses; always-on falls to PLATFORM FULL only; callbacks and replays to nothing.
REFUSES = {
    "NOTICE": set(),
    "NO_NEW": {"new"},
    "READ_ONLY": {"new", "continue"},
    "FULL": {"new", "continue", "read"},
}
MATRIX = list(product(SCOPES, StopMode.values, ("read", "new", "continue", "always", "callback", "replay")))


def stop(scope="PLATFORM", ref="", mode="FULL", **given) -> StopOrder:
    values = {
        "number": f"TD20261123-{StopOrder.objects.count() + 1:03}",
        "kind": "IMMEDIATE",
        "reason_code": "PLAN_MAINT",
        "internal_reason": "检修演练用的停办单",
        "notice_title": "暂停办理",
        "notice_body": NOTICE,
        "starts_at": REQUEST_TIME - timedelta(hours=1),
        "ordered_by_id": 1,
        "ordered_at": REQUEST_TIME - timedelta(hours=2),
        **given,
    }
    return StopOrder.objects.create(scope=scope, scope_ref=ref, mode=mode, **values)


def reference(scope: str, item: str) -> str:
    return {"PLATFORM": "", "CHANNEL": "CTR", "ITEM": item, "CELL": f"CTR:{item}", "ITEM_GROUP": "园艺"}[scope]


def call(kind: str, key="k1"):
    origin = person(1)
    match kind:
        case "read":
            return gate.read("tests.beds", origin, GARDEN, {})
        case "continue":
            return gate.submit("tests.continuing", origin, GARDEN, EXAMPLE, key)
        case "always":
            return gate.submit("tests.alway", origin, GARDEN, EXAMPLE, key)
        case "callback":
            return gate.callback("tests.answered", origin, GARDEN, EXAMPLE, key)
        case _:
            return gate.submit("tests.plant", origin, GARDEN, EXAMPLE, key)


def is_refused(scope: str, mode: str, kind: str) -> bool:
    if kind == "always":
        return (scope, mode) == ("PLATFORM", "FULL")
    return kind in REFUSES[mode]


def test_the_matrix_has_96_cases():
    assert len(MATRIX) == 96


@pytest.mark.parametrize(("scope", "mode", "kind"), MATRIX)
def test_a_stop_refuses_what_its_mode_refuses_and_nothing_else(world, scope, mode, kind):
    if kind == "replay":
        call("new")
    order = stop(scope, reference(scope, ITEM_OF[kind]), mode)
    if not is_refused(scope, mode, kind):
        answer = call(kind)
        assert kind != "replay" or answer.replayed
        return
    with pytest.raises(gate.Refused) as refused:
        call(kind)
    problem = refused.value.problem()
    assert (problem["status"], problem["code"], problem["detail"]) == (503, CODE[scope], NOTICE)
    assert (problem["stop_order"], problem["mode"], problem["item"]) == (order.number, mode, ITEM_OF[kind])
    row = ServiceCall.objects.latest("pk")
    assert (row.outcome, row.stop_order) == ("REFUSED_STOP", order.number)


@pytest.mark.parametrize("scope", ["CHANNEL", "ITEM", "CELL", "ITEM_GROUP"])
def test_a_stop_elsewhere_stops_nothing_here(world, scope):
    elsewhere = {"CHANNEL": "APP", "ITEM": "X-READ", "CELL": "APP:X-NEW", "ITEM_GROUP": "缴存"}
    stop(scope, elsewhere[scope])
    assert call("new").state == "done"


def test_a_group_is_stopped_as_its_items(world):
    stop("ITEM_GROUP", "园艺")
    with pytest.raises(gate.Refused) as refused:
        call("new")
    assert refused.value.code == "ITEM_SUSPENDED"


# --- What the refused caller gets ------------------------------------------------------------------------------------


def refusal(kind="new"):
    with pytest.raises(gate.Refused) as refused:
        call(kind)
    return refused.value


def test_the_problem_document_says_everything(world):
    order = stop(
        "CELL", "CTR:X-NEW", "NO_NEW", notice_title="种花暂停受理", planned_end=REQUEST_TIME + timedelta(hours=2)
    )
    refused = refusal()
    assert refused.problem() == {
        "type": "urn:gjj:problem:cell-suspended",
        "code": "CELL_SUSPENDED",
        "status": 503,
        "title": "种花暂停受理",
        "detail": NOTICE,
        "channel": "CTR",
        "item": "X-NEW",
        "item_name": "事项X-NEW",
        "mode": "NO_NEW",
        "reason": "PLAN_MAINT",
        "stop_order": order.number,
        "since": "2026-11-23T09:30:00+08:00",
        "expected_resume": "2026-11-23T12:30:00+08:00",
        "alternatives": [
            {"channel": "WEBE", "name": "网上业务大厅·单位", "available_now": True, "url": "/employer/"},
            {"channel": "APP", "name": "手机APP", "available_now": True, "url": ""},
        ],
        "draft": {"saved": True, "id": Draft.objects.get().number, "keep_until": "2026-11-30"},
        "hotline": "12329",
        "trace_id": refused.trace_id,
    }
    assert refused.headers == {
        "Cache-Control": "no-store",
        "X-Trace-Id": refused.trace_id,
        "Retry-After": "7200",
    }


def test_without_a_planned_end_nothing_is_promised(world):
    stop()
    assert "Retry-After" not in refusal().headers and refusal().facts["expected_resume"] is None


def test_alternatives_are_those_that_are_open(world):
    stop("CELL", "CTR:X-NEW")
    stop("CHANNEL", "WEBE", "NO_NEW")
    assert [place["channel"] for place in refusal().facts["alternatives"]] == ["APP"]


def test_the_order_may_name_its_alternatives(world):
    stop("CELL", "CTR:X-NEW", alternatives=["APP"])
    assert [place["channel"] for place in refusal().facts["alternatives"]] == ["APP"]


def test_a_late_order_shows_its_text_of_delay(world):
    stop(
        planned_end=REQUEST_TIME - timedelta(minutes=1), delay_body="检修尚未完成，恢复时间推迟，可到服务大厅柜台办理。"
    )
    assert refusal().detail.startswith("检修尚未完成")


def test_what_was_typed_is_kept_and_the_key_stays_free(world):
    order = stop()
    refusal()
    draft = Draft.objects.get()
    assert drafts.content(draft) == EXAMPLE
    assert b"10.00" not in bytes(draft.data)
    assert not RequestKey.objects.exists()
    order.lifted_at = REQUEST_TIME
    order.save()
    assert not call("new").replayed
    assert not Draft.objects.exists()


def test_a_second_refusal_keeps_one_draft(world):
    stop()
    refusal(), refusal()
    assert Draft.objects.count() == 1


def test_reading_keeps_no_draft(world):
    stop()
    assert refusal("read").draft is None


# --- When an order counts --------------------------------------------------------------------------------------------


def test_the_most_restrictive_order_counts_and_lifting_one_does_not_open_the_other(world):
    weak, strong = stop(mode="NO_NEW"), stop("ITEM", "X-NEW", "FULL")
    assert refusal().facts["stop_order"] == strong.number
    strong.lifted_at = REQUEST_TIME
    strong.save()
    assert refusal().facts["stop_order"] == weak.number


@pytest.mark.parametrize(
    ("starts", "ends", "auto_resume", "held", "refuses"),
    [
        (1, None, False, False, False),  # not yet
        (0, None, False, False, True),  # from the very second
        (-2, -1, True, False, False),  # over by itself, by comparing times
        (-2, -1, True, True, True),  # the health check held it
        (-2, -1, False, False, True),  # nobody lifted it
    ],
)
def test_times_are_compared_at_the_request(world, starts, ends, auto_resume, held, refuses):
    stop(
        starts_at=REQUEST_TIME + timedelta(hours=starts),
        planned_end=REQUEST_TIME + timedelta(hours=ends) if ends else None,
        auto_resume=auto_resume,
        resume_held=held,
    )
    if refuses:
        refusal()
    else:
        assert call("new").state == "done"


def test_while_an_order_drains_the_last_step_goes_through_and_the_first_does_not(world):
    stop(starts_at=REQUEST_TIME - timedelta(seconds=30), drain_seconds=60)
    assert gate.explain("tests.plant", person(1), GARDEN).code == "PLATFORM_SUSPENDED"
    assert call("new").state == "done"
    late = person(1, at=REQUEST_TIME + timedelta(seconds=31))
    with pytest.raises(gate.Refused):
        gate.submit("tests.plant", late, GARDEN, EXAMPLE, "k2")


def test_an_exempt_client_passes(world):
    from servicehub.gate.models import ChannelClient

    ChannelClient.objects.create(
        code="probe", name="探测设备", channel_id="CTR", credential="hmac", valid_from=REQUEST_TIME - timedelta(days=1)
    )
    stop(exempt_clients=["probe"])
    assert gate.submit("tests.plant", person(1, client="probe"), GARDEN, EXAMPLE, "k1").state == "done"


def test_withdrawing_goes_on_under_read_only(world):
    number = gate.submit("tests.continues", person(1), GARDEN, EXAMPLE, "k1").case_number
    stop(mode="READ_ONLY")
    with pytest.raises(gate.Refused):
        gate.submit("tests.goes_on", person(1), GARDEN, {**EXAMPLE, "case": number}, "k2")
    assert gate.submit("tests.withdraws", person(1), GARDEN, {**EXAMPLE, "case": number}, "k3").state == "done"


# --- Lines, batches, callbacks ---------------------------------------------------------------------------------------


def test_a_partial_operation_goes_on_without_the_stopped_item(world):
    stop("ITEM", "X-SLOW")
    gate.submit("tests.several", person(1), GARDEN, EXAMPLE, "k1")
    ((_, origin, _),) = world.executed
    assert origin.pass_.refuses("X-NEW") is None
    assert origin.pass_.refuses("X-SLOW") == f"“事项X-SLOW”暂停办理：{NOTICE}"


def test_a_partial_operation_with_nothing_left_is_refused(world):
    stop("ITEM_GROUP", "园艺")
    with pytest.raises(gate.Refused) as refused:
        gate.submit("tests.several", person(1), GARDEN, EXAMPLE, "k1")
    assert refused.value.code == "ITEM_SUSPENDED"


def test_any_other_operation_of_several_items_is_refused_as_a_whole(world):
    stop("ITEM", "X-SLOW")
    with pytest.raises(gate.Refused) as refused:
        gate.submit("tests.all_or_nothing", person(1), GARDEN, EXAMPLE, "k1")
    assert refused.value.facts["item"] == "X-SLOW"


def test_a_stop_that_includes_batches_holds_a_callback(world):
    order = stop(include_batch=True)
    assert call("callback").state == "held"
    assert world.executed == [] and not RequestKey.objects.exists()
    order.lifted_at = REQUEST_TIME
    order.save()
    assert call("callback").state == "done"


def test_a_batch_starts_unless_the_platform_stops_batches_too(world, monkeypatch):
    monkeypatch.setattr("servicehub.clock.now", lambda: REQUEST_TIME)
    stop()
    origin = gate.batch_origin("tests.nightly", REQUEST_TIME.date())
    assert (origin.channel, origin.user_kind, origin.require_pass().kind) == ("BATCH", "system", "batch")
    stop(include_batch=True)
    with pytest.raises(gate.Refused) as refused:
        gate.batch_origin("tests.nightly", REQUEST_TIME.date())
    assert refused.value.code == "BATCH_SUSPENDED"
    assert [row.outcome for row in ServiceCall.objects.order_by("pk")] == ["OK", "REFUSED_STOP"]


# --- Fail direction --------------------------------------------------------------------------------------------------


@pytest.fixture
def unreadable(monkeypatch):
    from servicehub.gate import door
    from servicehub.gate.facts import Facts

    monkeypatch.setattr(door, "read_facts", lambda *args, **kwargs: Facts(readable=False))


def test_without_the_gates_data_writes_fail_closed(world, unreadable):
    refused = refusal()
    assert (refused.code, refused.status, refused.retry_after) == ("GATE_UNAVAILABLE", 503, 30)
    assert refused.draft is not None


def test_without_the_gates_data_reads_and_always_on_items_go_on(world, unreadable):
    assert list(call("read").source)
    assert call("always").state == "done"


def test_every_scope_of_an_order_is_told(world):
    assert set(StopScope.values) == {*SCOPES, "ITEM_GROUP"}
