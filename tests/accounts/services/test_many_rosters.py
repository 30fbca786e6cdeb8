"""Lists of many employers taken over in one call: each under its own head, all or nothing, a fixed number of statements."""

import dataclasses
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import ChangeKind, EmployerStatus
from accounts.ledger import services as ledger
from accounts.ledger.models import Posting, Voucher
from accounts.models import EmployerAccount, FundAccount, Membership, RosterChange
from accounts.services import changes, opening, rosters
from accounts.services.changes import Part, Seal
from servicehub.declare import DomainError, PassRequired
from servicehub.kit.months import FAR_FUTURE, Month
from tests.accounts.factories import EmployerAccountFactory
from tests.accounts.rosters import member_of
from tests.accounts.services.test_opening import newcomer
from tests.accounts.services.test_transfers import bases, books, held_by  # noqa: F401 - ``books`` is a fixture

pytestmark = pytest.mark.django_db

JAN, MAY, JUNE = Month(2026, 1), Month(2026, 5), Month(2026, 6)


def heads(origin, owners, month) -> list[RosterChange]:
    return changes.begin_each(origin, owners, ChangeKind.LIST, month)


@pytest.fixture
def owners(db):
    return [EmployerAccountFactory() for _ in range(3)]


def test_each_under_its_own_head(origin, owners):
    people = [[member_of(owner, JAN) for _ in range(number)] for number, owner in enumerate(owners, 1)]
    lists = heads(origin, owners, MAY)
    parts = [Part(head, [Seal(one.pk, "01") for one in some]) for head, some in zip(lists, people, strict=True)]
    rosters.change_each(origin, ChangeKind.SEAL, MAY, parts)
    for head, owner, some in zip(lists, owners, people, strict=True):
        head.refresh_from_db()
        assert head.heads == len(some)
        spells = Membership.objects.filter(opened_by=head, to_month=FAR_FUTURE, sealed=True)
        assert set(spells.values_list("fund_account", "employer_account")) == {(one.pk, owner.pk) for one in some}
    versions = EmployerAccount.objects.filter(pk__in=[owner.pk for owner in owners])
    assert set(versions.values_list("employer__version", flat=True)) == {owners[0].employer.version + 1}
    assert rosters.undo(origin, lists[1].pk) == 2
    assert FundAccount.objects.filter(status="02").count() == 4


def test_one_account_that_cannot_refuses_the_call(origin, owners):
    own, other = member_of(owners[0], JAN), member_of(owners[1], JAN)
    first, second = heads(origin, owners[:2], MAY)
    parts = [Part(first, [Seal(own.pk, "01")]), Part(second, [Seal(own.pk, "01"), Seal(other.pk, "")])]
    with pytest.raises(DomainError) as error:
        rosters.change_each(origin, ChangeKind.SEAL, MAY, parts)
    assert sorted(finding.code for finding in error.value.findings) == ["R04", "R10", "ROSTER-ELSEWHERE"]
    assert not FundAccount.objects.filter(status="02").exists()


def test_an_employer_that_is_shut_refuses_the_call(origin, owners):
    EmployerAccount.objects.filter(pk=owners[2].pk).update(status=EmployerStatus.SEALED)
    parts = [Part(head, []) for head in heads(origin, owners, MAY)]
    for call in (
        lambda: rosters.change_each(origin, ChangeKind.SEAL, MAY, parts),
        lambda: opening.open_each(origin, MAY, parts),
    ):
        with pytest.raises(DomainError) as error:
            call()
        assert [finding.facts["employer_account"] for finding in error.value.findings] == [owners[2].pk]


def test_openings_go_to_the_right_employer(origin, owners):
    lists = heads(origin, owners[:2], JAN)
    opening.open_each(origin, JAN, [Part(lists[0], [newcomer(1)]), Part(lists[1], [newcomer(2), newcomer(3)])])
    first, *others = opening.opened_by(*lists)
    assert first.branch_id == owners[0].employer.branch_id
    assert [account.branch_id for account in others] == [owners[1].employer.branch_id] * 2
    assert [account.person.id_number for account in (first, *others)] == [newcomer(n).id_number for n in (1, 2, 3)]
    assert Membership.objects.depositing(owners[1].pk, JAN).count() == 2
    assert [RosterChange.objects.get(pk=head.pk).heads for head in lists] == [1, 2]


def test_money_follows_to_each_employer_by_a_voucher_of_its_own(origin, owners, books):  # noqa: F811
    former, *receiving = owners
    change = opening.open_accounts(origin, former.pk, JAN, [newcomer(n) for n in range(4)])
    people = opening.opened_by(change)
    for number, person in enumerate(people[:3], 1):
        entry = ledger.Entry(
            "tests.deposit", f"D{number}", former.employer.branch_id, {"total": Decimal(100 * number)},
            [ledger.Movement(person.subaccount_id, Decimal(100 * number))],
        )  # fmt: skip
        ledger.post(origin, entry)
    rosters.seal(origin, former.pk, MAY, [Seal(person.pk, "01") for person in people])
    before = Voucher.objects.count()
    lists = heads(origin, receiving, JUNE)
    parts = [Part(lists[0], bases(people[0], people[3])), Part(lists[1], bases(people[1], people[2]))]
    rosters.change_each(origin, ChangeKind.TRANSFER_IN, JUNE, parts)
    assert [held_by(owner) for owner in owners] == [0, Decimal(100), Decimal(500)]
    assert Voucher.objects.count() == before + 2
    assert {voucher.event_id for voucher in Voucher.objects.order_by("-pk")[:2]} == {
        f"accounts.roster_change:{head.pk}:in" for head in lists
    }
    assert rosters.undo(origin, lists[1].pk) == 2
    assert [held_by(owner) for owner in owners] == [Decimal(500), Decimal(100), 0]


def test_many_people_move_by_a_statement_and_few_by_value_to_the_same_books(origin, owners, books, monkeypatch):  # noqa: F811
    former, by_value, by_statement = owners
    change = opening.open_accounts(origin, former.pk, JAN, [newcomer(n) for n in range(2)])
    people = opening.opened_by(change)
    for person in people:
        entry = ledger.Entry(
            "tests.deposit", f"D{person.pk}", former.employer.branch_id, {"total": Decimal(70)},
            [ledger.Movement(person.subaccount_id, Decimal(70))],
        )  # fmt: skip
        ledger.post(origin, entry)
    rosters.seal(origin, former.pk, MAY, [Seal(person.pk, "01") for person in people])
    rosters.transfer_in(origin, by_value.pk, JUNE, bases(people[0]))
    monkeypatch.setattr("accounts.services.carrying.SMALL_HEADS", 0)
    rosters.transfer_in(origin, by_statement.pk, JUNE, bases(people[1]))
    columns = ("kind", "current", "carried", "value_date", "interest_year")
    first, second = (
        sorted(Posting.objects.filter(subaccount=person.subaccount_id).values_list(*columns)) for person in people
    )
    assert first == second
    assert held_by(by_value) == held_by(by_statement) == Decimal(70)


def test_two_or_twenty_rosters_take_the_same_statements(origin):
    owners = [EmployerAccountFactory() for _ in range(22)]
    people = [member_of(owner, JAN) for owner in owners]
    lists = heads(origin, owners, MAY)
    parts = [Part(head, [Seal(one.pk, "01")]) for head, one in zip(lists, people, strict=True)]
    with CaptureQueriesContext(connection) as two:
        rosters.change_each(origin, ChangeKind.SEAL, MAY, parts[:2])
    with CaptureQueriesContext(connection) as twenty:
        rosters.change_each(origin, ChangeKind.SEAL, MAY, parts[2:])
    assert len(twenty) == len(two)


def test_nobody_without_a_pass(origin):
    without = dataclasses.replace(origin, pass_=None)
    with pytest.raises(PassRequired):
        rosters.change_each(without, ChangeKind.SEAL, MAY, [])
    with pytest.raises(PassRequired):
        opening.open_each(without, MAY, [])
