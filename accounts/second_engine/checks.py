"""The nightly comparison of the two engines. A fen between them is a finding, and holds the annual settlement."""

from decimal import Decimal

from accounts.second_engine.reading import Difference, confirmed
from servicehub.checks import worklist
from servicehub.declare import BalanceCheck, Finding, Origin
from servicehub.declare.registry import checks
from servicehub.kit.amounts import yuan

NAMED_MAX = 200
CODE = "accounts.interest_twice"
WORDS = {
    "balance": "余额",
    "product": "积数",
    "interest": "利息",
    "paid": "已付利息合计",
    "booked": "已入账利息",
    "rates": "年度已结转而没有利率",
}


def interest_twice(origin: Origin) -> list[Finding]:
    return [finding(one) for one in confirmed(NAMED_MAX)]


def finding(one: Difference) -> Finding:
    year = f"{one.year} 计息年度" if one.year else ""
    kept, found = Decimal(one.kept).scaleb(-2), Decimal(one.found).scaleb(-2)
    return Finding(
        f"accounts.interest_twice_{one.what}",
        f"明细账户 {one.subaccount} {year}{WORDS[one.what]}：账上 {yuan(kept)}，第二套算法 {yuan(found)}",
        remedy="结息停下等查明：先核对该户明细与利率，再查程序；查明后用凭证更正，不要直接改数",
        facts={
            "object": f"subaccount:{one.subaccount}:{one.year or ''}",
            "found": str(kept),
            "wanted": str(found),
            "difference": str(kept - found),
        },
    )


def held() -> bool:
    """Whether something found lasts: then no batch pays interest."""
    return worklist().filter(check_code=CODE).exists()


INTEREST_TWICE = checks.add(
    BalanceCheck(
        CODE, "结息双算：两套算法的利息、积数和余额一致", interest_twice, basis="银发〔2016〕43号", owner="accountant"
    )
)
