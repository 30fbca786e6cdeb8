"""A file that cannot be read is refused in words, whatever its name says."""

import io
import zipfile

import pytest

from servicehub.sheets.reading import Unreadable, read_grid
from tests.servicehub.sheets.books import GOOD, HEADING, book

MEGABYTE = 1024 * 1024


def read(data: bytes, bytes_max: int = 20 * MEGABYTE, rows_max: int = 120_000):
    return read_grid(data, bytes_max=bytes_max, rows_max=rows_max)


def refusal(data: bytes, **limits) -> str:
    with pytest.raises(Unreadable) as caught:
        read(data, **limits)
    (finding,) = caught.value.findings
    assert finding.remedy
    return f"{finding.code} {finding.message}"


def test_a_workbook_is_read_cell_by_cell():
    grid = read(book(GOOD))
    assert grid.rows[0] == list(HEADING)
    assert grid.rows[1][:4] == ["新开户", "王建国", "41100219900101123X", 4200.0]
    assert not grid.formulas


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csv_is_read_in_the_encodings_excel_writes(encoding):
    text = "姓名,证件号码,缴存基数\r\n买买提·吐尔逊,41100219900101123X,4200\r\n"
    assert read(text.encode(encoding)).rows[1] == ["买买提·吐尔逊", "41100219900101123X", "4200"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n", "图片"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "xls"),
    ],
)
def test_f01_another_type_is_named(data, kind):
    assert refusal(data) == f"F01 只支持 xlsx 和 csv 文件，您传的是 {kind}"


def test_f01_a_document_in_a_zip_is_not_a_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(stream.getvalue()).endswith("您传的是 docx")


def test_f02_fifty_megabytes_are_refused_before_they_are_opened():
    assert refusal(b"PK\x03\x04" + b"\0" * (50 * MEGABYTE)).startswith("F02 文件 50.0 MB，上限 20.0 MB")


def test_f03_a_password_is_recognised():
    encrypted = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")
    assert refusal(encrypted).startswith("F03 文件有打开密码")


def test_f07_too_many_rows():
    assert refusal(book(GOOD, GOOD, GOOD), rows_max=2) == "F07 文件有 3 行，上限 2 行。拆成两个文件再传".replace(
        "。拆成两个文件再传", ""
    )


def test_f08_a_broken_workbook():
    whole = book(GOOD)
    assert refusal(whole[: len(whole) // 2]).startswith("F08 文件损坏")


def test_f10_merged_rows_lose_values_and_are_refused():
    assert refusal(book(GOOD, GOOD, GOOD, merge="D2:D4")).startswith("F10 有合并单元格：第 2 至 4 行")


def test_a_merged_title_is_harmless():
    assert read(book(GOOD, merge="A1:C1")).rows


def test_formulas_are_seen():
    assert read(book(GOOD, formula=(1, 3, "=4000+200"))).formulas == {(1, 3)}


def test_an_empty_sheet_is_an_empty_grid():
    assert read(book(heading=())).rows == []
