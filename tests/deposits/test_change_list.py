"""A change list from file to roster: every message of the business, the difference, applying, taking back."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import RestrictionKind
from accounts.models import FundAccount, Membership, Person
from accounts.services import rosters
from accounts.services.changes import Seal
from deposits.models import ChangeLine, RemittanceLine, StagedChange
from deposits.services import change_lists, judging
from deposits.services.equations import preview
from servicehub.declare import DomainError, Party
from servicehub.declare.registry import sheets
from servicehub.kit.identity_numbers import check_digit
from servicehub.kit.months import Month
from servicehub.sheets import intake
from servicehub.sheets.messages import CATALOGUE
from servicehub.sheets.models import SheetFinding, UploadState
from servicehub.sheets.workbook import bad_rows, template
from tests.accounts.factories import id_number
from tests.deposits.workbooks import corrected
from tests.deposits.world import NAMES, by_clerk, employer_with, join
from tests.servicehub.sheets.books import book

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)
HEADING = ("变更类型", "姓名", "证件号码", "缴存基数", "缴存比例", "生效年月", "原因", "手机号码")
NEWCOMER = id_number(900)


@pytest.fixture
def account():
    """Three people, Wang Jianguo, Li Min, Zhang Wei, serials 1 to 3, each at 5,000."""
    return employer_with(3, first=NOVEMBER)


def upload(account, *rows, mode="changes", heading=HEADING, data=None, name="11月变更清册.xlsx"):
    data = book(*rows, heading=heading) if data is None else data
    return intake.receive(
        by_clerk(),
        sheets["deposits.change_list"],
        Party("employer", account.employer_id),
        name,
        data,
        mode=mode,
        context={"account": account.pk, "month": int(NOVEMBER)},
    )


def row(action="", person=0, name="", id_no="", wage="", rate="", month="", reason="", mobile=""):
    """``person`` 1 to 3: somebody of the roster."""
    return (action, name or NAMES[person - 1], id_no or id_number(person), wage, rate, month, reason, mobile)


def said(sent, line=None):
    rows = SheetFinding.objects.filter(upload_id=sent.pk).exclude(code="N01").order_by("line", "pk")
    if line is not None:
        rows = rows.filter(line=line)
    return [f"{row.code} {CATALOGUE[row.code].say(row.facts)}" for row in rows]


def person_of(serial: int) -> FundAccount:
    return FundAccount.objects.get(person=Person.objects.identified("01", id_number(serial)).get())


def test_a_clean_list_has_nothing_to_say(account):
    sent = upload(account, row("基数调整", 1, wage=5500), row("封存", 2, reason="退休"))
    assert said(sent) == []
    assert (sent.rows_read, sent.rows_bad, sent.state) == (2, 0, UploadState.CHECKED)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (row("新开户", 1, wage=5000), "R05 这名职工已是“正常”状态，不能再新开户"),
        (row("启封", 1, wage=5000), "R05 这名职工已是“正常”状态，不能再启封"),
        (row("基数调整", 1, wage=1900), "R07 基数低于本市下限 2,350.00"),
        (row("基数调整", 1, wage=30000), "R08 基数高于本市上限 21,408.00，按上限计算"),
        (row("加人", 1, wage=5000), "R09 变更类型只能是：新开户、启封、封存、转入、转出、基数调整、信息变更"),
        (row("封存", 1), "R10 封存须填原因"),
        (row("封存", 1, reason="不想缴了"), "R10 封存须填原因"),
        (row("基数调整", 1, name="王建军", wage=5500), "R11 姓名与登记的不一致"),
        (row("基数调整", 1, wage=9300), "R13 基数比上月变化 +86%，核对是否多写一位"),
        (row("基数调整", 1, wage=2400), "R13 基数比上月变化 −52%，核对是否少写一位"),
        (row("基数调整", 1, wage=5500, rate=15), "R14 缴存比例 15 不在 5 至 12 之间"),
        (row("基数调整", 1, wage=5500, month="2026-12"), "R30 生效年月只能是 2026-11"),
        (row("封存", name="陈静", id_no=NEWCOMER, reason="退休"), "R26 本单位名册里没有这名职工，不能封存"),
        (row("新开户", name="陈静", id_no=NEWCOMER), "R27 新开户和启封须填缴存基数"),
    ],
)
def test_each_problem_says_what_is_wrong(account, line, sentence):
    assert sentence in said(upload(account, line))


def test_r04_one_person_twice(account):
    sent = upload(account, row("基数调整", 1, wage=5500), row("封存", 1, reason="退休"))
    assert said(sent, line=3) == ["R04 与第 2 行是同一人"]


def test_r06_still_active_elsewhere(account):
    other = employer_with(1, first=NOVEMBER, serial=500)
    sent = upload(account, row("新开户", name=NAMES[0], id_no=id_number(500), wage=5000))
    assert said(sent) == [f"R06 这名职工在“{other.employer.name}”仍是正常状态"]


def test_r15_a_posted_month_cannot_be_changed(account):
    account.status, account.paid_through, account.first_month = "01", 202610, 202609
    account.save()
    sent = upload(account, row("基数调整", 1, wage=5500, month="2026-08"))
    assert "R15 2026-08 已汇缴入账，不能再改。如少缴，办理补缴" in said(sent)


def test_r16_whole_roster_names_who_is_missing(account):
    sent = upload(account, row("", 1, wage=5000), mode="full")
    assert said(sent, line=0) == ["R16 名册中有、文件中没有的 2 人将被封存：李*、张*"]


def test_r17_frozen_accounts_do_not_move_out(account):
    person_of(1).restrictions.create(
        kind=RestrictionKind.FREEZE, starts_on=date(2026, 1, 1), authority="许昌中院", document="(2026)豫10执1号",
        entered_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    assert "R17 账户已冻结，不能转出" in said(upload(account, row("转出", 1)))


def test_every_problem_of_a_row_is_told_at_once(account):
    codes = {text.split()[0] for text in said(upload(account, row("封存", 1, name="王建军", rate=15, month="2026-12")))}
    assert codes == {"R10", "R11", "R14", "R30"}


def test_file_level_problems_keep_the_upload(account):
    for data, code in ((b"%PDF-1.7", "F01"), (book(heading=HEADING), "F06"), (book(heading=("甲", "乙")), "F04")):
        sent = upload(account, data=data, name="清册.xlsx")
        assert sent.state == UploadState.REFUSED
        assert said(sent)[0].startswith(code)


def test_gbk_text_in_a_csv_is_read(account):
    text = "变更类型,姓名,证件号码,缴存基数\r\n" + f"基数调整,王建国,{id_number(1)},5500\r\n"
    assert said(upload(account, data=text.encode("gbk"), name="清册.csv")) == []


def test_a_formula_cell_is_refused_with_the_way_out(account):
    data = book(row("基数调整", 1, wage=5500), heading=HEADING, formula=(1, 3, "=5000*1.1"))
    assert said(upload(account, data=data)) == ["R19 缴存基数是公式，读到的不一定是最后的值"]


def test_an_id_that_excel_rounded_is_refused(account):
    heading = ("姓名", "证件号码", "缴存基数")
    sent = upload(account, ("王建国", 4.1010219900101e17, 5500), heading=heading)
    assert said(sent)[0].startswith("R02 证件号码被 Excel 改成了科学计数法")


def test_blank_actions_are_read_from_the_roster(account):
    sent = upload(
        account, row("", 1, wage=5500), row("", 2, wage=5000), row("", name="陈静", id_no=NEWCOMER, wage=4000)
    )
    change = judging.difference(by_clerk(), sent)
    assert [(group.kind, group.count) for group in change.groups] == [("新开户", 1), ("基数调整", 1)]
    assert change.unchanged == 2


def test_the_difference_adds_up(account):
    sent = upload(
        account,
        row("基数调整", 1, wage=6000),
        row("封存", 2, reason="退休"),
        row("新开户", name="陈静", id_no=NEWCOMER, wage=4000),
    )
    change = judging.difference(by_clerk(), sent)
    amounts = {group.kind: group.amount for group in change.groups}
    assert amounts == {"新开户": Decimal("960.00"), "封存": Decimal("-1200.00"), "基数调整": Decimal("240.00")}
    assert change.before == Decimal("3600.00")
    assert change.after == Decimal("3600.00")
    assert change.unchanged == 1


def test_nothing_changes_before_the_difference_is_approved(account):
    sent = upload(account, row("封存", 2, reason="退休"))
    assert ChangeLine.objects.count() == 0
    change_lists.apply_upload(by_clerk(), sent)
    assert person_of(2).status == "01"  # gathered, not yet in effect
    equation = preview(account, NOVEMBER)
    assert (equation.removed.heads, equation.now.heads) == (0, 2) or equation.now.heads == 2


def test_applied_twice_is_told_not_done(account):
    sent = upload(account, row("封存", 2, reason="退休"))
    assert change_lists.apply_upload(by_clerk(), sent) == {"封存": 1}
    with pytest.raises(DomainError) as caught:
        change_lists.apply_upload(by_clerk(), sent)
    assert caught.value.code == "sheet.state"
    assert ChangeLine.objects.count() == 1


def test_good_rows_go_on_and_bad_rows_stay(account):
    sent = upload(account, row("封存", 1), row("封存", 2, reason="退休"))
    assert change_lists.apply_upload(by_clerk(), sent) == {"封存": 1}


def test_lines_of_a_stopped_item_stay_in_the_file(account):
    sent = upload(account, row("封存", 2, reason="退休"), row("基数调整", 1, wage=5500))
    assert change_lists.apply_upload(by_clerk(), sent, without=["J-SEAL"]) == {"基数调整": 1}


def test_an_upload_is_taken_back_until_the_month_is_confirmed(account):
    sent = upload(account, row("封存", 2, reason="退休"))
    change_lists.apply_upload(by_clerk(), sent)
    assert change_lists.undo_upload(by_clerk(), sent) == 1
    assert preview(account, NOVEMBER).now.heads == 3


def test_taking_effect_changes_the_roster(account):
    sent = upload(
        account,
        row("封存", 2, reason="退休"),
        row("基数调整", 1, wage=6000),
        row("新开户", name="陈静", id_no=NEWCOMER, wage=4000, mobile="13900001111"),
    )
    change_lists.apply_upload(by_clerk(), sent)
    change_lists.take_effect(by_clerk(), change_lists.find(account, NOVEMBER))
    assert person_of(2).status == "02"
    assert person_of(1).employer_amount == Decimal("720.00")
    assert person_of(900).person.name == "陈静"
    assert Membership.objects.depositing(account.pk, NOVEMBER).count() == 3


def test_a_correction_on_screen_is_checked_again(account):
    sent = upload(account, row("封存", 1), row("封存", 2, reason="退休"))
    intake.fix(by_clerk(), sent, {2: {"reason_word": "退休"}})
    assert sent.rows_bad == 0
    assert change_lists.apply_upload(by_clerk(), sent) == {"封存": 2}


def test_the_workbook_of_bad_rows_comes_back_and_finds_its_lines(account):
    body = f"{id_number(2)[:17]}{'0' if check_digit(id_number(2)[:17]) != '0' else '1'}"
    sent = upload(account, row("封存", 1), row("封存", 3, reason="退休"), row("封存", 2, id_no=body, reason="退休"))
    assert sent.rows_bad == 2
    returned = corrected(bad_rows(sent), {2: {"原因": "退休"}, 4: {"证件号码": id_number(2)}})
    assert intake.merge_corrected(by_clerk(), sent, returned) == 2
    sent.refresh_from_db()
    assert sent.rows_bad == 0


def test_the_template_reads_itself(account):
    sent = upload(account, data=template(sheets["deposits.change_list"]))
    assert said(sent) == ["F06 文件里没有可导入的行"]


def test_sealed_people_come_back(account):
    rosters.seal(by_clerk(), account.pk, NOVEMBER, [Seal(person_of(3).pk, "01")])
    sent = upload(account, row("新开户", 3, wage=5000))
    finding = SheetFinding.objects.get(upload_id=sent.pk, code="R05")
    assert finding.suggestion == "启封"


def test_a_whole_roster_seals_who_was_shown_and_nobody_who_came_or_left_since(account):
    """The list was approved for two people; one of them left and somebody joined before it was applied."""
    sent = upload(account, row("", 1, wage=5000), mode="full")
    assert judging.missing(sent).count() == 2
    origin = by_clerk()
    rosters.seal(origin, account.pk, NOVEMBER, [Seal(person_of(2).pk, "01")])
    join(account, 1, wage="5000", month=NOVEMBER, serial=50)
    assert change_lists.apply_upload(origin, sent)
    lines = ChangeLine.objects.filter(upload=sent).values_list("action", "fund_account_id")
    assert list(lines) == [("seal", person_of(3).pk)]


def test_only_rows_that_change_something_are_kept(account):
    sent = upload(account, row("", 1, wage=5000), row("", 2, wage=5500), row("", 3, wage=5000), mode="full")
    kept = StagedChange.objects.filter(upload_id=sent.pk)
    assert list(kept.values_list("line", "action")) == [(3, "base")]
    assert sent.rows_read == 3


def test_a_line_needs_its_remittance():
    """No foreign key: one look per statement (deposits/sql/append_only.sql)."""
    with pytest.raises(IntegrityError, match="does not exist"), transaction.atomic():
        RemittanceLine.objects.create(remittance_id=0, fund_account_id=0, base=0, employer_amount=0, employee_amount=0)
