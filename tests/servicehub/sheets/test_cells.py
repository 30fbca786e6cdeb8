"""Every cell-level message of the catalogue, and what is quietly put right."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from servicehub.declare import Column
from servicehub.sheets.cells import type_column
from servicehub.sheets.heading import find_heading
from servicehub.sheets.messages import CATALOGUE
from servicehub.sheets.reading import Unreadable

TODAY = date(2026, 11, 24)
ID = Column("id_no", "证件号码", kind="id_no", required=True)
NAME = Column("name", "姓名", kind="name")
MONEY = Column("wage", "缴存基数", kind="money")
MONTH = Column("month", "生效年月", kind="month")
MOBILE = Column("mobile", "手机号码", kind="mobile")


def one(column: Column, cell):
    typed = type_column(column, [cell], [2], TODAY)
    problems = [finding for finding in typed.found if finding.code != "N01"]
    said = [f"{finding.code} {CATALOGUE[finding.code].say(finding.facts)}" for finding in problems]
    return typed.values[0], said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("410102199001011235", "R01 第 18 位校验码应为 4"),
        (4.10102199001011e17, "R02 证件号码被 Excel 改成了科学计数法（4.10E+17），末 3 位已丢失，须重填"),
        ("4.10E+17", "R02 证件号码被 Excel 改成了科学计数法（4.10E+17），末 3 位已丢失，须重填"),
        ("41010219900101123", "R03 证件号码共 17 位，少 1 位"),
        ("4101021990010112345", "R03 证件号码共 19 位，多 1 位"),
        ("410102199002301233", "ID-BIRTH 第 7 至 14 位的出生日期 1990-02-30 不存在"),
        ("41010219900101A234", "ID-CHAR 第 15 位应为数字"),
        ("", "R00 缺证件号码"),
    ],
)
def test_identity_numbers_that_cannot_be_right(cell, said):
    value, problems = one(ID, cell)
    assert value is None
    assert problems == [said]


def test_an_identity_number_of_the_future_is_refused():
    assert one(ID, "410102202612011234")[0] is None


@pytest.mark.parametrize(
    "cell", ["41010219900101123４", " 410102 19900101 1234 ", "'410102199001011234", "410102-19900101-1234"]
)
def test_identity_numbers_are_tidied(cell):
    assert one(ID, cell) == ("410102199001011234", [])


def test_fifteen_digits_grow_to_eighteen():
    assert one(ID, "410102900101123") == ("410102199001011234", [])


def test_small_x_becomes_capital():
    assert one(ID, "41100219900101123x")[0] in {"41100219900101123X", None}


@pytest.mark.parametrize("symbol", ["?", "＊", "*", "？"])
def test_r18_substitute_symbols_in_names(symbol):
    value, problems = one(NAME, f"张{symbol}")
    assert value is None
    assert problems[0].startswith("R18 姓名含替代符号")


def test_names_keep_rare_characters_and_get_the_right_separator():
    assert one(NAME, "𠮷野")[0] == "𠮷野"
    assert one(NAME, "阿依古丽•买买提")[0] == "阿依古丽·买买提"
    assert one(NAME, "张 三")[0] == "张三"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (4200.0, Decimal(4200)),
        (4200.5, Decimal("4200.5")),
        ("15,000.50", Decimal("15000.50")),
        ("１５０００", Decimal(15000)),
        ("¥4200元", Decimal(4200)),
        ("", None),
    ],
)
def test_amounts_as_people_write_them(cell, value):
    assert one(MONEY, cell) == (value, [])


@pytest.mark.parametrize(
    ("cell", "code"), [("四千", "R20"), ("4200.555", "R21"), (4200.555, "R21"), ("nan", "R20"), ("1e400", "R20")]
)
def test_amounts_that_are_none(cell, code):
    value, problems = one(MONEY, cell)
    assert value is None
    assert problems[0].startswith(code)


@pytest.mark.parametrize(
    "cell", ["2026-11", "2026/11", "202611", 202611.0, "2026年11月", "2026.11", date(2026, 11, 1), "2026-11-01"]
)
def test_months_in_every_shape(cell):
    assert one(MONTH, cell) == (202611, [])


@pytest.mark.parametrize("cell", ["十一月", "2026-13", "11", "226-11"])
def test_months_that_are_none(cell):
    value, problems = one(MONTH, cell)
    assert value is None
    assert problems[0].startswith("R22")


def test_r12_mobiles():
    assert one(MOBILE, 13812345678.0) == ("13812345678", [])
    assert one(MOBILE, "+86 138-1234-5678") == ("13812345678", [])
    assert one(MOBILE, "1381234567")[1] == ["R12 手机号 10 位，应为 11 位"]


def test_what_was_tidied_is_listed_masked():
    typed = type_column(ID, ["'410102199001011234"], [7], TODAY)
    assert typed.tidied == 1
    assert "19900101" not in str(typed.found[0].facts)


class TestHeading:
    COLUMNS = (ID, NAME, MONEY)

    def test_synonyms_titles_and_remarks(self):
        rows = [["2026年11月变更清册", "", ""], ["姓名（必填）", "证件号码*", "缴存基数\n(元)"], ["王", "1", 2.0]]
        heading = find_heading(rows, self.COLUMNS, "2026")
        assert heading.row == 1
        assert heading.places == {"name": 0, "id_no": 1, "wage": 2}

    def test_f04_says_what_was_found(self):
        with pytest.raises(Unreadable) as caught:
            find_heading([["姓名", "基本工资"], ["王", 1.0]], self.COLUMNS, "2026")
        assert caught.value.findings[0].message == "缺少必需的列：证件号码。第 1 行找到的列：姓名、基本工资"

    def test_f05_an_older_template_is_read_with_a_warning(self):
        heading = find_heading([["姓名", "证件号码", "工龄", "__ver2024"]], self.COLUMNS, "2026")
        assert heading.findings[0].message == "这是 2024 版模板，已按对应关系读取，1 列未用到"

    def test_f06_nothing_at_all(self):
        with pytest.raises(Unreadable) as caught:
            find_heading([], self.COLUMNS, "2026")
        assert caught.value.findings[0].code == "F06"


DAY = Column("day", "记账日期", kind="date")


AS_EXCEL_KEEPS_IT = datetime(2026, 11, 8, 9, 30)  # noqa: DTZ001 - a workbook knows no time zones


@pytest.mark.parametrize(
    "cell",
    [date(2026, 11, 8), AS_EXCEL_KEEPS_IT, "2026-11-08", "2026/11/8", "2026年11月8日", "20261108", 20261108.0,
     "2026-11-08 09:30:00"],
)  # fmt: skip
def test_dates_as_people_and_workbooks_write_them(cell):
    assert one(DAY, cell) == (date(2026, 11, 8), [])


@pytest.mark.parametrize("cell", ["2026-13-01", "2026-02-30", "2026118", "上月", 45000.0])
def test_what_is_no_date_is_said(cell):
    value, (problem,) = one(DAY, cell)
    assert value is None
    assert problem.startswith("R23 记账日期")
