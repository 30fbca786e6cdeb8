"""The centre's own money between its own accounts: asked of the bank, booked once it has done it, and reconciled."""

from decimal import Decimal

import pytest
from django.db import transaction

from accounts.bank import inbox, own_money, payments
from accounts.bank.models import BankMessage, PaymentAttempt
from accounts.bank.payments import Heard
from accounts.bank.reconciliation.models import BankMatch, Rung
from accounts.bank.reconciliation.passes import reconcile
from accounts.ledger.general import subject_balance
from accounts.ledger.models import Subject
from tests.accounts.bank.bank_process import DAY
from tests.accounts.bank.world import body, line, special_account
from tests.conftest import REQUEST_TIME, make_origin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_bank(monkeypatch):
    """What the bank says is told by hand."""
    monkeypatch.setattr("accounts.bank.payments.outbox.send_after_commit", lambda *given: None)


@pytest.fixture
def accounts(branch):
    made = special_account(branch), special_account(branch)
    Subject.objects.filter(code__in=[one.subject_id for one in made]).update(opened_on=made[0].opened_on)
    inbox.keep(body(line(made[0], "500.00", remark="货款")).decode(), "", "SBDC100")
    take_in()
    return made


def take_in() -> None:
    for message in BankMessage.objects.filter(state="received").order_by("pk"):
        inbox.process(message.pk)


def answered(instruction, action: str) -> None:
    attempt = PaymentAttempt.objects.create(
        instruction=instruction, tx_code="BDC109", business_date=DAY, sent_at=REQUEST_TIME
    )
    instruction.state = "sent"
    instruction.save()
    with transaction.atomic():
        payments.record(make_origin(), Heard(attempt.pk, action, host_no="00042", host_date=DAY))


def test_booked_when_done_and_both_lines_find_their_entry(accounts):
    source, target = accounts
    made = own_money.transfer(make_origin(), source, target, Decimal("200.00"), "归集资金划转")
    assert subject_balance(target.subject_id) == 0
    answered(made, "succeed")
    assert (subject_balance(source.subject_id), subject_balance(target.subject_id)) == (
        Decimal("300.00"),
        Decimal("200.00"),
    )
    sides = [
        line(source, "-200.00", host_no="42", remark=made.business_no),
        line(target, "200.00", host_no="42", remark=made.business_no),
    ]
    inbox.keep(body(*sides).decode(), "", "SBDC100")
    take_in()
    done = reconcile(make_origin(), [source.pk, target.pk])
    assert (done.matched, done.outstanding) == (3, 0)
    assert set(BankMatch.objects.values_list("rung", flat=True)) == {Rung.HOST_NUMBER}


def test_refused_by_the_bank_nothing_is_booked(accounts):
    source, target = accounts
    made = own_money.transfer(make_origin(), source, target, Decimal("200.00"), "归集资金划转")
    answered(made, "fail")
    assert subject_balance(source.subject_id) == Decimal("500.00")


def test_fund_money_and_surplus_money_do_not_mix(accounts, branch):
    source, target = accounts
    surplus = special_account(branch, nature="03")
    codes = [one.code for one in own_money.transfer_faults(source, surplus, Decimal("600.00"))]
    assert codes == ["own.nature", "own.short"]
    assert [one.code for one in own_money.transfer_faults(source, source, Decimal("1.00"))] == ["own.same"]
    assert own_money.transfer_faults(source, target, Decimal("500.00")) == []
