"""B13: the loan risk reserve is no less than its share of the loans, where the centre has adopted that base."""

from decimal import Decimal

from accounts.ledger.general import general_balances
from accounts.ledger.money import ZERO, round_fen, yuan
from accounts.parameters import RESERVE_FLOOR
from servicehub import policy
from servicehub.declare import BalanceCheck, Finding, Origin, Severity
from servicehub.declare.registry import checks

BASIS = "财综字〔1999〕59号"
LOANS, RESERVE = ("121", "122"), ("301",)


def reserve_is_enough(origin: Origin) -> list[Finding]:
    """301 ≥ floor × (121 + 122). A warning: it is put right by the year's distribution, not by an entry of today."""
    floor = policy.value(RESERVE_FLOOR, origin.business_date).value
    rows = general_balances()
    loans = sum((row.balance for row in rows if row.subject.startswith(LOANS)), ZERO)
    reserve = sum((row.balance for row in rows if row.subject.startswith(RESERVE)), ZERO)
    wanted = round_fen(loans * Decimal(floor))
    if reserve >= wanted:
        return []
    return [
        Finding(
            "accounts.reserve_short",
            f"贷款余额 {yuan(loans)}，风险准备应不低于 {yuan(wanted)}，账面 {yuan(reserve)}，少 {yuan(wanted - reserve)}",
            severity=Severity.WARNING,
            clause=BASIS,
            remedy="年末分配增值收益时补足；由业务管理核对所采用的计提基数",
            facts={"object": "subject:301", "difference": str(wanted - reserve)},
        )
    ]


RESERVE_CHECK = checks.add(
    BalanceCheck(
        "accounts.reserve_is_enough", "贷款风险准备不低于规定比例", reserve_is_enough, blocks_day_close=False, basis=BASIS,
        owner="accountant",
    )
)  # fmt: skip
