"""Who is told what on the way of a submission: reviewers, maker, applicant."""

import pytest

from servicehub import gate
from servicehub.declare import Finding
from servicehub.gate import running
from servicehub.identity.models import User
from servicehub.identity.posts import grant_post
from servicehub.messages.models import Message
from tests.conftest import make_origin
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN, GardenKind
from tests.servicehub.gate.test_deciding import decide, hand_in

REVIEWER, MAKER, OWNER = 2, 1, 4


@pytest.fixture(autouse=True)
def people(world, monkeypatch):
    for number, post in ((REVIEWER, "reviewer"), (3, "supervisor")):
        origin = make_origin(user_kind="system", operator=None)
        user = User.objects.get(pk=number)
        grant_post(origin, user, post, branch=None, valid_from=origin.at.date(), basis="测试")
    monkeypatch.setattr(GardenKind, "contacts", lambda self, party_id: [OWNER])


def told(user: int) -> list[tuple[str, str, str]]:
    rows = Message.objects.filter(user=user).order_by("pk")
    return [(row.topic, row.title, row.url) for row in rows]


def test_a_waiting_submission_is_told_to_whoever_reviews_it_and_to_nobody_else(world):
    submission = hand_in()
    assert told(REVIEWER) == [("review", "有业务待审核", f"/counter/checks/{submission.pk}/")]
    assert submission.case.number in Message.objects.get().text
    assert Message.objects.count() == 1


def test_the_next_stage_is_told_when_the_first_has_passed(world):
    submission = hand_in("tests.two_stages")
    decide(submission)
    assert told(3) == [("review", "有业务待审核", f"/counter/checks/{submission.pk}/")]
    assert told(MAKER) == []  # not decided yet


@pytest.mark.parametrize(
    ("verdict", "reason", "topic", "words"),
    [
        ("approve", "", "case", "种花已审核通过"),
        ("return", "附件不清", "supplement", "种花已退回修改"),
        ("decline", "不符合规定", "case", "种花不予办理"),
    ],
)
def test_maker_and_applicant_hear_the_verdict_with_its_reason(world, verdict, reason, topic, words):
    submission = hand_in()
    decide(submission, verdict=verdict, reason=reason)
    number = submission.case.number
    assert told(MAKER) == [(topic, words, f"/counter/cases/{number}/")]
    assert [row[:2] for row in told(OWNER)] == [(topic, words)]
    text = Message.objects.get(user=MAKER).text
    assert number in text and reason in text


def test_a_repeated_decision_tells_nobody_twice(world):
    submission = hand_in()
    decide(submission)
    before = Message.objects.count()
    decide(submission)
    assert Message.objects.count() == before


def test_a_refused_decision_tells_nobody(world):
    submission = hand_in()
    before = Message.objects.count()
    world.version += 1  # the target moved
    with pytest.raises(gate.Refused):
        decide(submission)
    assert Message.objects.count() == before


def test_what_the_worker_does_is_told_as_the_receipt_promised(world):
    answer = gate.submit("tests.queued", person(1), GARDEN, {"amount": "10.00"}, "k1")
    assert "完成后发消息通知" in answer.message
    running.run_submission(answer.submission)
    assert [row[:2] for row in told(MAKER)] == [("case", "种花已办成")]


def test_what_the_worker_finds_against_it_is_told_with_the_reason(world):
    answer = gate.submit("tests.queued", person(1), GARDEN, {"amount": "10.00"}, "k1")
    world.findings = [Finding("FROST", "土冻住了")]
    running.run_submission(answer.submission)
    assert [row[:2] for row in told(MAKER)] == [("supplement", "种花已退回修改")]
    assert "土冻住了" in Message.objects.get(user=MAKER).text
