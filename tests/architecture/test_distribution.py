"""docs/scaling.md names the distribution key of every ledger table; the statements that grow with people keep to it.

A statement whose tables are all bound by their distribution key can be pushed to the machine that holds the rows. One
join that forgets the key would make an engine move rows between machines for every posting.
"""

import re
from pathlib import Path

import pytest
from django.apps import apps

from accounts.ledger import models as ledger_models
from tests.architecture.tree import ROOT

BY_SUBACCOUNT = "by subaccount"
PLACES = {BY_SUBACCOUNT, "by voucher", "by employer", "on every machine"}
HOT = ("post.sql", "batch_*.sql", "settle_*.sql", "accrual.sql", "proof_accounts.sql")
_ROW = re.compile(r"^\| `(accounts_\w+)` \| ([^|]+) \| `?([^|`]+)`? \|", re.MULTILINE)
_USE = re.compile(
    r"\b(?:FROM|JOIN|UPDATE)\s+(accounts_\w+)(?:\s+AS)?\s+(?!WHERE|SET|JOIN|LEFT|GROUP|ORDER)(\w+)", re.IGNORECASE
)


def placed() -> dict[str, tuple[str, str]]:
    """Table: (where its rows lie, key), as the document has it."""
    text = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    return {table: (place.strip(), key.strip()) for table, place, key in _ROW.findall(text)}


def unbound(text: str, keys: dict[str, str]) -> list[str]:
    """Tables distributed by subaccount that a statement uses without binding their key."""
    bare = re.sub(r"--.*", "", text)
    used = [(table, alias) for table, alias in _USE.findall(bare) if table in keys]
    if len(used) == 1 and "UPDATE" not in bare:
        return []  # read alone, wherever its rows lie
    found = []
    for table, alias in used:
        key = keys[table]
        bound = rf"\b{alias}\.{key}\s*(=|IN\b|BETWEEN\b|>)|=\s*{alias}\.{key}\b"
        if not re.search(bound, bare, re.IGNORECASE):
            found.append(f"{table} {alias}")
    return found


def hot_files() -> list[Path]:
    folder = ROOT / "accounts" / "ledger" / "sql"
    return sorted(file for pattern in HOT for file in folder.glob(pattern) if ".down." not in file.name)


def test_every_table_of_the_ledger_has_its_place():
    of_ledger = {
        model._meta.db_table
        for model in apps.get_app_config("accounts").get_models()
        if model.__module__.startswith(ledger_models.__name__)
    }
    assert of_ledger - set(placed()) == set()
    assert {place for place, _ in placed().values()} <= PLACES


def test_what_lies_by_subaccount_has_the_key_as_a_column():
    columns = {
        model._meta.db_table: {field.column for field in model._meta.fields}
        for model in apps.get_app_config("accounts").get_models()
    }
    assert [
        table for table, (place, key) in placed().items() if place == BY_SUBACCOUNT and key not in columns[table]
    ] == []


@pytest.mark.parametrize("file", hot_files(), ids=lambda file: file.name)
def test_the_hot_path_binds_the_key(file):
    keys = {table: key for table, (place, key) in placed().items() if place == BY_SUBACCOUNT}
    assert unbound(file.read_text(encoding="utf-8"), keys) == []


def test_a_join_without_the_key_is_found():
    statement = "UPDATE accounts_subaccount s SET x = 1 FROM stage t\nJOIN accounts_posting p ON p.voucher_id = t.id"
    assert unbound(
        statement + " WHERE s.id = t.sub", {"accounts_subaccount": "id", "accounts_posting": "subaccount_id"}
    ) == ["accounts_posting p"]
