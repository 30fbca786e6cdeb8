import pytest
from django.db import connection

from servicehub.catalogue.sync import sync_catalogue
from servicehub.declare import Origin, registry
from servicehub.identity import limits
from servicehub.identity.models import User
from tests.conftest import make_origin
from tests.servicehub.gate import planted

REGISTRIES = (
    (registry.items, planted.ITEMS),
    (registry.party_kinds, planted.KINDS),
    (registry.operations, planted.OPERATIONS),
)


@pytest.fixture
def declared():
    """The planted app, declared for one test."""
    planted.WORLD.reset()
    for registry_, ones in REGISTRIES:
        for one in ones:
            registry_.add(one)
    yield planted.WORLD
    for registry_, ones in REGISTRIES:
        for one in ones:
            registry_.remove(one.code)


@pytest.fixture
def world(declared, db):
    """The same with its rows, and people who have something to do with it."""
    set_up()
    return declared


@pytest.fixture
def committed_world(declared, transactional_db):
    """For tests with several connections: rows are committed, and the catalogue is put back afterwards."""
    set_up()
    yield declared
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM servicehub_clashrule WHERE item LIKE 'X-%'")
        cursor.execute("DELETE FROM servicehub_channelitem WHERE item_id LIKE 'X-%'")
        cursor.execute("DELETE FROM servicehub_serviceitemversion WHERE item_id LIKE 'X-%'")
        cursor.execute("DELETE FROM servicehub_serviceitem WHERE code LIKE 'X-%'")


def set_up() -> None:
    sync_catalogue()
    limits.setting(
        "assurance.certificate_waived"
    )  # the book of policy is in memory, as in a process that has run a while
    for number in range(1, 8):
        User.objects.create(pk=number, username=f"user{number}", kind="staff", display_name=f"经办{number}")


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
