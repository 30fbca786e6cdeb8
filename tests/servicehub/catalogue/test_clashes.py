"""The clash matrix is whole, and the database holds what the file says."""

from dataclasses import replace
from itertools import product

import pytest

from servicehub.catalogue import clashes
from servicehub.catalogue.models import ClashRule
from servicehub.declare import registry
from servicehub.declare.item import ANY

# Every item the program knows, published or not: a pair may be written before its item opens, never after.
PUBLISHED = sorted(item.code for item in registry.items if item.published)


@pytest.mark.parametrize(("item", "other"), list(product(PUBLISHED, PUBLISHED)))
def test_every_pair_of_published_items_is_written(item, other):
    assert (item, other) in clashes.matrix(), f"fundcentre/clashes.toml says nothing about {item} while {other} is open"


def test_the_file_names_items_that_exist():
    named = {code for pair in clashes.matrix() for code in pair}
    assert named <= {item.code for item in registry.items}


def test_what_is_written_about_one_direction_stands_for_a_refused_pair_in_the_other():
    """A pair refused one way and allowed the other would depend on who was faster: it needs a reason of its own."""
    one_way = {
        pair
        for pair, clash in clashes.matrix().items()
        if clash.verdict == clashes.REFUSED and clashes.matrix()[pair[::-1]].verdict == clashes.ALLOWED
    }
    assert one_way == set()


@pytest.mark.django_db
def test_the_database_holds_the_matrix():
    stored = {(rule.item, rule.other): rule.verdict for rule in ClashRule.objects.order_by("pk")}
    written = {pair: clash.verdict for pair, clash in clashes.matrix().items() if clash.verdict != clashes.ALLOWED}
    assert stored == written


def write(tmp_path, settings, text):
    settings.CLASH_MATRIX = tmp_path / "clashes.toml"
    settings.CLASH_MATRIX.write_text(text, encoding="utf-8")


def test_a_pair_written_twice_is_a_fault(tmp_path, settings):
    write(
        tmp_path,
        settings,
        '[[rule]]\nitems=["A","B"]\nothers=["A"]\nverdict="refused"\n'
        '[[rule]]\nitems=["B"]\nothers=["A"]\nverdict="waits"\n',
    )
    with pytest.raises(clashes.ClashFault, match="B × A"):
        clashes.matrix()


def test_an_unknown_verdict_is_a_fault(tmp_path, settings):
    write(tmp_path, settings, '[[rule]]\nitems=["A"]\nothers=["A"]\nverdict="perhaps"\n')
    with pytest.raises(clashes.ClashFault, match="perhaps"):
        clashes.matrix()


def test_a_missing_pair_is_named(tmp_path, settings):
    write(tmp_path, settings, '[[rule]]\nitems=["A"]\nothers=["A"]\nverdict="refused"\n')
    assert clashes.missing_pairs(["A", "B"]) == [("A", "B"), ("B", "A"), ("B", "B")]


def test_an_item_may_speak_of_all_others_and_the_stricter_of_two_counts(monkeypatch):
    spoken = replace(registry.items["J-PAY"], code="X-ONE", clashes={"J-SEAL": "refused", ANY: "allowed"})
    strict = replace(spoken, code="X-TWO", clashes={ANY: "waits"})
    monkeypatch.setattr(registry.items, "_by_code", {**registry.items._by_code, "X-ONE": spoken, "X-TWO": strict})
    written = {pair: clash.verdict for pair, clash in clashes.matrix().items()}
    assert (written["X-ONE", "J-SEAL"], written["J-SEAL", "X-ONE"]) == ("refused", "refused")
    assert (written["X-ONE", "J-PAY"], written["X-ONE", "X-ONE"]) == ("allowed", "allowed")
    assert (written["X-ONE", "X-TWO"], written["X-TWO", "X-ONE"], written["X-TWO", "J-PAY"]) == ("waits",) * 3
    assert clashes.missing_pairs(["X-ONE", "X-TWO", *PUBLISHED]) == []
