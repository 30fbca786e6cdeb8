"""Two loads of one seed: the same city; its books tie out; its planted faults are in it, and their truth is not."""

import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal

import psycopg2
import pytest

from fundcentre.local import paths
from fundcentre.local.postgres import DATABASE, OWNER
from tests.private_server import PrivateServer, private_server

pytestmark = pytest.mark.xdist_group("city")  # the server is the module's: one process runs it all

TWIN = "twin"
FOLDERS = ("once", "again")


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateServer]:
    with private_server("city-test", durable=False, migrated=True) as started:
        started.sql(f"CREATE DATABASE {TWIN} TEMPLATE {DATABASE}")
        yield started


@pytest.fixture(scope="module")
def folders(server, tmp_path_factory):
    """Both loads at once: they know nothing of each other."""
    made = [tmp_path_factory.mktemp(name) for name in FOLDERS]
    urls = (server.url, server.url.replace(f"/{DATABASE}?", f"/{TWIN}?"))
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.fundcentre.demo.one_load", str(folder)],
            cwd=paths.ROOT,
            env={**server.environment, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "fundcentre.settings"},
        )
        for url, folder in zip(urls, made, strict=True)
    ]
    try:
        assert [child.wait(400) for child in children] == [0, 0]
    finally:
        for child in children:
            child.kill()
            child.wait()
    return made


@pytest.fixture(scope="module")
def told(folders):
    return [json.loads((folder / "told.json").read_text(encoding="utf-8")) for folder in folders]


@pytest.fixture(scope="module")
def truth(folders) -> list[dict]:
    return json.loads((folders[0] / "demo" / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture
def ask(server):
    """One statement on the first city; its rows."""
    connection = psycopg2.connect(dbname=DATABASE, user=OWNER, host=str(server.sockets))

    def ask(statement: str, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    yield ask
    connection.close()


def test_the_same_seed_gives_the_same_city(told):
    once, again = told
    assert {table for table, digest in once["tables"].items() if again["tables"][table] != digest} == set()
    assert once["digest"] == again["digest"]


def test_its_files_are_the_same_too(folders):
    names = sorted(file.name for file in (folders[0] / "demo").iterdir())
    assert names == ["11月变更清册.xlsx", "bank-accounts.json", "truth.json"]
    for name in names:
        first, second = ((folder / "demo" / name).read_bytes() for folder in folders)
        assert first == second, name
    first, second = ((folder / "demo-logins.txt").read_text(encoding="utf-8") for folder in folders)
    assert first == second


def test_two_years_tie_out(told, ask):
    assert {code: found for code, found in told[0]["findings"].items() if found} == {}
    ((first, last, months),) = ask("SELECT min(month), max(month), count(DISTINCT month) FROM deposits_remittance")
    assert (first, last, months) == (202411, 202610, 24)


REMITTANCE = """
    SELECT r.state FROM deposits_remittance AS r
    JOIN accounts_employeraccount AS a ON a.id = r.employer_account_id
    JOIN accounts_employer AS e ON e.id = a.employer_id
    WHERE e.name = %s AND r.month = %s
"""
RECEIPTS = """
    SELECT receipt.decision FROM deposits_receipt AS receipt
    JOIN accounts_employeraccount AS a ON a.id = receipt.employer_account_id
    JOIN accounts_employer AS e ON e.id = a.employer_id
    JOIN deposits_remittance AS r ON r.id = receipt.remittance_id
    WHERE e.name = %s AND r.month = 202610 ORDER BY receipt.id
"""


def _one(truth, fault: str) -> dict:
    (found,) = (row for row in truth if row["fault"] == fault)
    return found


def test_a_dozen_faults_are_planted(truth):
    assert len(truth) == 12


@pytest.mark.parametrize(
    ("fault", "state", "decisions"),
    [
        ("unpaid", "to_pay", []),
        ("short", "part_received", ["short"]),
        ("excess", "posted", ["allocate_keep_rest"]),
        ("twice", "posted", ["allocate", "duplicate"]),
    ],
)
def test_faults_of_paying(truth, ask, fault, state, decisions):
    employer = _one(truth, fault)["employer"]
    assert ask(REMITTANCE, employer, 202610) == [(state,)]
    assert [decision for (decision,) in ask(RECEIPTS, employer)] == decisions


def test_who_is_behind(truth, ask):
    assert ask(REMITTANCE, _one(truth, "arrears")["employer"], 202609) == [("to_pay",)]
    assert ask(REMITTANCE, _one(truth, "arrears")["employer"], 202610) == []
    paid = "SELECT paid_through FROM accounts_employeraccount a JOIN accounts_employer e ON e.id = a.employer_id"
    assert ask(f"{paid} WHERE e.name = %s", _one(truth, "never_paid")["employer"]) == [(None,)]


def test_money_nobody_knows(truth, ask):
    planted = sorted(Decimal(row["amount"]) for row in truth if row["fault"] == "unknown_receipt")
    unclaimed = ask("SELECT amount FROM accounts_banknotice WHERE party_id IS NULL ORDER BY amount")
    assert [amount for (amount,) in unclaimed] == planted


def test_accounts_that_are_restricted(truth, ask):
    for fault, kind in (("frozen", "freeze"), ("banned", "ban")):
        accounts = ask("SELECT fund_account_id FROM accounts_restriction WHERE kind = %s", kind)
        assert accounts == [(_one(truth, fault)["fund_account"],)]


def test_the_truth_is_nowhere_in_the_city(ask):
    """Whoever audits the city has to find them: no table says that a fault was planted."""
    columns = ask(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
    )
    telling = {"planted", "合成", "truth", "unknown_receipt", "骗提限制期内"}
    for table, column in columns:
        if table.startswith(("accounts_", "deposits_")):
            pattern = "|".join(sorted(telling))
            assert ask(f'SELECT count(*) FROM "{table}" WHERE "{column}" ~ %s', pattern) == [(0,)], f"{table}.{column}"
