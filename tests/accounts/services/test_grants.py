"""Grants, guardian's rows beside them, and what an agent is then let do."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import AgentRole
from accounts.models import AgentGrant, Employer, EmployerUserObjectPermission
from accounts.services import grants
from accounts.services.grants import NewGrant, grant_findings, latest_end
from servicehub import parties
from servicehub.declare import DomainError, Party, PassRequired
from tests.accounts.factories import EmployerFactory
from tests.conftest import BUSINESS_DATE, make_origin

pytestmark = pytest.mark.django_db

ITEMS = ("J-OPEN", "J-SEAL", "J-BASE", "J-PAY", "Q-UNIT")


def new(user, employer, role="agent_maker", **more):
    values = {
        "valid_from": BUSINESS_DATE,
        "valid_to": BUSINESS_DATE + timedelta(days=300),
        "evidence": "授权书 1",
        **more,
    }
    return NewGrant(user=user.pk, employer=employer.pk, role=role, **values)


def test_guardian_answers_from_the_moment_the_grant_is_written(origin, make_user, employer, give):
    user = make_user()
    written = give(user, employer, AgentRole.MAKER)
    assert user.has_perm("accounts.agent_maker", employer)
    assert not user.has_perm("accounts.agent_admin", employer)
    grants.revoke(origin, [written.pk], "离职")
    user = type(user).objects.get(pk=user.pk)
    assert not user.has_perm("accounts.agent_maker", employer)
    assert not EmployerUserObjectPermission.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_grant_without_its_permission_is_never_seen(origin, make_user, employer, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(EmployerUserObjectPermission.objects, "bulk_create", fails)
    monkeypatch.setattr(type(EmployerUserObjectPermission.objects), "bulk_create", fails)
    with pytest.raises(RuntimeError):
        grants.grant(origin, [new(make_user(), employer)])
    assert not AgentGrant.objects.exists()


@pytest.mark.parametrize(("role", "item"), list(product(AgentRole, ITEMS)))
def test_roles_by_items_by_state_of_the_grant(make_user, employer, give, agent_origin, role, item):
    """The matrix of agent authorisation: own unit, other unit, expired, not begun, revoked."""
    user, other = make_user(), EmployerFactory(branch=employer.branch)
    give(user, employer, role, items=("J-OPEN", "J-PAY"), instruction_limit=Decimal(50_000))
    held = parties.authority(agent_origin(user), Party("employer", employer.pk))
    assert held.roles == {role.value}
    assert held.for_roles(frozenset({role.value})).covers(item) == (item in {"J-OPEN", "J-PAY"})
    assert held.limit == Decimal(50_000)
    assert parties.authority(agent_origin(user), Party("employer", other.pk)) is None
    for day in (date(2025, 12, 31), date(2028, 1, 1)):
        assert parties.authority(agent_origin(user, business_date=day), Party("employer", employer.pk)) is None
    grants.revoke(make_origin(), AgentGrant.objects.values_list("pk", flat=True), "离职")
    assert parties.authority(agent_origin(user), Party("employer", employer.pk)) is None


def test_the_switcher_lists_only_employers_in_force(make_user, employer, give, agent_origin, origin):
    user, second, third = make_user(), EmployerFactory(), EmployerFactory()
    give(user, employer)
    give(user, second, AgentRole.QUERY)
    give(user, third, valid_from=date(2024, 1, 1), valid_to=date(2026, 11, 22))
    assert set(parties.mine(agent_origin(user), "employer")) == {
        Party("employer", employer.pk),
        Party("employer", second.pk),
    }
    assert parties.mine(agent_origin(make_user()), "employer") == []
    assert grants.expire(origin) == 1
    assert EmployerUserObjectPermission.objects.count() == 2


def test_any_number_that_ran_out_expires_in_one_statement(make_user, employer, give, origin, django_assert_num_queries):
    ended = {"valid_from": date(2024, 1, 1), "valid_to": date(2026, 11, 22)}
    user, other = make_user(), make_user()
    give(user, employer, **ended)
    give(user, EmployerFactory(), AgentRole.QUERY, **ended)
    give(other, employer, AgentRole.QUERY, **ended)
    give(other, employer)
    with django_assert_num_queries(3):  # with the savepoint's two
        assert grants.expire(origin) == 3
    assert not user.has_perm("accounts.agent_maker", employer)
    assert other.has_perm("accounts.agent_maker", employer)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"valid_to": BUSINESS_DATE - timedelta(days=1)}, "GRANT-DATES"),
        ({"valid_to": date(2029, 11, 23)}, "GRANT-LONG"),
        ({"valid_from": date(2025, 1, 1), "valid_to": BUSINESS_DATE - timedelta(days=1)}, "GRANT-PAST"),
        ({"role": "agent_checker"}, "GRANT-CONTROL"),
        ({"role": "agent_maker"}, "GRANT-TWICE"),
    ],
)
def test_what_a_grant_may_not_be(origin, make_user, employer, give, more, code):
    user = make_user()
    give(user, employer, AgentRole.MAKER)
    wanted = new(user, employer, **{"role": "agent_query", **more})
    assert code in [finding.code for finding in grant_findings(origin, wanted)]
    with pytest.raises(DomainError) as refused:
        grants.grant(origin, [wanted])
    assert refused.value.code == "grant.refused"


@pytest.mark.parametrize(
    ("start", "end"), [(date(2026, 11, 23), date(2029, 11, 22)), (date(2024, 2, 29), date(2027, 2, 28))]
)
def test_three_years_at_most(start, end):
    assert latest_end(start) == end


def test_a_lapsed_grant_makes_way_for_its_renewal(origin, make_user, employer, give):
    user = make_user()
    old = give(user, employer, valid_from=date(2024, 1, 1), valid_to=date(2026, 11, 22))
    grants.grant(origin, [new(user, employer)])
    old.refresh_from_db()
    assert old.revoke_reason == "期满"
    assert user.has_perm("accounts.agent_maker", employer)


def test_the_database_refuses_a_second_live_grant(make_user, employer, give):
    user = make_user()
    row = give(user, employer)
    values = {field.name: getattr(row, field.name) for field in AgentGrant._meta.fields if field.name != "id"}
    with pytest.raises(IntegrityError, match="agent_grant_one_live"), transaction.atomic():
        AgentGrant.objects.create(**values)


def test_each_grant_makes_waiting_submissions_look_again(make_user, employer, give):
    before = parties.version(Party("employer", employer.pk))
    give(make_user(), employer)
    assert parties.version(Party("employer", employer.pk)) > before


def test_nobody_writes_without_a_pass(origin, make_user, employer):
    without = dataclasses.replace(origin, pass_=None)
    for write in (
        lambda: grants.grant(without, [new(make_user(), employer)]),
        lambda: grants.revoke(without, [1], "x"),
        lambda: grants.expire(without),
    ):
        with pytest.raises(PassRequired):
            write()
    assert Employer.objects.get(pk=employer.pk).version == 1
