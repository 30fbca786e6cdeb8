"""A small ledger to post in: two employers, a few people, the events deposits will declare in full."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from accounts.ledger import services as ledger
from accounts.ledger.events import EventTemplate, Kind, credit, debit
from accounts.ledger.years import YearPolicy, open_interest_year
from servicehub.declare.registry import ledger_events
from tests.conftest import make_origin

BRANCH = 1
BANK = "10101"

TEMPLATES = (
    EventTemplate(
        code="tests.deposit",
        label="存入",
        kind=Kind.REMITTANCE,
        lines=(debit(BANK, "total"), credit("201", "total")),
    ),
    EventTemplate(
        code="tests.arrival",
        label="到账",
        kind=Kind.SUSPENSE_IN,
        lines=(debit("@bank", "total"), credit("21901", "total")),
    ),
    EventTemplate(
        code="tests.allocate",
        label="分配",
        kind=Kind.REMITTANCE,
        lines=(debit("21901", "total"), credit("201", "total")),
    ),
    EventTemplate(
        code="tests.withdraw",
        label="提取",
        kind=Kind.PARTIAL_WITHDRAWAL,
        lines=(debit("201", "total"), credit(BANK, "total")),
    ),
)


@pytest.fixture(autouse=True)
def declared_events():
    for template in TEMPLATES:
        ledger_events.add(template)
    yield
    for template in TEMPLATES:
        ledger_events.remove(template.code)


class Books:
    """Shorthand for tests: what a business app does through the ledger's services."""

    def __init__(self):
        self.numbers = itertools.count(1)
        for year in range(2024, 2030):
            open_interest_year(self.origin(), year, YearPolicy())

    def origin(self, day: date | None = None, **given):
        return make_origin(**({"business_date": day} if day else {}), **given)

    def person(self, ref: int, employer: int = 700, branch: int = BRANCH, day: date | None = None) -> int:
        return ledger.open_subaccount(self.origin(day), "201", "fund_account", ref, branch, employer)

    def suspense(self, employer: int, branch: int = BRANCH) -> int:
        return ledger.open_subaccount(self.origin(), "21901", "employer", employer, branch, employer)

    def event_id(self) -> str:
        return f"T{next(self.numbers):06d}"

    def deposit(self, subaccount: int, amount: str, day: date | None = None, value_date: date | None = None, **given):
        entry = ledger.Entry(
            "tests.deposit", self.event_id(), BRANCH, {"total": Decimal(amount)},
            [ledger.Movement(subaccount, Decimal(amount), value_date=value_date, **given)],
        )  # fmt: skip
        return ledger.post(self.origin(day), entry)

    def withdraw(self, subaccount: int, amount: str, day: date | None = None, value_date: date | None = None, **given):
        entry = ledger.Entry(
            "tests.withdraw", self.event_id(), BRANCH, {"total": Decimal(amount)},
            [ledger.Movement(subaccount, -Decimal(amount), value_date=value_date, **given)],
        )  # fmt: skip
        return ledger.post(self.origin(day), entry)


@pytest.fixture
def books(db) -> Books:
    return Books()
