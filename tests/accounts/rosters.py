"""People on rosters, for tests of what happens to them afterwards."""

from decimal import Decimal

from accounts.enums import ChangeKind
from accounts.models import BaseRecord, EmployerAccount, FundAccount, Membership
from accounts.services import changes
from servicehub.kit.months import Month
from tests.accounts.factories import REGISTERED_ON, PersonFactory
from tests.conftest import make_origin

SINCE = Month(2024, 1)
AMOUNTS = {
    "wage": Decimal("5000.00"),
    "base": Decimal("5000.00"),
    "employer_amount": Decimal("600.00"),
    "employee_amount": Decimal("600.00"),
}


def open_account(person, employer_account: EmployerAccount, month: Month = SINCE, **given) -> FundAccount:
    """The row alone, on no roster."""
    values = {
        "number": f"99{FundAccount.objects.count():09d}",
        "person": person,
        "branch": employer_account.employer.branch,
        "first_month": int(month),
        "base_from": int(month),
        "opened_on": REGISTERED_ON,
        **AMOUNTS,
    }
    return FundAccount.objects.create(**{**values, **given})


def member_of(employer_account: EmployerAccount, month: Month = SINCE, person=None) -> FundAccount:
    """Somebody depositing with this employer from ``month`` on, at a base of 5,000."""
    account = open_account(person or PersonFactory(branch=employer_account.employer.branch), employer_account, month)
    change = changes.begin(make_origin(), employer_account, ChangeKind.OPEN, month)
    Membership.objects.create(
        fund_account=account, employer_account=employer_account, from_month=int(month), opened_by=change
    )
    BaseRecord.objects.create(fund_account=account, from_month=int(month), change=change, **AMOUNTS)
    return account
