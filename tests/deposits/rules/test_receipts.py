"""The whole table of deposits 7.1 step 5, every state of the document beside every amount."""

from decimal import Decimal

import pytest

from deposits.enums import ReceiptDecision, RemittanceState
from deposits.rules.receipts import ReceiptFacts, decide_receipt

DUE = Decimal("1499608.00")
OPEN_STATES = [RemittanceState.TO_PAY, RemittanceState.PAYING, RemittanceState.PART_RECEIVED]


def decide(amount, state=None, known=True):
    due = None if state is None else DUE
    return decide_receipt(ReceiptFacts(Decimal(amount), known, due, state))


@pytest.mark.parametrize("state", OPEN_STATES)
def test_the_exact_amount_goes_to_every_person(state):
    decided = decide(DUE, state)
    assert decided.decision is ReceiptDecision.ALLOCATE
    assert (decided.allocate, decided.into_suspense, decided.from_suspense) == (DUE, 0, 0)


@pytest.mark.parametrize("state", OPEN_STATES)
@pytest.mark.parametrize("amount", ["0.01", "1499607.99"])
def test_a_short_amount_waits_whole_and_no_part_of_the_people_is_paid(state, amount):
    decided = decide(amount, state)
    assert decided.decision is ReceiptDecision.SHORT
    assert (decided.allocate, decided.into_suspense, decided.from_suspense) == (0, Decimal(amount), 0)


@pytest.mark.parametrize("state", OPEN_STATES)
def test_an_excess_is_allocated_from_suspense_and_the_rest_stays(state):
    decided = decide("1499608.01", state)
    assert decided.decision is ReceiptDecision.ALLOCATE_KEEP_REST
    assert decided.into_suspense - decided.from_suspense == Decimal("0.01")
    assert decided.allocate == decided.from_suspense == DUE


@pytest.mark.parametrize(
    ("state", "decision"),
    [
        (RemittanceState.POSTED, ReceiptDecision.DUPLICATE),
        (RemittanceState.REVOKED, ReceiptDecision.NO_DOCUMENT),
        (None, ReceiptDecision.NO_DOCUMENT),
    ],
)
def test_money_without_an_open_document_is_kept_for_the_employer(state, decision):
    decided = decide(DUE, state)
    assert decided.decision is decision
    assert (decided.allocate, decided.into_suspense) == (0, DUE)


def test_unknown_payers_and_reversals_are_for_people_to_decide():
    assert decide(DUE, known=False).decision is ReceiptDecision.UNKNOWN
    assert decide("-40.00", RemittanceState.POSTED).decision is ReceiptDecision.REVERSAL
    assert decide("-40.00", known=False).into_suspense == 0


@pytest.mark.parametrize("state", [*RemittanceState, None])
@pytest.mark.parametrize("amount", ["-1", "0.01", "1499607.99", "1499608.00", "1499608.01", "2999216.00"])
def test_no_fen_is_lost_and_none_is_made(state, amount):
    decided = decide(amount, state)
    if decided.decision in {ReceiptDecision.REVERSAL, ReceiptDecision.UNKNOWN}:
        return
    direct = decided.allocate if decided.from_suspense == 0 else Decimal(0)
    assert direct + decided.into_suspense == Decimal(amount)
    assert decided.from_suspense <= decided.into_suspense
    assert decided.assessed.steps
