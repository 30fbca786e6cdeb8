"""Stopping and lifting as the switchboard does it: by operation, two people, through the same gate."""

from datetime import timedelta

import pytest

from servicehub import gate
from servicehub.audit.models import AuditEntry
from servicehub.declare import CENTRE
from servicehub.gate import notices, stopping
from servicehub.gate.models import StopOrder
from servicehub.identity.models import User
from tests.conftest import REQUEST_TIME, make_origin
from tests.servicehub.gate.test_stopping import NOTICE, stop

ADMIN, LEAD, POLICY, CHIEF, SECURITY = 1, 2, 3, 4, 5
POSTS = {
    ADMIN: "channel_admin",
    LEAD: "ops_lead",
    POLICY: "policy_lead",
    CHIEF: "policy_chief",
    SECURITY: "security_admin",
}
ORDER = {
    "scope": "CELL",
    "scope_ref": "WEBE:J-PAY",
    "mode": "NO_NEW",
    "reason_code": "BANK_LINE",
    "internal_reason": "结算银行线路检修，预计两小时",
    "notice_title": "单位汇缴暂停受理",
    "notice_body": NOTICE,
}


@pytest.fixture(autouse=True)
def staff(db):
    for number, post in POSTS.items():
        User.objects.create(pk=number, username=post, kind="staff", display_name=f"工作人员{number}")


def who(number, **given):
    values = {
        "operator": number,
        "channel": "ADM",
        "roles": frozenset({POSTS[number]}),
        "branches": None,
        "assurance": 2,
        "assured_at": REQUEST_TIME,
        "pass_": None,
    }
    return make_origin(**{**values, **given})


def ask(code="order_stop", by=ADMIN, key="k1", **changes):
    raw = {**ORDER, **changes} if code in {"order_stop", "emergency_stop"} else changes
    return gate.submit(f"servicehub.{code}", who(by), CENTRE, raw, key)


def approve(answer, number=LEAD, key="d1"):
    return gate.decide(answer.submission, who(number), "approve", "", key)


def refusal(*args, **kwargs):
    with pytest.raises(gate.Refused) as refused:
        ask(*args, **kwargs)
    return {finding.code for finding in refused.value.findings if finding.blocks} or refused.value.code


def stages(**changes):
    return gate.preview("servicehub.order_stop", who(ADMIN), CENTRE, {**ORDER, **changes}).stages


def test_nothing_stops_before_another_person_agrees(db):
    waiting = ask()
    assert not StopOrder.objects.exists()
    approve(waiting)
    order = StopOrder.objects.get()
    assert (order.ordered_by_id, order.approved_by_id, order.starts_at) == (ADMIN, LEAD, REQUEST_TIME)
    assert order.number.startswith("TD20261123-")
    assert stopping.state_of(order, REQUEST_TIME) == "in_force"
    assert "停办" in {entry.action for entry in AuditEntry.objects.order_by("pk")}


def test_after_approval_the_cell_is_stopped_and_after_lifting_it_is_open(db):
    approve(ask())
    number = StopOrder.objects.get().number
    refused = gate.explain("deposits.confirm_remittance", who(ADMIN, channel="WEBE"), None)
    assert (refused.code, refused.detail, refused.facts["stop_order"]) == ("CELL_SUSPENDED", NOTICE, number)
    approve(_lift(number), key="d2")
    assert gate.explain("deposits.confirm_remittance", who(ADMIN, channel="WEBE"), None).code != "CELL_SUSPENDED"
    assert stopping.state_of(StopOrder.objects.get(), REQUEST_TIME) == "resumed"


def _lift(number, by=ADMIN, key="k2"):
    return gate.submit("servicehub.lift_stop", who(by), CENTRE, {"number": number, "reason": "线路检修完成"}, key)


def test_whatever_is_stopped_the_switchboard_can_lift_it(db):
    """R-ST-07: stop everything, twice over, then lift it."""
    orders = [stop(), stop("CHANNEL", "CTR"), stop("ITEM_GROUP", "管理")]
    for place, order in enumerate(orders):
        approve(_lift(order.number, key=f"k{place}"), key=f"d{place}")
    assert not stopping.not_over(REQUEST_TIME).exists()


def test_the_switchboard_itself_cannot_be_ordered_stopped(db):
    assert refusal(scope="ITEM", scope_ref="S-STOP") == {"UNKNOWN_SCOPE"}
    assert refusal(scope="CELL", scope_ref="CTR:S-STOP") == {"UNKNOWN_SCOPE"}
    assert refusal(scope="CHANNEL", scope_ref="ADM") == {"UNKNOWN_SCOPE"}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ("ops_lead",)),
        ({"scope": "ITEM", "scope_ref": "J-PAY"}, ("policy_lead",)),
        ({"scope": "PLATFORM", "scope_ref": ""}, ("ops_lead", "policy_chief")),
        ({"mode": "FULL"}, ("ops_lead", "policy_chief")),  # no end: longer than a day
        ({"mode": "FULL", "planned_end": "2026-11-23T20:00:00+08:00"}, ("ops_lead",)),
        ({"mode": "FULL", "planned_end": "2026-11-24T20:00:00+08:00"}, ("ops_lead", "policy_chief")),
        ({"reason_code": "PLAN_MAINT"}, ("ops_lead", "policy_chief")),  # not announced ahead
        ({"reason_code": "PLAN_MAINT", "announced_at": "2026-11-23T06:30:00+08:00"}, ("ops_lead",)),
        (
            {
                "reason_code": "PLAN_MAINT",
                "mode": "FULL",
                "starts_at": "2026-11-28T20:00:00+08:00",
                "planned_end": "2026-11-29T08:00:00+08:00",
                "announced_at": "2026-11-27T09:00:00+08:00",  # Friday for Saturday: no working day between
            },
            ("ops_lead", "policy_chief"),
        ),
        (
            {
                "reason_code": "PLAN_MAINT",
                "mode": "FULL",
                "starts_at": "2026-11-28T20:00:00+08:00",
                "planned_end": "2026-11-29T08:00:00+08:00",
                "announced_at": "2026-11-26T09:00:00+08:00",
            },
            ("ops_lead",),
        ),
    ],
)
def test_who_agrees_depends_on_how_much_is_stopped_and_how_suddenly(changes, wanted):
    assert stages(**changes) == wanted


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"notice_body": "数据库故障，暂停受理汇缴业务，期间可到服务大厅柜台办理，恢复另行公告。"}, {"INTERNAL_WORD"}),
        ({"notice_title": "服务器宕机"}, {"INTERNAL_WORD"}),
        ({"notice_body": f"工作人员2正在处理。{NOTICE}"}, {"INTERNAL_WORD"}),
        ({"notice_body": "太短"}, "INPUT_INVALID"),
        ({"internal_reason": "检修"}, "INPUT_INVALID"),
        ({"reason_code": "OTHER"}, {"REASON_TOO_SHORT"}),
        ({"planned_end": "2026-11-23T09:00:00+08:00"}, {"END_BEFORE_START"}),
        ({"auto_resume": True}, {"AUTO_RESUME_WITHOUT_END"}),
        ({"scope": "CHANNEL", "scope_ref": "FAX"}, {"UNKNOWN_SCOPE"}),
        ({"scope": "PLATFORM", "scope_ref": "APP"}, {"UNKNOWN_SCOPE"}),
        ({"scope": "ITEM", "scope_ref": "J-PAY"}, {"NO_CHANNEL_LEFT"}),
    ],
)
def test_faults_of_an_order(changes, codes):
    assert refusal(**changes) == codes


def test_a_stop_that_leaves_no_channel_is_ticked_by_hand(db):
    assert ask(scope="ITEM", scope_ref="J-PAY", no_alternative=True).remarks[0]["code"] == "NO_CHANNEL_LEFT"


def test_overlapping_orders_are_shown(db):
    other = stop("CHANNEL", "WEBE", "NO_NEW")
    answer = ask()
    assert other.number in answer.remarks[0]["message"]


def test_lifting_one_of_two_says_what_stays(db):
    approve(ask())
    stop("CHANNEL", "WEBE", "NO_NEW", notice_title="年度结息")
    mine = StopOrder.objects.order_by("pk").first()
    assert _lift(mine.number).remarks[0]["message"].startswith("恢复后仍有“年度结息”停办单")


@pytest.mark.parametrize("word", ["IP", "ip"])
def test_a_latin_word_counts_when_it_stands_alone(db, word):
    assert notices.findings_of([("notice_body", f"因{word}异常暂停")])
    assert not notices.findings_of([("notice_body", f"V{word}客户暂停")])


# --- Emergency -------------------------------------------------------------------------------------------------------


def test_one_person_stops_in_an_emergency_for_four_hours(db):
    ask("emergency_stop", LEAD)
    order = StopOrder.objects.get()
    assert (order.kind, order.review, order.planned_end) == (
        "EMERGENCY",
        "pending",
        REQUEST_TIME + timedelta(hours=4),
    )
    assert stopping.state_of(order, REQUEST_TIME) == "emergency"


def test_after_four_hours_it_stays_in_force_and_turns_red(db):
    ask("emergency_stop", LEAD)
    order, later = StopOrder.objects.get(), REQUEST_TIME + timedelta(hours=5)
    assert stopping.is_overdue(order, later)
    assert gate.explain("deposits.confirm_remittance", who(ADMIN, channel="WEBE", at=later), None).status == 503


def test_an_emergency_stop_asks_for_a_fresh_proof(db):
    stale = who(LEAD, assured_at=REQUEST_TIME - timedelta(minutes=20))
    with pytest.raises(gate.Refused) as refused:
        gate.submit("servicehub.emergency_stop", stale, CENTRE, ORDER, "k1")
    assert refused.value.code == "STEP_UP_REQUIRED"


def test_a_channel_administrator_alone_cannot_stop(db):
    with pytest.raises(gate.Refused) as refused:
        ask("emergency_stop", ADMIN)
    assert refused.value.code == "ROLE_MISSING"


def test_the_post_review_is_another_persons(db):
    ask("emergency_stop", LEAD)
    number = StopOrder.objects.get().number
    review = {"number": number, "passed": True, "opinion": "处置得当"}
    assert refusal("review_emergency_stop", LEAD, "k2", **review) == {"OWN_ORDER"}
    ask("review_emergency_stop", SECURITY, "k3", **review)
    order = StopOrder.objects.get()
    assert (order.review, order.reviewed_by_id, stopping.state_of(order, REQUEST_TIME)) == (
        "passed",
        SECURITY,
        "in_force",
    )
    assert refusal("review_emergency_stop", CHIEF, "k4", **review) == {"NOT_PENDING"}


def test_its_maker_and_one_more_lift_it(db):
    ask("emergency_stop", LEAD)
    waiting = _lift(StopOrder.objects.get().number, by=LEAD)
    with pytest.raises(gate.Refused) as refused:
        approve(waiting, LEAD)
    assert refused.value.code == "OWN_CASE"
    approve(waiting, ADMIN, "d2")
    assert stopping.state_of(StopOrder.objects.get(), REQUEST_TIME) == "resumed"


def test_extending_takes_two_people_and_a_text_for_the_public(db):
    approve(ask(planned_end="2026-11-23T12:00:00+08:00"))
    number = StopOrder.objects.get().number
    longer = {
        "number": number,
        "planned_end": "2026-11-23T18:00:00+08:00",
        "delay_body": "检修尚未完成，恢复时间推迟到当日十八时，期间可到柜台办理。",
        "reason": "线路检修比预计时间长",
    }
    assert refusal("extend_stop", ADMIN, "k3", **{**longer, "planned_end": "2026-11-23T11:00:00+08:00"}) == {
        "NOT_LATER"
    }
    approve(ask("extend_stop", ADMIN, "k2", **longer), key="d2")
    order = StopOrder.objects.get()
    assert order.delay_body.startswith("检修尚未完成") and order.planned_end.hour == 10


def test_the_database_keeps_two_people_apart(db):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        stop(approved_by_id=ADMIN)
