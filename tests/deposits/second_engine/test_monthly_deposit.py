"""The second computation of a month agrees with the first to the fen, sees a planted one, and shares nothing with it."""

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from deposits.models import Remittance
from deposits.rules import amounts
from deposits.rules.rounding import NAMED
from deposits.second_engine import checks
from deposits.second_engine.amounts import sides
from tests.architecture.test_ledger_stands_alone import imports_of, is_within
from tests.architecture.tree import repository
from tests.conftest import make_origin
from tests.deposits.scenarios import confirmed


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 5_000_000), st.integers(0, 2_400), st.integers(0, 2_400), st.sampled_from(sorted(NAMED)))
def test_the_engines_agree_for_every_precision(fen, employer, employee, code):
    policy = amounts.DepositPolicy(rounding=NAMED[code])
    rates = [Decimal(rate).scaleb(-4) for rate in (employer, employee)]
    first = amounts.sides(Decimal(fen).scaleb(-2), *rates, policy)[:2]
    assert tuple(Decimal(side).scaleb(-2) for side in sides(fen, employer, employee, code)) == first


def a_month() -> Remittance:
    confirmed()
    return Remittance.objects.get()


@pytest.mark.django_db
def test_a_confirmed_month_is_computed_again():
    head = a_month()
    assert checks.monthly_deposit_twice(make_origin()) == []
    assert head.lines.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["employee_amount = employee_amount + 0.01", "employer_amount = employer_amount - 1", "base = base + 100"]
)
def test_a_planted_fen_is_found(change):
    head = a_month()
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"UPDATE deposits_remittanceline SET {change} WHERE id ="
            " (SELECT min(id) FROM deposits_remittanceline WHERE remittance_id = %s)",
            [head.pk],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    found = checks.monthly_deposit_twice(make_origin())
    assert {finding.code for finding in found} == {"deposits.monthly_deposit_differs"}
    assert all(head.number in finding.facts["object"] for finding in found)


def test_it_imports_nothing_of_the_first():
    allowed = ("deposits.second_engine", "accounts.areas", "servicehub")
    for file in repository().python():
        if file.name.startswith("deposits/second_engine/"):
            ours = [
                module for _, module in imports_of(file) if is_within(module, ("accounts", "deposits", "servicehub"))
            ]
            assert [module for module in ours if not is_within(module, allowed)] == [], file.name
