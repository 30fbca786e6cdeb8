"""Balance checks (自动平衡检查) of the ledger."""

from accounts.ledger import proofs, registers, tie_outs
from servicehub.declare import BalanceCheck
from servicehub.declare.registry import checks

for code, label, run, pace in (
    ("ledger.totals_tie", "总账、单位明细账、个人账户三方相等", proofs.totals_tie, "minute"),
    ("ledger.trial_balance", "全部科目借贷相等", proofs.trial_balance_zero, "minute"),
    ("ledger.books_apart", "住房公积金与增值收益分账相等", proofs.fund_and_surplus_apart, "minute"),
    ("ledger.signs", "科目余额方向正常", proofs.signs_are_normal, "minute"),
    ("ledger.lists_tie", "各项清单与科目余额相等", registers.lists_tie, "minute"),
    ("ledger.vouchers", "近七日凭证借贷相等、分录与明细相等", proofs.vouchers_tie, "night"),
    ("ledger.events", "近七日凭证都有业务，分录符合模板", tie_outs.events_and_vouchers, "night"),
    ("ledger.numbers", "凭证号连续", tie_outs.numbers_have_no_gap, "night"),
    ("ledger.day_totals", "近七日科目日余额与分录相等", tie_outs.day_totals_tie, "night"),
    ("ledger.turnover", "近七日总账与明细账发生额相等", tie_outs.turnover_ties, "night"),
    ("ledger.changed_accounts", "近七日变动账户的余额、积数、占用与明细相等", proofs.changed_accounts_tie, "night"),
    ("ledger.ended", "已关闭的明细账户没有余额", tie_outs.ended_is_empty, "night"),
    ("ledger.reserve_rolls", "贷款风险准备按提取、核销、收回滚存", tie_outs.reserve_rolls, "night"),
    ("ledger.surplus_rolls", "增值收益按结转、分配、调整滚存", tie_outs.surplus_rolls, "night"),
    ("ledger.reports", "会计报表勾稽相符", tie_outs.reports_tie, "night"),
    ("ledger.next_interest_year", "下一计息年度已设定", proofs.next_year_is_set, "night"),
    ("ledger.every_voucher", "全部凭证借贷相等、分录与明细相等", proofs.every_voucher_ties, "week"),
    ("ledger.every_event", "全部凭证都有业务，分录符合模板", tie_outs.every_event_and_voucher, "week"),
    ("ledger.every_day_total", "全部科目日余额与分录相等", tie_outs.every_day_total_ties, "week"),
    ("ledger.every_account", "全部账户的余额、积数、占用与明细相等", proofs.every_account_ties, "week"),
):
    checks.add(BalanceCheck(code=code, label=label, run=run, pace=pace, basis=proofs.TIE_OUT, owner="accountant"))

# What takes its time keeps nobody from closing a day: money on its way between two banks, a payment not yet answered.
for code, label, run, owner in (
    ("ledger.surplus_swept", "结转的增值收益已划转到专户", tie_outs.surplus_is_swept, "cashier"),
    ("ledger.held_long", "没有长期占用", tie_outs.nothing_held_for_weeks, "accountant"),
):
    checks.add(BalanceCheck(code, label, run, blocks_day_close=False, basis=proofs.TIE_OUT, owner=owner))
