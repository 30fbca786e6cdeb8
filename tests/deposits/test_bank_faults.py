"""An employer's month against the real bank, whatever goes wrong between its payment and our books.

The bank is the simulator's own process and knocks at a live server; nothing in between is replaced.
"""

import json
import time
import urllib.parse
import urllib.request
from decimal import Decimal

import pytest

from accounts.bank import inbox, statements
from accounts.bank.models import BankMessage, BankNotice
from accounts.bank.states import NoticeState
from accounts.bank.suspense import suspense_balance
from accounts.ledger import services as ledger
from deposits.enums import PaymentMethod
from deposits.models import RemittanceLine
from deposits.services import payments
from deposits.services.remittances import MonthToConfirm, confirm
from tests.accounts.bank.bank_process import DAY, KEY, BankProcess
from tests.accounts.bank.world import special_account
from tests.conftest import BUSINESS_DATE, make_origin
from tests.deposits.world import FIRST, by_clerk, employer_with

pytestmark = pytest.mark.django_db(transaction=True)
DUE = Decimal("2400.00")
PATIENCE_S = 15


@pytest.fixture(scope="module")
def bank_process(live_server):
    bank = BankProcess(live_server.url)
    yield bank
    bank.stop()


@pytest.fixture
def month(bank_process, settings):
    """A confirmed month of two people, 2,400 yuan due, and the special account it is paid to."""
    settings.BANK_KEY, settings.BANK_URL, settings.BANK_PAGE_URL = KEY.decode(), bank_process.url, bank_process.url
    for name in bank_process.state()["faults"]:
        bank_process.fault(name, 0)
    account = employer_with(2)
    special = special_account(account.employer.branch)
    bank_process.open(special.account_no, special.name, "centre", "0.00")
    (head,) = confirm(by_clerk(), [MonthToConfirm(account, FIRST)])
    return Month(bank_process, account, special, head)


class Month:
    def __init__(self, bank, account, special, head):
        self.bank, self.account, self.special, self.head = bank, account, special, head

    def pay(self, amount=DUE, remark=None):
        remark = self.head.remark_code if remark is None else remark
        return self.bank.pay_in(self.special.account_no, str(amount), remark, "6222000000004321", "付款公司")

    def settled(self, notices: int = 1) -> list[BankNotice]:
        """Wait until so many notices are in and none is half-way."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            found = list(BankNotice.objects.order_by("host_date", "host_no"))
            if len(found) >= notices and not inbox.waiting():
                self.head.refresh_from_db()
                self.account.refresh_from_db()
                return found
            time.sleep(0.05)
        raise AssertionError(f"{BankNotice.objects.count()} notices came, not {notices}")

    @property
    def of_people(self) -> list[Decimal]:
        lines = RemittanceLine.objects.filter(remittance=self.head).select_related("fund_account").order_by("pk")
        return [ledger.balance(line.fund_account.subaccount_id).total for line in lines]

    @property
    def suspense(self) -> Decimal:
        return suspense_balance(self.account)

    def agrees_with_the_bank(self) -> bool:
        """What the books hold is what the bank holds, whatever happened on the way."""
        unknown = sum((row.amount for row in BankNotice.objects.unknown()), Decimal(0))
        unbooked = sum((row.amount for row in BankNotice.objects.for_accountant()), Decimal(0))
        books = sum(self.of_people) + self.suspense + unknown
        return books + unbooked == self.bank.balance(self.special.account_no)


def test_exact_amount_with_its_code(month):
    month.pay()
    (notice,) = month.settled()
    assert (notice.state, month.head.state) == (NoticeState.MATCHED, "posted")
    assert month.of_people == [Decimal("1200.00")] * 2
    assert month.agrees_with_the_bank()


def test_paid_online_at_the_banks_page(month):
    payment = payments.pay(by_clerk(), month.head, PaymentMethod.ONLINE)
    url = payments.bank_page(payment, "http://127.0.0.1:1/employer/")
    with urllib.request.urlopen(url) as page:
        assert "确认付款 ¥2,400.00" in page.read().decode()
    order = dict(urllib.parse.parse_qsl(url.partition("?")[2], keep_blank_values=True))
    form = {f"order_{name}": text for name, text in order.items()} | {"payer": "62220001", "payer_name": "付款公司"}
    for _ in range(2):  # the second click moves nothing
        with urllib.request.urlopen(f"{month.bank.url}/pay", urllib.parse.urlencode(form).encode()) as page:
            assert "付款成功" in page.read().decode()
    month.settled()
    payment.refresh_from_db()
    assert (payment.state, month.head.state) == ("paid", "posted")
    assert month.agrees_with_the_bank()


def test_notice_told_ten_times(month):
    month.bank.fault("duplicate", value="10")
    month.pay()
    month.settled()
    until = time.monotonic() + PATIENCE_S
    while BankMessage.objects.filter(state="processed").count() < 10 and time.monotonic() < until:
        time.sleep(0.05)
    assert BankNotice.objects.count() == 1
    assert month.of_people == [Decimal("1200.00")] * 2
    assert month.agrees_with_the_bank()


def test_notice_that_comes_late(month):
    month.bank.fault("delay", value="60")
    month.pay()
    assert not BankNotice.objects.exists()
    month.bank.admin("flush")
    month.settled()
    assert month.head.state == "posted"


def test_short_amount_goes_whole_into_suspense(month):
    month.bank.fault("short_amount", value="0.01")
    month.pay()
    (notice,) = month.settled()
    assert (notice.state, month.head.state) == (NoticeState.SUSPENDED, "part_received")
    assert (month.suspense, month.of_people) == (Decimal("2399.99"), [Decimal("0.00")] * 2)
    assert month.agrees_with_the_bank()


def test_excess_amount_posts_and_keeps_the_rest(month):
    month.bank.fault("excess_amount", value="100.00")
    month.pay()
    month.settled()
    assert (month.head.state, month.suspense) == ("posted", Decimal("100.00"))
    assert month.agrees_with_the_bank()


def test_wrong_remark_is_nobodys_money(month):
    month.bank.fault("wrong_remark", value="货款")
    month.pay()
    (notice,) = month.settled()
    assert (notice.state, month.head.state) == (NoticeState.UNKNOWN, "to_pay")
    assert month.agrees_with_the_bank()


def test_no_remark_but_the_employers_name_in_full_width(month):
    name = month.account.employer.name.replace("有限公司", "(集团)有限公司")
    type(month.account.employer).objects.filter(pk=month.account.employer_id).update(name=name)
    employer = type(month.account.employer).objects.get(pk=month.account.employer_id)
    employer.save()  # keeps the name's key
    month.bank.fault("wrong_remark")
    month.bank.fault("wide_name")
    month.bank.pay_in(month.special.account_no, str(DUE), "", "6222000000009999", employer.name)
    (notice,) = month.settled()
    assert "（集团）" in notice.counter_name
    assert month.head.state == "posted"


def test_paid_twice_keeps_the_second_for_the_employer(month):
    month.pay()
    month.settled()
    month.pay()
    month.settled(2)
    assert (month.suspense, month.of_people) == (DUE, [Decimal("1200.00")] * 2)
    assert month.agrees_with_the_bank()


def test_reversal_waits_for_an_accountant_and_touches_nobodys_balance(month):
    month.bank.fault("reversal")
    month.pay()
    arrived, reversal = month.settled(2)
    assert (arrived.state, reversal.state, reversal.pair) == (NoticeState.MATCHED, NoticeState.UNMATCHED, arrived)
    assert month.of_people == [Decimal("1200.00")] * 2
    assert month.agrees_with_the_bank()


def test_lost_notice_is_found_in_the_statement(month):
    month.bank.fault("lost")
    month.pay()
    assert not BankNotice.objects.exists()
    statements.pull(make_origin(), month.special, DAY, BUSINESS_DATE)
    month.settled()
    assert month.head.state == "posted"
    assert month.agrees_with_the_bank()


def test_centre_that_was_down_is_told_when_it_is_back(month, settings):
    settings.BANK_KEY = "not-the-banks"  # refuses every knock
    month.pay()
    until = time.monotonic() + PATIENCE_S
    while not _attempts(month.bank) and time.monotonic() < until:
        time.sleep(0.05)
    assert not BankMessage.objects.exists()
    settings.BANK_KEY = KEY.decode()
    month.bank.admin("flush")
    month.settled()
    assert month.head.state == "posted"


def _attempts(bank) -> int:
    with urllib.request.urlopen(f"{bank.url}/admin/state") as answer:
        return json.load(answer)["waiting"]
