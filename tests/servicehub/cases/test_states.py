"""Every pair of state and action is asserted, allowed and refused."""

from itertools import product

import pytest

from servicehub.cases.states import CASE_MOVES, CLOSED, OPEN, CannotMove, CaseAction, CaseState, move


@pytest.mark.parametrize(("state", "action"), list(product(CaseState, CaseAction)))
def test_only_listed_moves_happen(state, action):
    if (state, action) in CASE_MOVES:
        assert move(state, action) is CASE_MOVES[state, action]
    else:
        with pytest.raises(CannotMove):
            move(state, action)


def test_a_closed_case_never_moves():
    assert not [pair for pair in CASE_MOVES if pair[0] in CLOSED]


def test_every_open_state_can_be_left():
    assert {state for state, _ in CASE_MOVES} == OPEN


def test_every_state_is_reached_from_the_first():
    reached, before = {CaseState.SUBMITTED}, set()
    while reached != before:
        before = set(reached)
        reached |= {after for (state, _), after in CASE_MOVES.items() if state in before}
    assert reached == set(CaseState)
