"""Each of the fourteen questions, and their order."""

from datetime import time, timedelta

import pytest

from servicehub import gate
from servicehub.catalogue.models import ChannelItem, ServiceChannel, ServiceItem
from servicehub.declare import Finding
from servicehub.gate.models import ChannelClient, ServiceAgreement, ServiceCall
from servicehub.gate.questions import QUESTIONS
from servicehub.identity import limits
from servicehub.identity.models import User
from tests.conftest import REQUEST_TIME
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN, STRANGE

EXAMPLE = {"amount": "10.00"}


def hand_in(code="tests.plant", origin=None, key="k1", target=GARDEN, **raw):
    return gate.submit(code, origin or person(1), target, {**EXAMPLE, **raw}, key)


def refusal(*args, **kwargs):
    with pytest.raises(gate.Refused) as refused:
        hand_in(*args, **kwargs)
    return refused.value


def client(**given) -> ChannelClient:
    values = {"code": "app-ios", "name": "苹果版", "channel_id": "APP", "credential": "hmac"}
    return ChannelClient.objects.create(**{**values, "valid_from": REQUEST_TIME - timedelta(days=1), **given})


def test_they_are_asked_in_this_order():
    assert [question.__name__ for question in QUESTIONS] == [
        "gate_is_readable",
        "client_is_recent",
        "channel_runs",
        "item_is_published",
        "item_is_offered",
        "nothing_stops_it",
        "within_hours",
        "user_is_in_good_standing",
        "operator_may",
        "proof_is_strong_and_fresh",
        "agreement_is_signed",
        "rate_is_bearable",
        "quota_is_left",
        "nothing_blocks_the_party",
    ]


# --- 1 and 2: the program that calls ---------------------------------------------------------------------------------


def test_a_registered_client_of_the_channel_passes(world):
    client()
    assert hand_in(origin=person(1, channel="APP", client="app-ios")).state == "done"


@pytest.mark.parametrize(
    ("given", "origin", "code", "status"),
    [
        (None, {"client": "nobody"}, "CLIENT_UNKNOWN", 401),
        ({"status": "revoked"}, {}, "CLIENT_UNKNOWN", 401),
        ({"valid_to": REQUEST_TIME}, {}, "CLIENT_UNKNOWN", 401),
        ({"channel_id": "WX"}, {}, "CHANNEL_CREDENTIAL_MISMATCH", 403),
        ({"ip_allow": ["10.0.0.1"]}, {"ip": "10.0.0.2"}, "CLIENT_ADDRESS", 403),
    ],
)
def test_any_other_client_is_refused(world, given, origin, code, status):
    if given is not None:
        client(**given)
    refused = refusal(origin=person(1, **{"channel": "APP", "client": "app-ios", **origin}))
    assert (refused.code, refused.status) == (code, status)


def test_the_credential_is_asked_before_the_form_is_read(world):
    refused = refusal(origin=person(1, client="nobody"), amount="ten")
    assert refused.code == "CLIENT_UNKNOWN"


@pytest.mark.parametrize(("version", "refuses"), [("3.1.9", True), ("3.2", False), ("3.10.0", False), ("", False)])
def test_an_old_build_is_told_to_update(world, version, refuses):
    ServiceChannel.objects.filter(pk="CTR").update(min_client_version="3.2")
    if refuses:
        refused = refusal(origin=person(1, client_version=version))
        assert (refused.code, refused.status, refused.facts["minimum"]) == ("CLIENT_TOO_OLD", 426, "3.2")
    else:
        assert hand_in(origin=person(1, client_version=version)).state == "done"


# --- 3 to 7: channel, item, cell, hours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lifecycle", "code", "status"),
    [
        ("preparing", "CHANNEL_NOT_OPEN", 503),
        ("testing", "CHANNEL_NOT_OPEN", 503),
        ("retired", "CHANNEL_RETIRED", 410),
    ],
)
def test_a_channel_that_does_not_run(world, lifecycle, code, status):
    ServiceChannel.objects.filter(pk="CTR").update(lifecycle=lifecycle)
    refused = refusal()
    assert (refused.code, refused.status) == (code, status)


def test_a_channel_on_trial_serves_its_test_clients(world):
    ServiceChannel.objects.filter(pk="APP").update(lifecycle="testing")
    client(status="testing")
    assert hand_in(origin=person(1, channel="APP", client="app-ios")).state == "done"


def test_an_unknown_channel_is_not_open(world):
    assert refusal(origin=person(1, channel="FAX")).code == "CHANNEL_NOT_OPEN"


def test_an_unopened_item_cannot_be_called(world):
    refused = refusal("tests.dark")
    assert (refused.code, refused.status) == ("ITEM_NOT_PUBLISHED", 404)


def test_an_item_retired_by_an_administrator_cannot_be_called(world):
    ServiceItem.objects.filter(pk="X-NEW").update(lifecycle="retired")
    assert refusal().code == "ITEM_NOT_PUBLISHED"


def test_an_item_not_offered_here_says_where_it_is(world):
    refused = refusal("tests.elsewhere")
    assert (refused.code, refused.status) == ("ITEM_NOT_OFFERED", 403)
    assert refused.detail == "“事项X-ELSE”不在服务大厅柜台办理，可到手机APP办理。"


@pytest.mark.parametrize(
    ("opens", "closes", "again"),
    [
        (time(9), time(17), None),  # 10:30 in Shanghai
        (time(11), time(17), "2026-11-23T11:00:00+08:00"),
        (time(8), time(10), "2026-11-24T08:00:00+08:00"),
    ],
)
def test_outside_its_hours_a_channel_says_when_it_opens(world, opens, closes, again):
    ServiceChannel.objects.filter(pk="CTR").update(opens_at=opens, closes_at=closes, workdays_only=True)
    if again is None:
        assert hand_in().state == "done"
        return
    refused = refusal()
    assert (refused.code, refused.status, refused.facts["next_open"]) == ("OUT_OF_HOURS", 503, again)
    assert refused.retry_after > 0


def test_a_day_off_is_no_day_of_service(world):
    ServiceChannel.objects.filter(pk="CTR").update(opens_at=time(9), closes_at=time(17), workdays_only=True)
    sunday = person(1, at=REQUEST_TIME - timedelta(days=1))
    assert refusal(origin=sunday).facts["next_open"] == "2026-11-23T09:00:00+08:00"


# --- 8 to 10: who, for whom, how surely ------------------------------------------------------------------------------


def test_a_frozen_user_is_refused(world):
    User.objects.filter(pk=1).update(state="frozen")
    refused = refusal()
    assert (refused.code, refused.status) == ("USER_FROZEN", 403)


def test_what_a_probe_learns_does_not_depend_on_the_person(world):
    """A stranger and a frozen user both meet the channel's answer first."""
    ServiceChannel.objects.filter(pk="CTR").update(lifecycle="retired")
    User.objects.filter(pk=1).update(state="frozen")
    assert refusal().code == refusal(target=STRANGE).code == "CHANNEL_RETIRED"


def test_without_a_relation_the_party_does_not_exist(world):
    assert refusal(target=STRANGE).problem()["detail"] == refusal(origin=person(7)).problem()["detail"]
    assert refusal(target=STRANGE).status == 404


@pytest.mark.parametrize(("number", "code"), [(4, "ROLE_MISSING"), (5, "AGENT_SCOPE")])
def test_a_grant_without_role_or_item_is_refused(world, number, code):
    refused = refusal(origin=person(number))
    assert (refused.code, refused.status) == (code, 403)


def test_a_grant_has_a_limit_per_instruction(world):
    refused = refusal(origin=person(6), amount="100.01")
    assert (refused.code, refused.facts["limit"], refused.facts["amount"]) == ("AGENT_LIMIT", "100.00", "100.01")
    assert hand_in(origin=person(6), amount="100.00").state == "done"


def test_nobody_reads_the_list_of_a_stranger(world):
    with pytest.raises(gate.Refused) as refused:
        gate.read("tests.beds", person(1), STRANGE, {})
    assert refused.value.status == 404


def test_the_public_reads_what_is_public(world):
    ServiceItem.objects.filter(pk="X-READ").update(assurance=0)
    anonymous = person(1, operator=None, user_kind="anonymous", assurance=0, ip="10.0.0.9")
    assert gate.read("tests.public", anonymous, None, {}).source == []
    assert ServiceCall.objects.get().principal == "ip:10.0.0.9"


@pytest.mark.parametrize(
    ("code", "kind", "assurance", "needed"),
    [("tests.plant", "employer", 1, 2), ("tests.hard", "employer", 1, 2), ("tests.plant", "staff", 1, 2)],
)
def test_a_weak_session_is_asked_to_step_up(world, code, kind, assurance, needed):
    refused = refusal(code, origin=person(1, channel="WEBE", user_kind=kind, assurance=assurance))
    assert (refused.code, refused.status) == ("STEP_UP_REQUIRED", 401)
    assert (refused.facts["assurance"], refused.facts["reached"]) == (needed, assurance)
    assert refused.draft is not None


@pytest.fixture
def policy(monkeypatch):
    """``policy(certificate_waived=False)``: what the centre decided about levels."""
    real = limits.setting

    def decide(**values):
        monkeypatch.setattr(limits, "setting", lambda name: values.get(name.partition(".")[2], real(name)))

    return decide


def test_the_level_of_an_item_is_policy(world, policy):
    policy(level_by_item={"X-NEW": 1})
    assert hand_in(origin=person(1, channel="WEBE", user_kind="employer", assurance=1)).state == "done"
    policy(level_by_item={"X-NEW": 4})
    assert (
        refusal(origin=person(1, channel="WEBE", user_kind="employer", assurance=3), key="k2").facts["assurance"] == 4
    )


def test_what_the_final_rule_asks_can_be_asked(world, policy):
    policy(certificate_waived=False)
    employer = {"channel": "WEBE", "user_kind": "employer"}
    assert refusal("tests.hard", origin=person(1, **employer)).facts["assurance"] == 3
    assert hand_in("tests.hard", origin=person(1, assurance=3, **employer)).state == "done"
    # At the window the clerk proves the person; the clerk's own session needs its two factors.
    assert hand_in("tests.hard", origin=person(1), key="k2").state == "done"


def test_a_cell_may_ask_for_more(world):
    ChannelItem.objects.filter(channel="WEBE", item="X-NEW").update(assurance=3)
    assert refusal(origin=person(1, channel="WEBE", user_kind="employer")).facts["assurance"] == 3


@pytest.mark.parametrize(
    ("code", "kind", "refuses"),
    [("tests.money", "employer", True), ("tests.money", "staff", False), ("tests.fresh", "staff", True)],
)
def test_an_old_proof_is_given_anew(world, code, kind, refuses):
    channel = "CTR" if kind == "staff" else "WEBE"
    origin = person(1, channel=channel, user_kind=kind, assured_at=REQUEST_TIME - timedelta(minutes=16))
    if refuses:
        assert refusal(code, origin=origin).facts["fresh"] is True
        assert gate.explain(code, origin, GARDEN) is None  # the page may be filled in; the proof comes at the end
    else:
        assert hand_in(code, origin=origin).state == "done"
    assert hand_in(code, key="k2", origin=person(1, channel=channel, user_kind=kind)).state == "done"


# --- 11 to 14 --------------------------------------------------------------------------------------------------------


def test_writing_needs_the_agreement_of_the_channel(world):
    ServiceChannel.objects.filter(pk="WEBE").update(agreement_version="2026")
    employer = person(1, channel="WEBE", user_kind="employer")
    refused = refusal(origin=employer)
    assert (refused.code, refused.status, refused.facts["version"]) == ("AGREEMENT_REQUIRED", 403, "2026")
    assert gate.read("tests.beds", employer, GARDEN, {})
    ServiceAgreement.objects.create(user_id=1, channel_id="WEBE", version="2026", signed_at=REQUEST_TIME)
    assert hand_in(origin=employer).state == "done"


def test_one_user_is_throttled_and_staff_are_not(world):
    ServiceChannel.objects.filter(pk__in=["WEBE", "CTR"]).update(user_writes_minute=2)
    employer = person(1, channel="WEBE", user_kind="employer")
    for number in range(2):
        hand_in(origin=employer, key=f"k{number}")
    refused = refusal(origin=employer, key="k9")
    assert (refused.code, refused.status, refused.retry_after) == ("THROTTLED", 429, 60)
    assert ServiceCall.objects.latest("pk").outcome == "THROTTLED"
    assert gate.read("tests.beds", employer, GARDEN, {})
    assert hand_in(key="k10").state == "done"
    later = person(1, channel="WEBE", user_kind="employer", at=REQUEST_TIME + timedelta(seconds=61))
    assert hand_in(origin=later, key="k11").state == "done"


def test_the_daily_quota_of_a_cell(world):
    ChannelItem.objects.filter(channel="CTR", item="X-NEW").update(daily_quota=1)
    hand_in()
    refused = refusal(key="k2")
    assert (refused.code, refused.status) == ("QUOTA_EXHAUSTED", 429)
    tomorrow = person(1, at=REQUEST_TIME + timedelta(days=1))
    assert hand_in(origin=tomorrow, key="k3").state == "done"


def test_the_yearly_limit_of_an_applicant_forgives_what_was_withdrawn(world):
    ChannelItem.objects.filter(channel="CTR", item="X-NEW").update(user_yearly_limit=1)
    waiting = hand_in("tests.reviewed")
    refused = refusal(key="k2")
    assert (refused.code, refused.status) == ("QUOTA_EXHAUSTED", 409)
    gate.withdraw(waiting.case_number, person(1), "w1")
    assert hand_in(key="k3").state == "done"


def test_a_blocked_party_is_refused_in_the_words_of_its_app(world):
    world.blocks = [Finding("FROZEN", "该账户已冻结，不能办理种花")]
    refused = refusal()
    assert (refused.code, refused.status, refused.detail) == ("RISK_HOLD", 403, "该账户已冻结，不能办理种花")
    assert gate.read("tests.beds", person(1), GARDEN, {})


# --- Asking without doing --------------------------------------------------------------------------------------------


def test_explaining_says_the_same_and_leaves_no_trace(world):
    assert gate.explain("tests.plant", person(1), GARDEN) is None
    assert gate.explain("tests.dark", person(1), GARDEN).code == "ITEM_NOT_PUBLISHED"
    assert gate.explain("tests.plant", person(4), GARDEN).code == "ROLE_MISSING"
    assert gate.explain("tests.nothing", person(1), GARDEN).status == 404
    assert not ServiceCall.objects.exists()


def test_a_preview_shows_rules_summary_and_button_without_handing_in(world):
    world.findings = [Finding("TOO_WET", "土太湿")]
    seen = gate.preview("tests.reviewed", person(1), GARDEN, EXAMPLE)
    assert ([finding.code for finding in seen.findings], seen.button, seen.stages, seen.ok) == (
        ["TOO_WET"],
        "种花",
        ("reviewer",),
        False,
    )
    assert world.executed == [] and not ServiceCall.objects.exists()
    assert gate.preview("tests.plant", person(1), GARDEN, {"amount": "ten"}).errors[0]["field"] == "amount"
