"""End of a bank's day: every special account's lines and balance are asked for once more."""

from datetime import timedelta

from accounts.bank import statements
from accounts.bank.models import SpecialAccount
from accounts.bank.reconciliation.passes import reconcile
from servicehub.declare import Job, JobStep
from servicehub.declare.registry import jobs

OVERLAP_DAYS = 1
"""Yesterday is asked for again: a host books after midnight what was paid before its cut-off."""


def open_accounts(origin, run) -> list[str]:
    return [str(number) for number in SpecialAccount.objects.open().order_by("pk").values_list("pk", flat=True)]


def pull_lines(origin, run, subject: str) -> None:
    account = SpecialAccount.objects.get(pk=subject)
    statements.pull(origin, account, origin.business_date - timedelta(days=OVERLAP_DAYS), origin.business_date)


def pull_balance(origin, run, subject: str) -> None:
    statements.pull_balance(SpecialAccount.objects.get(pk=subject), origin.business_date)


def reconcile_account(origin, run, subject: str) -> None:
    reconcile(origin, [int(subject)])


RECONCILE = jobs.add(
    Job("accounts.reconcile", "银行对账", (JobStep("match", "逐户核对", reconcile_account, open_accounts),))
)
PULL_STATEMENTS = jobs.add(
    Job(
        "accounts.pull_statements",
        "查询银行流水和余额",
        (
            JobStep("lines", "查询账户明细", pull_lines, open_accounts),
            JobStep("balances", "查询账户余额", pull_balance, open_accounts),
        ),
    )
)
