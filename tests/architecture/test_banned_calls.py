"""Money is never a float, is rounded in one home, and no service reads the clock."""

import ast
import json
import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT, SourceTree, plant, repository

# Dotted ends of a call or attribute -> where it may stand.
CLOCK = ("servicehub/clock/",)
ATTRIBUTES = {
    ("date", "today"): CLOCK,
    ("datetime", "now"): CLOCK,
    ("datetime", "today"): CLOCK,
    ("datetime", "utcnow"): CLOCK,
    ("timezone", "now"): CLOCK,
    ("timezone", "localdate"): CLOCK,
}
BUILTINS = {"float": (), "round": ()}
# Besides every rules/: places that set two decimals on amounts they have refused unless exact.
ROUNDING_HOMES = ("servicehub/declare/", "servicehub/kit/", "accounts/ledger/", "accounts/bank/")
LAUNCHER = "fundcentre/local/"


def banned_calls(tree: SourceTree) -> list[str]:
    faults = []
    for file in tree.python():
        if file.name.startswith(LAUNCHER):
            continue  # measures patience, moves no money
        for node in ast.walk(file.syntax):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                homes = ATTRIBUTES.get((owner, node.attr))
                if homes is not None and not file.name.startswith(homes):
                    faults.append(f"{file.at(node)} {owner}.{node.attr}")
            elif isinstance(node, ast.Call) and not node.args and ast.unparse(node.func).endswith("timezone.localtime"):
                faults.append(f"{file.at(node)} timezone.localtime()")  # with a moment it converts, without it asks
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
                faults.append(f"{file.at(node)} {node.func.id}(")
    return faults


def rounding_away_from_home(tree: SourceTree) -> list[str]:
    return [
        f"{file.at(node)} rounds by itself"
        for file in tree.python()
        if "/rules/" not in file.name and not file.name.startswith(ROUNDING_HOMES)
        for node in ast.walk(file.syntax)
        if isinstance(node, ast.Attribute) and node.attr == "quantize"
    ]


def test_no_banned_call():
    assert banned_calls(repository()) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = float(amount)",
        "x = round(amount, 2)",
        "x = date.today()",
        "x = datetime.date.today()",
        "x = datetime.now()",
        "f = timezone.now",
        "x = timezone.localtime()",
        "created = models.DateTimeField(default=timezone.now)",
    ],
)
def test_a_banned_call_is_found(tmp_path, line):
    assert len(banned_calls(plant(tmp_path, {"deposits/services.py": line + "\n"}))) == 1


def test_the_clock_is_at_home_in_its_room(tmp_path):
    tree = plant(tmp_path, {"servicehub/clock/__init__.py": "x = timezone.now()\n"})
    assert banned_calls(tree) == []


def test_rounding_stays_at_home():
    assert rounding_away_from_home(repository()) == []


def test_rounding_in_a_service_is_found(tmp_path):
    tree = plant(
        tmp_path,
        {"deposits/services.py": "x = amount.quantize(FEN)\n", "deposits/rules/rounding.py": "x = a.quantize(FEN)\n"},
    )
    assert rounding_away_from_home(tree) == ["deposits/services.py:1 rounds by itself"]


def test_ruff_bans_the_clock_too(tmp_path):
    """The editor says it first: the same names under TID251, with what to use instead."""
    sample = tmp_path / "sample.py"
    sample.write_text(
        "from datetime import date, datetime\n\nfrom django.utils import timezone\n\n"
        "print(date.today(), datetime.now(), timezone.now())\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--config", ROOT / "pyproject.toml", "--select", "TID251",
         "--output-format", "json", sample],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [finding["location"]["column"] for finding in json.loads(done.stdout)] == [7, 21, 37]
