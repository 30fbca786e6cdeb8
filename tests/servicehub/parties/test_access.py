"""Questions about parties go to the app that owns the kind; an unknown kind is a fault, an unknown token is nobody."""

import pytest

from servicehub import parties
from servicehub.declare import CENTRE, Authority, Party, PartyCard, PartyKind, registry
from tests.conftest import make_origin


class Tree(PartyKind):
    asked: list = []

    def cards(self, ids):
        self.asked.append(list(ids))
        return {one: PartyCard(Party("tree", one), f"t{one}", f"树{one}") for one in ids}

    def find(self, token):
        return 7 if token == "t7" else None

    def authority(self, origin, party_id):
        return Authority(frozenset({"gardener"})) if party_id == 7 else None


@pytest.fixture
def tree():
    kind = registry.party_kinds.add(Tree(code="tree", label="树"))
    Tree.asked = []
    yield kind
    registry.party_kinds.remove("tree")


def test_many_cards_are_one_question_per_kind(tree):
    found = parties.cards([Party("tree", 2), Party("tree", 1), CENTRE, Party("tree", 2)])
    assert Tree.asked == [[1, 2]]
    assert {party: card.label for party, card in found.items() if party.kind == "tree"} == {
        Party("tree", 1): "树1",
        Party("tree", 2): "树2",
    }
    assert CENTRE in found


def test_an_address_tells_nothing(tree):
    assert parties.find("tree", "t7") == Party("tree", 7)
    assert parties.find("tree", "t8") is parties.find("rock", "r1") is None


def test_an_undeclared_kind_is_a_fault():
    with pytest.raises(parties.UnknownKind):
        parties.authority(make_origin(), Party("rock", 1))


def test_authority_is_the_owning_apps_word(tree):
    assert parties.authority(make_origin(), Party("tree", 7)).roles == {"gardener"}
    assert parties.authority(make_origin(), Party("tree", 8)) is None


@pytest.mark.parametrize(("kind", "known"), [("staff", True), ("employer", False), ("person", False)])
def test_the_centre_is_known_to_its_staff_only(kind, known):
    authority = parties.authority(make_origin(user_kind=kind, roles=frozenset({"teller"})), CENTRE)
    assert (authority is not None) == known
    if known:
        assert authority.roles == {"teller"}
