"""From any figure down to the person and the case, and back, over pages as an accountant clicks them."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.test import Client

from accounts.ledger import services as ledger
from accounts.ledger.models import Voucher
from accounts.ledger.years import YearPolicy, open_interest_year
from servicehub import clock
from servicehub.identity.models import User
from servicehub.identity.posts import grant_post
from tests.accounts.factories import BranchFactory
from tests.accounts.vouchers import fund_account, key_voucher, old_account
from tests.conftest import make_origin
from tests.logins import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def books():
    """A deposit of one person, and interest keyed by one accountant and checked by another."""
    for year in (2026, 2027):
        open_interest_year(make_origin(), year, YearPolicy())
    branch = BranchFactory()
    bank = old_account(branch)
    person = fund_account(branch)
    entry = ledger.Entry(
        "deposits.allocate", "D1", person.branch_id, {"total": Decimal("500.00")},
        [ledger.Movement(person.subaccount_id, Decimal("500.00"), month=202611)], {"bank": bank.subject_id},
    )  # fmt: skip
    ledger.post(make_origin(), entry)
    raw = {"income": "8.00", "bank": bank.subject_id, "evidence": "利息回单"}
    key_voucher("accounts.key_e18_receive", raw, branch.pk)
    return bank, person


@pytest.fixture
def reader(books) -> Client:
    user = User.objects.create(username="W0007", kind="staff", display_name="总账", password_set_at=clock.now())
    origin = make_origin(user_kind="system", operator=None)
    grant_post(origin, user, "accountant", branch=None, valid_from=date(2020, 1, 1), basis="测试")
    client = Client()
    sign_in(client, user)
    return client


class Walker:
    """A browser that follows links by what stands in them."""

    def __init__(self, client: Client, address: str):
        self.client = client
        self.open(address)

    def open(self, address: str) -> "Walker":
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        self.address, self.html = address, answer.content.decode()
        return self

    def links(self) -> list[tuple[str, str]]:
        """(text, address) of the page's links, in order."""
        found = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.html, re.DOTALL)
        return [
            (re.sub(r"<[^>]+>", "", text).strip(), urljoin(self.address, unescape(address))) for address, text in found
        ]

    def follow(self, text: str, within: str = "") -> "Walker":
        for words, address in self.links():
            if text in words and within in address:
                return self.open(address)
        raise AssertionError(f"no link {text!r} on {self.address}: {self.links()}")


@pytest.mark.parametrize("face", ["counter", "switchboard"])
def test_from_the_balance_sheet_to_the_person_and_back(reader, books, face):
    _, person = books
    page = Walker(reader, f"/{face}/list/accounts.balance_sheet/")
    page.follow("500.00", "subject=201").follow("500.00", "accounts.subject_ledger")
    voucher = Voucher.objects.get(event_id="D1").pk
    page.follow(str(voucher), "accounts.voucher/").follow("查看明细")
    page.follow("", f"/person/{person.person.token}/")
    # The way back: the switchboard offers no lists about one person.
    page.open(f"/counter/person/{person.person.token}/list/accounts.person_postings/").follow(
        str(voucher), "accounts.voucher/"
    )
    assert parse_qs(urlsplit(page.address).query) == {"voucher": [str(voucher)]}


def test_from_the_surplus_statement_to_the_case_and_back(reader, books):
    page = Walker(reader, "/counter/list/accounts.surplus_statement/")
    page.follow("8.00", "subject=40101").follow("8.00", "accounts.subject_ledger")
    voucher = Voucher.objects.get(event_type="accounts.manual_e18_receive")
    page.follow(str(voucher.pk), "accounts.voucher/").follow(voucher.case_number, "cases/")
    assert "凭证" in page.html
    page.follow(f"凭证 {voucher.pk}")
    assert "accounts.voucher/" in page.address


def test_a_clerk_sees_no_vouchers_on_a_case(books):
    bank, _ = books
    user = User.objects.create(
        username="W0008", kind="staff", display_name="柜员", branch=bank.branch, password_set_at=clock.now()
    )
    origin = make_origin(user_kind="system", operator=None)
    grant_post(origin, user, "supervisor", branch=None, valid_from=date(2020, 1, 1), basis="测试")
    client = Client()
    sign_in(client, user)
    voucher = Voucher.objects.get(event_type="accounts.manual_e18_receive")
    page = Walker(client, f"/counter/cases/{voucher.case_number}/")
    assert "accounts.voucher" not in page.html


LISTS = (
    "voucher_book",
    "general_ledger",
    "trial_balance",
    "balance_sheet",
    "surplus_statement",
    "distribution_statement",
)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_prints_and_exports(reader, name):
    page = Walker(reader, f"/counter/list/accounts.{name}/?print=1")
    assert "金额单位：元" in page.html
    answer = reader.get(f"/counter/list/accounts.{name}/?format=xlsx")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_what_needs_a_filter_asks_for_it(reader, books):
    bank, _ = books
    for name, filters in (("voucher", ""), ("subject_ledger", ""), ("bank_journal", f"?account={bank.account_no}")):
        Walker(reader, f"/counter/list/accounts.{name}/{filters}")
