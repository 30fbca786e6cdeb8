"""Only the gate issues passes: a service that wrote one for itself would have no door."""

import ast

from servicehub.declare import Operation, Outcome
from servicehub.declare.registry import operations
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


def open_doors(declared) -> list[str]:
    """Operations whose effect does not ask for the pass, wherever they have it from."""
    return [one.code for one in declared if not getattr(type(one).execute, "behind_the_gate", False)]


def test_every_effect_asks_for_the_pass():
    assert len(operations) > 50
    assert open_doors(operations) == []


def test_an_effect_from_a_class_beside_is_guarded_and_one_put_in_afterwards_is_found():
    class Shared:
        def execute(self, origin, target, data):
            return Outcome("done")

    class FromBeside(Shared, Operation):
        code = "tests.from_beside"

    assert open_doors([FromBeside()]) == []
    FromBeside.execute = Shared.execute
    assert open_doors([FromBeside()]) == ["tests.from_beside"]
