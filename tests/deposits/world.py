"""An employer with people, built by calling services, for tests of a month."""

from datetime import date, time
from decimal import Decimal
from itertools import count

from accounts.bank import inbox
from accounts.bank.models import BankNotice, SpecialAccount
from accounts.ledger import services as ledger
from accounts.ledger.years import YearPolicy, open_interest_year
from accounts.models import EmployerAccount, FundAccount
from accounts.services import opening
from deposits.policies import policy_of_account
from deposits.rules.amounts import DepositFacts, monthly_deposit
from servicehub.identity.models import User
from servicehub.kit.months import Month
from tests.accounts.bank.world import special_account
from tests.accounts.factories import EmployerAccountFactory, id_number
from tests.conftest import make_origin

FIRST = Month(2026, 10)
_hosts = count(1)
NAMES = ("王建国", "李敏", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄丽", "周强", "吴婷")


def by_clerk(**more):
    """An origin whose operator exists: documents name who confirmed and who paid."""
    user, _ = User.objects.get_or_create(username="clerk", defaults={"kind": "employer", "display_name": "李会计"})
    return make_origin(operator=user.pk, operator_name=user.display_name, **more)


def employer_with(heads: int = 3, *, wage: str = "5000.00", first: Month = FIRST, serial: int = 1) -> EmployerAccount:
    """An employer account whose ``heads`` people deposit from ``first`` on, and its suspense."""
    open_interest_year(make_origin(), first.fund_year, YearPolicy())
    account = EmployerAccountFactory(first_month=int(first))
    open_suspense(account)
    join(account, heads, wage=wage, month=first, serial=serial)
    account.refresh_from_db()
    return account


def open_suspense(account: EmployerAccount) -> None:
    account.suspense_id = ledger.open_subaccount(
        make_origin(), "21901", "employer_account", account.pk, account.employer.branch_id, account.pk
    )
    account.save(update_fields=["suspense_id"])


def notice(account: EmployerAccount, amount: str, remark: str = ""):
    """Money that came on the branch's special account and is not anybody's yet."""
    branch = account.employer.branch
    special = SpecialAccount.objects.filter(branch=branch).first() or special_account(branch)
    message = inbox.keep("{}", "", "SBDC100")
    return BankNotice.objects.create(
        special_account=special,
        host_date=date(2026, 11, 20),
        host_no=f"{next(_hosts):010}",
        amount=Decimal(amount),
        host_time=time(9, 30),
        balance=Decimal("1000000.00"),
        remark=remark,
        message=message,
        received_on=date(2026, 11, 23),
    )


def join(account: EmployerAccount, heads: int, *, wage: str, month: Month, serial: int = 1) -> list[FundAccount]:
    amounts = monthly_deposit(
        DepositFacts(Decimal(wage), account.employer_rate, account.employee_rate), policy_of_account(account, month)
    )
    rows = [
        opening.NewAccount(
            id_number(serial + place),
            NAMES[place % len(NAMES)],
            Decimal(wage),
            amounts.base,
            amounts.employer,
            amounts.employee,
            mobile=f"138{serial + place:08d}",
        )
        for place in range(heads)
    ]
    change = opening.open_accounts(make_origin(), account.pk, month, rows)
    return opening.opened_by(change)
