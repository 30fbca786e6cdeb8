"""一分钱溯源: a person's amount of a month, back to its document, register line, bounds, rates, precision and clauses.

Nothing is stored for it: the policy book knows what was in force, the register what it was applied to.
"""

from django.db.models import F

from accounts.ledger.models import Posting, Voucher
from deposits.models import Receipt, Remittance, RemittanceLine
from deposits.policies import policy_of_account
from deposits.rules.amounts import AMOUNT_CLAUSE, DepositFacts, monthly_deposit
from deposits.services.equations import Equation, Part
from servicehub.declare import Step
from servicehub.kit.amounts import money, ratio
from servicehub.kit.months import Month
from servicehub.policy import NotInForce

PAY_CLAUSE = "住房公积金管理条例 第十九条"
ALLOCATION_CLAUSE = "GB/T 51271-2017 归集"


def equation_of(head: Remittance) -> Equation:
    """As it was confirmed."""
    return Equation(
        Part(head.heads_before, head.amount_before),
        Part(head.heads_added, head.amount_added),
        Part(head.heads_removed, head.amount_removed),
        Part(head.heads_adjusted, head.amount_adjusted),
        Part(head.heads, head.total),
        head.employer_total,
        head.employee_total,
    )


def equation_steps(month: Month, equation: Equation) -> tuple[Step, ...]:
    """The month's total opens into its parts."""
    sum_line = (
        f"{money(equation.before.amount)} ＋ {money(equation.added.amount)} − {money(equation.removed.amount)}"
        f" ± {money(equation.adjusted.amount)}"
    )
    sides = Step(
        "两侧合计",
        f"单位 {money(equation.employer)} ＋ 个人 {money(equation.employee)}",
        money(equation.employer + equation.employee),
        clause="住房公积金管理条例 第十六条、第十九条",
    )
    return (
        Step(
            f"{month.words}应缴",
            sum_line,
            money(equation.now.amount),
            clause=PAY_CLAUSE,
            steps=(
                Step("上月", f"{equation.before.heads:,} 人", money(equation.before.amount)),
                Step("增加", f"{equation.added.heads:,} 人：新开户、启封、转入", money(equation.added.amount)),
                Step("减少", f"{equation.removed.heads:,} 人：封存、转出", money(equation.removed.amount)),
                Step("调整", f"{equation.adjusted.heads:,} 人：基数调整", money(equation.adjusted.amount)),
                sides,
            ),
        ),
    )


def line_steps(line: RemittanceLine) -> tuple[Step, ...]:
    """How one line of a register came about: base × rate, rounded, side by side, by the policy of its month."""
    head = line.remittance
    month, total = Month.of(head.month), line.employer_amount + line.employee_amount
    stored = (line.employer_amount, line.employee_amount)
    expression = f"单位 {money(line.employer_amount)} ＋ 个人 {money(line.employee_amount)}"
    try:
        policy = policy_of_account(head.employer_account, month)
    except NotInForce:
        missing = Step(
            "当月政策",
            f"基数 {money(line.base)}，单位 {ratio(head.employer_rate)}，职工 {ratio(head.employee_rate)}",
            "没有该月的政策值，不能逐步重算",
        )
        return (Step(f"{month.words}月缴存额", expression, money(total), clause=AMOUNT_CLAUSE, steps=(missing,)),)
    again = monthly_deposit(DepositFacts(line.base, head.employer_rate, head.employee_rate), policy)
    steps = again.steps
    if (again.employer, again.employee) != stored:
        # The register is what was paid. A line made under other bounds is shown as it differs, never smoothed over.
        differs = f"按现行登记的当月政策为单位 {money(again.employer)}、个人 {money(again.employee)}"
        steps = (*steps, Step("与清册比较", differs, f"清册 {money(total)}", clause=policy.document or AMOUNT_CLAUSE))
    return (Step(f"{month.words}月缴存额", expression, money(total), clause=AMOUNT_CLAUSE, steps=steps),)


def document_step(head: Remittance) -> Step:
    """The document whose register holds the line. Of others' money a person is told nothing but the date it came."""
    return Step(
        "汇缴书",
        f"{head.number}，{Month.of(head.month).words}，{head.confirmed_at:%Y-%m-%d} 核定",
        f"{head.value_date:%Y-%m-%d} 到账" if head.value_date else "未到账",
        clause=PAY_CLAUSE,
    )


def of_posting(posting: Posting) -> tuple[Step, ...]:
    """What a posting of a remittance says of itself: posting → voucher → document → line → steps."""
    document = Voucher.objects.values_list("event_id", flat=True).get(pk=posting.voucher_id)
    lines = RemittanceLine.objects.select_related("remittance__employer_account__employer")
    line = lines.filter(
        remittance=int(document.rpartition(":")[2]), fund_account__subaccount_id=posting.subaccount_id
    ).first()
    if line is None:
        return ()
    return (document_step(line.remittance), *_received(line.remittance), *line_steps(line))


def _received(head: Remittance) -> tuple[Step, ...]:
    """Where the money came from: the bank's own number of it, or the employer's suspense."""
    allocated = Receipt.objects.filter(remittance=head, allocated__gt=0)
    found = allocated.annotate(host=F("notice__host_no")).order_by("pk").values_list("host", "value_date").first()
    if found is None:
        return (Step("来款", "从单位暂收款支付", "已分摊", clause=ALLOCATION_CLAUSE),)
    return (Step("来款", f"银行流水 {found[0]}，整份汇缴书足额到账", f"{found[1]:%Y-%m-%d}", clause=ALLOCATION_CLAUSE),)
