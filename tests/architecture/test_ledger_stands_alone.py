"""``accounts/ledger`` knows nothing else of accounts, and its rules and every ``rules/`` know only what is pure."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import SourceFile, SourceTree, plant, repository

# What a rule may import besides the standard library's arithmetic and other rules.
PURE_NEIGHBOURS = ("servicehub.declare", "servicehub.kit.money", "servicehub.kit.months", "accounts.ledger.money")
STANDARD = {
    "__future__", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum", "functools",
    "itertools", "math", "operator", "re", "types", "typing", "numbers", "statistics", "fractions", "abc", "heapq",
    "unicodedata",
}  # fmt: skip


def imports_of(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    """(statement, module named), relative ones resolved; ``from a import b`` names ``a.b``."""
    package = file.module if file.path.name == "__init__.py" else file.module.rpartition(".")[0]
    for node in ast.walk(file.syntax):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node, f"{source}.{alias.name}") for alias in node.names)


def is_within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


def ledger_faults(tree: SourceTree) -> list[str]:
    return [
        f"{file.at(node)} imports {module}"
        for file in tree.python()
        if file.name.startswith("accounts/ledger/")
        for node, module in imports_of(file)
        if is_within(module, ("accounts",)) and not is_within(module, ("accounts.ledger",))
    ]


def impure_imports(tree: SourceTree) -> list[str]:
    faults = []
    for file in tree.python():
        if "/rules/" not in file.name:
            continue
        for node, module in imports_of(file):
            pure = (
                module.split(".")[0] in STANDARD
                or ".rules." in f"{module}."
                or is_within(module, (*PURE_NEIGHBOURS, f"{file.app}.enums", "accounts.enums"))
            )
            if not pure:
                faults.append(f"{file.at(node)} imports {module}")
    return faults


def test_the_ledger_knows_nothing_else_of_accounts():
    assert ledger_faults(repository()) == []


def test_a_ledger_that_looks_around_is_found(tmp_path):
    tree = plant(
        tmp_path,
        {
            "accounts/ledger/posting.py": "from accounts.models import Employer\n",
            "accounts/ledger/models.py": "from accounts.ledger import books\nfrom ..bank import statement\n",
        },
    )
    assert ledger_faults(tree) == [
        "accounts/ledger/models.py:2 imports accounts.bank.statement",
        "accounts/ledger/posting.py:1 imports accounts.models.Employer",
    ]


def test_rules_import_what_is_pure():
    assert impure_imports(repository()) == []


def test_an_impure_rule_is_found(tmp_path):
    tree = plant(
        tmp_path,
        {
            "deposits/rules/limits.py": "import decimal\nfrom deposits.models import Remittance\nimport os\n",
            "deposits/rules/amounts.py": "from servicehub.declare import Step\nfrom . import limits\n",
            "loans/rules/limits.py": "from servicehub import clock\nfrom deposits.rules.limits import cap\n",
        },
    )
    assert impure_imports(tree) == [
        "deposits/rules/limits.py:2 imports deposits.models.Remittance",
        "deposits/rules/limits.py:3 imports os",
        "loans/rules/limits.py:1 imports servicehub.clock",
    ]
