"""Accounts through the gate: who may do what to whose log-in, and when a second person is asked."""

import pytest

from servicehub import gate
from servicehub.declare import CENTRE
from servicehub.gate import Refused
from servicehub.identity import lockout, people, resets
from servicehub.identity.models import User, UserState
from tests.conftest import make_origin
from tests.servicehub.operations.test_posts import at_desk, branch, findings, set_up, staff  # noqa: F401 - fixtures

MOBILE = "13800001234"


@pytest.fixture
def agent(staff):  # noqa: F811
    return people.create_agent_user(
        set_up(), mobile=MOBILE, name="李明", id_number="990000197803231015", password="quiet-river-9"
    )


def do(code, user, kind="employer", name=MOBILE, key="k"):
    data = {"kind": kind, "name": name, "reason": "核对身份证原件，本人申请"}
    return gate.submit(f"servicehub.{code}", at_desk(user), CENTRE, data, f"{code}-{key}")


def test_a_clerk_unlocks_an_agent(staff, agent):  # noqa: F811
    name = people.login_index("employer", MOBILE)
    for _ in range(5):
        lockout.fail(lockout.begin(name, None))
    assert do("unlock_login", staff["柜员"]).state == "done"
    assert not lockout.begin(name, None).is_locked


def test_a_clerk_opens_a_reset_for_an_agent(staff, agent):  # noqa: F811
    assert do("open_password_reset", staff["柜员"]).state == "done"
    assert agent.password_resets.get().opened_by == staff["柜员"]


def test_staff_need_two_administrators(staff):  # noqa: F811
    User.objects.filter(pk=staff["新人"].pk).update(mobile="13900008888", mobile_index=b"x" * 16)
    answer = do("open_password_reset", staff["系统"], "staff", "41010003")
    assert answer.state == "waiting"
    assert not staff["新人"].password_resets.exists()
    gate.decide(answer.submission, at_desk(staff["安全"]), "approve", "", "d1")
    assert staff["新人"].password_resets.exists()


@pytest.mark.parametrize("code", ["unlock_login", "open_password_reset", "freeze_user"])
def test_clerks_keep_off_staff_and_administrators_off_the_public(staff, agent, code):  # noqa: F811
    for user, kind, name in ((staff["柜员"], "staff", "41010003"), (staff["系统"], "employer", MOBILE)):
        with pytest.raises(Refused) as error:
            do(code, user, kind, name, key=kind)
        assert "account.post" in findings(error)


def test_nobody_handles_their_own_account(staff):  # noqa: F811
    with pytest.raises(Refused) as error:
        do("unlock_login", staff["系统"], "staff", "41010000")
    assert "account.self" in findings(error)


def test_freezing_is_at_once_and_thawing_takes_two(staff, agent):  # noqa: F811
    version = agent.session_version
    do("freeze_user", staff["柜员"])
    agent.refresh_from_db()
    assert (agent.state, agent.session_version) == (UserState.FROZEN, version + 1)
    answer = do("thaw_user", staff["柜员"])
    assert answer.state == "waiting"
    gate.decide(answer.submission, at_desk(staff["复核"]), "approve", "", "d1")
    agent.refresh_from_db()
    assert agent.state == UserState.ACTIVE


def test_a_new_account_of_staff_has_no_password_until_they_set_one(staff):  # noqa: F811
    data = {
        "work_number": "g900",
        "name": "陈静",
        "branch": "01",
        "mobile": "13900009999",
        "reason": "中心人〔2026〕15号",
    }
    answer = gate.submit("servicehub.create_staff", at_desk(staff["系统"]), CENTRE, data, "c1")
    assert people.find_user("staff", "G900") is None
    gate.decide(answer.submission, at_desk(staff["安全"]), "approve", "", "d1")
    user = people.find_user("staff", "G900")
    assert not user.has_usable_password()
    assert user.password_resets.exists()
    with pytest.raises(Refused) as error:
        gate.submit("servicehub.create_staff", at_desk(staff["系统"]), CENTRE, {**data, "mobile": "12"}, "c2")
    assert findings(error) == ["R12", "user.work_number_taken"]


def test_the_list_reaches_nobody(staff, agent):  # noqa: F811
    table = gate.read("servicehub.list_users", at_desk(staff["安全"]), CENTRE, {"kind": "employer"})
    (row,) = table.finish(list(table.source))
    assert (row["name"], row["login"], row["state_label"]) == ("李*", "", "正常")
    with pytest.raises(Refused):
        gate.read("servicehub.list_users", at_desk(staff["柜员"]), CENTRE, {})


def test_leave_needs_a_pass(staff, agent):  # noqa: F811
    with pytest.raises(PermissionError):
        resets.give_leave(make_origin(pass_=None), agent, "没有经过总线")
