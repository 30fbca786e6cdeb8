"""结转 as steps of the month and year close: after the accruals, before the checks, and once however often they run."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.day_close.plan import steps_of
from accounts.ledger import proofs, templates
from accounts.ledger import services as ledger
from accounts.ledger.models import Voucher
from servicehub.declare import Pass, PassKind
from servicehub.declare.registry import jobs
from tests.accounts.ledger.conftest import BRANCH, Books
from tests.accounts.ledger.forms import declared, event_of, subjects_of

pytestmark = pytest.mark.django_db
BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
DECEMBER = date(2026, 12, 31)


def run(books: Books, code: str, day: date) -> None:
    for step in jobs[code].steps:
        step.work(books.origin(day, pass_=BATCH), None, "")


def test_the_close_of_a_year_carries_the_month_and_then_the_year():
    codes = [step.code for step in steps_of(DECEMBER)]
    wanted = ["accounts.accrue_interest", "accounts.carry_period", "accounts.carry_year", "close.checks"]
    assert [code for code in codes if code in wanted] == wanted
    assert "accounts.carry_year" not in [step.code for step in steps_of(date(2026, 11, 30))]
    assert "accounts.carry_period" not in [step.code for step in steps_of(date(2026, 11, 27))]


def test_income_and_expense_end_in_undistributed_surplus(db):
    books = Books()
    forms = {code: templates.form(*code) for code in (("E18", "receive"), ("E39", "other"))}
    with declared(*forms.values()):
        for form, amounts in zip(forms.values(), ({"income": Decimal(100)}, {"total": Decimal(30)}), strict=True):
            entry = ledger.Entry(event_of(form).code, books.event_id(), BRANCH, amounts, (), subjects_of(form))
            ledger.post(books.origin(DECEMBER), entry)
    for _ in range(2):
        run(books, "accounts.carry_period", DECEMBER)
        run(books, "accounts.carry_year", DECEMBER)
    assert Voucher.objects.filter(event_type__startswith="accounts.carry_").count() == 3
    held = {code: ledger.subject_balance(code) for code in ("401", "411", "311", "32104")}
    assert held == {"401": 0, "411": 0, "311": 0, "32104": 70}
    assert proofs.fund_and_surplus_apart(books.origin(DECEMBER)) == []
