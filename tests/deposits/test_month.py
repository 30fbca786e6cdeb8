"""A month from roster to posted, at the level of services."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.bank.suspense import suspense_balance
from accounts.ledger import services as ledger
from accounts.models import EmployerAccount
from deposits.enums import RemittanceState
from deposits.models import RemittanceLine
from deposits.services.equations import equations, preview
from deposits.services.receipts import receive
from deposits.services.remittances import MonthToConfirm, confirm, may_confirm, withdraw
from servicehub.declare import DomainError
from servicehub.kit.months import Month
from tests.deposits.world import FIRST, by_clerk, employer_with, join, notice

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)


def confirmed(account: EmployerAccount, month: Month = FIRST):
    (head,) = confirm(by_clerk(), [MonthToConfirm(account, month)])
    return head


def arrives(account: EmployerAccount, amount: str, head=None):
    return receive(by_clerk(), notice(account, amount), account, head)


def test_the_first_month_counts_everybody_as_added():
    account = employer_with(3)
    equation = equations([(account.pk, FIRST)])[account.pk]
    assert (equation.before.heads, equation.added.heads, equation.now.heads) == (0, 3, 3)
    assert equation.now.amount == Decimal("3600.00")
    assert equation.employer == equation.employee == Decimal("1800.00")
    assert equation.balances


def test_a_confirmed_month_is_a_snapshot():
    account = employer_with(3)
    head = confirmed(account)
    assert (head.heads, head.total) == (3, Decimal("3600.00"))
    assert RemittanceLine.objects.filter(remittance=head).count() == 3
    join(account, 1, wage="9000.00", month=NOVEMBER, serial=50)
    head.refresh_from_db()
    assert head.total == Decimal("3600.00")


def test_the_exact_amount_reaches_every_person():
    account = employer_with(3)
    head = confirmed(account)
    arrives(account, "3600.00", head)
    head.refresh_from_db()
    account.refresh_from_db()
    assert head.state == RemittanceState.POSTED
    assert account.paid_through == 202610
    balances = [
        ledger.balance(line.fund_account.subaccount_id).total
        for line in RemittanceLine.objects.filter(remittance=head).select_related("fund_account").order_by("pk")
    ]
    assert balances == [Decimal("1200.00")] * 3
    assert suspense_balance(account) == 0


def test_a_short_amount_waits_and_topping_up_from_suspense_posts_it():
    account = employer_with(3)
    head = confirmed(account)
    arrives(account, "3560.00", head)
    head.refresh_from_db()
    assert head.state == RemittanceState.PART_RECEIVED
    assert suspense_balance(account) == Decimal("3560.00")
    decided = arrives(account, "40.00", head)
    assert decided.decision == "short"  # each receipt is judged by itself; suspense is used by asking
    assert suspense_balance(account) == Decimal("3600.00")


def test_an_excess_leaves_the_rest_in_suspense():
    account = employer_with(2)
    head = confirmed(account)
    arrives(account, "2500.00", head)
    head.refresh_from_db()
    assert head.state == RemittanceState.POSTED
    assert suspense_balance(account) == Decimal("100.00")


def test_the_same_notice_ten_times_posts_once():
    account = employer_with(2)
    head = confirmed(account)
    told = notice(account, "2400.00")
    receipts = {receive(by_clerk(), told, account, head).pk for _ in range(10)}
    assert len(receipts) == 1
    assert suspense_balance(account) == 0
    line = RemittanceLine.objects.filter(remittance=head).select_related("fund_account").first()
    assert ledger.balance(line.fund_account.subaccount_id).total == Decimal("1200.00")


def test_a_second_payment_of_a_posted_month_is_kept_for_the_employer():
    account = employer_with(2)
    head = confirmed(account)
    arrives(account, "2400.00", head)
    assert arrives(account, "2400.00", head).decision == "duplicate"
    assert suspense_balance(account) == Decimal("2400.00")


def test_months_come_in_order_and_one_at_a_time():
    account = employer_with(2)
    codes = {finding.code for finding in may_confirm(account, Month(2026, 12), date(2026, 11, 23))}
    assert codes == {"remit.month", "remit.early"}
    confirmed(account)
    assert {finding.code for finding in may_confirm(account, FIRST, date(2026, 11, 23))} == {"remit.open"}


def test_a_withdrawn_month_can_be_confirmed_anew():
    account = employer_with(2)
    head = confirmed(account)
    withdraw(by_clerk(), head)
    again = confirmed(account)
    assert again.number != head.number
    assert preview(account, NOVEMBER).before.heads == 2


def test_nobody_to_deposit_for():
    account = employer_with(1)
    with pytest.raises(DomainError) as caught:
        confirm(by_clerk(), [MonthToConfirm(account, Month(2026, 9))])
    assert caught.value.code == "remit.nobody"


def test_an_excess_that_is_the_first_money_of_the_employer_posts_too():
    """Its suspense is opened by the very receipt that pays the month out of it."""
    account = employer_with(2)
    EmployerAccount.objects.filter(pk=account.pk).update(suspense_id=None)
    account.refresh_from_db()
    head = confirmed(account)
    arrives(account, "2500.00", head)
    head.refresh_from_db()
    assert head.state == RemittanceState.POSTED
    assert suspense_balance(account) == Decimal("100.00")
