"""What deposits shows on the home pages: the month to do, and the employer's standing."""

from datetime import timedelta
from functools import partial

from accounts.bank.suspense import suspense_balance
from accounts.enums import FundKind
from accounts.models import EmployerAccount
from accounts.parameters import INTEREST_RATE_CARRIED, INTEREST_RATE_CURRENT
from deposits import parameters as keys
from deposits.models import Remittance
from deposits.operations.months import READERS, live_account
from deposits.pages.month_view import equation_words, month_view, next_action, steps_of
from servicehub import policy
from servicehub.declare import Entry, Origin, Panel, Party
from servicehub.declare.registry import entries, panels
from servicehub.kit import charts
from servicehub.kit.amounts import yuan
from servicehub.kit.months import Month

MONTHS_SHOWN = 12
PUBLIC_STANDARDS = (keys.BASE_CEILING, keys.BASE_FLOOR, INTEREST_RATE_CURRENT, INTEREST_RATE_CARRIED)
DUE_SOON = timedelta(days=3)


def month_context(origin: Origin, party: Party, fund_kind: str = FundKind.HOUSING) -> dict | None:
    """本月汇缴: the stepper, the equation and the one button that says what comes next."""
    account = live_account(party, fund_kind)
    if account is None:
        return None
    due = account.month_due
    this_month = Month.of(origin.business_date)
    if due > this_month:
        return {"done": Month.of(account.paid_through), "due": due, "account": account, "kind": _kind(account)}
    view = month_view(account, due)
    left = (view.pay_by - origin.business_date).days
    return {
        "done": None,
        "view": view,
        "month": due,
        "status": f"remittance:{view.state}",
        "steps": steps_of(view),
        "equation": equation_words(view.equation),
        "next": next_action(view, ""),
        "left": left,
        "behind": this_month - due,
        "kind": _kind(account),
    }


def _kind(account: EmployerAccount) -> str:
    return "" if account.fund_kind == FundKind.HOUSING else account.get_fund_kind_display()


def standing_context(origin: Origin, party: Party) -> dict | None:
    """账户: paid through, rates, suspense, and a chart of what was due and paid in the last twelve months."""
    account = live_account(party)
    if account is None:
        return None
    return {
        "account": account,
        "paid_through": Month.of(account.paid_through) if account.paid_through else None,
        "suspense": suspense_balance(account),
        "chart": _remitted(account),
    }


def _remitted(account: EmployerAccount) -> charts.Drawing | None:
    """Both sides of each month's remittance, on one another."""
    rows = Remittance.objects.filter(employer_account=account).exclude(state="revoked").order_by("-month")
    recent = list(rows.values("month", "heads", "employer_total", "employee_total")[:MONTHS_SHOWN])[::-1]
    if not recent:
        return None
    series = (
        charts.Series("单位部分", tuple(row["employer_total"] for row in recent)),
        charts.Series("个人部分", tuple(row["employee_total"] for row in recent)),
    )
    last, total = recent[-1], sum(row["employer_total"] + row["employee_total"] for row in recent)
    latest = yuan(last["employer_total"] + last["employee_total"])
    finding = f"{len(recent)} 个月合计 {yuan(total)}；最近一个月 {last['heads']:,} 人，{latest}。"
    return charts.stacked([str(Month.of(row["month"])) for row in recent], series, "元", finding)


def standards_context(origin: Origin, party: Party) -> dict | None:
    """For everybody: the bounds and rates in force today, each with its document; what the city has not is left out."""
    found = [(key, policy.find(key, origin.business_date)) for key in PUBLIC_STANDARDS]
    rows = [
        {
            "label": key.label,
            "value": yuan(one.value) if key.kind == "money" else f"{one.value * 100:.2f}%",
            "document": one.document or key.basis,
            "since": one.valid_from,
        }
        for key, one in found
        if one is not None
    ]
    return {"rows": rows, "as_of": origin.business_date} if rows else None


panels.add(
    Panel(
        "deposits.standards",
        "public",
        "home",
        "缴存标准和利率",
        "deposits/public/panel_standards.html",
        standards_context,
    )
)
panels.add(
    Panel(
        "deposits.month",
        "employer",
        "home",
        "本月汇缴",
        "deposits/employer/panel_month.html",
        month_context,
        READERS,
        10,
    )
)
panels.add(
    Panel(
        "deposits.subsidy_month",
        "employer",
        "home",
        "新职工补贴汇缴",
        "deposits/employer/panel_month.html",
        partial(month_context, fund_kind=FundKind.SUBSIDY),
        READERS,
        15,
    )
)
panels.add(
    Panel(
        "deposits.standing",
        "employer",
        "home",
        "账户",
        "deposits/employer/panel_standing.html",
        standing_context,
        READERS,
        20,
    )
)
panels.add(
    Panel(
        "deposits.employer_standing", "counter", "party:employer", "汇缴", "deposits/employer/panel_standing.html",
        standing_context, READERS, 20,
    )
)  # fmt: skip

entries.add(Entry("deposits.month", "employer", "当月汇缴", lambda base: f"{base}months/", roles=READERS, order=10))
entries.add(
    Entry(
        "deposits.remittances",
        "employer",
        "汇缴记录",
        lambda base: f"{base}list/deposits.remittances/",
        roles=READERS,
        order=20,
    )
)
entries.add(
    Entry(
        "deposits.suspense",
        "employer",
        "暂收款",
        lambda base: f"{base}list/deposits.suspense/",
        roles=READERS,
        order=30,
    )
)
entries.add(
    Entry(
        "deposits.employer_statement",
        "employer",
        "年度对账单",
        lambda base: f"{base}list/deposits.employer_statement/",
        roles=READERS,
        order=40,
    )
)
