import itertools
from datetime import date

import pytest

from accounts.enums import AgentRole
from accounts.services import grants
from accounts.services.grants import NewGrant
from servicehub.declare import Party
from servicehub.identity.models import User
from tests.accounts.factories import BranchFactory, EmployerAccountFactory, EmployerFactory
from tests.conftest import REQUEST_TIME, make_origin

_users = itertools.count(1)


@pytest.fixture
def branch(db):
    return BranchFactory()


@pytest.fixture
def employer(branch):
    return EmployerFactory(branch=branch)


@pytest.fixture
def employer_account(employer):
    return EmployerAccountFactory(employer=employer)


@pytest.fixture
def make_user(db):
    def make(kind="employer"):
        number = next(_users)
        return User.objects.create(username=f"{kind}-{number}", kind=kind, display_name="李敏")

    return make


@pytest.fixture
def give(origin):
    """A grant in force this year, unless told otherwise: ``give(user, employer, "agent_maker", items=("J-PAY",))``."""

    def give(user, employer, role=AgentRole.MAKER, **more):
        values = {"valid_from": date(2026, 1, 1), "valid_to": date(2027, 12, 31), "evidence": "授权书 2026-014", **more}
        given_then = origin.for_date(values["valid_from"])
        return grants.grant(given_then, [NewGrant(user=user.pk, employer=employer.pk, role=str(role), **values)])[0]

    return give


@pytest.fixture
def agent_origin():
    def make(user, employer=None, **more):
        acting_for = Party("employer", employer.pk) if employer else None
        return make_origin(operator=user.pk, user_kind="employer", channel="WEBE", acting_for=acting_for, **more)

    return make


@pytest.fixture
def staff_origin():
    def make(branches, roles=("teller",)):
        scope = None if branches is None else frozenset(branch.pk for branch in branches)
        return make_origin(user_kind="staff", branches=scope, roles=frozenset(roles))

    return make


@pytest.fixture
def at_counter(make_user):
    """A clerk with a strong proof, before the gate: ``at_counter("teller", branch)``."""

    def make(role="teller", branch=None, **more):
        user = make_user("staff")
        branches = None if branch is None else frozenset({branch.pk})
        given = {
            "operator": user.pk,
            "operator_name": user.display_name,
            "roles": frozenset({role}),
            "branches": branches,
            "branch": branch.pk if branch else None,
            "pass_": None,
            "assurance": 3,
            "channel": "CTR",
        }
        return make_origin(**{**given, **more}, assured_at=REQUEST_TIME)

    return make


@pytest.fixture
def in_hall(agent_origin):
    """An agent logged in strongly on the employer hall, before the gate."""

    def make(user, employer, **more):
        given = {"pass_": None, "assurance": 3, "assured_at": REQUEST_TIME, "operator_name": "李敏", **more}
        return agent_origin(user, employer, **given)

    return make


@pytest.fixture
def in_portal(make_user):
    """A person logged in on the portal, before the gate."""

    def make(person, **more):
        if person.user_id is None:
            person.user = make_user("person")
            person.save()
        given = {"pass_": None, "assurance": 3, "assured_at": REQUEST_TIME, "channel": "WEBP", **more}
        return make_origin(operator=person.user_id, user_kind="person", operator_name="本人", **given)

    return make
