"""The repository itself: locks without addresses, no heavy file, every environment name documented."""

import ast
import re
import subprocess
from pathlib import Path

from tests.architecture.tree import ROOT, SourceTree, plant, repository

FILE_BYTES_MAX = 1024 * 1024
LOCKS = ("requirements*.lock", "package-lock.json", ".npmrc")
# Read, but not ours to document: set by the system or by a tool.
FOREIGN_NAMES = {"PATH", "DJANGO_SETTINGS_MODULE", "XDG_RUNTIME_DIR", "TMPDIR", "NO_COLOR", "UV_CACHE_DIR"}
_READERS = {"get", "setdefault", "flag", "listed", "getenv", "environ", "pop"}


def locks_with_addresses(root: Path) -> list[str]:
    files = [file for pattern in LOCKS for file in sorted(root.glob(pattern))]
    return [file.name for file in files if "://" in file.read_text(encoding="utf-8")]


def heavy_files(root: Path) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    files = [root / name.decode() for name in listed.split(b"\0") if name]
    return [file.name for file in files if file.is_file() and file.stat().st_size > FILE_BYTES_MAX]


def environment_names(tree: SourceTree) -> set[str]:
    """Names in capitals that are asked of the environment, by ``os.environ`` or the helpers of settings.py."""
    names = set()
    for file in tree.python():
        for node in ast.walk(file.syntax):
            if isinstance(node, ast.Call) and node.args:
                reader = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                of_environment = reader in {"flag", "listed", "getenv", "environ"} or (
                    isinstance(node.func, ast.Attribute) and "environ" in ast.unparse(node.func.value)
                )
                argument = node.args[0] if reader in _READERS and of_environment else None
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
                argument = node.slice
            else:
                continue
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                names.add(argument.value)
    return {name for name in names if re.fullmatch(r"[A-Z][A-Z0-9_]+", name)}


def undocumented(names: set[str], document: str) -> list[str]:
    return sorted(name for name in names - FOREIGN_NAMES if f"`{name}`" not in document)


def test_locks_hold_no_address():
    assert locks_with_addresses(ROOT) == []
    assert {file.name for file in ROOT.glob("requirements*.lock")} >= {"requirements.lock", "requirements-dev.lock"}


def test_an_address_in_a_lock_is_found(tmp_path):
    (tmp_path / "requirements.lock").write_text("django==5.2\n")
    (tmp_path / "requirements-dev.lock").write_text("django @ https://example.org/django.whl\n")
    (tmp_path / "package-lock.json").write_text('{"resolved": "https://example.org/sass.tgz"}')
    assert locks_with_addresses(tmp_path) == ["requirements-dev.lock", "package-lock.json"]


def test_no_heavy_file():
    assert heavy_files(ROOT) == []


def test_a_heavy_file_is_found(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "dump.bin").write_bytes(b"\0" * (FILE_BYTES_MAX + 1))
    (tmp_path / "small.bin").write_bytes(b"\0" * FILE_BYTES_MAX)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert heavy_files(tmp_path) == ["dump.bin"]


def test_every_environment_name_is_documented():
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert undocumented(environment_names(repository()), document) == []


def test_an_undocumented_name_is_found(tmp_path):
    tree = plant(
        tmp_path,
        {
            "fundcentre/settings.py": "A = os.environ.get('CENTRE')\nB = flag('LOUD')\nC = os.environ['PATH']\n",
            "loans/x.py": "d = {}.get('NOT_ENVIRONMENT')\n",
        },
    )
    assert environment_names(tree) == {"CENTRE", "LOUD", "PATH"}
    assert undocumented(environment_names(tree), "| `CENTRE` | … |") == ["LOUD"]
