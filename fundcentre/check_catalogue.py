"""Which declared check answers which line of the catalogue of balance checks: T1–T10 总分核对, B01–B16 自动平衡检查.

What waits for an app that comes later says so; the ledger's half of it runs already, on whatever that app will post.
A check named here that is not declared keeps the system from starting.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core import checks as system_checks

from servicehub.declare.registry import checks


@dataclass(frozen=True, slots=True)
class Claim:
    """``codes``: declared checks; ``waits``: what of it a later app declares."""

    what: str
    codes: tuple[str, ...]
    waits: str = ""


CATALOGUE: Mapping[str, Claim] = {
    "T1": Claim(
        "201 = 单位明细账 = 个人账户", ("ledger.totals_tie", "ledger.changed_accounts", "ledger.every_account")
    ),
    "T2": Claim("219 各明细 = 清单合计", ("ledger.totals_tie", "bank.unknown_ties_out", "ledger.lists_tie")),
    "T3": Claim("121 + 122 = 贷款本金", ("ledger.totals_tie", "ledger.lists_tie"), waits="loans：贷款台账"),
    "T4": Claim("101、102 = 银行日记账", ("ledger.day_totals", "ledger.every_day_total", "bank.books_agree")),
    "T5": Claim("211 只随计提和结息变动", ("ledger.events", "ledger.lists_tie")),
    "T6": Claim("301 滚存", ("ledger.reserve_rolls",)),
    "T7": Claim("124 = 债券面值，定期 = 定期明细", ("ledger.lists_tie",), waits="债券台账"),
    "T8": Claim("111 = 已计提未收", ("ledger.lists_tie",), waits="债券、贷款的计提台账"),
    "T9": Claim("发生额相等", ("ledger.turnover",)),
    "T10": Claim("已结清的没有余额", ("ledger.ended",), waits="loans：还款计划"),
    "B01": Claim("凭证借贷相等、无零、不跨期", ("ledger.vouchers", "ledger.events", "ledger.every_voucher")),
    "B02": Claim("试算平衡", ("ledger.trial_balance",)),
    "B03": Claim("T1–T10", ("ledger.totals_tie", "ledger.turnover", "ledger.lists_tie")),
    "B04": Claim("住房公积金与增值收益分账", ("ledger.books_apart", "ledger.surplus_swept")),
    "B05": Claim("余额方向", ("ledger.signs",)),
    "B06": Claim("个人账户 = 明细合计，当年 + 结转 = 余额", ("ledger.changed_accounts", "ledger.every_account")),
    "B07": Claim("贷款发放 − 还本 = 余额", ("ledger.changed_accounts", "ledger.lists_tie"), waits="loans：还款计划"),
    "B08": Claim("清册 = 汇缴书 = 入账", ("deposits.registers_tie", "deposits.every_register")),
    "B09": Claim("占用不超过余额，有主", ("ledger.changed_accounts", "ledger.held_long")),
    "B10": Claim("付款结果明确", ("bank.payments_known",)),
    "B11": Claim("积数 = 重算", ("ledger.changed_accounts", "ledger.every_account")),
    "B12": Claim("311 + 321 滚存", ("ledger.surplus_rolls",)),
    "B13": Claim("301 ≥ 比例 × 贷款余额", ("accounts.reserve_is_enough",)),
    "B14": Claim("业务 ↔ 凭证", ("ledger.events", "ledger.every_event", "ledger.numbers")),
    "B15": Claim("银行余额 = 日记账 − 在途", ("bank.books_agree",)),
    "B16": Claim("报表 = 账", ("ledger.reports",)),
}


def catalogue_faults() -> list[str]:
    return [
        f"{number}: no check {code}"
        for number, claim in CATALOGUE.items()
        for code in claim.codes
        if code not in checks
    ]


@system_checks.register
def check_catalogue(app_configs, **options) -> list[system_checks.CheckMessage]:
    return [system_checks.Error(fault, id="fundcentre.E011") for fault in catalogue_faults()]
