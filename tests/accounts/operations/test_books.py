"""凭证簿, 总账, 明细账, 日记账, 科目余额表 and the statements: figures by hand, one figure everywhere, row scope."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts.ledger import services as ledger
from accounts.ledger.days import begin_closing, finish_closing
from accounts.ledger.models import Voucher, VoucherNumber
from accounts.ledger.years import YearPolicy, open_interest_year
from accounts.models import FundAccount
from accounts.operations.ledger_lookups import SIX
from servicehub import gate
from servicehub.declare import CENTRE, Pass, PassKind
from servicehub.faces import paging
from tests.accounts.factories import BranchFactory
from tests.accounts.ledger.test_proofs import behind
from tests.accounts.vouchers import accountant, fund_account, key_voucher, old_account
from tests.conftest import BUSINESS_DATE, make_origin

pytestmark = pytest.mark.django_db
BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
MONTH = {"since": "2026-11-01", "until": "2026-11-30"}
BEFORE = date(2026, 10, 30)


@pytest.fixture
def branch():
    for year in (2026, 2027):
        open_interest_year(make_origin(), year, YearPolicy())
    return BranchFactory()


@pytest.fixture
def bank(branch):
    return old_account(branch)


@pytest.fixture
def person(branch) -> FundAccount:
    return fund_account(branch)


def deposit(account, person, amount: str, event_id: str, day=BUSINESS_DATE) -> int:
    entry = ledger.Entry(
        "deposits.allocate", event_id, person.branch_id, {"total": Decimal(amount)},
        [ledger.Movement(person.subaccount_id, Decimal(amount), month=202611)], {"bank": account.subject_id},
    )  # fmt: skip
    return ledger.post(make_origin(business_date=day), entry).voucher


@pytest.fixture
def world(bank, person):
    """October: 1,000 in. November: 500 and 250.50 in, the 250.50 taken back, 8.00 of interest keyed and checked."""
    deposit(bank, person, "1000.00", "D0", BEFORE)
    first = deposit(bank, person, "500.00", "D1")
    wrong = deposit(bank, person, "250.50", "D2")
    ledger.reverse(make_origin(), wrong, ledger.Reversal("R1", "重复入账"))
    raw = {"income": "8.00", "bank": bank.subject_id, "evidence": "利息回单", "note": "三季度利息"}
    key_voucher("accounts.key_e18_receive", raw, bank.branch_id)
    return first


def read(code: str, branch: int | None = None, origin=None, **raw):
    table = gate.read(code, origin or accountant("总账", branch), CENTRE, raw)
    return table, paging.listing(table, QueryDict(""), 200).rows


def test_the_voucher_book_lists_every_line_with_its_hands(world, bank):
    table, rows = read("accounts.voucher_book", **MONTH)
    assert [(row["debit"], row["credit"]) for row in rows] == [
        (500, None), (None, 500), (Decimal("250.50"), None), (None, Decimal("250.50")),
        (Decimal("-250.50"), None), (None, Decimal("-250.50")), (8, None), (None, 8),
    ]  # fmt: skip
    assert paging.totals_of(table) == {"debit": 508, "credit": 508}
    keyed = rows[-1]
    assert (keyed["maker"], keyed["checker"], keyed["summary"]) == ("会计", "复核", "三季度利息")
    assert (rows[0]["maker"], rows[0]["checker"], rows[0]["number"]) == ("王芳", "", "日结后编号")
    assert [len(read("accounts.voucher_book", manual=one, **MONTH)[1]) for one in ("manual", "business")] == [2, 6]
    assert len(read("accounts.voucher_book", case_no=keyed["case_number"])[1]) == 2
    assert len(read("accounts.voucher_book", subject="201", **MONTH)[1]) == 3
    assert read("accounts.voucher_book", since="2026-12-01", until="2026-12-31")[1] == []


def test_numbers_stand_in_the_book_once_the_day_is_closed(world, bank):
    book = Voucher.objects.order_by("pk").values_list("pk", flat=True)
    VoucherNumber.objects.bulk_create(
        VoucherNumber(book="F", branch=bank.branch_id, month=202611, no=no, voucher_id=voucher)
        for no, voucher in enumerate(book, start=1)
    )
    _, rows = read("accounts.voucher_book", number="2", **MONTH)
    assert {(row["voucher"], row["number"]) for row in rows} == {(world, "公积金 2")}


def test_a_voucher_tells_where_it_comes_from_and_what_answered_it(world):
    table, rows = read("accounts.voucher", voucher=world)
    facts = dict(table.facts)
    assert (facts["业务"], facts["业务编号"], facts["明细笔数"]) == ("汇缴到账分配（E03）", "D1", "1")
    assert [row["moved"] for row in rows] == ["", "查看明细"]
    assert table.totals == {"debit": 500, "credit": 500}
    red = Voucher.objects.get(reverses__isnull=False)
    assert dict(read("accounts.voucher", voucher=red.pk)[0].facts)["冲销凭证"] == str(red.reverses_id)
    answered, rows = read("accounts.voucher", voucher=red.reverses_id)
    assert dict(answered.facts)["被凭证冲销"] == str(red.pk)
    assert {row["other"] for row in rows} == {red.pk}


def test_a_movement_leads_to_whose_money_it_is(world, person):
    table, (row,) = read("accounts.voucher_postings", voucher=world, subject="201")
    card = type(person.person).objects.get(pk=person.person_id)
    assert row["owner_address"] == f"person/{card.token}/"
    assert (row["amount"], row["label"], row["month"]) == (500, "汇缴", 202611)
    assert person.person.name not in row["owner"]  # masked
    assert paging.totals_of(table) == {"amount": 500, "carried": 0}
    assert read("accounts.voucher_postings", voucher=99_999_999)[1] == []


def test_a_ledger_page_runs_from_opening_to_closing(world):
    table, rows = read("accounts.subject_ledger", subject="201", **MONTH)
    assert dict(table.facts)["期初余额"] == "贷 1,000.00"
    assert [(row["direction"], row["balance"]) for row in rows] == [
        ("贷", 1500), ("贷", Decimal("1750.50")), ("贷", 1500),
    ]  # fmt: skip
    assert dict(table.facts)["期末余额"] == "贷 1,500.00"
    assert paging.totals_of(table) == {"debit": 0, "credit": 500}
    top, rows = read("accounts.subject_ledger", subject="101", **MONTH)
    assert (dict(top.facts)["期末余额"], rows[-1]["balance"]) == ("借 1,508.00", 1508)


def test_the_second_page_of_a_ledger_goes_on_from_the_first(world):
    table, rows = read("accounts.subject_ledger", subject="201", **MONTH)
    second = paging.finished(table, table.source.order_by(*table.order)[1:3])
    assert [row["balance"] for row in second] == [row["balance"] for row in rows[1:]]


def test_the_journal_of_a_bank_account(world, bank):
    table, rows = read("accounts.bank_journal", account=bank.account_no, **MONTH)
    assert [(row["debit"], row["balance"], row["opposite"]) for row in rows] == [
        (500, 1500, "201"), (Decimal("250.50"), Decimal("1750.50"), "201"), (Decimal("-250.50"), 1500, "201"),
        (8, 1508, "40101"),
    ]  # fmt: skip
    assert dict(table.facts)["期末余额"] == "借 1,508.00"
    assert read("accounts.bank_journal", account="404")[1] == []
    elsewhere = read("accounts.bank_journal", branch=BranchFactory().pk, account=bank.account_no)
    assert elsewhere[1] == [] and elsewhere[0].facts == ()


def test_the_general_ledger_month_by_month(world):
    _, rows = read("accounts.general_ledger", year="2026", subject="201")
    assert [(row["month"], row["opening"], row["debit"], row["credit"], row["closing"]) for row in rows] == [
        (202610, 0, 0, 1000, 1000), (202611, 1000, 0, 500, 1500),
    ]  # fmt: skip
    assert rows[-1]["year_credit"] == 1500
    _, first = read("accounts.general_ledger")
    assert {row["subject"] for row in first} == {"101", "201", "401"}
    assert read("accounts.general_ledger", year="2025")[1] == []


def test_the_trial_balance_balances_at_every_level(world, bank):
    table, rows = read("accounts.trial_balance", since="2026-11", until="2026-11")
    shown = {row["subject"]: row for row in rows}
    assert shown["201"]["opening_credit"] == 1000 and shown["201"]["closing_credit"] == 1500
    assert shown["101"]["closing_debit"] == shown[bank.subject_id]["closing_debit"] == 1508
    assert [str(table.totals[key]) for key in SIX] == ["1000.00", "1000.00", "508.00", "508.00", "1508.00", "1508.00"]
    _, first = read("accounts.trial_balance", level="first")
    assert {row["subject"] for row in first} == {"101", "201", "401"}
    _, some = read("accounts.trial_balance", subject="201，401")
    assert {row["subject"] for row in some} == {"201", "401", "40101"}


def test_the_statements_say_whether_they_tie_out(world):
    table, rows = read("accounts.balance_sheet")
    shown = {row["label"].strip(): row for row in rows}
    assert shown["资产总计"]["end"] == shown["负债及净资产总计"]["end"] == 1508
    assert dict(table.facts)["勾稽"] == "各项勾稽相符"
    _, rows = read("accounts.surplus_statement", since="2026-11")
    assert {row["label"]: row["period"] for row in rows}["三、增值收益"] == 8
    _, rows = read("accounts.distribution_statement")
    assert {row["label"]: row["year"] for row in rows}["三、年末待分配增值收益"] == 0
    behind("UPDATE accounts_line SET amount = 8.01 WHERE amount = 8 AND side = 'D'")
    table, _ = read("accounts.balance_sheet")
    assert dict(table.facts)["勾稽"] == "勾稽不符：资产总计 = 负债及净资产总计，1,508.01 与 1,508.00"


def test_closing_the_days_changes_no_figure(transactional_db, settings):
    branch = BranchFactory()
    for year in (2026, 2027):
        open_interest_year(make_origin(), year, YearPolicy())
    bank = old_account(branch)
    person = fund_account(branch)
    deposit(bank, person, "1000.00", "D0", BEFORE)
    deposit(bank, person, "500.00", "D1")
    lists = {
        "accounts.general_ledger": {}, "accounts.trial_balance": {}, "accounts.balance_sheet": {},
        "accounts.subject_ledger": {"subject": "201", **MONTH},
    }  # fmt: skip
    before = {code: read(code, **raw)[1] for code, raw in lists.items()}
    begin_closing(make_origin(pass_=BATCH), BEFORE)
    finish_closing(make_origin(pass_=BATCH), BEFORE)
    assert {code: read(code, **raw)[1] for code, raw in lists.items()} == before


def test_another_branch_sees_nothing_of_it(world):
    other = BranchFactory().pk
    assert read("accounts.voucher_book", branch=other, **MONTH)[1] == []
    assert read("accounts.voucher", branch=other, voucher=world)[1] == []
    assert read("accounts.voucher_postings", branch=other, voucher=world)[1] == []
    assert read("accounts.subject_ledger", branch=other, subject="201", **MONTH)[1] == []
    assert read("accounts.trial_balance", branch=other)[1] == []
    assert read("accounts.general_ledger", branch=other)[1] == []


@pytest.mark.parametrize("code", ["accounts.voucher_book", "accounts.balance_sheet"])
def test_clerks_do_not_read_the_books(world, code):
    with pytest.raises(gate.Refused) as refused:
        read(code, origin=accountant("柜员", None, "teller"))
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("accounts.voucher_book", MONTH),
        ("accounts.subject_ledger", {"subject": "201", **MONTH}),
        ("accounts.bank_journal", {**MONTH}),
        ("accounts.trial_balance", {}),
        ("accounts.general_ledger", {}),
        ("accounts.surplus_statement", {}),
    ],
)
def test_a_list_asks_as_often_for_many_rows_as_for_few(world, bank, person, code, raw):
    if code == "accounts.bank_journal":
        raw = {**raw, "account": bank.account_no}
    reader = accountant("总账", None)
    with CaptureQueriesContext(connection) as few:
        read(code, origin=reader, **raw)
    for number in range(20):
        deposit(bank, person, "1.00", f"M{number}")
    with CaptureQueriesContext(connection) as many:
        read(code, origin=reader, **raw)
    assert len(many) == len(few)
