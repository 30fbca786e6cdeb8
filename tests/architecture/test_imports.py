"""The import contracts of pyproject.toml hold, and each of them breaks when its violation is planted."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import APPS, ROOT

# Contract name in pyproject.toml -> a file, and a line that must not be in it.
PLANTED = {
    "The tower": ("accounts/planted.py", "import loans"),
    "Siblings are blind to each other": ("deposits/planted.py", "import withdrawals"),
    "Rooms of the hub": ("servicehub/clock/planted.py", "import servicehub.identity.models"),
    "Rules are pure": ("deposits/rules/planted.py", "import django.db"),
    "Declarations hold no models": ("servicehub/declare/planted.py", "import django.db"),
}


def copy_of_the_source(target: Path) -> Path:
    for app in APPS:
        shutil.copytree(ROOT / app, target / app, ignore=shutil.ignore_patterns("*.pyc", "__pycache__", "*.sql"))
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def lint_imports(root: Path) -> dict[str, str]:
    """Contract name -> KEPT or BROKEN, with the whole report under ``""``."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"}
    command = [sys.executable, "-c", program, "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env=environment)
    report = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    found = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", report, re.MULTILINE))
    return {**found, "": report}


def test_contracts_are_kept():
    verdicts = lint_imports(ROOT)
    report = verdicts.pop("")
    assert set(verdicts) == set(PLANTED), report
    assert set(verdicts.values()) == {"KEPT"}, report


def test_each_contract_breaks_when_violated(tmp_path):
    root = copy_of_the_source(tmp_path)
    for name, line in PLANTED.values():
        (root / name).write_text(line + "\n")
    verdicts = lint_imports(root)
    report = verdicts.pop("")
    assert verdicts == dict.fromkeys(PLANTED, "BROKEN"), report


def test_a_room_without_a_place_in_the_order_is_refused(tmp_path):
    root = copy_of_the_source(tmp_path)
    (root / "servicehub" / "attic").mkdir()
    (root / "servicehub" / "attic" / "__init__.py").write_text("")
    assert lint_imports(root)["Rooms of the hub"] == "BROKEN"


@pytest.mark.parametrize("app", APPS)
def test_every_app_is_an_importable_package(app):
    assert (ROOT / app / "__init__.py").exists(), "import-linter does not see a folder without it"
