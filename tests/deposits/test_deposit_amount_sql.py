"""The SQL twin of the deposit rule answers as the rule does, to the fen."""

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deposits.rules.amounts import DepositFacts, DepositPolicy, monthly_deposit
from deposits.rules.rounding import NAMED, named

pytestmark = pytest.mark.django_db

people = st.lists(
    st.tuples(
        st.decimals(min_value=0, max_value=200_000, places=2, allow_nan=False, allow_infinity=False),
        st.integers(0, 2400).map(lambda basis_points: Decimal(basis_points) / 10_000),
        st.integers(0, 2400).map(lambda basis_points: Decimal(basis_points) / 10_000),
        st.sampled_from(sorted(NAMED)),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(people=people)
def test_set_based_sides_equal_the_rule(people):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT amounts.employer, amounts.employee
              FROM unnest(%s::numeric[], %s::numeric[], %s::numeric[], %s::text[])
                   WITH ORDINALITY AS person (base, employer_rate, employee_rate, rounding, line),
                   LATERAL deposit_sides(person.base, person.employer_rate, person.employee_rate, person.rounding)
                       AS amounts
             ORDER BY person.line
            """,
            [list(column) for column in zip(*people, strict=True)],
        )
        found = cursor.fetchall()
    for (base, employer_rate, employee_rate, code), sides in zip(people, found, strict=True):
        rule = monthly_deposit(DepositFacts(base, employer_rate, employee_rate), DepositPolicy(named(code)))
        assert sides == (rule.employer, rule.employee), (base, employer_rate, employee_rate, code)


def test_unknown_code_gives_nothing_to_store():
    with connection.cursor() as cursor:
        cursor.execute("SELECT deposit_amount(5000, 0.12, 'ROUND_SOMEHOW')")
        assert cursor.fetchone() == (None,)
