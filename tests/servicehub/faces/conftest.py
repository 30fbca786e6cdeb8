import pytest
from django.test import Client

from servicehub import clock
from servicehub.catalogue.sync import sync_catalogue
from servicehub.declare import registry
from servicehub.identity.models import Branch, User
from servicehub.identity.posts import grant_post
from tests.conftest import make_origin
from tests.logins import sign_in
from tests.servicehub.faces import planted


@pytest.fixture
def world(db):
    """The planted app for one test. Its kinds stand in for the real owner's of employers and persons."""
    planted.WORLD.__init__()
    items, kinds, operations = planted.items(), planted.KINDS, planted.OPERATIONS
    hidden = {kind.code: registry.party_kinds.get(kind.code) for kind in kinds}
    for kind in kinds:
        registry.party_kinds.remove(kind.code)
        registry.party_kinds.add(kind)
    for one in items:
        registry.items.add(one)
    for one in operations:
        registry.operations.add(one)
    sync_catalogue()
    # The real apps' blocks would ask their own tables for the planted parties.
    shown = [(room, list(room)) for room in (registry.panels, registry.entries)]
    for room, declared in shown:
        for one in declared:
            room.remove(one.code)
    yield planted.WORLD
    for room, declared in shown:
        for one in declared:
            room.add(one)
    for one in items:
        registry.items.remove(one.code)
    for one in operations:
        registry.operations.remove(one.code)
    for code, kind in hidden.items():
        registry.party_kinds.remove(code)
        if kind is not None:
            registry.party_kinds.add(kind)


@pytest.fixture
def branch(db):
    return Branch.objects.create(code="01", name="市直管理部", area="魏都区")


@pytest.fixture
def agent(world, client):
    """An agent of two employers, logged in at the employer hall."""
    user = User.objects.create(username="agent", kind="employer", display_name="李会计")
    sign_in(client, user)
    client.user = user
    return client


@pytest.fixture
def person(world):
    client = Client()
    sign_in(client, User.objects.create(username="person", kind="person", display_name="张三"))
    return client


@pytest.fixture
def staff(world, branch):
    """``staff("teller")``: a client of a member of staff with this post over the whole centre."""
    made = {}

    def make(role: str, name: str = "") -> Client:
        if role not in made:
            name = name or f"{role}经办"
            user = User.objects.create(
                username=f"W{len(made) + 1:04d}",
                kind="staff",
                display_name=name,
                branch=branch,
                password_set_at=clock.now(),
            )
            origin = make_origin(user_kind="system", operator=None)
            grant_post(origin, user, role, branch=None, valid_from=origin.at.date(), basis="测试")
            client = Client()
            sign_in(client, user)
            client.user = user
            made[role] = client
        return made[role]

    return make
