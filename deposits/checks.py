"""Balance checks (自动平衡检查) of deposits."""

from datetime import date, timedelta
from pathlib import Path

from django.db import connection

from deposits.second_engine import checks as second_engine_checks
from servicehub.declare import BalanceCheck, Finding, Origin
from servicehub.declare.registry import checks
from servicehub.kit.sql_files import statement

__all__ = ["every_register_ties", "registers_tie", "second_engine_checks"]

APP = Path(__file__).resolve().parent
RECENT_DAYS = 7
FINDINGS_MAX = 200
BASIS = "住房公积金会计核算办法（财会字〔1999〕33号）总分核对"


def registers_tie(origin: Origin) -> list[Finding]:
    """B08: Σ people of a register = its header = what its voucher booked to people; of the last week."""
    return _registers(origin.business_date - timedelta(days=RECENT_DAYS))


def every_register_ties(origin: Origin) -> list[Finding]:
    return _registers(date(1900, 1, 1))


def _registers(since: date) -> list[Finding]:
    words = {
        "lines": ("汇缴书 {about} 应缴 {header:,.2f}，清册逐人合计 {other:,.2f}", "remittance"),
        "voucher": ("凭证 {about} 对应的汇缴书合计 {header:,.2f}，记入个人账户 {other:,.2f}", "voucher"),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/check_registers.sql"), {"since": since, "limit": FINDINGS_MAX})
        rows = cursor.fetchall()
    return [
        Finding(
            f"deposits.register_{fault}_differ",
            f"{words[fault][0].format(about=about, header=header, other=other)}，相差 {header - other:,.2f}",
            clause=BASIS,
            remedy="逐人核对清册与入账明细，查明后冲销重记",
            facts={"object": f"{words[fault][1]}:{about}", "difference": str(header - other)},
        )
        for fault, about, header, other in rows
    ]


for _check in (
    BalanceCheck(
        "deposits.registers_tie", "近七日汇缴清册 = 汇缴书 = 入账金额", registers_tie, basis=BASIS, owner="accountant"
    ),
    BalanceCheck(
        "deposits.every_register", "全部汇缴清册 = 汇缴书 = 入账金额", every_register_ties, basis=BASIS, pace="week",
        owner="accountant",
    ),
):  # fmt: skip
    checks.add(_check)
