"""Papers of deposits: the notice of what a month costs and where to pay it."""

from typing import Any

from accounts.models import EmployerAccount
from deposits.models import Remittance
from deposits.operations.months import READERS
from deposits.services.payments import collecting_account
from deposits.services.statements import employer_year
from servicehub.declare import Letter, Origin
from servicehub.declare.registry import letters
from servicehub.kit.amounts import money, money_cn, ratio, yuan
from servicehub.kit.months import Month


def payment_notice(origin: Origin, subject: str) -> dict[str, Any]:
    """Facts of 汇缴通知书 for the document of that number."""
    rows = Remittance.objects.select_related("employer_account__employer", "confirmed_by")
    head = rows.get(number=subject)
    employer, account = head.employer_account.employer, collecting_account(head.branch_id)
    return {
        "number": head.number,
        "employer": employer.name,
        "employer_number": employer.number,
        "month": Month.of(head.month).words,
        "rates": f"单位 {ratio(head.employer_rate)}，职工 {ratio(head.employee_rate)}",
        "before": _part(head.heads_before, head.amount_before),
        "added": _part(head.heads_added, head.amount_added),
        "removed": _part(head.heads_removed, head.amount_removed),
        "adjusted": _part(head.heads_adjusted, head.amount_adjusted),
        "now": _part(head.heads, head.total),
        "employer_total": money(head.employer_total),
        "employee_total": money(head.employee_total),
        "total": money(head.total),
        "total_cn": money_cn(head.total),
        "payee": account.name if account else "",
        "payee_account": account.account_no if account else "",
        "payee_bank": account.bank_name if account else "",
        "remark": head.remark_code,
        "pay_by": head.pay_by.isoformat(),
        "handler": head.confirmed_by.display_name,
    }


def _part(heads: int, amount) -> dict[str, str]:
    return {"heads": f"{heads:,}", "amount": money(amount)}


def payment_notice_public(facts: dict) -> dict[str, str]:
    """What anybody who holds the paper may check."""
    return {
        "汇缴书号": facts["number"],
        "单位": facts["employer"],
        "汇缴月份": facts["month"],
        "应缴金额（元）": facts["total"],
        "付款截止": facts["pay_by"],
    }


def employer_statement(origin: Origin, subject: str) -> dict[str, Any]:
    """Facts of 单位年度对账单 of ``<employer account>:<fund year>``."""
    number, _, year = subject.partition(":")
    account = EmployerAccount.objects.select_related("employer").get(pk=int(number))
    made = employer_year(account, int(year), origin.business_date)
    return {
        "employer": account.employer.name,
        "number": account.employer.number,
        "fund_kind": account.get_fund_kind_display(),
        "year": made.fund_year,
        "since": made.since,
        "until": made.until,
        "finished": made.finished,
        "opening": made.opening,
        "closing": made.closing,
        "lines": [
            {
                "label": line.label,
                "month": line.month.words if line.month else "",
                "heads": line.heads,
                "employer_part": line.employer_part,
                "employee_part": line.employee_part,
                "amount": line.amount,
            }
            for line in made.lines
        ],
    }


def employer_statement_public(facts: dict) -> dict[str, str]:
    return {
        "单位": facts["employer"],
        "单位账号": facts["number"],
        "对账期间": f"{facts['since']:%Y-%m-%d} 至 {facts['until']:%Y-%m-%d}",
        "期末余额": yuan(facts["closing"]),
    }


EMPLOYER_STATEMENT = letters.add(
    Letter(
        code="deposits.employer_statement",
        label="住房公积金单位年度对账单",
        template="deposits/letters/employer_statement.html",
        facts=employer_statement,
        public=employer_statement_public,
        roles=READERS,
        seal="业务专用章",
    )
)

letters.add(
    Letter(
        code="deposits.payment_notice",
        label="住房公积金汇缴通知书",
        template="deposits/letters/payment_notice.html",
        facts=payment_notice,
        public=payment_notice_public,
        roles=READERS,
        seal="业务专用章",
    )
)
