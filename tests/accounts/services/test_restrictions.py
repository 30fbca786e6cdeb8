import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from accounts.models import FundAccount
from accounts.services import restrictions
from accounts.services.restrictions import Kept, NewRestriction, kept, lift, restrict
from servicehub.declare import DomainError, PassRequired
from tests.accounts.rosters import member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(employer_account):
    return member_of(employer_account)


def freeze(account, number=1, **more) -> NewRestriction:
    values = {"kind": "freeze", "starts_on": date(2026, 1, 1), "authority": "魏都区人民法院", **more}
    return NewRestriction(fund_account=account.pk, document=f"(2026)豫执{number}号", **values)


def test_freezes_of_amounts_add_up_and_end_one_by_one(origin, account):
    first = restrict(origin, freeze(account, 1, amount=Decimal("500.00")))
    second = restrict(origin, freeze(account, 2, amount=Decimal("300.00")))
    assert (first.rank, second.rank) == (1, 2)
    assert kept(account.pk, origin.business_date) == Kept(amount=Decimal("800.00"))
    lift(origin, first.pk, "(2026)豫执解1号")
    assert kept(account.pk, origin.business_date) == Kept(amount=Decimal("300.00"))


def test_everything_is_everything(origin, account):
    restrict(origin, freeze(account, 1, amount=Decimal("500.00")))
    restrict(origin, freeze(account, 2))
    now = kept(account.pk, origin.business_date)
    assert now.everything
    assert now.free_of(Decimal("9000.00")) == 0


@pytest.mark.parametrize(("balance", "free"), [("900.00", "100.00"), ("800.00", "0.00"), ("100.00", "0.00")])
def test_what_is_free(balance, free):
    assert Kept(amount=Decimal("800.00")).free_of(Decimal(balance)) == Decimal(free)


def test_its_days_count(origin, account):
    restrict(origin, freeze(account, until=date(2026, 11, 22), amount=Decimal("500.00")))
    assert kept(account.pk, date(2026, 11, 22)).amount == Decimal("500.00")
    assert kept(account.pk, date(2026, 11, 23)) == Kept()
    assert kept(account.pk, date(2025, 12, 31)) == Kept()


def test_the_state_of_the_account_is_not_touched(origin, account):
    restrict(origin, freeze(account))
    account.refresh_from_db()
    assert account.status == "01"
    assert account.version == 2


def test_one_document_once_and_only_on_a_live_account(origin, account):
    restrict(origin, freeze(account))
    FundAccount.objects.update(status="05", closed_on=origin.business_date)
    with pytest.raises(DomainError) as refused:
        restrict(origin, freeze(account))
    assert [finding.code for finding in refused.value.findings] == ["RESTRICT-CLOSED", "RESTRICT-TWICE"]


def test_only_its_own_business_lifts_it(origin, account):
    row = restrict(origin, freeze(account, kind="loan", source="loans.loan:18"))
    with pytest.raises(DomainError):
        lift(origin, row.pk, "结清证明")
    lift(origin, row.pk, "结清证明", source="loans.loan:18")
    with pytest.raises(DomainError):
        lift(origin, row.pk, "结清证明", source="loans.loan:18")


def test_nobody_without_a_pass(origin, account):
    without = dataclasses.replace(origin, pass_=None)
    with pytest.raises(PassRequired):
        restrict(without, freeze(account))
    with pytest.raises(PassRequired):
        restrictions.lift(without, 1, "x")
