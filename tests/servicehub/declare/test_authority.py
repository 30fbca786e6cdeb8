from decimal import Decimal

import pytest

from servicehub.declare import Authority

MAKER = Authority(frozenset({"agent_maker"}), frozenset({"J-PAY"}), Decimal(50_000), "授权书 1")
CHECKER = Authority(frozenset({"agent_checker"}), frozenset({"J-PAY", "J-BASE"}), Decimal(80_000), "授权书 2")
QUERY = Authority(frozenset({"agent_query"}), basis="授权书 1")


@pytest.mark.parametrize(
    ("wanted", "items", "limit", "basis"),
    [
        ({"agent_maker"}, {"J-PAY"}, Decimal(50_000), "授权书 1"),
        ({"agent_maker", "agent_checker"}, {"J-PAY", "J-BASE"}, Decimal(80_000), "授权书 1、授权书 2"),
        ({"agent_query"}, None, None, "授权书 1"),
        ({"agent_maker", "agent_query"}, None, None, "授权书 1"),
    ],
)
def test_only_the_grants_of_the_wanted_roles_count(wanted, items, limit, basis):
    held = Authority.joined((MAKER, CHECKER, QUERY)).for_roles(frozenset(wanted))
    assert (held.items, held.limit, held.basis) == (items and frozenset(items), limit, basis)


def test_looking_does_not_widen_acting():
    held = Authority.joined((MAKER, QUERY))
    assert held.covers("J-BASE")
    assert not held.for_roles(frozenset({"agent_maker"})).covers("J-BASE")


def test_a_single_authority_is_itself():
    assert MAKER.for_roles(frozenset({"agent_maker"})) is MAKER
    assert MAKER.for_roles(frozenset()) is MAKER
