"""Every message type and every fault of the bank simulator, over HTTP, against the real process."""

import http.client
import urllib.error
import urllib.parse
import urllib.request
from datetime import date
from decimal import Decimal

import pytest

from accounts.bank.messages import (
    AccountLine,
    BalanceQuery,
    BatchCollection,
    BatchDownload,
    BatchLine,
    BatchPayment,
    BatchQuery,
    OwnTransfer,
    Probe,
    SettleType,
    SingleCollection,
    SinglePayment,
    StatementQuery,
    TransactionQuery,
    from_wire,
)
from accounts.bank.simulator.book import Book
from tests.accounts.bank.bank_process import DAY, BankProcess

OTHER_KEY = b"somebody-else"


def payment(business_no, payer, payee="6222000000000001", amount="100.00", **more) -> SinglePayment:
    return SinglePayment(business_no, payer, payee, "张三", Decimal(amount), Decimal(amount), **more)


def collection(business_no, payee, payer="6222000000002001", amount="100.00") -> SingleCollection:
    """From a payer no payment pays to: the bank is shared, and an account opened by being paid has no more than that."""
    return SingleCollection(business_no, payer, "某某公司", "XY001", payee, Decimal(amount))


def status(answer) -> tuple[str, str, str]:
    return answer["head"]["TxStatus"], answer["head"]["RtnCode"], answer["body"].get("status", "")


def ask_again(bank, business_no) -> tuple[str, str]:
    answer = bank.send(TransactionQuery(DAY, "S0", business_no))
    return answer["body"]["status"], answer["body"]["code"]


def statement(bank, account, first=DAY, last=date(2026, 12, 31)) -> list[AccountLine]:
    answer = bank.send(StatementQuery(account, first, last))
    return [from_wire(AccountLine, line) for line in answer["body"]["lines"]]


# --- Messages


def test_probe(bank):
    assert status(bank.send(Probe())) == ("0", "00000", "")


def test_payment_moves_money_once_and_is_announced(bank, listener, centre_account, business_no):
    answer = bank.send(payment(business_no, centre_account))
    assert status(answer) == ("0", "00000", "0")
    assert bank.balance(centre_account) == Decimal("99900.00")
    again = bank.send(payment(business_no, centre_account))
    assert again["body"] == answer["body"]
    assert bank.balance(centre_account) == Decimal("99900.00")
    (line,) = listener.wait_for(1)
    assert (line.amount, line.host_no, line.remark) == (Decimal("-100.00"), answer["body"]["host_no"], business_no)
    assert listener.genuine == [True]


def test_payment_whose_parts_do_not_add_up(bank, centre_account, business_no):
    message = SinglePayment(
        business_no, centre_account, "62220001", "张三", Decimal("1.00"), Decimal("3.00"), Decimal("1.00")
    )
    assert status(bank.send(message)) == ("1", "B0002", "")


def test_payment_beyond_the_balance(bank, centre_account, business_no):
    assert status(bank.send(payment(business_no, centre_account, amount="100000.01")))[:2] == ("1", "B0104")
    assert bank.balance(centre_account) == Decimal("100000.00")


def test_collection_needs_an_agreement(bank, centre_account, business_no):
    assert status(bank.send(collection(business_no, centre_account))) == ("0", "00000", "0")
    without = SingleCollection("B-none", "62220001", "某某公司", "", centre_account, Decimal("1.00"))
    assert status(bank.send(without))[1] == "B0111"


def test_own_transfer_moves_between_special_accounts_only(bank, centre_account, business_no):
    second = bank.open("41050100009999999999", "住房公积金管理中心", "centre", "0.00")
    assert status(bank.send(OwnTransfer(business_no, centre_account, second, Decimal("40.00"))))[0] == "0"
    assert bank.balance(second) == Decimal("40.00")
    outside = OwnTransfer("B-out", centre_account, "6222999", Decimal("1.00"))
    assert status(bank.send(outside))[1] == "B0112"


def test_statement_and_balance_agree_with_every_transaction(bank, centre_account, business_no):
    bank.send(payment(business_no, centre_account))
    bank.pay_in(centre_account, "2500.00", "HJ202611")
    bank.send(collection(f"{business_no}C", centre_account, amount="30.00"))
    lines = statement(bank, centre_account)
    balance = Decimal("100000.00")
    for line in lines:
        balance += line.amount
        assert line.balance == balance
    answer = bank.send(BalanceQuery(centre_account))
    assert Decimal(answer["body"]["balance"]) == balance == Decimal("102430.00")


def test_statement_holds_the_latest_thousand_of_the_window():
    book = Book(":memory:", DAY)
    for no in ("centre", "customer"):
        book.open_account(no, no, opening=10_000_00)
    for _ in range(1003):
        book.move("customer", "centre", 1, summary="", remark="")
    lines = book.lines("centre", DAY, DAY)
    assert (len(lines), lines[0].balance, lines[-1].balance) == (1000, Decimal("10000.04"), Decimal("10010.03"))
    assert book.lines("centre", date(2025, 1, 1), date(2025, 1, 31)) == []
    book.close()


def test_query_of_a_transaction_nobody_sent(bank, business_no):
    answer = bank.send(TransactionQuery(DAY, "S-none", business_no))
    assert answer["head"]["TxStatus"] == "0"
    assert (answer["body"]["status"], answer["body"]["code"]) == ("1", "B0301")


def test_unknown_and_misshapen_messages_are_refused(bank):
    class Strange(Probe):
        CODE = "BDC999"

    assert status(bank.send(Strange()))[:2] == ("1", "B0001")
    bad = payment("B-bad", "41", amount="1.00")
    object.__setattr__(bad, "total", "many")
    answer = bank.send(bad)
    assert answer["head"]["RtnCode"] == "B0001"
    assert "total" in answer["head"]["RtnMessage"]


def test_message_signed_with_another_key_is_refused(bank):
    with pytest.raises(urllib.error.HTTPError) as refused:
        bank.send(Probe(), key=OTHER_KEY)
    assert refused.value.code == 401
    refused.value.close()


def test_business_day_follows_the_centre(bank):
    assert bank.state()["now"].startswith(DAY.isoformat())


# --- Batches


def batch(kind, business_no, account, number, ending="0001", **change):
    lines = tuple(BatchLine(no, Decimal("10.00"), f"62220000{no:04}{ending}", "李四") for no in range(1, number + 1))
    given = {"count": number, "total": Decimal(10) * number, "lines": lines, **change}
    return kind(business_no, account, **{**given, "total": given["total"].quantize(Decimal("0.01"))})


@pytest.mark.parametrize(("kind", "after"), [(BatchPayment, "99970.00"), (BatchCollection, "100030.00")])
def test_batch_is_done_at_the_first_question(bank, centre_account, business_no, kind, after):
    answer = bank.send(batch(kind, business_no, centre_account, 3))
    batch_no = answer["body"]["batch_no"]
    assert answer["body"]["status"] == "0"
    assert bank.balance(centre_account) == Decimal("100000.00")
    result = bank.send(BatchQuery(batch_no))["body"]
    assert (result["status"], result["success_count"], result["success_total"]) == ("1", 3, "30.00")
    assert bank.balance(centre_account) == Decimal(after)
    lines = bank.send(BatchDownload(batch_no))["body"]["lines"]
    assert [line["status"] for line in lines] == ["0", "0", "0"]
    assert len({line["host_no"] for line in lines}) == 3


def test_seventh_line_waits_two_questions_and_fails(bank, centre_account, business_no):
    batch_no = bank.send(batch(BatchPayment, business_no, centre_account, 8))["body"]["batch_no"]
    states = [bank.send(BatchQuery(batch_no))["body"] for _ in range(4)]
    assert [state["status"] for state in states] == ["2", "2", "1", "1"]
    assert [state["success_count"] for state in states] == [7, 7, 7, 7]
    lines = bank.send(BatchDownload(batch_no))["body"]["lines"]
    assert [line["no"] for line in lines if line["status"] == "1"] == [7]


def test_batch_sent_again_is_the_same_batch(bank, centre_account, business_no):
    first = bank.send(batch(BatchPayment, business_no, centre_account, 2))["body"]["batch_no"]
    assert bank.send(batch(BatchPayment, business_no, centre_account, 2))["body"]["batch_no"] == first


def test_batch_with_wrong_totals_is_rejected_as_a_whole(bank, centre_account, business_no):
    for wrong in ({"count": 4}, {"total": Decimal("31.00")}):
        assert status(bank.send(batch(BatchPayment, business_no, centre_account, 3, **wrong)))[1] == "B0201"


def test_batch_that_fails_wholly(bank, centre_account, business_no):
    batch_no = bank.send(batch(BatchCollection, business_no, centre_account, 2, ending="9004"))["body"]["batch_no"]
    assert bank.send(BatchQuery(batch_no))["body"]["status"] == "3"
    lines = bank.send(BatchDownload(batch_no))["body"]["lines"]
    assert {line["message"] for line in lines} == {"余额不足"}


def test_unknown_batch(bank):
    assert status(bank.send(BatchQuery("P-none")))[1] == "B0302"


# --- Endings of the outside account


@pytest.mark.parametrize(
    ("ending", "code", "words"),
    [
        ("9001", "B0101", "账号不存在"),
        ("9002", "B0102", "户名不符"),
        ("9003", "B0103", "账户状态异常"),
        ("9004", "B0104", "余额不足"),
        ("9010", "B0110", "Ⅱ类账户超过当日限额"),
    ],
)
def test_endings_that_fail(bank, centre_account, business_no, ending, code, words):
    answer = bank.send(payment(business_no, centre_account, f"622200000000{ending}"))
    assert (answer["head"]["TxStatus"], answer["head"]["RtnCode"], answer["head"]["RtnMessage"]) == ("1", code, words)
    assert bank.balance(centre_account) == Decimal("100000.00")
    assert ask_again(bank, business_no) == ("1", code)


def lose_answer(bank, message):
    with pytest.raises((http.client.RemoteDisconnected, urllib.error.URLError, ConnectionError)):
        bank.send(message)


def test_timeout_with_the_transaction_done(bank, centre_account, business_no):
    lose_answer(bank, payment(business_no, centre_account, "6222000000009005"))
    assert ask_again(bank, business_no) == ("0", "00000")
    assert bank.balance(centre_account) == Decimal("99900.00")


def test_timeout_with_the_transaction_not_done(bank, centre_account, business_no):
    lose_answer(bank, payment(business_no, centre_account, "6222000000009006"))
    assert ask_again(bank, business_no) == ("1", "B0109")
    assert bank.balance(centre_account) == Decimal("100000.00")


def test_timeout_then_processing_for_some_questions(bank, centre_account, business_no):
    lose_answer(bank, payment(business_no, centre_account, "6222000000009007"))
    assert [ask_again(bank, business_no)[0] for _ in range(4)] == ["2", "2", "0", "0"]
    assert bank.balance(centre_account) == Decimal("99900.00")


def test_payment_returned_the_next_day(bank, listener, centre_account, business_no):
    bank.send(payment(business_no, centre_account, "6222000000009008"))
    listener.wait_for(1)
    bank.admin("clock", days=1)
    assert bank.balance(centre_account) == Decimal("100000.00")
    line = listener.wait_for(2)[1]
    assert (line.amount, line.summary, line.reversal) == (Decimal("100.00"), "退汇", False)
    assert business_no in line.remark


def test_payment_reversed_the_same_day(bank, listener, centre_account, business_no):
    bank.send(payment(business_no, centre_account, "6222000000009009"))
    paid, reversal = listener.wait_for(2)
    assert (paid.amount, reversal.amount, reversal.reversal) == (Decimal("-100.00"), Decimal("100.00"), True)
    assert paid.host_date == reversal.host_date
    assert paid.host_no in reversal.remark


# --- Cents, cut-off, clearing


def test_thirteen_fen_is_announced_twice(bank, listener, centre_account):
    bank.pay_in(centre_account, "100.13")
    first, second = listener.wait_for(2)
    assert first == second


def test_fourteen_fen_is_only_in_the_statement(bank, listener, centre_account):
    host_no = bank.pay_in(centre_account, "100.14")
    bank.pay_in(centre_account, "1.00")
    assert [line.amount for line in listener.wait_for(1)] == [Decimal("1.00")]
    assert host_no in {line.host_no for line in statement(bank, centre_account)}


def test_fifteen_fen_is_announced_before_the_answer(bank, listener, centre_account, business_no):
    bank.send(payment(business_no, centre_account, amount="100.15"))
    assert len(listener.bodies) == 1  # no waiting: it was there before the answer came


def test_deferred_payment_waits_for_clearing(bank, centre_account, business_no):
    answer = bank.send(payment(business_no, centre_account, settle_type=SettleType.CROSS_DEFERRED))
    assert status(answer) == ("2", "00000", "2")
    assert bank.balance(centre_account) == Decimal("100000.00")
    assert ask_again(bank, business_no)[0] == "2"
    bank.admin("clear")
    assert ask_again(bank, business_no)[0] == "0"
    assert bank.balance(centre_account) == Decimal("99900.00")


def test_after_cut_off_the_host_books_on_the_next_day(listener):
    late = BankProcess(listener.url)
    try:
        account = late.open("41050100008888888888", "中心", "centre", "1.00")
        late.admin("clock", at="2026-11-10T23:10:00")
        late.pay_in(account, "5.00")
        assert [line.host_date for line in statement(late, account)] == [date(2026, 11, 11)]
        assert late.state()["now"].startswith("2026-11-10")
    finally:
        late.stop()


# --- Switches


def test_delay(bank, listener, centre_account):
    bank.fault("delay", value="60")
    bank.pay_in(centre_account, "10.00")
    bank.pay_in(centre_account, "20.00")
    assert [line.amount for line in listener.wait_for(1)] == [Decimal("20.00")]
    assert bank.admin("flush") == {"taken": 1}
    assert [line.amount for line in listener.lines()] == [Decimal("20.00"), Decimal("10.00")]


def test_duplicate_notice(bank, listener, centre_account):
    bank.fault("duplicate", value="10")
    bank.pay_in(centre_account, "10.00")
    assert len(set(listener.wait_for(10))) == 1


def test_lost_notice(bank, listener, centre_account):
    bank.fault("lost")
    bank.pay_in(centre_account, "10.00")
    bank.pay_in(centre_account, "20.00")
    assert [line.amount for line in listener.wait_for(1)] == [Decimal("20.00")]


@pytest.mark.parametrize(("fault", "arrives"), [("short_amount", "95.00"), ("excess_amount", "105.00")])
def test_amount_that_differs(bank, listener, centre_account, fault, arrives):
    bank.fault(fault, value="5.00")
    bank.pay_in(centre_account, "100.00", "HJ202611")
    (line,) = listener.wait_for(1)
    assert (line.amount, line.remark) == (Decimal(arrives), "HJ202611")
    assert bank.state()["faults"] == {}


def test_wrong_remark_and_wide_name(bank, listener, centre_account):
    bank.fault("wrong_remark", value="货款")
    bank.fault("wide_name")
    bank.pay_in(centre_account, "100.00", "HJ202611", payer="62229876", name="云禾(许昌)公司")
    (line,) = listener.wait_for(1)
    assert (line.remark, line.counter_name) == ("货款", "云禾　（许昌）公司")


@pytest.mark.parametrize(("fault", "later"), [("timeout_done", "0"), ("timeout_not_done", "1")])
def test_switched_timeouts(bank, centre_account, business_no, fault, later):
    bank.fault(fault)
    lose_answer(bank, collection(business_no, centre_account))
    assert ask_again(bank, business_no)[0] == later
    assert bank.balance(centre_account) == Decimal("100100.00" if later == "0" else "100000.00")


def test_reversal_of_arrived_money(bank, listener, centre_account):
    bank.fault("reversal")
    bank.pay_in(centre_account, "100.00", "HJ202611")
    arrived, taken_back = listener.wait_for(2)
    assert (arrived.amount, taken_back.amount) == (Decimal("100.00"), Decimal("-100.00"))
    assert (arrived.reversal, taken_back.reversal) == (False, True)
    assert bank.balance(centre_account) == Decimal("100000.00")


def test_early_notice(bank, listener, centre_account, business_no):
    bank.fault("early")
    bank.send(collection(business_no, centre_account))
    assert len(listener.bodies) == 1


def test_statement_gap_breaks_the_chain_of_balances(bank, centre_account):
    bank.pay_in(centre_account, "10.00")
    bank.fault("statement_gap")
    bank.pay_in(centre_account, "20.00")
    bank.pay_in(centre_account, "30.00")
    first, third = statement(bank, centre_account)
    assert third.balance != first.balance + third.amount


def test_offline_and_half_open(bank, centre_account, business_no):
    bank.fault("offline")
    lose_answer(bank, payment(business_no, centre_account))
    bank.fault("half_open")
    lose_answer(bank, payment(business_no, centre_account))
    assert ask_again(bank, business_no) == ("1", "B0301")


def test_refused_notice_is_pushed_again(bank, listener, centre_account):
    listener.refusals = 1
    bank.pay_in(centre_account, "10.00")
    assert len(listener.wait_for(1)) == 1


def test_unknown_switch_is_refused(bank):
    with pytest.raises(urllib.error.HTTPError) as refused:
        bank.admin("faults", fault="earthquake")
    assert refused.value.code == 422
    refused.value.close()
