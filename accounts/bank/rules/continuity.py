"""Is a statement whole? Each balance must follow from the one before it (withdrawals_loans_finance 3.7). Pure.

``bank/sql/judge_statement.sql`` is the set-based twin for files of any length; a property test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class ChainLine:
    """``host_no`` without leading zeros; ``amount`` signed, yuan; ``balance`` after the line."""

    host_date: date
    host_no: str
    amount: Decimal
    balance: Decimal
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """``breaks``: places (0-based) of lines whose balance does not follow from the line before."""

    opening: Decimal
    closing: Decimal
    received: Decimal
    paid: Decimal  # positive
    breaks: tuple[int, ...]
    content: str  # what its digest is taken of


def prove(lines: Sequence[ChainLine]) -> Proof:
    """``lines`` in the order of the account, at least one."""
    breaks = tuple(
        place
        for place in range(1, len(lines))
        if lines[place - 1].balance + lines[place].amount != lines[place].balance
    )
    return Proof(
        opening=lines[0].balance - lines[0].amount,
        closing=lines[-1].balance,
        received=sum((line.amount for line in lines if line.amount > 0), ZERO),
        paid=-sum((line.amount for line in lines if line.amount < 0), ZERO),
        breaks=breaks,
        content=content(lines),
    )


def content(lines: Sequence[ChainLine]) -> str:
    """What the statement says, whichever file or message said it."""
    return "\n".join(
        f"{line.host_date:%Y%m%d}|{line.host_no}|{line.amount:.2f}|{line.balance:.2f}|{'1' if line.reversal else '0'}"
        for line in lines
    )
