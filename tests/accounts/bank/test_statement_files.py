"""A statement as a file: whole, in order, taken in once whichever way it came."""

import csv
import io
import random
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.bank import inbox, statement_files, statements
from accounts.bank.models import BankMessage, BankNotice, BankStatement, StagedStatementLine
from accounts.bank.rules import continuity
from accounts.bank.states import NoticeState
from servicehub.declare import CENTRE
from servicehub.declare.registry import sheets
from servicehub.identity.models import User
from servicehub.sheets import intake
from servicehub.sheets.models import SheetFinding, UploadState
from tests.accounts.bank.bank_process import DAY, KEY
from tests.accounts.bank.world import body, line, special_account
from tests.conftest import make_origin
from tests.servicehub.sheets.books import book

pytestmark = pytest.mark.django_db(transaction=True)
HEADING = (
    "交易日期",
    "交易时间",
    "流水号",
    "收入金额",
    "支出金额",
    "余额",
    "对方账号",
    "对方户名",
    "摘要",
    "附言",
    "冲正标识",
)
ROWS = (
    ("2026-11-10", "09:30:00", "0000001", "100.00", "", "100.00", "41050001", "无名公司", "汇缴", "货款", ""),
    ("2026-11-10", "10:00:00", "0000002", "", "30.00", "70.00", "62220001", "张三", "提取", "", "否"),
    ("2026-11-11", "08:00:00", "0000003", "5.50", "", "75.50", "", "", "结息", "", ""),
)


@pytest.fixture(autouse=True)
def clerk(db):
    User.objects.get_or_create(pk=1, defaults={"username": "clerk", "kind": "staff", "display_name": "赵敏"})


@pytest.fixture
def account(branch):
    return special_account(branch)


def as_csv(*rows, heading=HEADING, encoding="gb18030") -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([heading, *rows])
    return stream.getvalue().encode(encoding)


def upload(account, data: bytes, name: str = "对账单.xlsx"):
    return intake.receive(
        make_origin(), sheets["accounts.bank_statement"], CENTRE, name, data, context={"account": account.pk}
    )


def codes(upload) -> list[tuple[int, str]]:
    rows = SheetFinding.objects.filter(upload_id=upload.pk).exclude(severity="notice")
    return sorted(rows.values_list("line", "code"))


def test_a_statement_is_proved_and_its_lines_become_notices(account):
    made, new = statement_files.accept(make_origin(), upload(account, book(*ROWS, heading=HEADING)))
    assert new
    assert (made.first, made.last, made.lines) == (date(2026, 11, 10), date(2026, 11, 11), 3)
    assert (made.opening, made.received, made.paid, made.closing) == tuple(map(Decimal, ("0", "105.50", "30", "75.50")))
    assert made.is_whole
    told = BankNotice.objects.order_by("pk")
    assert [(row.host_no, row.amount, row.host_time) for row in told] == [
        ("1", Decimal("100.00"), time(9, 30)),
        ("2", Decimal("-30.00"), time(10)),
        ("3", Decimal("5.50"), time(8)),
    ]
    assert {row.statement for row in told} == {made}
    assert told[0].counter_account == "41050001"
    assert [row.state for row in told] == [NoticeState.UNKNOWN, NoticeState.UNMATCHED, NoticeState.UNKNOWN]


def test_the_same_statement_as_workbook_csv_and_message_is_one(account, bank, settings):
    settings.BANK_URL, settings.BANK_KEY = bank.url, KEY.decode()
    bank.open(account.account_no, account.name, "centre", "0.00")
    bank.pay_in(account.account_no, "100.00", remark="货款")
    bank.pay_in(account.account_no, "20.00", remark="货款")
    first = statements.pull(make_origin(), account, DAY)
    told = list(BankNotice.objects.order_by("pk"))
    rows = [
        (f"{row.host_date}", f"{row.host_time}", f"00{row.host_no}", f"{row.amount}", "", f"{row.balance}",
         row.counter_account, row.counter_name, row.summary, row.remark, "")
        for row in told
    ]  # fmt: skip
    for data, name in ((book(*rows, heading=HEADING), "a.xlsx"), (as_csv(*rows), "b.csv")):
        made, new = statement_files.accept(make_origin(), upload(account, data, name))
        assert (made, new) == (first, False)
    assert statements.pull(make_origin(), account, DAY, DAY + timedelta(days=1)) == first
    first.refresh_from_db()
    assert first.last == DAY + timedelta(days=1)
    assert (BankStatement.objects.count(), BankNotice.objects.count()) == (1, 2)
    assert BankMessage.objects.filter(tx_code="BDC113").count() == 1


def test_a_file_accepted_twice_is_accepted_once(account):
    sent = upload(account, book(*ROWS, heading=HEADING))
    made, _ = statement_files.accept(make_origin(), sent)
    assert statement_files.accept(make_origin(), sent) == (made, False)
    again = upload(account, as_csv(*ROWS), "again.csv")
    assert statement_files.accept(make_origin(), again) == (made, False)
    assert BankNotice.objects.count() == 3
    again.refresh_from_db()
    assert again.state == UploadState.APPLIED


def test_lines_told_before_are_recognised(account):
    told = line(account, "100.00", host_no="1", host_date=DAY, host_time=time(9, 30), balance=Decimal("100.00"))
    inbox.keep(body(told).decode(), "", "SBDC100")
    sent = upload(account, book(*ROWS, heading=HEADING))
    difference = sheets["accounts.bank_statement"].difference(make_origin(), sent)
    assert (difference.unchanged, difference.count, difference.after) == (1, 2, Decimal("75.50"))
    made, _ = statement_files.accept(make_origin(), sent)
    assert BankNotice.objects.count() == 3
    assert BankNotice.objects.filter(statement=made).count() == 3


def test_newest_first_is_put_in_order(account):
    made, _ = statement_files.accept(make_origin(), upload(account, as_csv(*reversed(ROWS)), "a.csv"))
    assert (made.opening, made.closing) == (Decimal("0.00"), Decimal("75.50"))
    assert list(BankNotice.objects.order_by("pk").values_list("host_no", flat=True)) == ["1", "2", "3"]


def test_one_amount_column_with_a_side(account):
    heading = ("日期", "流水号", "借贷标志", "交易金额", "余额")
    rows = [("20261110", "1", "贷", "100.00", "100.00"), ("20261110", "2", "借", "30.00", "70.00")]
    sent = upload(account, as_csv(*rows, heading=heading), "a.csv")
    assert codes(sent) == []
    assert list(StagedStatementLine.objects.filter(upload_id=sent.pk).order_by("line").values_list("signed", flat=True)) == [
        Decimal("100.00"), Decimal("-30.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({2: {5: "70.01"}}, [(3, "S02"), (4, "S02")]),  # a wrong balance breaks the chain before and after it
        ({1: {3: ""}}, [(2, "S01")]),
        ({1: {4: "1.00"}}, [(2, "S01")]),
        ({2: {1: "十点"}}, [(3, "S04")]),
        ({3: {0: "2099-01-01"}}, [(4, "S06")]),
        ({1: {0: "上月"}}, [(2, "R23")]),
        ({1: {5: ""}}, [(2, "R00")]),
        ({3: {2: "0000002", 3: "", 4: "30.00", 5: "40.00", 0: "2026-11-10"}}, [(4, "S03")]),
    ],
)
def test_what_is_wrong_is_said_by_its_line_and_nothing_is_taken_in(account, change, found):
    rows = [
        tuple(change.get(number, {}).get(place, cell) for place, cell in enumerate(row))
        for number, row in enumerate(ROWS, start=1)
    ]
    sent = upload(account, book(*rows, heading=HEADING))
    assert codes(sent) == found
    with pytest.raises(Exception, match="bad_lines"):
        statement_files.accept(make_origin(), sent)
    assert not BankStatement.objects.exists()
    assert not BankMessage.objects.exists()


def test_another_account_s_lines_are_refused(account):
    heading = (*HEADING, "本方账号")
    sent = upload(account, book((*ROWS[0], account.account_no), (*ROWS[1], "4105999"), heading=heading))
    assert codes(sent) == [(3, "S07")]


def test_a_host_number_excel_cut_is_not_new_money(account):
    told = line(account, "100.00", host_no="12345678901234567890", host_time=time(9, 30), balance=Decimal("100.00"))
    inbox.keep(body(told).decode(), "", "SBDC100")
    cut = (ROWS[0][0], ROWS[0][1], "12345678901234500000", *ROWS[0][3:])
    sent = upload(account, book(cut, *ROWS[1:], heading=HEADING))
    assert (2, "S08") in codes(sent)
    assert BankNotice.objects.count() == 1


def test_lines_the_statement_leaves_out_and_a_gap_before_it_are_warned_of(account):
    early = line(account, "9.00", host_date=date(2026, 11, 9), balance=Decimal("9.00"))
    phantom = line(account, "1.00", host_date=DAY, balance=Decimal("10.00"))
    inbox.keep(body(early, phantom).decode(), "", "SBDC100")
    sent = upload(account, book(*ROWS, heading=HEADING))
    assert codes(sent) == [(0, "S09"), (0, "S10")]
    made, _ = statement_files.accept(make_origin(), sent)
    assert made.gap == Decimal("-9.00")
    assert not made.is_whole


amounts = st.integers(-(10**9), 10**9).filter(bool).map(lambda fen: Decimal(fen) / 100)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(amounts, min_size=1, max_size=12), st.randoms(use_true_random=False), st.booleans())
def test_the_sql_says_what_the_rule_says(account, moves, dice: random.Random, broken):
    """Twin of rules/continuity on random statements, whole and torn."""
    balance, lines = Decimal("1000.00"), []
    for number, amount in enumerate(moves, start=1):
        balance += amount
        lines.append(continuity.ChainLine(DAY, f"{number}", amount, balance))
    if broken and len(lines) > 1:
        del lines[dice.randrange(len(lines))]
    rows = [
        (f"{one.host_date}", "", f"0{one.host_no}", f"{max(one.amount, 0)}", f"{max(-one.amount, 0)}",
         f"{one.balance}", "", "", "", "", "")
        for one in lines
    ]  # fmt: skip
    sent = upload(account, as_csv(*rows), "a.csv")
    proof = continuity.prove(lines)
    breaks = [line - 2 for line, code in codes(sent) if code == "S02"]
    if len(lines) > 2 or not proof.breaks:  # of two lines that do not follow, either may be the first
        assert breaks == list(proof.breaks)
    if not proof.breaks:
        made = statement_files.summary(sent)
        assert (made.opening, made.closing, made.received, made.paid, made.digest) == (
            proof.opening, proof.closing, proof.received, proof.paid, statements.digest(proof.content),
        )  # fmt: skip
