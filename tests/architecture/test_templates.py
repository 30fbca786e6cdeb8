"""No template is forgotten, every name resolves, and what a template takes in obeys the tower."""

import ast
import re

from tests.architecture.tree import RANK, SourceTree, may_use, plant, repository

_TAKES_IN = re.compile(r"""{%-?\s*(?:extends|include|import|from)\s+(.+?)\s*(?:\bimport\b|\bignore\b|\bwith|-?%})""")
_QUOTED = re.compile(r"""["']([\w./-]+\.(?:html|txt|xml|svg|css))["']""")
_NAME = re.compile(r"[\w./-]+\.(?:html|txt|xml|svg|css)")


def app_of(template: str) -> str:
    """The app a template belongs to; shells, components and error pages are the hub's."""
    first = template.split("/")[0]
    return first if first in RANK else "servicehub"


def taken_in(tree: SourceTree) -> list[tuple[str, str]]:
    """(template, template it extends, includes or imports), by literal name."""
    return [
        (file.name.removeprefix("templates/"), name)
        for file in tree.templates()
        for statement in _TAKES_IN.findall(file.text)
        for name in _QUOTED.findall(statement)
    ]


def named_in_python(tree: SourceTree) -> list[tuple[str, str]]:
    """(Python file, template it names): literals, and f-strings as patterns with ``*`` for what is filled in."""
    found = []
    for file in tree.python(tests=True):
        for node in ast.walk(file.syntax):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME.fullmatch(node.value):
                # A style sheet for paper is read as a file, its folder said beside it.
                alone = node.value.endswith(".css") and "/" not in node.value
                found.append((file.name, f"*/{node.value}" if alone else node.value))
            elif isinstance(node, ast.JoinedStr):
                pattern = "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
                if _NAME.fullmatch(pattern.replace("*", "x")):
                    found.append((file.name, pattern))
    return found


def matches(pattern: str, name: str) -> bool:
    return re.fullmatch(".+".join(map(re.escape, pattern.split("*"))), name) is not None


def unused_templates(tree: SourceTree) -> list[str]:
    used = {name for _, name in taken_in(tree)} | {name for _, name in named_in_python(tree)}
    names = [file.name.removeprefix("templates/") for file in tree.templates()]
    return [name for name in names if not any(matches(pattern, name) for pattern in used)]


def missing_templates(tree: SourceTree) -> list[str]:
    there = {file.name.removeprefix("templates/") for file in tree.templates()}
    return [f"{taker} takes in {name}" for taker, name in taken_in(tree) if name not in there]


def upward_templates(tree: SourceTree) -> list[str]:
    pairs = [(taker, app_of(taker), name) for taker, name in taken_in(tree)]
    pairs += [(file, file.split("/")[0], name) for file, name in named_in_python(tree) if not file.startswith("tests/")]
    return [f"{user} uses {name}" for user, app, name in pairs if not may_use(app, app_of(name))]


def test_no_template_is_forgotten():
    assert unused_templates(repository()) == []


def test_every_template_taken_in_is_there():
    assert missing_templates(repository()) == []


def test_templates_obey_the_tower():
    assert upward_templates(repository()) == []


PLANTED = {
    "templates/shell/base.html": "{% include 'deposits/hall/tail.html' %}{% from 'ui/macros.html' import button %}",
    "templates/ui/macros.html": "",
    "templates/ui/gone.svg": "",
    "templates/deposits/hall/tail.html": "{%- extends 'shell/base.html' -%}{% include 'deposits/none.html' %}",
    "templates/deposits/hall/month.html": "",
    "templates/accounts/card.html": "",
    "deposits/pages/hall.py": "page = f'deposits/hall/{name}.html'\n",
    "accounts/panels.py": "panel('accounts/card.html', 'deposits/hall/month.html')\n",
}


def test_a_forgotten_a_missing_and_an_upward_template_are_found(tmp_path):
    tree = plant(tmp_path, PLANTED)
    assert unused_templates(tree) == ["ui/gone.svg"]
    assert missing_templates(tree) == ["deposits/hall/tail.html takes in deposits/none.html"]
    assert upward_templates(tree) == [
        "shell/base.html uses deposits/hall/tail.html",
        "accounts/panels.py uses deposits/hall/month.html",
    ]
