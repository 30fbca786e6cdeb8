"""Lists that a room above keeps beside the books (T2, T3, T5, T7, T8): term deposits, bonds, loans, accruals.

The ledger cannot know them; whoever keeps one says what it adds up to, subject by subject, and the check holds it
against the general ledger.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.ledger.general import general_balances
from accounts.ledger.money import ZERO, yuan
from servicehub.declare import Finding, Origin
from servicehub.declare.registry import Registry

BASIS = "住房公积金会计核算办法（财会字〔1999〕33号）总分核对"


@dataclass(frozen=True, slots=True)
class SubjectRegister:
    """``subjects``: codes the list stands behind, everything below them included.

    ``figures(origin)``: subject code (at any of these levels) → what the list adds up to, yuan; a code left out is zero.
    """

    code: str  # "bank.term_deposits"
    label: str  # 定期存款明细
    subjects: tuple[str, ...]
    figures: Callable[[Origin], Mapping[str, Decimal]]


subject_registers: Registry[SubjectRegister] = Registry("subject registers")


def lists_tie(origin: Origin) -> list[Finding]:
    """Every registered list = the general ledger, subject by subject."""
    held: dict[str, Decimal] = {}
    for row in general_balances(date.max):
        held[row.subject] = held.get(row.subject, ZERO) + row.balance
    return [finding for register in subject_registers for finding in _differences(origin, register, held)]


def _differences(origin: Origin, register: SubjectRegister, held: Mapping[str, Decimal]) -> list[Finding]:
    listed = dict(register.figures(origin))
    # A list may be kept finer or coarser than the chart: what it names is compared, the rest of its subjects must be 0.
    booked = {code: sum((held[one] for one in held if one.startswith(code)), ZERO) for code in listed}
    covered = tuple(listed)
    for code, balance in held.items():
        if code.startswith(register.subjects) and not code.startswith(covered):
            booked[code], listed[code] = balance, ZERO
    return [
        Finding(
            "ledger.list_differs",
            f"{register.label}合计 {yuan(listed[code])}，科目 {code} 余额 {yuan(booked[code])}，"
            f"相差 {yuan(listed[code] - booked[code])}",
            clause=BASIS,
            remedy="逐笔核对清单与科目明细，查明后用凭证更正",
            facts={
                "object": f"list:{register.code}:{code}",
                "found": str(listed[code]),
                "wanted": str(booked[code]),
                "difference": str(listed[code] - booked[code]),
            },
        )
        for code in sorted(listed)
        if listed[code] != booked[code]
    ]
