"""A centre with a bank at work, one special account and a business day to close."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from accounts.bank.models import BankNotice, SpecialAccount
from accounts.day_close import running
from accounts.day_close.models import Closing, ClosingState
from accounts.ledger.models import Subject
from accounts.ledger.years import YearPolicy, open_interest_year
from servicehub.catalogue.sync import sync_catalogue
from servicehub.clock.models import BusinessCalendar
from tests.accounts.bank.bank_process import DAY, KEY, BankProcess
from tests.accounts.bank.conftest import listener
from tests.accounts.bank.world import special_account
from tests.conftest import make_origin

__all__ = ["listener"]


@pytest.fixture
def bank(listener):
    """Of one test's own: it follows the centre's day, which a close moves on."""
    bank = BankProcess(listener.url)
    yield bank
    bank.stop()


@dataclass
class Centre:
    bank: BankProcess
    account: SpecialAccount
    day: date

    def receive(self, *amounts: str) -> list[BankNotice]:
        """Money of nobody known comes; the bank tells of it only when it is asked."""
        for amount in amounts:
            self.bank.pay_in(self.account.account_no, amount, remark="货款")
        return list(BankNotice.objects.order_by("pk"))

    def start(self) -> Closing:
        return self.now(running.start(make_origin(business_date=self.day)))

    def sign(self) -> Closing:
        closing = Closing.objects.get(day=self.day)
        return self.now(running.sign(make_origin(business_date=self.day, operator_name="孙丽"), closing.pk))

    def resume(self) -> Closing:
        closing = Closing.objects.get(day=self.day)
        return self.now(running.resume(make_origin(business_date=self.day), closing.pk))

    def now(self, closing: Closing) -> Closing:
        closing.refresh_from_db()
        return closing

    def close(self) -> Closing:
        closing = self.start()
        assert (closing.state, closing.note) == (ClosingState.RUNNING, "两人签批：等待签批"), closing.note
        closing = self.sign()
        assert closing.state == ClosingState.CLOSED, closing.note
        return closing


@pytest.fixture
def centre(branch, bank, settings) -> Centre:
    settings.BANK_URL, settings.BANK_KEY = bank.url, KEY.decode()
    sync_catalogue()
    for year in (2025, 2026, 2027, 2028):
        open_interest_year(make_origin(), year, YearPolicy())
    account = special_account(branch)
    Subject.objects.filter(code=account.subject_id).update(opened_on=account.opened_on)
    bank.open(account.account_no, account.name, "centre", "0.00")
    made = Centre(bank, account, DAY)
    on(made, DAY)
    return made


def on(centre: Centre, day: date) -> None:
    """The open business day; a test may begin on any."""
    centre.day = day
    BusinessCalendar.objects.update(open_date=day)


FEN = Decimal("0.01")
