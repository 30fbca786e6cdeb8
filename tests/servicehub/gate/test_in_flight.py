"""What may be in flight together, and cases that stay open until an answer comes."""

import pytest
from django.db import connection

from servicehub import gate
from servicehub.cases.models import Case, Claim, Submission
from servicehub.gate import running
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN

OTHER = {"amount": "10.00"}


def hand_in(code, key, **raw):
    return gate.submit(code, person(1), GARDEN, {"amount": "10.00", **raw}, key)


def refusal(code, key="k9", **raw):
    with pytest.raises(gate.Refused) as refused:
        hand_in(code, key, **raw)
    return refused.value


def approve(answer, key="d1", number=2):
    return gate.decide(answer.submission, person(number), "approve", "", key)


def test_a_second_of_the_same_kind_is_refused_with_the_number_of_the_first(world):
    first = hand_in("tests.reviewed", "k1")
    refused = refusal("tests.plant")
    assert (refused.code, refused.status, refused.facts["case"]) == ("IN_FLIGHT", 409, first.case_number)
    assert first.case_number in refused.findings[0].message
    assert Case.objects.count() == 1


def test_what_the_matrix_allows_goes_on_beside_it(world):
    hand_in("tests.reviewed", "k1")
    assert hand_in("tests.ask", "k3").state == "done"


def test_a_closed_case_is_in_nobodys_way(world):
    hand_in("tests.plant", "k1")
    assert hand_in("tests.plant", "k2").state == "done"


def test_what_waits_is_parked_and_goes_on_when_the_other_is_closed(world, django_capture_on_commit_callbacks):
    first = hand_in("tests.slow", "k1")
    parked = hand_in("tests.slow_and_quick", "k2")
    assert parked.state == "parked" and first.case_number in parked.message
    assert world.executed == []
    with django_capture_on_commit_callbacks(execute=True):
        approve(first)
    assert [code for code, _, _ in world.executed] == ["tests.slow", "tests.slow_and_quick"]
    case = Case.objects.get(number=parked.case_number)
    assert (case.state, case.waits_for_id) == ("done", None)
    assert not Claim.objects.exists()


def test_what_is_parked_goes_to_its_reviewer_afterwards(world, django_capture_on_commit_callbacks):
    first, second = hand_in("tests.slow", "k1"), hand_in("tests.slow", "k2")
    with django_capture_on_commit_callbacks(execute=True):
        approve(first)
    case = Case.objects.get(number=second.case_number)
    assert (case.state, case.submissions.get().state) == ("to_check", "waiting")
    approve(second, key="d2")
    assert len(world.executed) == 2


def test_of_three_the_third_waits_for_the_second(world, django_capture_on_commit_callbacks):
    first, second, third = (hand_in("tests.slow", f"k{number}") for number in (1, 2, 3))
    with django_capture_on_commit_callbacks(execute=True):
        approve(first)
    states = [Case.objects.get(number=one.case_number).submissions.get().state for one in (second, third)]
    assert states == ["waiting", "parked"]


def test_a_withdrawn_case_lets_the_parked_one_go_on(world, django_capture_on_commit_callbacks):
    first = hand_in("tests.slow", "k1")
    hand_in("tests.slow_and_quick", "k2")
    with django_capture_on_commit_callbacks(execute=True):
        gate.withdraw(first.case_number, person(1), "w1")
    assert [code for code, _, _ in world.executed] == ["tests.slow_and_quick"]


def test_the_sweeper_finds_a_parked_case_nobody_was_told_about(world, django_capture_on_commit_callbacks):
    first = hand_in("tests.slow", "k1")
    hand_in("tests.slow_and_quick", "k2")
    approve(first)
    assert [code for code, _, _ in world.executed] == ["tests.slow"]
    running.sweep()
    assert [code for code, _, _ in world.executed] == ["tests.slow", "tests.slow_and_quick"]


def test_what_needs_approval_gets_a_supervisor_as_last_stage(world):
    hand_in("tests.ask_first", "k1")
    second = hand_in("tests.ask", "k2")
    submission = Submission.objects.get(pk=second.submission)
    assert (second.state, submission.stages) == ("waiting", ["supervisor"])
    approve(second, number=3)
    assert [code for code, _, _ in world.executed] == ["tests.ask"]


def test_an_outside_answer_leaves_the_case_open_with_its_claims(world):
    answer = hand_in("tests.continues", "k1")
    case = Case.objects.get()
    assert (answer.state, case.state, case.closed_at) == ("continues", "running", None)
    assert Claim.objects.get().case_id == case.pk
    assert refusal("tests.plant").facts["case"] == case.number


def test_a_further_submission_closes_the_open_case(world):
    number = hand_in("tests.continues", "k1").case_number
    hand_in("tests.goes_on", "k2", case=number)
    case = Case.objects.get()
    assert (case.state, case.submissions.count(), Claim.objects.count()) == ("done", 2, 0)


def test_an_operation_that_withdraws_ends_the_case_as_withdrawn(world):
    number = hand_in("tests.continues", "k1").case_number
    hand_in("tests.withdraws", "k2", case=number)
    assert Case.objects.get().state == "withdrawn"


def test_a_closed_case_cannot_be_gone_on_with(world):
    number = hand_in("tests.plant", "k1").case_number
    assert refusal("tests.goes_on", case=number).code == "CASE_CLOSED"


def test_finishing_from_outside_closes_once_and_frees(world, django_capture_on_commit_callbacks):
    number = hand_in("tests.continues", "k1").case_number
    origin = world.executed[0][1]
    gate.finish_case(origin, number)
    gate.finish_case(origin, number)
    assert Case.objects.get().state == "done" and not Claim.objects.exists()


# --- Jobs ------------------------------------------------------------------------------------------------------------


def test_a_job_is_queued_and_carried_out_once(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as sent:
        answer = hand_in("tests.queued", "k1")
        assert answer.state == "queued" and world.executed == []
    assert [call.args[0].name for call in sent] == ["servicehub.gate.run_submission", "servicehub.outbox.sweep"]
    assert [code for code, _, _ in world.executed] == ["tests.queued"]
    assert running.run_submission(answer.submission) is None
    assert len(world.executed) == 1
    origin = world.executed[0][1]
    assert (origin.operator, origin.channel, origin.pass_.case) == (1, "CTR", answer.case_number)


def test_a_reviewed_job_is_queued_by_the_last_approval(world, django_capture_on_commit_callbacks):
    waiting = hand_in("tests.reviewed_job", "k1")
    with django_capture_on_commit_callbacks(execute=True):
        assert approve(waiting).state == "queued"
    assert Case.objects.get().state == "done"


def test_a_job_whose_rules_refuse_by_now_goes_back_to_its_maker(world):
    from servicehub.declare import Finding

    answer = hand_in("tests.queued", "k1")
    world.findings = [Finding("TOO_WET", "土太湿")]
    running.run_submission(answer.submission)
    submission = Submission.objects.get()
    assert (Case.objects.get().state, submission.state, submission.fault) == ("returned", "returned", "土太湿")


def test_a_job_that_fails_stays_queued(world, monkeypatch):
    answer = hand_in("tests.queued", "k1")
    monkeypatch.setattr(world, "findings", None)
    with pytest.raises(TypeError):
        running.run_submission(answer.submission)
    assert Submission.objects.get().state == "queued"


# --- Large sets ------------------------------------------------------------------------------------------------------


def test_a_large_set_is_claimed_by_one_insert(world):
    answer = gate.submit("tests.many", person(1), GARDEN, {"amount": "1.00", "people": 2000}, "k1")
    assert Claim.objects.filter(case__number=answer.case_number).count() == 2000
    running.run_submission(answer.submission)
    assert not Claim.objects.exists()


def test_a_small_set_is_locked_party_by_party(world):
    gate.submit("tests.many", person(1), GARDEN, {"amount": "1.00", "people": 20}, "k1")
    assert Claim.objects.count() == 20
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone()[0] >= 20  # each party, and the whole in shared mode


def test_a_clash_in_a_large_set_is_told_by_party_and_nothing_is_kept(world):
    first = hand_in("tests.reviewed", "k1")
    with pytest.raises(gate.Refused) as refused:
        gate.submit("tests.many", person(1), GARDEN, {"amount": "1.00", "people": 2000}, "k2")
    (finding,) = refused.value.findings
    assert (finding.facts["party"], finding.facts["case"]) == ("garden:7", first.case_number)
    assert Claim.objects.count() == 1
