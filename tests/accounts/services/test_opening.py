"""People registered and accounts opened: who is found again, what is refused, what rests encrypted."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.ledger.models import Subaccount
from accounts.models import BaseRecord, FundAccount, Membership, Person
from accounts.services import opening, rosters
from accounts.services.changes import Seal
from accounts.services.opening import NewAccount, open_accounts, opening_findings
from servicehub.declare import DomainError, PassRequired
from servicehub.kit.months import Month
from tests.accounts.factories import EmployerAccountFactory, PersonFactory, id_number
from tests.accounts.rosters import member_of

pytestmark = pytest.mark.django_db

JAN = Month(2026, 1)


def newcomer(serial=1, **more) -> NewAccount:
    values = {
        "id_number": id_number(50_000 + serial),
        "name": "周桂英",
        "wage": Decimal("5000.00"),
        "base": Decimal("5000.00"),
        "employer_amount": Decimal("600.00"),
        "employee_amount": Decimal("600.00"),
        **more,
    }
    return NewAccount(**values)


def refused(origin, account, *rows) -> list[tuple[int, str]]:
    """Line and code, from the check before and from the act itself: the same, and nothing was done."""
    before = Person.objects.count(), FundAccount.objects.count()
    asked = [(finding.line, finding.code) for finding in opening_findings(origin, account, rows)]
    with pytest.raises(DomainError) as error:
        open_accounts(origin, account.pk, JAN, rows)
    assert [(finding.line, finding.code) for finding in error.value.findings] == asked
    assert (Person.objects.count(), FundAccount.objects.count()) == before
    return asked


def test_a_newcomer_is_registered_and_deposits(origin, employer_account):
    row = newcomer(mobile="13900001111", bank_card="4111111111111111", bank_name="建设银行")
    change = open_accounts(origin, employer_account.pk, JAN, [row])
    (account,) = opening.opened_by(change)
    person = account.person
    assert (person.id_number, person.name, person.mobile, person.bank_card) == (
        row.id_number, "周桂英", "13900001111", "4111111111111111",
    )  # fmt: skip
    assert (person.name_key, person.birth_date, person.registered_on) == (
        "zhouguiying",
        date(1990, 1, 1),
        origin.business_date,
    )
    assert (account.status, account.wage, account.base, account.first_month) == ("01", row.wage, row.base, 202601)
    assert account.branch_id == employer_account.employer.branch_id
    assert len(account.number) == 13
    assert int(account.number) % 97 == 1
    assert Membership.objects.depositing(employer_account.pk, JAN).get().fund_account_id == account.pk
    assert BaseRecord.objects.get(fund_account=account).from_month == 202601
    unit = Subaccount.objects.get(pk=account.subaccount_id)
    assert (unit.subject_id, unit.owner_kind, unit.owner_ref, unit.employer_ref) == (
        "201", "fund_account", account.pk, employer_account.pk,
    )  # fmt: skip
    change.refresh_from_db()
    assert (change.heads, change.kind) == (1, "open")


def test_found_by_the_same_index_however_the_number_is_written(origin, employer_account):
    old = "411002900101123"
    open_accounts(origin, employer_account.pk, JAN, [newcomer(id_number=old)])
    assert Person.objects.identified("01", "41100219900101123x").exists()
    rows = [newcomer(id_number="４１１００２19900101123X", line=7)]
    assert refused(origin, employer_account, *rows) == [(7, "R05")]


def test_somebody_known_gets_an_account_and_no_second_registration(origin, employer_account):
    person = PersonFactory(name="周桂英", mobile="13900001111", bank_card=None)
    row = newcomer(id_number=person.id_number, mobile="13900002222", bank_card="4111111111111111", bank_name="农业银行")
    open_accounts(origin, employer_account.pk, JAN, [row])
    person.refresh_from_db()
    assert Person.objects.count() == 1
    assert person.mobile == "13900001111"
    assert (person.bank_card, person.bank_name) == ("4111111111111111", "农业银行")
    assert person.fund_accounts.get().status == "01"


def test_a_closed_account_does_not_stand_in_the_way(origin, employer_account):
    account = member_of(employer_account)
    Membership.objects.update(to_month=202501)
    FundAccount.objects.update(status="05", closed_on=origin.business_date)
    open_accounts(origin, employer_account.pk, JAN, [newcomer(id_number=account.person.id_number, name="仲妮")])
    assert account.person.fund_accounts.count() == 2


class TestRefused:
    def test_depositing_here_already(self, origin, employer_account):
        known = member_of(employer_account).person
        assert refused(origin, employer_account, newcomer(id_number=known.id_number, name="仲妮")) == [(1, "R05")]

    def test_depositing_elsewhere(self, origin, employer_account):
        known = member_of(EmployerAccountFactory()).person
        assert refused(origin, employer_account, newcomer(id_number=known.id_number, name="仲妮")) == [(1, "R06")]

    @pytest.mark.parametrize(("here", "code"), [(True, "OPEN-UNSEAL"), (False, "OPEN-TRANSFER")])
    def test_a_sealed_account_is_used_again_not_doubled(self, origin, employer_account, here, code):
        owner = employer_account if here else EmployerAccountFactory()
        known = member_of(owner)
        rosters.seal(origin, owner.pk, JAN, [Seal(known.pk, "01")])
        row = newcomer(id_number=known.person.id_number, name="仲妮")
        assert refused(origin, employer_account, row) == [(1, code)]

    def test_another_name_is_not_told(self, origin, employer_account):
        known = PersonFactory(name="欧阳娜")
        row = newcomer(id_number=known.id_number)
        assert refused(origin, employer_account, row) == [(1, "OPEN-NAME")]
        assert "欧阳" not in str(opening_findings(origin, employer_account, [row]))

    def test_the_same_person_twice(self, origin, employer_account):
        rows = [newcomer(1, line=5), newcomer(2, line=6), newcomer(1, line=9)]
        assert refused(origin, employer_account, *rows) == [(9, "R04")]

    def test_somebody_elses_mobile_or_card(self, origin, employer_account):
        PersonFactory(mobile="13900001111", bank_card="4111111111111111")
        row = newcomer(mobile="13900001111", bank_card="4111111111111111")
        assert refused(origin, employer_account, row) == [(1, "OPEN-CARD"), (1, "OPEN-MOBILE")]
        rows = [newcomer(1, mobile="13900002222"), newcomer(2, mobile="139 0000 2222")]
        assert refused(origin, employer_account, *rows) == [(2, "OPEN-MOBILE")]

    def test_a_subsidy_account_alone(self, origin, employer_account):
        subsidy = EmployerAccountFactory(employer=employer_account.employer, fund_kind="02")
        assert refused(origin, subsidy, newcomer()) == [(1, "OPEN-SUBSIDY")]
        open_accounts(origin, employer_account.pk, JAN, [newcomer()])
        open_accounts(origin, subsidy.pk, JAN, [newcomer()])
        assert sorted(FundAccount.objects.values_list("fund_kind", flat=True)) == ["01", "02"]

    def test_every_fault_of_every_line_at_once(self, origin, employer_account):
        rows = [
            newcomer(1),
            newcomer(2, id_number="411002199001011231", name="张?", mobile="1390000"),
            newcomer(3, id_number="4.10E+17"),
            newcomer(4, bank_card="4111111111111112"),
        ]
        assert refused(origin, employer_account, *rows) == [
            (2, "R01"), (2, "R18"), (2, "R12"), (3, "R02"), (4, "CARD-CHECK"),
        ]  # fmt: skip

    def test_nobody_without_a_pass(self, origin, employer_account):
        with pytest.raises(PassRequired):
            open_accounts(dataclasses.replace(origin, pass_=None), employer_account.pk, JAN, [newcomer()])


@pytest.mark.django_db(transaction=True)
def test_two_openings_of_one_person_at_the_same_moment(origin, race, employer_account):
    other = EmployerAccountFactory()
    outcomes = race(
        lambda: open_accounts(origin, employer_account.pk, JAN, [newcomer()]),
        lambda: open_accounts(origin, other.pk, JAN, [newcomer()]),
    )
    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    (lost,) = [outcome.error for outcome in outcomes if not outcome.won]
    # Whoever came a moment later was refused by the database or, later still, by the check.
    assert lost.code in {"opening.raced", "opening.refused"}
    assert Person.objects.count() == FundAccount.objects.count() == Membership.objects.count() == 1


def test_one_or_fifty_take_the_same_statements(origin, employer_account):
    with CaptureQueriesContext(connection) as one:
        open_accounts(origin, employer_account.pk, JAN, [newcomer(1)])
    with CaptureQueriesContext(connection) as fifty:
        open_accounts(origin, employer_account.pk, JAN, [newcomer(n) for n in range(2, 52)])
    assert len(fifty) <= len(one)
    assert FundAccount.objects.count() == 51


def test_taken_back_the_account_ends_and_the_person_stays(origin, employer_account):
    change = open_accounts(origin, employer_account.pk, JAN, [newcomer()])
    assert rosters.undo(origin, change.pk) == 1
    account = FundAccount.objects.get()
    assert (account.status, account.closed_on) == ("99", origin.business_date)
    assert not Membership.objects.of_month(employer_account.pk, JAN).exists()
    open_accounts(origin, employer_account.pk, JAN, [newcomer()])
    assert Person.objects.count() == 1


def test_nothing_readable_passes_through_statements(origin, employer_account):
    """What a slow-query log, a statement view or a replica would see."""
    row = newcomer(mobile="13900001111", bank_card="4111111111111111", name="欧阳娜")
    with CaptureQueriesContext(connection) as seen:
        open_accounts(origin, employer_account.pk, JAN, [row])
    text = " ".join(query["sql"] for query in seen)
    for secret in (row.id_number, row.mobile, row.bank_card, row.name):
        assert secret not in text
        assert secret.encode().hex() not in text
