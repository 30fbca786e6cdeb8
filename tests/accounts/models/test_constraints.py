"""What the database refuses by itself, whoever writes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.db.utils import InternalError

from accounts.models import BaseRecord, Employer, FundAccount, Membership, Person, Restriction, RosterChange
from servicehub.kit.months import FAR_FUTURE
from tests.accounts.factories import EmployerAccountFactory, EmployerFactory, PersonFactory, credit_code
from tests.accounts.rosters import open_account
from tests.conftest import REQUEST_TIME

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)


@pytest.fixture
def employer_account():
    return EmployerAccountFactory()


@pytest.fixture
def change(employer_account):
    return RosterChange.objects.create(
        employer_account=employer_account,
        kind="open",
        month=202401,
        operator_name="王芳",
        channel="CTR",
        request_id="r",
        business_date=DAY,
        at=REQUEST_TIME,
    )


@pytest.fixture
def account(employer_account):
    return open_account(PersonFactory(), employer_account)


def spell(account, employer_account, change, from_month, to_month=FAR_FUTURE, **given):
    return Membership.objects.create(
        fund_account=account,
        employer_account=employer_account,
        opened_by=change,
        from_month=from_month,
        to_month=to_month,
        **given,
    )


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


class TestOverlap:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ((202401, FAR_FUTURE), (202406, FAR_FUTURE)),
            ((202401, FAR_FUTURE), (202406, 202407)),
            ((202401, 202407), (202406, FAR_FUTURE)),
            ((202401, 202407), (202401, 202407)),
            ((202404, 202405), (202401, FAR_FUTURE)),
        ],
    )
    def test_two_spells_of_one_month_are_refused(self, account, employer_account, change, first, second):
        spell(account, employer_account, change, *first)
        with (
            pytest.raises(IntegrityError, match=r"two spells|membership_one_at_a_time"),
            transaction.atomic(),
        ):
            spell(account, EmployerAccountFactory(), change, *second)

    def test_spells_that_meet_are_allowed(self, account, employer_account, change):
        spell(account, employer_account, change, 202401, 202407)
        spell(account, EmployerAccountFactory(), change, 202407)

    def test_a_spell_taken_back_covers_no_month(self, account, employer_account, change):
        spell(account, employer_account, change, 202401, 202401)
        spell(account, employer_account, change, 202401)

    def test_a_spell_cannot_be_lengthened_into_another(self, account, employer_account, change):
        spell(account, employer_account, change, 202401, 202404)
        later = spell(account, employer_account, change, 202406, 202409)
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(from_month=202401).update(to_month=202408)
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=later.pk).update(from_month=202403)
        Membership.objects.filter(pk=later.pk).update(from_month=202404)

    @pytest.mark.parametrize(("start", "end"), [(202613, FAR_FUTURE), (202406, 202401), (0, FAR_FUTURE)])
    def test_spells_are_in_order(self, account, employer_account, change, start, end):
        with refused("membership_months"):
            spell(account, employer_account, change, start, end)


def test_one_person_has_one_live_account_per_fund_kind(account, employer_account):
    open_account(account.person, employer_account, fund_kind="02")
    with refused("fund_account_one_live"), transaction.atomic():
        open_account(account.person, employer_account, status="02")
    FundAccount.objects.filter(pk=account.pk).update(status="05", closed_on=DAY)
    open_account(account.person, employer_account)


@pytest.mark.parametrize("status", ["03", "04", "05", "99"])
def test_a_closed_account_has_its_day(account, status):
    with refused("fund_account_closed_has_date"):
        FundAccount.objects.filter(pk=account.pk).update(status=status)


def test_a_frozen_account_is_no_state(account):
    assert "06" not in dict(FundAccount._meta.get_field("status").choices)


def test_one_person_per_document_mobile_and_card():
    person = PersonFactory(bank_card="6217000000000123456")
    with refused("person_one_per_document"), transaction.atomic():
        PersonFactory(id_number=person.id_number)
    with refused("person_mobile_once"), transaction.atomic():
        PersonFactory(mobile=person.mobile)
    with refused("person_bank_card_once"), transaction.atomic():
        PersonFactory(bank_card=person.bank_card)
    PersonFactory(mobile=None)
    PersonFactory(mobile="")
    assert Person.objects.filter(mobile_index=None).count() == 2


def test_an_index_never_stands_without_its_number():
    person = PersonFactory()
    with refused("person_mobile_with_index"):
        Person.objects.filter(pk=person.pk).update(mobile_index=None)


def test_what_rests_in_the_database_is_not_readable():
    person = PersonFactory(
        name="仲妮", mobile="13800000001", bank_card="6217000000000123456", address="许昌市建设路 1 号"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM accounts_person p WHERE id = %s", [person.pk])
        row = cursor.fetchone()[0]
        cursor.execute(
            "SELECT encode(name, 'escape') || encode(mobile, 'escape') FROM accounts_person WHERE id = %s", [person.pk]
        )
        row += cursor.fetchone()[0]
    for secret in (person.id_number, "13800000001", "6217000000000123456", "仲妮", "建设路"):
        assert secret not in row
        assert secret.encode().hex() not in row
    person.refresh_from_db()
    assert (person.name, person.mobile, person.name_key) == ("仲妮", "13800000001", "zhongni")


def test_live_employers_share_no_code_and_no_name():
    employer = EmployerFactory(name="河南（许昌）机械有限公司")
    with refused("employer_one_per_code"), transaction.atomic():
        EmployerFactory(credit_code=employer.credit_code)
    with refused("employer_one_per_name"), transaction.atomic():
        EmployerFactory(name="河南(许昌) 机械有限公司")
    Employer.objects.filter(pk=employer.pk).update(closed_on=DAY)
    EmployerFactory(credit_code=employer.credit_code, name=employer.name)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"employer_rate": Decimal("1.2")}, "rates_are_fractions"),
        ({"paid_through": 202312, "status": "01"}, "months_in_order"),
        ({"status": "04"}, "closed_has_date"),
        ({"paid_through": 202402}, "opened_means_unpaid"),
    ],
)
def test_employer_accounts_hold_only_what_can_be(values, constraint):
    with refused(constraint):
        EmployerAccountFactory(**values)


def test_the_month_due_follows_the_month_paid():
    account = EmployerAccountFactory(first_month=202401)
    assert str(account.month_due) == "2024-01"
    account.paid_through = 202412
    assert str(account.month_due) == "2025-01"


class TestKept:
    @pytest.fixture
    def record(self, account, change):
        amounts = dict.fromkeys(("wage", "base", "employer_amount", "employee_amount"), Decimal("1.00"))
        return BaseRecord.objects.create(fund_account=account, from_month=202401, change=change, **amounts)

    def test_what_was_declared_is_not_rewritten(self, record):
        with pytest.raises(IntegrityError, match="kept as they were written"), transaction.atomic():
            BaseRecord.objects.update(wage=Decimal("2.00"))
        BaseRecord.objects.update(undone=True)

    def test_nothing_is_deleted(self, record, account, employer_account, change):
        spell(account, employer_account, change, 202401)
        for model in (BaseRecord, Membership):
            with pytest.raises(IntegrityError, match="kept as they were written"), transaction.atomic():
                model.objects.all()._raw_delete("default")

    def test_registers_are_protected(self, account, employer_account, change):
        spell(account, employer_account, change, 202401)
        with pytest.raises((ProtectedError, InternalError)):
            account.person.delete()
        with pytest.raises(ProtectedError):
            employer_account.delete()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"amount": Decimal(0)}, "amount_positive"),
        ({"until": date(2026, 1, 1)}, "dates_in_order"),
        ({"kind": "ban"}, "ban_has_an_end"),
    ],
)
def test_restrictions_make_sense(account, values, constraint):
    common = {
        "kind": "freeze",
        "starts_on": DAY,
        "authority": "魏都区人民法院",
        "document": "1",
        "entered_at": REQUEST_TIME,
    }
    with refused(constraint):
        Restriction.objects.create(fund_account=account, **{**common, **values})


def test_account_numbers_carry_check_digits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_employer_number(), accounts_person_number(), accounts_person_number()")
        employer, one, two = cursor.fetchone()
    assert (employer[:2], len(employer), one[:2], len(one)) == ("98", 12, "99", 13)
    assert one != two
    assert all(int(number) % 97 == 1 for number in (employer, one, two))


def test_codes_of_the_factory_are_sound():
    from servicehub.kit.identity_numbers import check_credit_code

    assert all(check_credit_code(credit_code(serial)) == () for serial in range(200))
