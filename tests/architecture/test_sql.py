"""Table names in SQL obey the tower: a statement slips past an import check, so its text is read."""

import ast
import re

from tests.architecture.tree import APPS, SourceTree, may_use, plant, repository

_TABLE = re.compile(rf"\b({'|'.join(APPS)})_[a-z]\w*")
_SQL_WORD = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN|COPY|TRUNCATE)\b")


def upward_tables(tree: SourceTree) -> list[str]:
    texts = [(file.app, file.name, file.text) for file in tree.sql()]
    for file in tree.python():
        texts += [
            (file.app, file.at(node), node.value)
            for node in ast.walk(file.syntax)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL_WORD.search(node.value)
        ]
    return [
        f"{where} names {found.group()}"
        for app, where, text in texts
        for found in _TABLE.finditer(re.sub(r"--.*", "", text))
        if not may_use(app, found.group(1))
    ]


def test_tables_obey_the_tower():
    assert upward_tables(repository()) == []


def test_an_upward_table_is_found(tmp_path):
    tree = plant(
        tmp_path,
        {
            "deposits/sql/settle.sql": "-- withdrawals_payment\nUPDATE accounts_fundaccount SET x = 1\n"
            "FROM withdrawals_payment p JOIN loans_contract l ON true;",
            "accounts/services.py": "QUERY = '''SELECT 1 FROM deposits_remittance'''\nNAME = 'deposits_remittance'\n",
            "loans/services.py": "QUERY = 'SELECT 1 FROM deposits_remittance'\n",
        },
    )
    assert upward_tables(tree) == [
        "deposits/sql/settle.sql names withdrawals_payment",
        "deposits/sql/settle.sql names loans_contract",
        "accounts/services.py:1 names deposits_remittance",
    ]
