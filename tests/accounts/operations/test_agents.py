"""经办人授权 through the gate: reviewed at the counter, immediate by the employer's administrator, within one's own."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AgentGrant
from accounts.operations.agents import GRANT, GrantAgent
from servicehub import gate
from servicehub.declare import Pass, PassKind
from servicehub.gate import Refused
from servicehub.identity import people
from servicehub.kit.tokens import token_of
from tests.accounts.factories import EmployerFactory
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db

GIVE, TAKE, LIST = "accounts.grant_agent", "accounts.revoke_agent", "accounts.agent_grants"


@pytest.fixture
def agent():
    """李敏, registered as an agent with the mobile of the example."""
    origin = make_origin(pass_=Pass.issue(PassKind.BATCH, "tests.set_up"))
    return people.create_agent_user(
        origin, mobile="13800000001", name="李敏", id_number="990000198506150029", password="quiet-river-9"
    )


def codes_of(call) -> set[str]:
    with pytest.raises(Refused) as error:
        call()
    return {finding.code for finding in error.value.findings}


def submit(origin, employer, key="k1", **more):
    return gate.submit(GIVE, origin, employer.party, {**GrantAgent.example(), **more}, key)


def test_at_the_counter_a_second_clerk_agrees(at_counter, branch, employer, agent):
    waiting = submit(at_counter("teller", branch), employer)
    assert not AgentGrant.objects.exists()
    done = gate.decide(waiting.submission, at_counter("reviewer", branch), "approve", "", "d1")
    assert done.message == "已授权李*担任经办，有效至 2028-11-22"
    grant = AgentGrant.objects.get()
    assert (grant.user, grant.items, grant.instruction_limit) == (agent, ["J-OPEN", "J-PAY"], Decimal(2_000_000))
    assert agent.has_perm("accounts.agent_maker", employer)


def test_an_administrator_grants_at_once(make_user, give, in_hall, employer, agent):
    admin = make_user()
    give(admin, employer, "agent_admin")
    done = submit(in_hall(admin, employer), employer, valid_to="2027-12-31")
    assert done.state == "done"
    assert AgentGrant.objects.filter(user=agent, granted_by=admin.pk).exists()


def test_an_administrator_grants_within_their_own(make_user, give, in_hall, employer, agent):
    admin = make_user()
    give(
        admin, employer, "agent_admin", items=("J-OPEN", "S-GRANT"), instruction_limit=Decimal(1000),
        valid_to=date(2027, 6, 30),
    )  # fmt: skip
    acting = in_hall(admin, employer)
    assert codes_of(lambda: submit(acting, employer)) == {"GRANT-ITEMS", "GRANT-LIMIT", "GRANT-UNTIL"}
    assert codes_of(lambda: submit(acting, employer, items=[], instruction_limit="1000.00", valid_to="2027-06-30")) == {
        "GRANT-ITEMS"
    }
    within = {"items": ["J-OPEN"], "instruction_limit": "1000.00", "valid_to": "2027-06-30"}
    assert "GRANT-ADMIN" in codes_of(lambda: submit(acting, employer, role="agent_admin", **within))
    assert submit(acting, employer, **within).state == "done"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"mobile": "13899999999"}, "GRANT-NOBODY"),
        ({"name": "王五"}, "GRANT-NAME"),
        ({"valid_to": "2030-01-01"}, "GRANT-LONG"),
    ],
)
def test_what_stands_against_it(at_counter, branch, employer, agent, more, code):
    assert codes_of(lambda: submit(at_counter("teller", branch), employer, **more)) == {code}


@pytest.mark.parametrize("role", ["agent_maker", "agent_query", "agent_checker", "agent_payer"])
def test_nobody_else_grants(make_user, give, in_hall, employer, agent, role):
    user = make_user()
    give(user, employer, role)
    with pytest.raises(Refused) as error:
        submit(in_hall(user, employer), employer)
    assert error.value.status == 403


def test_of_another_employer_one_is_a_stranger(make_user, give, in_hall, employer, agent):
    admin, other = make_user(), EmployerFactory()
    give(admin, other, "agent_admin")
    with pytest.raises(Refused) as error:
        submit(in_hall(admin, other), employer)
    assert error.value.status == 404


def test_taken_back_it_ends_at_once(make_user, give, in_hall, employer, agent):
    admin = make_user()
    own, grant = give(admin, employer, "agent_admin"), give(agent, employer, "agent_maker")
    acting = in_hall(admin, employer)
    raw = {"grant": token_of(GRANT, grant.pk), "reason": "left"}
    assert gate.submit(TAKE, acting, employer.party, raw, "k1").message == "已收回李*的经办授权，立即生效"
    assert not type(agent).objects.get(pk=agent.pk).has_perm("accounts.agent_maker", employer)
    assert codes_of(lambda: gate.submit(TAKE, acting, employer.party, raw, "k2")) == {"GRANT-NONE"}
    # The last administrator may go; whoever does it is told what follows.
    shown = gate.preview(TAKE, acting, employer.party, {"grant": token_of(GRANT, own.pk), "reason": "left"})
    assert [finding.code for finding in shown.findings] == ["GRANT-LAST"]
    assert shown.ok


def test_a_grant_of_another_employer_is_not_found(make_user, give, in_hall, employer, agent):
    admin, other = make_user(), EmployerFactory()
    give(admin, employer, "agent_admin")
    foreign = give(agent, other, "agent_maker")
    raw = {"grant": token_of(GRANT, foreign.pk), "reason": "left"}
    assert codes_of(lambda: gate.submit(TAKE, in_hall(admin, employer), employer.party, raw, "k1")) == {"GRANT-NONE"}


def test_the_list_shows_who_may_do_what(at_counter, branch, give, employer, agent):
    give(agent, employer, "agent_maker", items=("J-PAY",), instruction_limit=Decimal(50_000))
    give(agent, employer, "agent_query", valid_from=date(2024, 1, 1), valid_to=date(2026, 6, 30))
    clerk = at_counter("teller", branch)
    table = gate.read(LIST, clerk, employer.party, {})
    (row,) = table.finish(list(table.source))
    assert (row["name"], row["mobile"], row["limit"], row["scope"]) == (
        "李*", "138****0001", "¥50,000.00", "住房公积金汇缴",
    )  # fmt: skip
    whole = gate.read(LIST, clerk, employer.party, {"all": True})
    assert sorted(row["standing"] for row in whole.finish(list(whole.source))) == ["已期满", "有效"]
