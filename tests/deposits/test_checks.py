"""B08: people of a register = its header = what was booked to them; a fen planted in any of them is named."""

from datetime import timedelta

import pytest

from deposits.checks import every_register_ties, registers_tie
from deposits.models import Remittance
from tests.accounts.ledger.test_proofs import behind
from tests.conftest import BUSINESS_DATE, make_origin
from tests.deposits.test_month import arrives, confirmed
from tests.deposits.world import employer_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked() -> Remittance:
    account = employer_with(3)
    head = confirmed(account)
    arrives(account, str(head.total), head)
    head.refresh_from_db()
    assert head.posted_on == BUSINESS_DATE
    return head


def found(origin=None, run=registers_tie) -> dict[str, tuple[str, str]]:
    return {one.code: (one.facts["object"], one.facts["difference"]) for one in run(origin or make_origin())}


def test_a_booked_month_ties(booked):
    assert found() == found(run=every_register_ties) == {}


def test_a_person_changed_by_a_fen(booked):
    behind(
        "UPDATE deposits_remittanceline SET employer_amount = employer_amount + 0.01 WHERE fund_account_id ="
        " (SELECT min(fund_account_id) FROM deposits_remittanceline)"
    )
    assert found() == {"deposits.register_lines_differ": (f"remittance:{booked.number}", "-0.01")}


def test_a_header_changed_by_a_fen(booked):
    behind(
        "UPDATE deposits_remittance SET total = total + 0.01, employer_total = employer_total + 0.01, amount_added = amount_added + 0.01"
    )
    assert found() == {
        "deposits.register_lines_differ": (f"remittance:{booked.number}", "0.01"),
        "deposits.register_voucher_differ": (f"voucher:{booked.voucher_id}", "0.01"),
    }


def test_a_movement_changed_by_a_fen(booked):
    behind(
        "UPDATE accounts_posting SET current = current + 0.01, employer_part = employer_part + 0.01"
        " WHERE id = (SELECT first_posting FROM accounts_voucher WHERE id = %s)", booked.voucher_id,
    )  # fmt: skip
    assert found() == {"deposits.register_voucher_differ": (f"voucher:{booked.voucher_id}", "-0.01")}


def test_what_is_older_than_a_week_waits_for_the_weekly_round(booked):
    behind("UPDATE deposits_remittanceline SET employer_amount = employer_amount + 0.01")
    later = make_origin(business_date=BUSINESS_DATE + timedelta(days=8))
    assert found(later) == {}
    assert found(later, every_register_ties) == {
        "deposits.register_lines_differ": (f"remittance:{booked.number}", "-0.03")
    }
