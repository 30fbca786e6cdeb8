"""A wrong declaration stops the start."""

import pytest

from servicehub.declare import READ, Operation
from servicehub.gate import declared


class Planted(Operation):
    code, item, label, target = "tests.planted", "S-CASE", "种", "centre"


def faults(**given) -> list[str]:
    return list(declared.faults_of(type("Wrong", (Planted,), given)()))


def test_a_right_one_has_no_fault():
    assert faults() == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"code": "planted"}, "a code is app, dot, verb_object"),
        ({"label": ""}, "no label"),
        ({"item": "X-NONE"}, "names item 'X-NONE'"),
        ({"target": "rock"}, "acts on 'rock'"),
        ({"kind": "perhaps"}, "is no kind"),
        ({"kind": READ}, "whatever reads is a Query"),
        ({"runs": "later"}, "runs 'later'"),
        ({"opens_case": False, "stages": ("reviewer",)}, "has a case"),
    ],
)
def test_a_wrong_one_is_named(given, words):
    assert any(words in fault for fault in faults(**given))


def test_a_matrix_with_holes_is_named(tmp_path, settings):
    settings.CLASH_MATRIX = tmp_path / "clashes.toml"
    settings.CLASH_MATRIX.write_text('[[rule]]\nitems=["J-NONE"]\nothers=["J-PAY"]\nverdict="refused"\n')
    unknown, missing = declared.clash_faults()
    assert "J-NONE" in unknown and "says nothing about" in missing


def test_todays_declarations_hold():
    assert declared.declarations_hold(None) == []
