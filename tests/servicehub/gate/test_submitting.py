"""Handing in: what is written, what is answered, what a second call with the same key gives."""

import pytest

from servicehub import gate
from servicehub.audit.models import AuditEntry
from servicehub.cases.models import Case, Claim, Submission
from servicehub.declare import Finding, Party, Severity
from servicehub.gate.models import ServiceCall
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN


def hand_in(code="tests.plant", origin=None, raw=None, key="k1", **given):
    return gate.submit(code, origin or person(1), GARDEN, raw or {"amount": "10.00"}, key, **given)


def test_an_operation_without_stages_is_done_at_once(world):
    answer = hand_in()
    case = Case.objects.get()
    assert (answer.state, answer.message, answer.case_number) == ("done", "已种下", case.number)
    assert case.number.startswith("W20261123-")
    assert (case.state, case.applicant, case.channel, case.opened_by_id) == ("done", GARDEN, "CTR", 1)
    assert case.closed_at is not None
    submission = Submission.objects.get()
    assert (submission.state, submission.case_id, submission.maker_id) == ("executed", case.pk, 1)
    assert b"10.00" not in bytes(submission.data)
    assert not Claim.objects.exists()


def test_the_effect_runs_with_the_pass_of_its_call_and_case(world):
    answer = hand_in()
    ((_, origin, data),) = world.executed
    call = ServiceCall.objects.get()
    assert (origin.pass_.operation, origin.pass_.call, origin.pass_.case) == (
        "tests.plant",
        call.pk,
        answer.case_number,
    )
    assert str(data["amount"]) == "10.00"


def test_every_change_has_its_audit_row(world):
    answer = hand_in()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object, entry.case_no) == ("种花", "garden.bed:1", answer.case_number)


def test_a_call_is_counted_once_with_its_outcome(world):
    answer = hand_in()
    call = ServiceCall.objects.get()
    assert (call.outcome, call.status, call.item, call.case_number) == ("OK", 200, "X-NEW", answer.case_number)


def test_the_same_key_and_content_gives_the_same_answer(world):
    first, second = hand_in(), hand_in()
    assert second.replayed and not first.replayed
    assert (second.case_number, second.rows, second.at) == (first.case_number, first.rows, first.at)
    assert len(world.executed) == 1
    assert [call.outcome for call in ServiceCall.objects.order_by("pk")] == ["OK", "REPLAYED"]


def test_the_same_key_with_other_content_is_refused(world):
    hand_in()
    with pytest.raises(gate.Refused) as refused:
        hand_in(raw={"amount": "11.00"})
    assert (refused.value.code, refused.value.status) == ("KEY_REUSED", 409)


def test_the_same_key_of_another_person_is_another_key(world):
    world.authorities[2] = world.authorities[1]
    hand_in()
    assert not hand_in(origin=person(2)).replayed


def test_an_operation_without_a_case_is_replayed_too(world):
    first, second = hand_in("tests.upload"), hand_in("tests.upload")
    assert first.case_number == "" and second.replayed
    assert len(world.executed) == 1


def test_all_faults_of_the_form_come_at_once_and_the_key_stays_free(world):
    with pytest.raises(gate.Refused) as refused:
        hand_in(raw={"amount": "ten", "day": "2026-13-01"})
    assert (refused.value.code, refused.value.status) == ("INPUT_INVALID", 422)
    assert {error["field"] for error in refused.value.errors} == {"amount", "day"}
    assert not hand_in().replayed


def test_what_a_rule_refuses_leaves_nothing_but_its_call(world):
    world.findings = [Finding("TOO_WET", "土太湿"), Finding("TOO_COLD", "太冷")]
    with pytest.raises(gate.Refused) as refused:
        hand_in()
    assert (refused.value.code, len(refused.value.findings)) == ("RULE_REFUSED", 2)
    assert not Case.objects.exists()
    assert ServiceCall.objects.get().outcome == "REFUSED_RULE"
    world.findings = []
    assert not hand_in().replayed


def test_a_warning_is_told_and_does_not_stop(world):
    world.findings = [Finding("DRY", "土偏干", Severity.WARNING)]
    assert hand_in().remarks[0]["message"] == "土偏干"


def test_a_call_needs_a_key(world):
    with pytest.raises(gate.Refused) as refused:
        hand_in(key="")
    assert refused.value.code == "KEY_REQUIRED"


def test_an_unknown_operation_does_not_exist(world):
    with pytest.raises(gate.Refused) as refused:
        hand_in("tests.nothing")
    assert refused.value.status == 404


def test_a_target_of_another_kind_does_not_exist(world):
    with pytest.raises(gate.Refused) as refused:
        gate.submit("tests.plant", person(1), Party("centre", 1), {"amount": "1.00"}, "k")
    assert refused.value.status == 404


def test_a_fault_of_the_program_is_counted_as_one(world, monkeypatch):
    monkeypatch.setattr(world, "findings", None)
    with pytest.raises(TypeError):
        hand_in()
    call = ServiceCall.objects.get()
    assert (call.outcome, call.status) == ("FAILED", 500)


def test_write_only_fields_are_kept_in_the_frozen_input(world):
    hand_in("tests.reviewed", raw={"amount": "10.00", "secret": "桂花"})
    gate.decide(Submission.objects.get().pk, person(2), "approve", "", "d1")
    ((_, _, data),) = world.executed
    assert data["secret"] == "桂花"
