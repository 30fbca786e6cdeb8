"""Every state the hub stores has a word on the screens, and the same one."""

from servicehub.cases.models import Decision
from servicehub.cases.states import CaseState
from servicehub.kit import wording


def test_states_of_cases_and_decisions_have_their_words():
    for state in CaseState:
        assert wording.status("case", state.value).word == state.label
    for verdict in Decision.Verdict:
        assert wording.status("decision", verdict.value).word == verdict.label
