"""Balance checks (自动平衡检查): statements that must hold, run nightly and before a day closes."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BalanceCheck:
    """``run(origin)`` returns findings (declare.Finding); an empty list is a proof.

    A finding's ``facts["object"]`` says what it is about ("employer:18"): the same finding about the same object
    tomorrow is the same piece of work, with the same owner and clock.
    """

    code: str  # "ledger.vouchers_balance"
    label: str
    run: Callable
    blocks_day_close: bool = True
    basis: str = ""
    pace: str = "night"  # "minute": cheap enough for the balance wall · "night" · "week"
    owner: str = "auditor"  # post that has to answer for a finding
    working_days: int = 3  # and by when
