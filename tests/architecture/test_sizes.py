"""Files and functions stay readable, and no drawer is called utils."""

import ast

from tests.architecture.tree import SourceTree, plant, repository

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
DRAWERS = {"utils", "util", "utilities", "helpers", "misc", "common"}


def long_files(tree: SourceTree) -> list[str]:
    texts = [*tree.python(tests=True), *tree.sql()]
    counts = [(file.name, file.text.count("\n")) for file in texts]
    return [f"{name} has {count} lines" for name, count in counts if count > FILE_LINES_MAX]


def covered(nodes: list[ast.ClassDef]) -> set[int]:
    return {line for node in nodes for line in range(node.lineno, node.end_lineno + 1)}


def long_functions(tree: SourceTree) -> list[str]:
    faults = []
    for file in tree.python(tests=True):
        for node in ast.walk(file.syntax):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                # Classes declared inside count for themselves: tests make declarations for one case.
                inner = [child for child in ast.walk(node) if isinstance(child, ast.ClassDef)]
                lines = node.end_lineno - node.lineno + 1 - len(covered(inner))
                if lines > FUNCTION_LINES_MAX:
                    faults.append(f"{file.at(node)} {node.name} has {lines} lines")
    return faults


def drawers(tree: SourceTree) -> list[str]:
    return sorted(
        {
            file.name
            for file in tree.python(tests=True)
            if DRAWERS & {part.removesuffix(".py") for part in file.name.split("/")}
        }
    )


def test_no_long_file():
    assert long_files(repository()) == []


def test_a_long_file_is_found(tmp_path):
    tree = plant(tmp_path, {"loans/a.py": "x = 1\n" * 501, "loans/b.py": "x = 1\n" * 500, "loans/c.sql": "\n" * 501})
    assert long_files(tree) == ["loans/a.py has 501 lines", "loans/c.sql has 501 lines"]


def test_no_long_function():
    assert long_functions(repository()) == []


def test_a_long_function_is_found(tmp_path):
    body = "    x = 1\n"
    tree = plant(tmp_path, {"loans/a.py": f"class A:\n    def long(self):\n{'    ' + body * 1}{('    ' + body) * 69}"})
    assert long_functions(tree) == ["loans/a.py:2 long has 71 lines"]


def test_no_drawer():
    assert drawers(repository()) == []


def test_a_drawer_is_found(tmp_path):
    tree = plant(tmp_path, {"loans/utils.py": "", "loans/common/money.py": "", "loans/money.py": ""})
    assert drawers(tree) == ["loans/common/money.py", "loans/utils.py"]
