"""On clean books the two engines agree, whatever happened; and the second stands on nothing of the first."""

import re
from pathlib import Path

import pytest

from accounts.second_engine import checks
from servicehub.declare.registry import checks as declared
from tests.accounts.ledger.conftest import declared_events  # noqa: F401
from tests.accounts.second_engine.world import World, behind, difference
from tests.architecture.test_ledger_stands_alone import imports_of, is_within
from tests.architecture.tree import repository

ENGINE = Path(checks.__file__).parent


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("method", ["days_product", "months_11_to_0"])
def test_clean_books_have_no_difference(seed, method):
    World(seed, method)
    assert difference() == []


@pytest.mark.django_db
def test_a_fen_is_named_with_its_account_and_year():
    world = World()
    behind("UPDATE accounts_subaccount SET carried = carried + 0.01 WHERE id = %s", world.plain)
    (found,) = checks.interest_twice(world.books.origin())
    assert found.facts["object"] == f"subaccount:{world.plain}:"
    assert found.facts["difference"] == "0.01"
    assert declared[checks.CODE].blocks_day_close


def test_it_imports_nothing_of_the_first():
    of_the_project = ("accounts", "deposits", "servicehub", "fundcentre")
    allowed = ("accounts.second_engine", "servicehub.declare", "servicehub.kit", "servicehub.checks")
    for file in repository().python():
        if file.name.startswith("accounts/second_engine/"):
            named = [module for _, module in imports_of(file) if is_within(module, of_the_project)]
            assert [module for module in named if not is_within(module, allowed)] == [], file.name


@pytest.mark.parametrize("name", ["facts", "rates", "merges"])
def test_it_computes_from_what_moved_and_from_nothing_the_first_made(name):
    text = re.sub(r"--.*", "", (ENGINE / "sql" / f"{name}.sql").read_text(encoding="utf-8"))
    for word in ("product", "interest_year", "ledger_", "accounts_interestrow", "accounts_subaccount"):
        assert not re.search(rf"\b{word}", text), word
