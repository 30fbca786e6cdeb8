"""Payments against the real simulator: sent once, asked about until final, owned to the end."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest

from accounts.bank import dispatch, payments, settlement
from accounts.bank.messages import BatchCollection, BatchPayment, BusinessType, SettleType
from accounts.bank.models import PaymentAttempt, PaymentInstruction
from accounts.bank.payments import BatchDetail, Counterpart, Order, PaymentOwner
from accounts.bank.states import NOTICE_MOVES, PAYMENT_MOVES, MoveRefused, NoticeState, PaymentState, moved
from accounts.tasks import ask_payment, send_payment
from servicehub import clock
from tests.accounts.bank.bank_process import KEY
from tests.accounts.bank.world import broker_away, special_account
from tests.conftest import BUSINESS_DATE, make_origin

pytestmark = pytest.mark.django_db(transaction=True)
OWNER = "tests.payments"


@dataclass
class Waiting(PaymentOwner):
    answers: list = field(default_factory=list)
    lines: list = field(default_factory=list)

    def bank_answered(self, origin, instruction):
        origin.require_pass()
        self.answers.append((instruction.subject, instruction.state, instruction.words))

    def lines_answered(self, origin, lines):
        self.lines.extend((line.subject, line.state) for line in lines)


@pytest.fixture
def owner(monkeypatch):
    waiting = Waiting()
    monkeypatch.setitem(payments.owners, OWNER, waiting)
    return waiting


@pytest.fixture
def account(branch, bank, settings):
    settings.BANK_URL, settings.BANK_KEY = bank.url, KEY.decode()
    account = special_account(branch)
    bank.open(account.account_no, account.name, "centre", "10000.00")
    return account


def order(**given) -> Order:
    return Order(OWNER, "tests.withdrawal:7", summary="提取", business_type=BusinessType.PART_WITHDRAWAL, **given)


def pay(account, payee="6222000000001111", amount="100.00", **given) -> PaymentInstruction:
    """In eager mode the worker's task runs at the commit."""
    made = payments.pay(make_origin(), account, Counterpart(payee, "张三"), Decimal(amount), order(), **given)
    made.refresh_from_db()
    return made


def asked(instruction) -> str:
    dispatch.ask(instruction.pk)
    instruction.refresh_from_db()
    return instruction.state


def test_payment_goes_out_after_the_commit_and_its_owner_hears(account, owner, bank):
    made = pay(account)
    assert made.state == PaymentState.SUCCESS
    assert owner.answers == [("tests.withdrawal:7", "success", "")]
    assert bank.balance(account.account_no) == Decimal("9900.00")
    attempt = PaymentAttempt.objects.get()
    assert (attempt.tx_status, attempt.code) == ("0", "00000")
    assert made.host_no
    assert made.business_no.startswith("ZF261123")


def test_refused_payment_fails_and_is_paid_again_under_a_new_number(account, owner, bank):
    failed = pay(account, "6222000000009002")
    assert (failed.state, failed.code, failed.words) == (PaymentState.FAILED, "B0102", "户名不符")
    again = pay(account, retry_of=failed)
    assert again.state == PaymentState.SUCCESS
    assert again.business_no != failed.business_no
    assert [state for _, state, _ in owner.answers] == ["failed", "success"]


@pytest.mark.parametrize(
    ("ending", "answers", "balance"),
    [
        ("9005", ["success"], "9900.00"),
        ("9006", ["failed"], "10000.00"),
        ("9007", ["accepted", "accepted", "success"], "9900.00"),
    ],
)
def test_after_silence_the_bank_is_only_asked(account, owner, bank, ending, answers, balance):
    made = pay(account, f"622200000000{ending}")
    assert made.state == PaymentState.UNKNOWN
    assert owner.answers == []
    dispatch.send(made.pk)  # a second sending does nothing
    with pytest.raises(ValueError, match="only a failed payment"):
        pay(account, retry_of=made)
    assert [asked(made) for _ in answers] == answers
    assert len(owner.answers) == 1
    assert bank.balance(account.account_no) == Decimal(balance)
    assert made.attempts.filter(tx_code="BDC101").count() == 1


def test_final_is_final(account, owner):
    made = pay(account)
    assert asked(made) == PaymentState.SUCCESS
    assert made.attempts.count() == 1
    assert len(owner.answers) == 1


def test_bank_that_cannot_be_reached_gets_it_later(account, owner, bank, settings):
    settings.BANK_URL = "http://127.0.0.1:9"
    made = pay(account)
    assert made.state == PaymentState.NEW
    settings.BANK_URL = bank.url
    dispatch.send(made.pk)
    made.refresh_from_db()
    assert made.state == PaymentState.SUCCESS
    assert made.attempts.count() == 2


def test_a_decision_stands_while_the_broker_is_away_and_the_sweeper_pays(account, owner, bank, monkeypatch):
    with broker_away(monkeypatch, send_payment):
        made = pay(account, "6222000000009007")
        PaymentInstruction.objects.update(created_at=clock.now() - timedelta(minutes=1))
        dispatch.sweep()
        made.refresh_from_db()
        assert made.state == PaymentState.NEW
    dispatch.sweep()
    made.refresh_from_db()
    assert made.state == PaymentState.UNKNOWN
    PaymentAttempt.objects.update(sent_at=clock.now() - timedelta(minutes=1))
    with broker_away(monkeypatch, ask_payment):
        dispatch.sweep()
        assert made.attempts.count() == 1
    dispatch.sweep()
    made.refresh_from_db()
    assert made.state == PaymentState.ACCEPTED


@pytest.mark.parametrize("fault", ["offline", "half_open"])
def test_broken_line_is_silence(account, owner, bank, fault):
    bank.fault(fault)
    made = pay(account)
    assert made.state == PaymentState.UNKNOWN
    assert asked(made) == PaymentState.FAILED  # the bank never saw it
    assert bank.balance(account.account_no) == Decimal("10000.00")


def test_answer_signed_by_somebody_else_is_silence(account, owner, bank, monkeypatch):
    read = settlement._read
    monkeypatch.setattr(settlement, "_read", lambda raw, signature: read(raw, "0" * 64))
    made = pay(account)
    assert made.state == PaymentState.UNKNOWN
    monkeypatch.undo()
    assert bank.balance(account.account_no) == Decimal("9900.00")


def test_wrong_key_delivers_nothing(account, owner, settings):
    settings.BANK_KEY = "wrong"
    assert pay(account).state == PaymentState.NEW


def test_worker_killed_before_the_answer_asks_instead_of_sending_again(account, owner, bank, monkeypatch):
    class Killed(BaseException):
        pass

    send = settlement.send

    def send_and_die(*given):
        send(*given)
        raise Killed

    monkeypatch.setattr(settlement, "send", send_and_die)
    with pytest.raises(Killed):
        pay(account)
    monkeypatch.setattr(settlement, "send", send)
    made = PaymentInstruction.objects.get()
    assert made.state == PaymentState.SENT
    assert asked(made) == PaymentState.SUCCESS
    assert bank.balance(account.account_no) == Decimal("9900.00")


def test_deferred_payment_is_accepted_and_succeeds_after_clearing(account, owner, bank):
    made = payments.pay(
        make_origin(), account, Counterpart("62220055", "李四"), Decimal("10.00"),
        order(settle_type=SettleType.CROSS_DEFERRED),
    )  # fmt: skip
    made.refresh_from_db()
    assert made.state == PaymentState.ACCEPTED
    bank.admin("clear")
    assert asked(made) == PaymentState.SUCCESS


def test_collection_and_transfer(account, owner, bank, branch):
    payer = Counterpart("6222000000002222", "某公司", agreement_no="XY001")
    collected = payments.collect(make_origin(), account, payer, Decimal("70.00"), order())
    other = special_account(branch)
    bank.open(other.account_no, other.name, "centre", "0.00")
    moved_on = payments.transfer(make_origin(), account, other, Decimal("20.00"), order())
    for made in (collected, moved_on):
        made.refresh_from_db()
        assert made.state == PaymentState.SUCCESS
    assert bank.balance(account.account_no) == Decimal("10050.00")
    with pytest.raises(ValueError, match="agreement"):
        payments.collect(make_origin(), account, Counterpart("1", "x"), Decimal(1), order())


def details(number: int, ending: str = "0001") -> list[BatchDetail]:
    payees = (Counterpart(f"62220000{no:04}{ending}", "王五", agreement_no="XY") for no in range(1, number + 1))
    return [BatchDetail(Decimal("10.00"), payee, f"tests.line:{no}") for no, payee in enumerate(payees, start=1)]


@pytest.mark.parametrize("tx_code", [BatchPayment.CODE, BatchCollection.CODE])
def test_batch_ends_line_by_line(account, owner, bank, tx_code):
    made = payments.batch(make_origin(), tx_code, account, details(8), order())
    made.refresh_from_db()
    assert (made.state, made.amount) == (PaymentState.ACCEPTED, Decimal("80.00"))
    assert [asked(made) for _ in range(3)] == ["accepted", "accepted", "success"]
    assert owner.lines.count(("tests.line:7", "failed")) == 1
    assert [state for _, state in owner.lines].count("success") == 7
    assert len(owner.answers) == 1
    assert all(made.lines.filter(state="success").values_list("host_no", flat=True))


def test_batch_that_fails_wholly(account, owner, bank):
    made = payments.batch(make_origin(), BatchCollection.CODE, account, details(2, "9004"), order())
    assert asked(made) == PaymentState.FAILED
    assert {state for _, state in owner.lines} == {"failed"}


def test_batch_rejected_as_a_whole_fails_every_line(account, owner, bank, monkeypatch):
    whole = payments.message_of
    monkeypatch.setattr(payments, "message_of", lambda made: replace(whole(made), count=99))
    made = payments.batch(make_origin(), BatchPayment.CODE, account, details(3), order())
    made.refresh_from_db()
    assert (made.state, made.code) == (PaymentState.FAILED, "B0201")
    assert owner.lines == [(f"tests.line:{no}", "failed") for no in (1, 2, 3)]
    assert set(made.lines.values_list("words", flat=True)) == {"笔数或金额与明细汇总不符"}


def test_batch_whose_answer_was_lost_finds_its_number(account, owner, bank):
    bank.fault("half_open")
    made = payments.batch(make_origin(), BatchPayment.CODE, account, details(2), order())
    made.refresh_from_db()
    assert made.state == PaymentState.UNKNOWN
    assert asked(made) == PaymentState.FAILED  # it never arrived


def test_our_own_line_is_matched_to_its_instruction(account, owner, bank, listener, client):
    from accounts.bank.models import BankNotice
    from tests.accounts.bank.world import post

    made = pay(account)
    listener.wait_for(1)
    assert post(client, listener.bodies[-1], KEY).status_code == 200
    notice = BankNotice.objects.get()
    assert (notice.state, notice.payment, notice.amount) == (NoticeState.MATCHED, made, Decimal("-100.00"))


def test_nothing_is_paid_without_a_pass(account, owner):
    with pytest.raises(PermissionError):
        payments.pay(make_origin(pass_=None), account, Counterpart("1", "x"), Decimal(1), order())
    with pytest.raises(ValueError, match="nobody waits"):
        payments.pay(make_origin(), account, Counterpart("1", "x"), Decimal(1), Order("nobody", "x:1"))


def test_the_bank_is_probed_once_a_day_and_follows_the_centres_day(account, bank, settings, monkeypatch):
    assert dispatch.probe()
    assert bank.state()["now"].startswith(BUSINESS_DATE.isoformat())
    monkeypatch.setattr(settlement, "send", None)  # not asked again
    assert dispatch.probe()


def test_a_bank_that_is_down_is_noticed(account, settings):
    settings.BANK_URL = "http://127.0.0.1:9"
    assert not dispatch.probe()


# --- The tables of moves, whole


@pytest.mark.parametrize(("table", "states"), [(PAYMENT_MOVES, PaymentState), (NOTICE_MOVES, NoticeState)])
def test_only_listed_moves_happen(table, states):
    actions = {action for _, action in table}
    for state, action in product(states, actions):
        if (state, action) in table:
            assert moved(table, state, action) == table[(state, action)]
        else:
            with pytest.raises(MoveRefused):
                moved(table, state, action)


def test_nothing_leads_out_of_an_end_or_back_to_sending():
    ends = {PaymentState.SUCCESS, PaymentState.FAILED}
    assert not {state for state, _ in PAYMENT_MOVES} & ends
    assert {state for state, action in PAYMENT_MOVES if action == "send"} == {PaymentState.NEW}
    assert {state for (state, _), end in PAYMENT_MOVES.items() if end == PaymentState.NEW} == {PaymentState.SENT}
