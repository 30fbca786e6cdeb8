"""The nightly second computation of what was confirmed. A fen of difference is a finding and keeps the day open."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path

from django.db import connection

from accounts.areas import policy_area
from deposits.second_engine.amounts import sides
from servicehub import policy
from servicehub.declare import BalanceCheck, Finding, Origin
from servicehub.declare.registry import checks
from servicehub.kit.amounts import yuan
from servicehub.kit.months import Month

HERE = Path(__file__).resolve().parent
WEEKS = 9  # two months: what is older has been looked at twice sixty times
NAMED_MAX = 200
PRECISION = "deposits.rounding"
CODE = "deposits.monthly_deposit_twice"


@cache
def _sql(name: str) -> str:
    return (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def monthly_deposit_twice(origin: Origin) -> list[Finding]:
    return list(islice(_findings(origin), NAMED_MAX))


def _findings(origin: Origin) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_sql("heads"), {"since": origin.at - timedelta(weeks=WEEKS)})
        heads = cursor.fetchall()
    for remittance, number, month, employer_rate, employee_rate, fund_kind, area, people, *totals in heads:
        day = Month.of(month).first_day
        precision = policy.value(PRECISION, day, area=policy_area(area), scope=fund_kind).value
        with connection.cursor() as cursor:
            cursor.execute(_sql("lines"), {"remittance": remittance})
            lines = cursor.fetchall()
        sums = [0, 0]
        for account, base, *kept in lines:
            found = sides(base, employer_rate, employee_rate, precision)
            if tuple(kept) != found:
                yield _finding(number, f"{account}", "月缴存额", sum(kept), sum(found))
            sums = [sums[0] + kept[0], sums[1] + kept[1]]
        if sums != list(totals) or people != len(lines):
            yield _finding(number, "", "清册合计", sum(totals), sum(sums))


def _finding(number: str, account: str, what: str, kept: int, found: int) -> Finding:
    on_file, again = Decimal(kept).scaleb(-2), Decimal(found).scaleb(-2)
    who = f"个人账户 {account} " if account else ""
    return Finding(
        "deposits.monthly_deposit_differs",
        f"汇缴书 {number} {who}{what}：已核定 {yuan(on_file)}，第二套算法 {yuan(again)}",
        clause="住房公积金管理条例 第十六条",
        remedy="核对基数、比例和取整方式，由业务岗更正；不要直接改数",
        facts={"object": f"deposits.remittance:{number}:{account}", "difference": str(on_file - again)},
    )


TWICE = checks.add(
    BalanceCheck(
        CODE, "月缴存额双算：核定清册按第二套算法重算一致", monthly_deposit_twice, basis="住房公积金管理条例 第十六条"
    )
)
