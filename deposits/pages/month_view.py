"""What a page shows of one month: where it stands, the equation, what comes next. Words and links only."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounts.enums import FundKind
from accounts.models import EmployerAccount
from deposits.enums import RemittanceState
from deposits.models import ChangeLine, ChangeList, Payment, Remittance
from deposits.services.equations import Equation, preview
from deposits.services.figures import equation_of, equation_steps
from deposits.services.remittances import pay_by
from servicehub.declare import Step
from servicehub.kit.amounts import yuan
from servicehub.kit.months import Month

STAGES = ("变更清册", "核定", "确认", "付款", "到账入账")


ADDRESS_OF_SUBSIDY = "subsidy-"


def month_address(account: EmployerAccount, month: Month) -> str:
    return f"{ADDRESS_OF_SUBSIDY if account.fund_kind == FundKind.SUBSIDY else ''}{month}"


@dataclass(frozen=True)
class MonthView:
    """What counts people is read when it is first shown: most pages of a month show neither equation nor changes."""

    account: EmployerAccount
    month: Month
    change_list: ChangeList | None
    head: Remittance | None

    @cached_property
    def equation(self) -> Equation:
        return equation_of(self.head) if self.head else preview(self.account, self.month)

    @property
    def address(self) -> str:
        return month_address(self.account, self.month)

    @property
    def asked(self) -> dict[str, str]:
        """What every operation of the month is told."""
        return {"month": str(self.month), "fund_kind": str(self.account.fund_kind)}

    @property
    def pay_by(self) -> date:
        return self.head.pay_by if self.head else pay_by(self.month, self.account.employer.pay_day)

    @property
    def state(self) -> str:
        """A code of wording.STATUS["remittance"]."""
        if self.head is not None:
            return self.head.state
        return "to_assess"

    @cached_property
    def pending(self) -> int:
        if self.change_list is None:
            return 0
        return ChangeLine.objects.filter(change_list=self.change_list, is_live=True, applied=False).count()


def month_view(account: EmployerAccount, month: Month) -> MonthView:
    head = (
        Remittance.objects.filter(employer_account=account, month=int(month))
        .exclude(state=RemittanceState.REVOKED)
        .select_related("employer_account__employer")
        .first()
    )
    change_list = ChangeList.objects.filter(employer_account=account, month=int(month)).order_by("-pk").first()
    return MonthView(account, month, change_list, head)


def equation_words(equation: Equation) -> dict:
    """The named parts of ``ui.equation_bar``."""
    parts = {
        "previous": equation.before,
        "plus": equation.added,
        "minus": equation.removed,
        "adjust": equation.adjusted,
        "total": equation.now,
    }
    words = {name: {"people": part.heads, "amount": part.amount} for name, part in parts.items()}
    added = equation.before.amount + equation.added.amount - equation.removed.amount + equation.adjusted.amount
    return words | {"fault": None if equation.balances else equation.now.amount - added}


def steps_of(view: MonthView) -> list[dict]:
    """Five steps with time and person; the first not done is the current one."""
    head = view.head
    posted = head is not None and head.state == RemittanceState.POSTED
    paid = posted or (head is not None and Payment.objects.filter(remittance=head, state="paid").exists())
    done = [
        view.pending > 0 or head is not None,
        head is not None,
        head is not None,
        paid,
        posted,
    ]
    current = next((place for place, is_done in enumerate(done) if not is_done), len(done))
    steps = []
    for place, text in enumerate(STAGES):
        state = "done" if place < current else "current" if place == current else "todo"
        step = {"text": text, "state": state}
        if head is not None and place == 2:
            step |= {"at": head.confirmed_at, "by": head.confirmed_by.display_name}
        steps.append(step)
    return steps


def next_action(view: MonthView, base: str) -> dict | None:
    """The one button of the page: its words follow the state."""
    month = f"{base}months/{view.address}/"
    head = view.head
    if head is None and view.equation.unchanged and not view.pending:
        return {"text": "本月无变动，直接核定", "url": f"{month}assess/"}
    if head is None:
        return {"text": f"继续：核定 {view.month.month} 月", "url": f"{month}assess/"}
    if head.state in {RemittanceState.TO_PAY, RemittanceState.PART_RECEIVED}:
        return {"text": f"去付款 {yuan(head.total)}", "url": f"{month}pay/"}
    if head.state == RemittanceState.PAYING:
        return {"text": "看付款进度", "url": f"{month}payment/"}
    return None


def working_paper(view: MonthView) -> tuple[Step, ...]:
    """一分钱溯源: the month's total opens into its parts."""
    return equation_steps(view.month, view.equation)
