"""Four eyes: never one's own, once per person, checked again before it takes effect."""

import pytest
from django.db import DatabaseError, connection, transaction

from servicehub import gate
from servicehub.audit.models import AuditEntry
from servicehub.cases.models import Case, Claim, Decision, Submission
from servicehub.declare import Authority, Finding
from servicehub.gate.models import ServiceCall
from servicehub.identity.models import User
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN


def hand_in(code="tests.reviewed", number=1, key="k1"):
    gate.submit(code, person(number), GARDEN, {"amount": "10.00"}, key)
    return Submission.objects.order_by("-pk").first()


def decide(submission, number=2, verdict="approve", reason="", key="d1", **given):
    return gate.decide(submission.pk, person(number, **given), verdict, reason, key)


def refusal(*args, **kwargs):
    with pytest.raises(gate.Refused) as refused:
        decide(*args, **kwargs)
    return refused.value.code, refused.value.status


def test_a_reviewed_operation_waits(world):
    submission = hand_in()
    case = Case.objects.get()
    assert (submission.state, submission.stages, case.state) == ("waiting", ["reviewer"], "to_check")
    assert world.executed == []
    claim = Claim.objects.get()
    assert (claim.party_kind, claim.party_id, claim.item, claim.slot) == ("garden", 7, "X-NEW", 0)
    assert AuditEntry.objects.get().action == "提交"


def test_approval_executes_as_the_decider_in_the_branch_of_the_case(world):
    submission = hand_in()
    answer = decide(submission)
    ((_, origin, _),) = world.executed
    assert (answer.state, origin.operator) == ("done", 2)
    assert Case.objects.get().state == "done" and not Claim.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["提交", "审核通过", "种花"]


def test_the_first_answer_stays_the_answer_of_its_key(world):
    submission = hand_in()
    decide(submission)
    again = gate.submit("tests.reviewed", person(1), GARDEN, {"amount": "10.00"}, "k1")
    assert again.replayed and again.state == "waiting"


def test_the_maker_may_not_decide_whatever_posts_they_hold(world):
    world.authorities[1] = Authority(frozenset({"maker", "reviewer", "supervisor"}))
    User.objects.filter(pk=1).update(is_superuser=True)
    assert refusal(hand_in(), number=1) == ("OWN_CASE", 403)
    assert world.executed == []


def test_the_database_refuses_the_maker_too(world):
    submission = hand_in()
    with pytest.raises(DatabaseError, match="decides on own submission"), transaction.atomic():
        Decision.objects.create(
            submission=submission,
            stage=0,
            role="reviewer",
            decided_by_id=1,
            decided_by_name="",
            verdict="approve",
            decided_at=submission.made_at,
        )


@pytest.mark.parametrize("statement", ["UPDATE servicehub_decision SET verdict = 'return'", "DELETE FROM {}"])
def test_a_decision_is_never_rewritten(world, statement):
    decide(hand_in(), verdict="return", reason="写错了")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("servicehub_decision"))


def test_what_was_handed_in_is_never_rewritten(world):
    submission = hand_in()
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(data=b"other")


def test_without_the_role_nobody_decides(world):
    assert refusal(hand_in(), number=3) == ("ROLE_MISSING", 403)


def test_without_any_relation_the_submission_does_not_exist(world):
    assert refusal(hand_in(), number=7) == ("NOT_FOUND", 404)


def test_two_stages_are_decided_by_two_people_in_order(world):
    world.authorities[2] = Authority(frozenset({"reviewer", "supervisor"}))
    submission = hand_in("tests.two_stages")
    assert Case.objects.get().state == "in_review"
    first = decide(submission)
    assert (first.state, Case.objects.get().state) == ("waiting", "to_check")
    assert refusal(submission, key="d2") == ("ALREADY_DECIDED", 409)
    assert decide(submission, number=3, key="d3").state == "done"
    assert len(world.executed) == 1


def test_a_decided_submission_is_not_decided_again(world):
    world.authorities[3] = Authority(frozenset({"reviewer"}))
    submission = hand_in()
    decide(submission)
    assert refusal(submission, number=3) == ("NOT_WAITING", 409)


def test_the_same_decision_with_the_same_key_is_a_replay(world):
    submission = hand_in()
    decide(submission)
    assert decide(submission).replayed
    assert len(world.executed) == 1
    assert [call.outcome for call in ServiceCall.objects.order_by("pk")] == ["OK", "OK", "REPLAYED"]


def test_a_moved_target_is_not_approved(world):
    submission = hand_in()
    world.version = 2
    assert refusal(submission) == ("TARGET_MOVED", 409)
    assert submission.decisions.count() == 0
    assert decide(submission, verdict="return", reason="信息已变动").state == "done"


def test_rules_are_asked_again_at_the_last_approval(world):
    submission = hand_in()
    world.findings = [Finding("TOO_WET", "土太湿")]
    assert refusal(submission) == ("RULE_REFUSED", 422)
    assert Case.objects.get().state == "to_check"


def test_returning_needs_words(world):
    assert refusal(hand_in(), verdict="return") == ("INPUT_INVALID", 422)


def test_a_returned_case_is_revised_under_its_own_number(world):
    submission = hand_in()
    decide(submission, verdict="return", reason="数额写错")
    case = Case.objects.get()
    assert (case.state, Claim.objects.count()) == ("returned", 1)
    answer = gate.submit("tests.reviewed", person(1), GARDEN, {"amount": "11.00"}, "k2", case=case.number)
    assert answer.case_number == case.number and Case.objects.count() == 1
    decide(Submission.objects.order_by("-pk").first(), key="d2")
    ((_, _, data),) = world.executed
    assert str(data["amount"]) == "11.00"
    case.refresh_from_db()
    assert case.state == "done" and not Claim.objects.exists()


def test_a_case_that_was_not_returned_cannot_be_revised(world):
    hand_in()
    number = Case.objects.get().number
    with pytest.raises(gate.Refused) as refused:
        gate.submit("tests.reviewed", person(1), GARDEN, {"amount": "11.00"}, "k2", case=number)
    assert (refused.value.code, refused.value.status) == ("NOT_RETURNED", 409)


def test_declining_ends_the_case_and_frees_the_party(world):
    decide(hand_in(), verdict="decline", reason="不符合条件")
    assert Case.objects.get().state == "refused" and not Claim.objects.exists()
    assert world.executed == []


def test_taking_back_what_waits(world):
    submission = hand_in()
    number = Case.objects.get().number
    assert gate.withdraw(number, person(1), "w1").state == "done"
    assert gate.withdraw(number, person(1), "w1").replayed
    assert Case.objects.get().state == "withdrawn" and not Claim.objects.exists()
    assert refusal(submission) == ("NOT_WAITING", 409)


@pytest.mark.parametrize(("number", "code"), [(4, "ROLE_MISSING"), (7, "NOT_FOUND")])
def test_taking_back_is_for_those_who_may_hand_in(world, number, code):
    hand_in()
    with pytest.raises(gate.Refused) as refused:
        gate.withdraw(Case.objects.get().number, person(number), "w1")
    assert refused.value.code == code


def test_what_is_done_is_not_taken_back(world):
    decide(hand_in())
    with pytest.raises(gate.Refused) as refused:
        gate.withdraw(Case.objects.get().number, person(1), "w1")
    assert (refused.value.code, refused.value.status) == ("TOO_LATE", 409)


def test_pages_offer_the_buttons_to_those_who_may_press_them(world):
    submission = hand_in()
    assert [number for number in range(1, 8) if gate.may_decide(submission, person(number))] == [2]
