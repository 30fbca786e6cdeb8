"""Both tables whole: every pair of state and event, allowed and refused."""

from itertools import product

import pytest

from accounts.enums import AccountStatus, EmployerStatus
from accounts.rules.states import (
    ACCOUNT_MOVES,
    AccountEvent,
    EmployerEvent,
    NoSuchMove,
    next_account_status,
    next_employer_status,
    states_before,
)

# Written out here a second time, by hand, in the letters of the standard: code before → event → code after.
EMPLOYER = """
-- register 02
02 remit 01
01 remit 01
03 remit 01
01 defer 03
03 resume 01
02 seal 05
01 seal 05
03 seal 05
05 unseal 01
02 close 04
01 close 04
05 close 04
"""
ACCOUNT = """
-- open 01
01 seal 02
02 unseal 01
02 transfer_in 01
02 pool 02
01 merge 03
02 merge 03
01 move_out 04
02 move_out 04
01 withdraw_all 05
02 withdraw_all 05
01 undo_open 99
"""


def expected(table: str) -> dict[tuple[str, str], str]:
    return {(before, event): after for before, event, after in map(str.split, table.strip().splitlines())}


@pytest.mark.parametrize(("status", "event"), list(product([None, *EmployerStatus], EmployerEvent)))
def test_only_listed_moves_of_an_employer_account_happen(status, event):
    after = expected(EMPLOYER).get((status or "--", event.value))
    if after:
        assert next_employer_status(status, event) == after
    else:
        with pytest.raises(NoSuchMove):
            next_employer_status(status, event)


@pytest.mark.parametrize(("status", "event"), list(product([None, *AccountStatus], AccountEvent)))
def test_only_listed_moves_of_a_personal_account_happen(status, event):
    after = expected(ACCOUNT).get((status or "--", event.value))
    if after:
        assert next_account_status(status, event) == after
    else:
        with pytest.raises(NoSuchMove):
            next_account_status(status, event)


def test_an_employer_that_never_paid_wakes_as_newly_opened():
    assert next_employer_status(EmployerStatus.SEALED, EmployerEvent.UNSEAL, ever_paid=False) == EmployerStatus.OPENED


def test_closed_is_the_end():
    for status in (AccountStatus.MERGED, AccountStatus.MOVED_OUT, AccountStatus.WITHDRAWN, AccountStatus.OTHER):
        assert not any(before == status for before, _ in ACCOUNT_MOVES)


def test_set_based_statements_read_the_same_table():
    assert states_before(AccountEvent.SEAL) == ["01"]
    assert states_before(AccountEvent.TRANSFER_IN) == ["02"]
    assert states_before(AccountEvent.MERGE) == ["01", "02"]
