import dataclasses
from decimal import Decimal

import pytest

from accounts import assessing
from accounts.ledger.models import Subaccount
from accounts.models import Employer
from accounts.services.registering import (
    NewEmployer,
    NewEmployerAccount,
    employer_findings,
    open_employer_account,
    register_employers,
)
from servicehub.declare import DomainError, PassRequired
from servicehub.kit.months import Month
from tests.accounts.factories import EmployerFactory, credit_code

pytestmark = pytest.mark.django_db

HOUSING = NewEmployerAccount(Decimal("0.12"), Decimal("0.12"), Month(2026, 11))


def newcomer(branch, serial=1, **more) -> NewEmployer:
    values = {
        "name": f"河南云禾（许昌）{serial}科技有限公司",
        "credit_code": credit_code(60_000 + serial),
        "address": f"许昌市魏都区建设路 {serial} 号",
        "area": "411002",
        "klass": "06",
        "branch": branch.pk,
        "accounts": (HOUSING,),
        **more,
    }
    return NewEmployer(**values)


def test_an_employer_gets_a_number_an_account_and_a_place_for_suspense(origin, branch):
    (employer,) = register_employers(origin, [newcomer(branch, legal_name="仲 妮", payer_account="4100 1234 5678")])
    account = employer.accounts.get()
    assert (len(employer.number), employer.number[:2], int(employer.number) % 97) == (12, "98", 1)
    assert (account.status, account.first_month, account.paid_through) == ("02", 202611, None)
    unit = Subaccount.objects.get(pk=account.suspense_id)
    assert (unit.subject_id, unit.owner_kind, unit.owner_ref) == ("21901", "employer_account", account.pk)
    employer.refresh_from_db()
    assert (employer.legal_name, employer.payer_account) == ("仲妮", "410012345678")


def test_a_further_fund_kind(origin, branch):
    (employer,) = register_employers(origin, [newcomer(branch)])
    subsidy = dataclasses.replace(HOUSING, fund_kind="02", employee_rate=Decimal(0))
    open_employer_account(origin, employer, subsidy)
    assert sorted(employer.accounts.values_list("fund_kind", flat=True)) == ["01", "02"]


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"credit_code": "91110000600037341K"}, "USCC-CHECK", "credit_code"),
        ({"name": "许昌 示例(集团)公司"}, "EMPLOYER-NAME", "name"),
        ({"address": "许昌市示例路 1 号"}, "EMPLOYER-ADDRESS", "address"),
        ({"legal_id_number": "411002199001011231"}, "R01", "legal_id_number"),
        (
            {"accounts": (dataclasses.replace(HOUSING, employer_rate=Decimal("0.15")),)},
            "deposit.rate_out_of_range",
            "employer_rate",
        ),
    ],
)
def test_what_stands_against_it(origin, branch, more, code, field):
    EmployerFactory(name="许昌示例（集团）公司", address="许昌市示例路 1 号")
    assert (code, field) in [(found.code, found.field) for found in employer_findings(origin, newcomer(branch, **more))]


def test_nothing_stands_against_a_sound_one(origin, branch):
    assert employer_findings(origin, newcomer(branch)) == []


def test_a_first_month_before_the_employer_existed(origin, branch):
    new = newcomer(branch, established_on=origin.business_date.replace(month=12, day=1))
    codes = {found.code for found in employer_findings(origin, new)}
    assert codes == {"EMPLOYER-SET-UP", "EMPLOYER-FIRST"}


def test_one_registered_already_is_named(origin, branch):
    (employer,) = register_employers(origin, [newcomer(branch)])
    (finding,) = [found for found in employer_findings(origin, newcomer(branch)) if found.code == "EMPLOYER-CODE"]
    assert employer.number in finding.message
    with pytest.raises(DomainError) as refused:
        register_employers(origin, [newcomer(branch)])
    assert refused.value.code == "employer.taken"


def test_many_take_few_statements(origin, branch, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        register_employers(origin, [newcomer(branch, serial) for serial in range(50)])
    assert Employer.objects.count() == 50


def test_nobody_without_a_pass(origin, branch):
    with pytest.raises(PassRequired):
        register_employers(dataclasses.replace(origin, pass_=None), [newcomer(branch)])


def test_accounts_do_not_know_who_assesses(monkeypatch, origin, branch):
    monkeypatch.setattr(assessing, "_registered", [])
    with pytest.raises(assessing.NobodyAnswers):
        employer_findings(origin, newcomer(branch))
