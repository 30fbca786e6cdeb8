"""From one employer's roster to another's: the person keeps the money, the employers' totals follow."""

from decimal import Decimal
from functools import partial

import pytest

from accounts.ledger import services as ledger
from accounts.ledger.events import EventTemplate, Kind, credit, debit
from accounts.ledger.models import Posting, Subaccount, UnitBalance
from accounts.ledger.years import YearPolicy, open_interest_year
from accounts.models import FundAccount
from accounts.services import changes, opening, restrictions, rosters
from accounts.services.changes import NewBase, Seal
from servicehub.declare import DomainError
from servicehub.declare.registry import ledger_events
from servicehub.kit.months import Month
from tests.accounts.factories import EmployerAccountFactory
from tests.accounts.services.test_opening import newcomer
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db

JAN, MAY, JUNE = Month(2026, 1), Month(2026, 5), Month(2026, 6)
DEPOSIT = EventTemplate("tests.deposit", "存入", (debit("10101", "total"), credit("201", "total")), Kind.REMITTANCE)


@pytest.fixture(autouse=True)
def books(db):
    ledger_events.add(DEPOSIT)
    for year in (2026, 2027):
        open_interest_year(make_origin(), year, YearPolicy())
    yield
    ledger_events.remove(DEPOSIT.code)


@pytest.fixture
def former(origin):
    return EmployerAccountFactory()


@pytest.fixture
def sealed(origin, former):
    """Two people sealed with their former employer since May, one with 1,200.00."""
    change = opening.open_accounts(origin, former.pk, JAN, [newcomer(1), newcomer(2)])
    rich, poor = opening.opened_by(change)
    entry = ledger.Entry(
        "tests.deposit", "D1", former.employer.branch_id, {"total": Decimal(1200)},
        [ledger.Movement(rich.subaccount_id, Decimal(1200))],
    )  # fmt: skip
    ledger.post(origin, entry)
    rosters.seal(origin, former.pk, MAY, [Seal(rich.pk, "01"), Seal(poor.pk, "01")])
    return rich, poor


def bases(*accounts):
    amount = Decimal("6000.00")
    return [NewBase(account.pk, amount, amount, Decimal("720.00"), Decimal("720.00")) for account in accounts]


def held_by(employer_account) -> Decimal:
    rows = UnitBalance.objects.filter(employer_ref=employer_account.pk, subject="201").values_list("balance", flat=True)
    return sum(rows, Decimal(0))


def refused(call) -> list[str]:
    with pytest.raises(DomainError) as error:
        call()
    return [finding.code for finding in error.value.findings]


def test_money_and_roster_move_together(origin, former, employer_account, sealed):
    rich, poor = sealed
    change = rosters.transfer_in(origin, employer_account.pk, JUNE, bases(rich, poor))
    for account in FundAccount.objects.order_by("pk"):
        assert (account.status, account.base, account.branch_id) == (
            "01", Decimal("6000.00"), employer_account.employer.branch_id,
        )  # fmt: skip
        assert Subaccount.objects.get(pk=account.subaccount_id).employer_ref == employer_account.pk
    assert (held_by(former), held_by(employer_account)) == (0, Decimal(1200))
    assert ledger.balance(rich.subaccount_id).total == Decimal(1200)
    moved = Posting.objects.filter(kind=Kind.INTERNAL_TRANSFER).values_list("employer_ref", "current")
    assert sorted(moved) == sorted([(former.pk, Decimal(-1200)), (employer_account.pk, Decimal(1200))])
    change.refresh_from_db()
    assert change.heads == 2


def test_the_person_earns_the_same_interest(origin, employer_account, sealed):
    rich, _ = sealed
    before = Subaccount.objects.get(pk=rich.subaccount_id)
    rosters.transfer_in(origin, employer_account.pk, JUNE, bases(rich))
    after = Subaccount.objects.get(pk=rich.subaccount_id)
    for figure in ("current", "carried", "product_current", "product_carried", "next_product_current"):
        assert getattr(after, figure) == getattr(before, figure)


def test_taken_back_everything_is_where_it_was(origin, former, employer_account, sealed):
    rich, poor = sealed
    change = rosters.transfer_in(origin, employer_account.pk, JUNE, bases(rich, poor))
    rosters.undo(origin, change.pk)
    rich.refresh_from_db()
    assert (rich.status, rich.base, rich.branch_id) == ("02", Decimal("5000.00"), former.employer.branch_id)
    assert (held_by(former), held_by(employer_account)) == (Decimal(1200), 0)
    assert Subaccount.objects.get(pk=rich.subaccount_id).employer_ref == former.pk
    rosters.transfer_in(origin, employer_account.pk, JUNE, bases(rich))
    assert held_by(employer_account) == Decimal(1200)


def test_under_the_head_of_a_list(origin, employer_account, sealed):
    rich, _ = sealed
    head = changes.begin(origin, employer_account, changes.ChangeKind.LIST, JUNE, "deposits.change_list:18")
    rosters.transfer_in(origin, employer_account.pk, JUNE, bases(rich), change=head)
    opening.open_accounts(origin, employer_account.pk, JUNE, [newcomer(3)], change=head)
    head.refresh_from_db()
    assert (head.heads, head.source) == (2, "deposits.change_list:18")
    assert rosters.undo(origin, head.pk) == 2


class TestRefused:
    def test_while_the_former_employer_deposits(self, origin, employer_account, former):
        change = opening.open_accounts(origin, former.pk, JAN, [newcomer()])
        (account,) = opening.opened_by(change)
        with pytest.raises(DomainError) as error:
            rosters.transfer_in(origin, employer_account.pk, JUNE, bases(account))
        (finding,) = error.value.findings
        assert finding.code == "R06"
        assert former.employer.name in finding.message

    def test_of_ones_own_people(self, origin, former, sealed):
        assert refused(lambda: rosters.transfer_in(origin, former.pk, JUNE, bases(sealed[0]))) == ["ROSTER-UNSEAL"]

    def test_of_a_frozen_account(self, origin, employer_account, sealed):
        freeze = restrictions.NewRestriction(sealed[0].pk, "freeze", origin.business_date, "魏都区人民法院", "1 号")
        restrictions.restrict(origin, freeze)
        assert refused(lambda: rosters.transfer_in(origin, employer_account.pk, JUNE, bases(*sealed))) == ["R17"]
        assert not Posting.objects.filter(kind=Kind.INTERNAL_TRANSFER).exists()

    def test_for_a_month_that_is_paid(self, origin, employer_account, former, sealed):
        rich, poor = sealed
        paid = ledger.Entry(
            "tests.deposit", "D2", former.employer.branch_id, {"total": Decimal(100)},
            [ledger.Movement(rich.subaccount_id, Decimal(100), month=202607)],
        )  # fmt: skip
        ledger.post(origin, paid)
        for month, codes in ((JUNE, ["ROSTER-PAID"]), (Month(2026, 7), ["ROSTER-PAID"]), (Month(2026, 8), [])):
            call = partial(rosters.transfer_in, origin, employer_account.pk, month, bases(rich, poor))
            assert (refused(call) if codes else call() and []) == codes

    def test_before_it_was_sealed(self, origin, employer_account, sealed):
        early = refused(lambda: rosters.transfer_in(origin, employer_account.pk, Month(2026, 4), bases(sealed[0])))
        assert early == ["ROSTER-EARLY"]
