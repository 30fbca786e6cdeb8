"""Balance checks (自动平衡检查) of the ledger."""

from accounts.ledger import proofs
from servicehub.declare import BalanceCheck
from servicehub.declare.registry import checks

for code, label, run, pace in (
    ("ledger.totals_tie", "总账、单位明细账、个人账户三方相等", proofs.totals_tie, "minute"),
    ("ledger.trial_balance", "全部科目借贷相等", proofs.trial_balance_zero, "minute"),
    ("ledger.books_apart", "住房公积金与增值收益分账相等", proofs.fund_and_surplus_apart, "minute"),
    ("ledger.signs", "科目余额方向正常", proofs.signs_are_normal, "minute"),
    ("ledger.vouchers", "近七日凭证借贷相等、分录与明细相等", proofs.vouchers_tie, "night"),
    ("ledger.changed_accounts", "近七日变动账户的余额、积数、占用与明细相等", proofs.changed_accounts_tie, "night"),
    ("ledger.next_interest_year", "下一计息年度已设定", proofs.next_year_is_set, "night"),
    ("ledger.every_voucher", "全部凭证借贷相等、分录与明细相等", proofs.every_voucher_ties, "week"),
    ("ledger.every_account", "全部账户的余额、积数、占用与明细相等", proofs.every_account_ties, "week"),
):
    checks.add(BalanceCheck(code=code, label=label, run=run, pace=pace, basis=proofs.TIE_OUT, owner="accountant"))
