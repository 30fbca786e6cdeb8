import pytest
from django.db import connection

from servicehub.catalogue.sync import sync_catalogue
from servicehub.declare import Origin, registry
from servicehub.identity.models import User
from tests.conftest import make_origin
from tests.servicehub.gate import planted


@pytest.fixture
def world(db):
    """The planted app, declared for one test, and six people who have something to do with it."""
    world = planted.World()
    items, kinds, operations = planted.declare(world)
    for one in items:
        registry.items.add(one)
    for one in kinds:
        registry.party_kinds.add(one)
    for one in operations:
        registry.operations.add(one)
    sync_catalogue()
    for number in range(1, 8):
        User.objects.create(
            pk=number, username=f"user{number}", kind="staff", display_name=f"经办{number}", date_joined=None
        )
    yield world
    for one in items:
        registry.items.remove(one.code)
    for one in kinds:
        registry.party_kinds.remove(one.code)
    for one in operations:
        registry.operations.remove(one.code)


@pytest.fixture
def committed_world(transactional_db, world):
    """The same for tests with several connections: rows are committed, and the catalogue is put back afterwards."""
    yield world
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM servicehub_clashrule WHERE item LIKE 'X-%%'")
        cursor.execute("DELETE FROM servicehub_channelitem WHERE item_id LIKE 'X-%%'")
        cursor.execute("DELETE FROM servicehub_serviceitemversion WHERE item_id LIKE 'X-%%'")
        cursor.execute("DELETE FROM servicehub_serviceitem WHERE code LIKE 'X-%%'")


def person(number: int, **given) -> Origin:
    """User ``number`` at the counter, proved strongly a moment ago, without a pass."""
    values = {
        "operator": number,
        "operator_name": f"经办{number}",
        "pass_": None,
        "assurance": 2,
        "channel": "CTR",
        "branches": None,
    }
    values = {**values, **given}
    origin = make_origin(**values)
    return origin if "assured_at" in given else make_origin(**{**values, "assured_at": origin.at})
