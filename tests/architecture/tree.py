"""A source tree as the checkers see it: this repository, or a planted one that must make them fail."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The tower, lowest first. Siblings share a storey and are blind to each other.
STOREYS = (
    ("servicehub",),
    ("accounts",),
    ("deposits", "withdrawals"),
    ("loans",),
    ("fundcentre",),
)
APPS = tuple(app for storey in STOREYS for app in storey)
RANK = {app: number for number, storey in enumerate(STOREYS) for app in storey}


def may_use(user: str, used: str) -> bool:
    """Whether app ``user`` may lean on app ``used``: on itself, or on a lower storey."""
    return user == used or RANK[used] < RANK[user]


class SourceFile:
    def __init__(self, root: Path, path: Path):
        self.path = path
        self.name = path.relative_to(root).as_posix()
        self.app = self.name.split("/")[0]

    def __repr__(self):
        return self.name

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def syntax(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @property
    def module(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{node.lineno}"


class SourceTree:
    """Python, SQL and templates of the product's apps; ``tests`` only where asked for."""

    def __init__(self, root: Path = ROOT):
        self.root = root

    def files(self, suffix: str, folders: tuple[str, ...] = APPS) -> Iterator[SourceFile]:
        for folder in folders:
            for path in sorted((self.root / folder).rglob(f"*{suffix}")):
                if path.is_file():
                    yield SourceFile(self.root, path)

    def python(self, tests: bool = False) -> Iterator[SourceFile]:
        for file in self.files(".py", (*APPS, "tests") if tests else APPS):
            if not file.name.split("/")[-1].startswith("0001_") or "/migrations/" not in file.name:
                yield file  # a generated migration is nobody's prose

    def sql(self) -> Iterator[SourceFile]:
        yield from self.files(".sql")

    def templates(self) -> Iterator[SourceFile]:
        yield from (file for file in self.files("", ("templates",)) if not file.path.name.startswith("."))


@cache
def repository() -> SourceTree:
    """One for all checkers, so that each file is read and parsed at most once per listing."""
    return SourceTree()


def plant(root: Path, files: Mapping[str, str]) -> SourceTree:
    """A small tree under ``root`` with the given files: the sample that a checker must object to."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return SourceTree(root)
