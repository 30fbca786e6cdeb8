"""Each check is silent over sound registers and speaks about a planted fault, naming the row and no person."""

from decimal import Decimal

import pytest
from django.db import connection

from accounts.account_checks import indexes_agree, state_agrees
from accounts.ledger.models import Subaccount
from accounts.models import FundAccount
from accounts.services import opening, rosters
from accounts.services.changes import NewBase, Seal
from servicehub.kit.months import Month
from tests.accounts.factories import PersonFactory
from tests.accounts.services.test_opening import newcomer

pytestmark = pytest.mark.django_db

JAN = Month(2026, 1)


@pytest.fixture
def accounts(origin, employer_account):
    """Three people: one depositing, one sealed, one opened by mistake and taken back."""
    change = opening.open_accounts(origin, employer_account.pk, JAN, [newcomer(1), newcomer(2)])
    first, second = opening.opened_by(change)
    rosters.seal(origin, employer_account.pk, Month(2026, 5), [Seal(second.pk, "01")])
    side = Decimal("720.00")
    rosters.adjust_base(
        origin, employer_account.pk, Month(2026, 7), [NewBase(first.pk, Decimal(6000), Decimal(6000), side, side)]
    )
    rosters.undo(origin, opening.open_accounts(origin, employer_account.pk, JAN, [newcomer(3)]).pk)
    return first, second


def told(findings) -> list[tuple[str, str]]:
    return [(finding.code, finding.facts["object"]) for finding in findings]


def test_sound_registers_are_silent(origin, accounts):
    assert state_agrees(origin) == []
    assert indexes_agree(origin) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "02"}, "accounts.status_differs"),
        ({"base": Decimal("1.00")}, "accounts.base_differs"),
        ({"base_from": 202601}, "accounts.base_differs"),
        ({"status": "05", "closed_on": "2026-11-01"}, "accounts.roster_differs"),
    ],
)
def test_what_somebody_changed_behind_the_services(origin, accounts, change, code):
    FundAccount.objects.filter(pk=accounts[0].pk).update(**change)
    assert told(state_agrees(origin)) == [(code, f"accounts.fund_account:{accounts[0].pk}")]


def test_a_unit_counted_for_the_wrong_employer(origin, accounts):
    Subaccount.objects.filter(pk=accounts[0].subaccount_id).update(employer_ref=0)
    assert told(state_agrees(origin)) == [("accounts.employer_differs", f"accounts.fund_account:{accounts[0].pk}")]


def test_a_ciphertext_copied_from_another_row(origin):
    one, two = PersonFactory(mobile="13900000001"), PersonFactory(mobile="13900000002")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_person SET mobile = (SELECT mobile FROM accounts_person WHERE id = %s) WHERE id = %s",
            [one.pk, two.pk],
        )
    (finding,) = indexes_agree(origin)
    assert finding.facts["object"] == f"accounts.person:{two.pk}"
    assert "1390000" not in finding.message


def test_a_ciphertext_that_was_spoiled_hides_nobody_else(origin):
    spoiled, swapped = PersonFactory(), PersonFactory(mobile="13900000002")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_person SET name = name || '\\x00' WHERE id = %s", [spoiled.pk])
        cursor.execute("UPDATE accounts_person SET mobile_index = '\\x00' WHERE id = %s", [swapped.pk])
    assert sorted(told(indexes_agree(origin))) == [
        ("accounts.index_differs", f"accounts.person:{spoiled.pk}"),
        ("accounts.index_differs", f"accounts.person:{swapped.pk}"),
    ]
