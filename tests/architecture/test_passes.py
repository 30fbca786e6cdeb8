"""Only the gate issues passes: a service that wrote one for itself would have no door."""

import ast

from tests.architecture.tree import SourceTree, plant, repository

GATE = ("servicehub/gate/", "servicehub/declare/passes.py")


def issuers(tree: SourceTree) -> list[str]:
    return [
        file.at(node)
        for file in tree.python()
        if not file.name.startswith(GATE)
        for node in ast.walk(file.syntax)
        if isinstance(node, ast.Attribute)
        and node.attr in {"issue", "_SEAL"}
        and ast.unparse(node.value).split(".")[-1] in {"Pass", "passes"}
    ]


def test_only_the_gate_issues_passes():
    assert issuers(repository()) == []


def test_another_issuer_is_found(tmp_path):
    tree = plant(
        tmp_path,
        {
            "deposits/services.py": "given = Pass.issue(PassKind.CALL, 'x')\n",
            "deposits/jobs.py": "seal = servicehub.declare.passes._SEAL\n",
            "servicehub/gate/door.py": "given = Pass.issue(PassKind.CALL, 'x')\n",
        },
    )
    assert issuers(tree) == ["deposits/jobs.py:1", "deposits/services.py:1"]
