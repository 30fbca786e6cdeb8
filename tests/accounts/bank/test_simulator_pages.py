"""The bank simulator's pages for people, its payment page, and how it starts."""

import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from decimal import Decimal

import pytest

from accounts.bank.cashier import PaymentOrder, payment_url, read_order
from tests.accounts.bank.bank_process import KEY, BankProcess


def page(bank, path, form=None) -> tuple[int, str]:
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        with urllib.request.urlopen(f"{bank.url}{path}", data, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_pages_show_accounts_lines_and_switches(bank, centre_account):
    bank.pay_in(centre_account, "1234.50", "<b>HJ</b>")
    assert centre_account in page(bank, "/")[1]
    code, html = page(bank, f"/accounts/{centre_account}")
    assert (code, "1,234.50" in html, "<b>HJ</b>" in html) == (200, True, False)
    assert page(bank, "/accounts/none")[0] == 404
    assert page(bank, "/notices")[0] == 200
    code, html = page(bank, "/faults", {"fault": "lost", "times": "3"})
    assert (code, "还有 3 次" in html) == (200, True)
    assert bank.state()["faults"]["lost"]["times"] == 3


@pytest.mark.parametrize(
    ("name", "value"), [("delay", "soon"), ("duplicate", "1.5"), ("short_amount", "much"), ("nonsense", "")]
)
def test_switch_with_a_value_it_cannot_use(bank, name, value):
    code, html = page(bank, "/faults", {"fault": name, "times": "1", "value": value})
    assert (code, "开关的数值不对" in html, bank.state()["faults"]) == (422, True, {})


def test_transfer_form(bank, centre_account):
    form = {"payer": "62220077", "payer_name": "某公司", "payee": centre_account, "amount": "1,000.5", "remark": "x"}
    assert "¥1,000.50" in page(bank, "/transfer", form)[1]
    assert bank.balance(centre_account) == Decimal("101000.50")
    code, html = page(bank, "/transfer", {**form, "amount": "许多"})
    assert (code, "金额只写数字" in html) == (422, True)
    code, html = page(bank, "/transfer", {**form, "payee": "nowhere"})
    assert (code, "收款账号不存在" in html) == (422, True)


def test_online_payment_pays_a_signed_order_once(bank, listener, centre_account, business_no):
    order = PaymentOrder(
        business_no, centre_account, "住房公积金管理中心", Decimal("1499608.00"), "HJ202611",
        "62220088", "云禾公司", "http://127.0.0.1:1/employer/",
    )  # fmt: skip
    url = payment_url("", KEY, order)
    assert "确认付款 ¥1,499,608.00" in page(bank, url)[1]
    query = dict(urllib.parse.parse_qsl(url.partition("?")[2], keep_blank_values=True))
    assert read_order(KEY, query) == order
    form = {**{f"order_{name}": text for name, text in query.items()}, "payer": "62220088", "payer_name": "云禾公司"}
    for _ in range(2):
        code, html = page(bank, "/pay", form)
        assert (code, "付款成功" in html, "返回单位网厅" in html) == (200, True, True)
    assert [(line.amount, line.remark) for line in listener.wait_for(1)] == [(Decimal("1499608.00"), "HJ202611")]
    assert bank.balance(centre_account) == Decimal("1599608.00")
    assert "付款成功" in page(bank, url)[1]


def test_order_that_was_changed_is_refused(bank, centre_account, business_no):
    url = payment_url("", KEY, PaymentOrder(business_no, centre_account, "中心", Decimal("100.00"), "HJ"))
    assert page(bank, url.replace("100.00", "1.00"))[0] == 403
    assert page(bank, "/pay")[0] == 403
    assert page(bank, "/pay", {"order_order": business_no})[0] == 403


def test_bank_keeps_its_books_over_a_restart(tmp_path, listener):
    books = str(tmp_path / "bank.sqlite")
    first = BankProcess(listener.url, "--books", books)
    account = first.open("41050100007777777777", "中心", "centre", "7.00")
    first.process.kill()
    first.stop()
    second = BankProcess(listener.url, "--books", books)
    try:
        assert second.balance(account) == Decimal("7.00")
    finally:
        second.stop()


def test_bank_opens_the_accounts_it_is_given(tmp_path, listener):
    start = {"day": "2026-12-01", "accounts": [{"no": "41", "name": "中心", "kind": "centre", "opening": 12345}]}
    (tmp_path / "bank.json").write_text(json.dumps(start))
    given = BankProcess(listener.url, "--accounts", str(tmp_path / "bank.json"), "--day", "")
    try:
        assert given.balance("41") == Decimal("123.45")
        assert given.state()["now"].startswith("2026-12-01")
    finally:
        given.stop()


def test_port_answers_health(bank):
    with socket.create_connection(("127.0.0.1", int(bank.url.rpartition(":")[2])), timeout=5):
        assert page(bank, "/healthz")[0] == 200
