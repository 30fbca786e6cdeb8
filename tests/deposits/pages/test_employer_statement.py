"""单位年度对账单 in the hall, at the counter, as a workbook, in the API's shape and on paper: it ties out everywhere."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from accounts.ledger.models import UnitBalance
from deposits.letters import employer_statement, employer_statement_public
from deposits.services.receipts import receive
from deposits.services.remittances import MonthToConfirm, confirm
from deposits.services.statements import employer_year, employer_years
from servicehub.letters.models import IssuedLetter
from tests.conftest import BUSINESS_DATE
from tests.deposits.pages.test_hall import account, agent, clerk_at  # noqa: F401 - fixtures
from tests.deposits.world import FIRST, by_clerk, employer_with, notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(account):  # noqa: F811
    for month in (FIRST, FIRST.next):
        (head,) = confirm(by_clerk(), [MonthToConfirm(account, month)])
        receive(by_clerk(), notice(account, "3600.00"), account, head)
        account.refresh_from_db()
    return account


def test_it_ties_out_with_what_the_ledger_holds_for_the_employer(paid):
    employer_with(1, serial=700)  # somebody else's people are not in it
    made = employer_year(paid, 2027, BUSINESS_DATE)
    assert [(line.label, str(line.month), line.heads, line.amount) for line in made.lines] == [
        ("汇缴", "2026-10", 3, Decimal("3600.00")),
        ("汇缴", "2026-11", 3, Decimal("3600.00")),
    ]
    held = sum(UnitBalance.objects.filter(employer_ref=paid.pk, subject="201").values_list("balance", flat=True))
    assert (made.opening, made.closing) == (Decimal(0), held)
    after = employer_year(paid, 2028, date(2027, 8, 1))
    assert (after.opening, after.closing, after.lines) == (held, held, ())


def test_the_years_run_from_the_first_month(paid):
    assert employer_years(paid, BUSINESS_DATE) == [2027]
    assert employer_years(paid, date(2028, 7, 1)) == [2029, 2028, 2027]


def test_it_is_read_in_the_hall_and_at_the_counter(agent, paid):  # noqa: F811
    clerk = clerk_at(paid.employer.branch)
    for reader, base in ((agent, "/employer/"), (clerk, "/counter/employer/")):
        page = reader.get(f"{base}{paid.employer.token}/list/deposits.employer_statement/").content.decode()
        for words in ("2026 年 7 月至 2027 年 6 月", "期初余额", "¥7,200.00", "2026-11", "3,600.00"):
            assert words in page, words


def test_it_comes_as_a_workbook(agent, paid):  # noqa: F811
    answer = agent.get(f"/employer/{paid.employer.token}/list/deposits.employer_statement/?year=2027&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "汇缴" in cells and any("¥7,200.00" in str(cell) for cell in cells)


def test_it_is_printed_with_a_code_anybody_can_check(agent, paid):  # noqa: F811
    address = f"/employer/{paid.employer.token}/do/deposits.print_employer_statement/"
    assert agent.get(address).status_code == 200
    facts = employer_statement(by_clerk(), f"{paid.pk}:2027")
    assert (facts["closing"], len(facts["lines"])) == (Decimal("7200.00"), 2)
    assert employer_statement_public(facts)["期末余额"] == "¥7,200.00"
    assert not IssuedLetter.objects.exists()
