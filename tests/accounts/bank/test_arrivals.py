"""From the bank's knock to the books: stored raw, booked once, owned or waiting."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.bank import dispatch, inbox, suspense
from accounts.bank.matching import Claim, ReceiptClaimer, Rung, Settled
from accounts.bank.models import BankMessage, BankNotice
from accounts.bank.states import MessageState, NoticeState
from accounts.ledger import services as ledger
from accounts.tasks import process_bank_message
from servicehub.declare import DomainError, Finding
from servicehub.declare.registry import receipts
from tests.accounts.bank.world import body, broker_away, line, post, special_account
from tests.accounts.factories import EmployerAccountFactory

pytestmark = pytest.mark.django_db(transaction=True)
KEY = b"the-bank-of-tests"


@pytest.fixture(autouse=True)
def only_this_app(settings, monkeypatch):
    """Claimers of the apps above have tests of their own."""
    settings.BANK_KEY = KEY.decode()
    monkeypatch.setattr(receipts, "_by_code", {"accounts.employer_suspense": receipts["accounts.employer_suspense"]})


@pytest.fixture
def account(branch):
    return special_account(branch)


@pytest.fixture
def owner(branch):
    return EmployerAccountFactory(employer__branch=branch)


def notice() -> BankNotice:
    return BankNotice.objects.get()


def test_money_of_a_known_employer_goes_to_its_suspense(client, account, owner):
    answer = post(client, body(line(account, "1499608.00", remark=f"{owner.employer.number} 汇缴")), KEY)
    assert (answer.status_code, answer.json()["received"]) == (200, True)
    found = notice()
    assert (found.state, found.party, found.rung) == (NoticeState.SUSPENDED, owner.employer.party, Rung.REMARK)
    owner.refresh_from_db()
    assert suspense.suspense_balance(owner) == Decimal("1499608.00")
    view = ledger.voucher_view(found.voucher)
    assert [(row.side, row.subject, row.amount) for row in view.lines] == [
        ("D", account.subject_id, Decimal("1499608.00")),
        ("C", "21901", Decimal("1499608.00")),
    ]
    assert BankMessage.objects.get().state == MessageState.PROCESSED


def test_money_nobody_knows_waits_as_unknown(client, account):
    post(client, body(line(account, "77.00", remark="货款")), KEY)
    found = notice()
    assert (found.state, found.party) == (NoticeState.UNKNOWN, None)
    assert found.reason == "附言、摘要、户名和账号都对应不到单位"
    kept = ledger.subaccount_ids("21902", suspense.NOTICE_OWNER, [found.pk])[found.pk]
    assert ledger.balance(kept).total == Decimal("77.00")


def test_the_same_notice_ten_times_is_one_row_and_one_voucher(client, account, owner):
    content = body(line(account, "500.00", remark=owner.employer.number))
    for _ in range(10):
        assert post(client, content, KEY).status_code == 200
    assert BankMessage.objects.filter(state=MessageState.PROCESSED).count() == 10
    owner.refresh_from_db()
    assert suspense.suspense_balance(owner) == Decimal("500.00")
    assert notice().voucher


def test_the_bank_is_answered_while_the_broker_is_away_and_the_sweeper_goes_on(client, account, settings, monkeypatch):
    settings.BANK_URL = "http://127.0.0.1:9"
    with broker_away(monkeypatch, process_bank_message):
        assert post(client, body(line(account, "77.00", remark="货款")), KEY).status_code == 200
        dispatch.sweep()
        assert BankMessage.objects.get().state == MessageState.RECEIVED
    dispatch.sweep()
    assert BankMessage.objects.get().state == MessageState.PROCESSED
    assert notice().state == NoticeState.UNKNOWN


def test_statement_and_notice_of_one_line_are_one(client, account, owner):
    told = line(account, "500.00", remark=owner.employer.number, host_no="0001234")
    post(client, body(told), KEY)
    inbox.keep(body(line(account, "500.00", host_no="1234", host_date=told.host_date)).decode(), "", "BDC113")
    assert notice().host_no == "1234"


def test_two_candidates_wait_with_the_reason(client, account, owner, branch):
    other = EmployerAccountFactory(employer__branch=branch)
    post(client, body(line(account, remark=f"{owner.employer.number} {other.employer.number}")), KEY)
    assert (notice().state, notice().reason) == (NoticeState.UNKNOWN, "有 2 个可能的单位或单据，不能自动认定")


def test_reversals_and_strange_debits_are_left_to_an_accountant(client, account, owner):
    arrived = line(account, "90.00", remark=owner.employer.number)
    back = line(account, "-90.00", reversal=True, remark=f"冲正{arrived.host_no.lstrip('0')}")
    fee = line(account, "-5.00", summary="手续费")
    post(client, body(arrived, back, fee), KEY)
    first, reversal, debit = BankNotice.objects.order_by("pk")
    assert first.state == NoticeState.SUSPENDED
    assert (reversal.state, reversal.pair, reversal.voucher) == (NoticeState.UNMATCHED, first, None)
    assert (debit.state, debit.voucher) == (NoticeState.UNMATCHED, None)
    assert set(BankNotice.objects.for_accountant()) == {reversal, debit}


def test_a_body_signed_by_somebody_else_is_not_stored(client, account):
    answer = post(client, body(line(account)), b"somebody")
    assert answer.status_code == 401
    assert not BankMessage.objects.exists()
    assert client.post("/bank/notices/", b"{}", content_type="application/json").status_code == 401
    assert client.get("/bank/notices/").status_code == 405


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[]", b"{}", b'{"body":{"lines":[{}]}}'])
def test_a_message_nobody_can_read_is_kept_and_answered(client, account, content):
    assert post(client, content, KEY).status_code == 200
    kept = BankMessage.objects.get()
    assert kept.state == MessageState.FAULTY
    assert kept.error.startswith("报文不能识别")
    assert not BankNotice.objects.exists()


def test_a_line_of_an_account_that_is_not_ours(client, account, branch):
    stranger = special_account(branch)
    lines = body(line(account), line(stranger))
    stranger.delete()
    post(client, lines, KEY)
    kept = BankMessage.objects.get()
    assert kept.state == MessageState.FAULTY
    assert stranger.account_no in kept.error
    assert not BankNotice.objects.exists()


class Documents(ReceiptClaimer):
    """Claims by serial; refuses what the test tells it to refuse."""

    code = "tests.documents"
    order = 10

    def __init__(self, owner, refuses=False):
        self.owner, self.refuses = owner, refuses

    def candidates(self, arrival, rung):
        if rung is Rung.SERIAL and "HJ" in arrival.remark:
            return [Claim(self.owner.employer.party, "tests.document:1")]
        return []

    def settle(self, origin, notice, claim):
        origin.require_pass()
        voucher = suspense.book_to_employer(origin, notice, self.owner)
        if self.refuses:
            raise DomainError("tests.paid_already", Finding("tests.paid_already", "这笔缴款书已经付过款"))
        return Settled("match", voucher, "入账")


@pytest.fixture
def documents(owner):
    claimer = Documents(owner)
    receipts.add(claimer)
    yield claimer
    receipts.remove(claimer.code)


def test_an_apps_claimer_settles_its_document(client, account, documents):
    post(client, body(line(account, "12.00", remark="HJ1")), KEY)
    found = notice()
    assert (found.state, found.document, found.claimer) == (NoticeState.MATCHED, "tests.document:1", "tests.documents")


def test_money_a_claimer_refuses_waits_with_its_reason_and_nothing_of_it_stays(client, account, documents, owner):
    documents.refuses = True
    post(client, body(line(account, "12.00", remark="HJ1")), KEY)
    assert (notice().state, notice().reason) == (NoticeState.UNKNOWN, "这笔缴款书已经付过款")
    owner.refresh_from_db()
    assert suspense.suspense_balance(owner) == Decimal("0.00")


def test_a_crash_in_the_middle_leaves_nothing_and_the_sweep_finishes_it_once(client, account, owner, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*args):
        raise Killed

    content = body(line(account, "5.00", remark=owner.employer.number), line(account, "6.00"))
    book = suspense.book_unknown
    monkeypatch.setattr(suspense, "book_unknown", die)
    with pytest.raises(Killed):
        post(client, content, KEY)
    assert BankMessage.objects.get().state == MessageState.RECEIVED
    assert not BankNotice.objects.exists()
    monkeypatch.setattr(suspense, "book_unknown", book)
    (message,) = inbox.waiting()
    inbox.process(message)
    inbox.process(message)
    assert BankNotice.objects.count() == 2
    assert inbox.waiting() == []


def test_two_workers_with_one_line_book_it_once(race, account, owner):
    content = body(line(account, "5.00", remark=owner.employer.number)).decode()
    numbers = [
        BankMessage.objects.create(tx_code="SBDC100", body=content, signature="", received_at="2026-11-10T09:00Z").pk
        for _ in range(2)
    ]
    race(lambda: inbox.process(numbers[0]), lambda: inbox.process(numbers[1]))
    assert notice().state == NoticeState.SUSPENDED
    owner.refresh_from_db()
    assert suspense.suspense_balance(owner) == Decimal("5.00")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_banknotice SET amount = amount + 1",
        "UPDATE accounts_banknotice SET remark = 'x'",
        "DELETE FROM accounts_banknotice",
        "UPDATE accounts_bankmessage SET body = '\\x00'",
        "DELETE FROM accounts_bankmessage",
    ],
)
def test_what_the_bank_told_is_never_changed(client, account, statement):
    post(client, body(line(account)), KEY)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
