"""Granting posts through the gate: two people, never for themselves, at once gone when taken back."""

from datetime import date

import pytest

from servicehub import gate
from servicehub.audit.models import AuditEntry
from servicehub.catalogue.sync import sync_catalogue
from servicehub.declare import CENTRE, Pass, PassKind
from servicehub.gate import Refused
from servicehub.identity import people, posts
from servicehub.identity.models import Branch, PostGrant
from tests.conftest import make_origin

PASSWORD = "Glass-Harbour-27"
PEOPLE = {
    "系统": "system_admin",
    "安全": "security_admin",
    "二安": "security_admin",
    "新人": "",
    "柜员": "teller",
    "复核": "reviewer",
}


def set_up():
    """The set-up of a centre: a batch that passed the gate."""
    return make_origin(operator=None, channel="BATCH", pass_=Pass.issue(PassKind.BATCH, "tests.set_up"))


@pytest.fixture
def branch(db):
    sync_catalogue()
    return Branch.objects.create(code="01", name="市直管理部", area="魏都区")


@pytest.fixture
def staff(branch):
    """name -> user, each with one post (or none)."""
    made = {}
    for number, (name, role) in enumerate(PEOPLE.items()):
        made[name] = people.create_staff(
            set_up(), work_number=f"4101000{number}", name=name, branch=branch, password=PASSWORD
        )
        if role:
            posts.grant_post(
                set_up(),
                made[name],
                role,
                branch=branch if role in {"teller", "reviewer"} else None,
                valid_from=date(2020, 1, 1),
                valid_to=date(2027, 1, 1) if name == "安全" else None,
                basis="测试",
            )
    return made


def at_desk(user, **more):
    held = posts.posts_of(user.pk)
    origin = make_origin(
        operator=user.pk,
        operator_name=user.display_name,
        channel="ADM",
        roles=posts.roles_in(held),
        posts=held,
        branches=posts.branches_in(held),
        assurance=3,
        pass_=None,
        **more,
    )
    return make_origin(**{**_plain(origin), "assured_at": origin.at})


def _plain(origin):
    return {name: getattr(origin, name) for name in origin.__dataclass_fields__}


def ask(user, key="k1", **data):
    given = {
        "work_number": "41010003",
        "role": "teller",
        "branch": "01",
        "valid_from": "2026-11-01",
        "reason": "中心人〔2026〕12号",
    }
    return gate.submit("servicehub.grant_role", at_desk(user), CENTRE, {**given, **data}, key)


def findings(error):
    return [finding.code for finding in error.value.findings]


def test_one_asks_another_agrees(staff, branch):
    answer = ask(staff["系统"])
    assert answer.state == "waiting"
    assert not PostGrant.objects.filter(user=staff["新人"]).exists()
    gate.decide(answer.submission, at_desk(staff["安全"]), "approve", "", "d1")
    grant = PostGrant.objects.get(user=staff["新人"])
    assert (grant.role_id, grant.branch) == ("teller", branch)
    assert (grant.granted_by, grant.approved_by) == (staff["系统"], staff["安全"])
    assert answer.case_number in grant.basis
    entry = AuditEntry.objects.get(action="岗位授权")
    assert "柜员" in entry.after
    assert entry.actor == staff["安全"].pk


def test_only_the_system_administrator_asks(staff):
    for name in ("安全", "柜员"):
        with pytest.raises(Refused) as error:
            ask(staff[name], key=name)
        assert error.value.status == 403


def test_nobody_asks_for_themselves(staff):
    with pytest.raises(Refused) as error:
        ask(staff["系统"], work_number="41010000", role="audit_admin", branch="")
    assert "post.self" in findings(error)


def test_nobody_agrees_for_themselves(staff):
    """Their own renewal: another security administrator has to do it."""
    answer = ask(staff["系统"], work_number="41010001", role="security_admin", branch="", valid_from="2027-01-01")
    with pytest.raises(Refused) as error:
        gate.decide(answer.submission, at_desk(staff["安全"]), "approve", "", "d1")
    assert findings(error) == ["post.self"]
    assert gate.decide(answer.submission, at_desk(staff["二安"]), "approve", "", "d2").state == "done"


def test_exclusive_duties_are_refused_in_words(staff):
    with pytest.raises(Refused) as error:
        ask(staff["系统"], work_number="41010004", role="reviewer")
    assert error.value.findings[0].message == "柜员任柜员，不能同时任复核：受理与复核分离"


def test_a_duty_granted_meanwhile_stops_the_approval(staff, branch):
    answer = ask(staff["系统"])
    posts.grant_post(set_up(), staff["新人"], "reviewer", branch=branch, valid_from=date(2026, 1, 1), basis="测试")
    with pytest.raises(Refused) as error:
        gate.decide(answer.submission, at_desk(staff["安全"]), "approve", "", "d1")
    assert "post.exclusive" in findings(error)
    assert PostGrant.objects.filter(user=staff["新人"]).count() == 1


def test_taking_back_is_at_once_and_ends_sessions(staff):
    grant = PostGrant.objects.get(user=staff["柜员"])
    staff["柜员"].refresh_from_db()
    version = staff["柜员"].session_version
    gate.submit(
        "servicehub.revoke_role", at_desk(staff["安全"]), CENTRE, {"grant": grant.pk, "reason": "调离岗位"}, "r1"
    )
    staff["柜员"].refresh_from_db()
    assert posts.posts_of(staff["柜员"].pk) == frozenset()
    assert staff["柜员"].session_version == version + 1
    assert PostGrant.objects.get(pk=grant.pk).revoked_by == staff["安全"]


def test_the_list_shows_who_holds_what(staff):
    table = gate.read("servicehub.list_posts", at_desk(staff["安全"]), CENTRE, {"q": "柜"})
    rows = table.finish(list(table.source))
    assert [(row["user__display_name"], row["role__name"], row["place"]) for row in rows] == [
        ("柜员", "柜员", "市直管理部")
    ]
    past = gate.read("servicehub.list_posts", at_desk(staff["安全"]), CENTRE, {"state": "past"})
    assert list(past.source) == []
