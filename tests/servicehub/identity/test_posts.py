"""Posts: exclusive duties hold in the service and in the database, grants are kept, scope is exact."""

import dataclasses
import threading
from datetime import date
from itertools import product

import pytest
from django.db import IntegrityError, connection, connections, transaction

from servicehub.declare import DomainError, PassRequired
from servicehub.identity import posts
from servicehub.identity.models import ExclusiveDuty, PostGrant, Role
from servicehub.identity.roles import ADMINISTRATORS, BY_CODE, exclusive_pairs

FROM = date(2026, 1, 1)


def insert(user, role, branch=None, valid_from=FROM, valid_to=None, **more):
    """Past the service, as a careless script would."""
    return PostGrant.objects.create(
        user=user,
        role_id=role,
        branch=branch,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_at="2026-01-01T00:00Z",
        basis="测试",
        **more,
    )


def refusing_constraint(error):
    return error.value.__cause__.diag.constraint_name


@pytest.mark.django_db
def test_every_declared_pair_is_refused_by_the_database_both_ways(make_staff):
    user = make_staff()
    for a, b, _ in exclusive_pairs():
        for first, second in ((a, b), (b, a)):
            with transaction.atomic():
                insert(user, first)
                with pytest.raises(IntegrityError) as error, transaction.atomic():
                    insert(user, second)
                assert refusing_constraint(error) == "post_grant_exclusive_duties", (first, second)
                transaction.set_rollback(True)


def test_administrators_exclude_each_other_and_every_business_post():
    pairs = {frozenset(pair[:2]) for pair in exclusive_pairs()}
    for admin, other in product(ADMINISTRATORS, BY_CODE):
        assert (frozenset((admin, other)) in pairs) == (admin != other)


@pytest.mark.django_db
def test_rows_follow_the_declaration():
    assert set(Role.objects.values_list("code", flat=True)) == set(BY_CODE)
    assert ExclusiveDuty.objects.count() == len(exclusive_pairs())


@pytest.mark.django_db
def test_duties_one_after_the_other_are_allowed(make_staff, branch):
    user = make_staff()
    insert(user, "teller", branch, date(2026, 1, 1), date(2026, 6, 1))
    insert(user, "reviewer", branch, date(2026, 6, 1))
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        insert(user, "teller", branch, date(2026, 12, 1))
    assert refusing_constraint(error) == "post_grant_exclusive_duties"


@pytest.mark.django_db
def test_a_revoked_duty_frees_its_opposite(origin, make_staff, branch):
    user = make_staff()
    grant = insert(user, "teller", branch)
    posts.revoke_post(origin, grant, "轮岗")
    insert(user, "reviewer", branch)
    assert posts.roles_in(posts.posts_of(user.pk, date(2026, 11, 24))) == {"reviewer"}


@pytest.mark.django_db
def test_a_pair_somebody_holds_cannot_be_declared_exclusive(make_staff, branch):
    user = make_staff()
    insert(user, "teller", branch)
    insert(user, "loan_officer", branch)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        ExclusiveDuty.objects.create(role_a_id="loan_officer", role_b_id="teller", basis="本中心规定")
    assert refusing_constraint(error) == "exclusive_duty_held"


@pytest.mark.django_db
def test_a_pair_of_the_centres_own_is_explained_by_the_service(origin, make_staff, branch):
    user = make_staff()
    ExclusiveDuty.objects.create(role_a_id="loan_officer", role_b_id="teller", basis="本中心规定")
    insert(user, "teller", branch)
    with pytest.raises(DomainError) as error:
        posts.grant_post(origin, user, "loan_officer", branch=branch, valid_from=FROM, basis="测试")
    assert error.value.findings[0].message == "王芳任柜员，不能同时任信贷员：本中心规定"


@pytest.mark.django_db
def test_the_database_refuses_scope_holder_and_repetition(make_staff, agent, branch):
    user = make_staff()
    insert(user, "teller", branch)
    for wrong, expected in (
        (lambda: insert(user, "ops_lead", branch), "post_grant_scope"),
        (lambda: insert(agent, "teller", branch), "post_grant_staff_only"),
        (lambda: insert(user, "teller", branch, date(2026, 5, 1)), "post_grant_once"),
    ):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            wrong()
        assert refusing_constraint(error) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["granted_by", "approved_by"])
def test_nobody_grants_a_post_to_oneself(make_staff, branch, field):
    user = make_staff()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        insert(user, "teller", branch, **{field: user})
    assert refusing_constraint(error) == "post_grant_not_to_oneself"


@pytest.mark.django_db
def test_grants_are_kept(origin, make_staff, branch):
    grant = insert(make_staff(), "teller", branch)
    changes = (
        lambda: PostGrant.objects.filter(pk=grant.pk).update(role_id="accountant"),
        lambda: PostGrant.objects.filter(pk=grant.pk).update(valid_to=date(2030, 1, 1)),
        lambda: PostGrant.objects.filter(pk=grant.pk).delete(),
    )
    for change in changes:
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            change()
        assert refusing_constraint(error) == "post_grant_kept"
    posts.revoke_post(origin, grant, "离岗")
    with pytest.raises(IntegrityError), transaction.atomic():
        PostGrant.objects.filter(pk=grant.pk).update(revoked_at=None, revoke_reason="")


@pytest.mark.django_db
def test_every_finding_of_a_refused_grant_at_once(origin, make_staff, branch):
    user = make_staff(posts=[("teller", branch)])
    with pytest.raises(DomainError) as error:
        posts.grant_post(
            origin, user, "system_admin", branch=branch, valid_from=FROM, valid_to=date(2026, 1, 1), basis="测试"
        )
    assert [finding.code for finding in error.value.findings] == ["post.scope", "post.range", "post.exclusive"]


@pytest.mark.django_db
def test_granting_needs_a_pass_and_ends_standing_sessions(origin, make_staff, branch):
    user = make_staff()
    with pytest.raises(PassRequired):
        posts.grant_post(
            dataclasses.replace(origin, pass_=None), user, "teller", branch=branch, valid_from=FROM, basis="测试"
        )
    posts.grant_post(origin, user, "teller", branch=branch, valid_from=FROM, basis="测试")
    user.refresh_from_db()
    assert user.session_version == 2


@pytest.mark.django_db
def test_scope_is_exact_per_branch(origin, make_staff, branch, other_branch):
    user = make_staff(posts=[("teller", branch), ("loan_officer", other_branch)])
    held = posts.posts_of(user.pk)
    at_desk = dataclasses.replace(origin, posts=held)
    assert at_desk.roles_at(branch.pk) == {"teller"}
    assert at_desk.roles_at(other_branch.pk) == {"loan_officer"}
    assert at_desk.roles_at(None) == set()
    assert posts.branches_in(held) == {branch.pk, other_branch.pk}
    service = make_staff("41010008", "陈静", posts=[("service_officer", None)])
    assert posts.branches_in(posts.posts_of(service.pk)) is None
    lead = make_staff("41010009", "刘强", posts=[("ops_lead", None)])
    assert posts.branches_in(posts.posts_of(lead.pk)) == frozenset()  # runs channels, sees nobody's account
    assert posts.holders("teller", branch.pk) == [user]
    assert posts.holders("teller", other_branch.pk) == []
    assert posts.holders("ops_lead") == [lead]


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_the_same_moment_do_not_pass_side_by_side(make_staff, branch):
    """Both transactions insert before either commits: one waits for the other and is refused."""
    user = make_staff()
    started, outcomes = threading.Barrier(2), []

    def grant(role):
        try:
            with transaction.atomic():
                connection.ensure_connection()
                started.wait(10)
                insert(user, role, branch)
            outcomes.append("granted")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=grant, args=(role,)) for role in ("teller", "reviewer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["granted", "refused"]
