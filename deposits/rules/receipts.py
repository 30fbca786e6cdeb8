"""What becomes of money that arrived: the table of the remittance business, as a pure function.

Source: 住房公积金归集业务标准 (GB/T 51271-2017) on 暂收 and 分摊, and the practice of running centres: a document is
paid whole or not at all, never for part of its people.
"""

from dataclasses import dataclass
from decimal import Decimal

from deposits.enums import OPEN_STATES, ReceiptDecision, RemittanceState
from deposits.rules.figures import yuan
from servicehub.declare import Assessed, Step


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """``due``: total of the document, yuan."""

    amount: Decimal
    employer_known: bool
    due: Decimal | None = None
    state: RemittanceState | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    decision: ReceiptDecision
    allocate: Decimal  # to persons
    into_suspense: Decimal  # what the receipt adds to the employer's suspense, before any is used
    from_suspense: Decimal  # what the allocation takes out of it
    assessed: Assessed


def decide_receipt(facts: ReceiptFacts) -> Decided:
    zero = Decimal(0)
    if facts.amount < 0:
        return _decided(ReceiptDecision.REVERSAL, facts, zero, zero, zero, "银行冲正金额为负，转会计处理")
    if not facts.employer_known:
        return _decided(ReceiptDecision.UNKNOWN, facts, zero, zero, zero, "认不出缴款单位，记待查暂收")
    if facts.due is None or facts.state is RemittanceState.REVOKED:
        text = "单位没有待付款的汇缴书，记单位暂收款"
        return _decided(ReceiptDecision.NO_DOCUMENT, facts, zero, facts.amount, zero, text)
    if facts.state not in OPEN_STATES:
        text = "这份汇缴书已经入账，重复的款记单位暂收款"
        return _decided(ReceiptDecision.DUPLICATE, facts, zero, facts.amount, zero, text)
    if facts.amount == facts.due:
        return _decided(ReceiptDecision.ALLOCATE, facts, facts.due, zero, zero, "到账与应缴相等，分摊到人")
    if facts.amount > facts.due:
        text = "到账多于应缴：全额记暂收款，再从暂收款分摊，余款留在暂收款"
        return _decided(ReceiptDecision.ALLOCATE_KEEP_REST, facts, facts.due, facts.amount, facts.due, text)
    text = "到账少于应缴：全额记暂收款，不分摊到部分职工"
    return _decided(ReceiptDecision.SHORT, facts, zero, facts.amount, zero, text)


def _decided(decision, facts: ReceiptFacts, allocate, into_suspense, from_suspense, text: str) -> Decided:
    due = "—" if facts.due is None else yuan(facts.due)
    step = Step("来款处理", f"到账 {yuan(facts.amount)}，应缴 {due}", text, clause="GB/T 51271-2017 归集")
    return Decided(decision, allocate, into_suspense, from_suspense, Assessed(allocate, (step,)))
