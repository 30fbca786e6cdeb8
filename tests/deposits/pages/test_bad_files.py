"""What people upload by mistake, through HTTP: the words are the import's own, the form keeps its choices, nothing is lost."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from servicehub.sheets.models import Upload
from servicehub.sheets.reading import ENCRYPTED_STREAM, OLE
from tests.accounts.factories import id_number
from tests.deposits.pages.test_hall import account, agent, hall  # noqa: F401 - fixtures
from tests.deposits.test_change_list import HEADING, row
from tests.servicehub.sheets.books import book

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
GOOD = row("基数调整", 1, wage=5500)


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data in members.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), data)
    return stream.getvalue()


def with_macros() -> bytes:
    stream = io.BytesIO(book(GOOD, heading=HEADING))
    with zipfile.ZipFile(stream, "a") as made:
        made.writestr("xl/vbaProject.bin", b"macro")
    return stream.getvalue()


def sends(agent, hall, data: bytes, name: str = "清册.xlsx", mode: str = "full"):  # noqa: F811
    file = SimpleUploadedFile(name, data)
    return agent.post(f"{hall}import/", {"mode": mode, "file": file, "form_token": "t-upload"})


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (lambda: b"x" * (50 * MEGABYTE), "清册.csv", "文件 50.0 MB，上限 20.0 MB。拆成两个文件再传"),
        (lambda: b"%PDF-1.7 no list", "清册.pdf", "只支持 xlsx 和 csv 文件，您传的是 pdf"),
        (lambda: b"\x89PNG\r\n\x1a\n", "清册.png", "只支持 xlsx 和 csv 文件，您传的是 图片"),
        (lambda: archive(word__document_xml=b"<w/>"), "清册.docx", "只支持 xlsx 和 csv 文件，您传的是 docx"),
        (lambda: OLE + b"\0" * 600, "清册.xls", "只支持 xlsx 和 csv 文件，您传的是 xls"),
        (lambda: OLE + b"\0" * 600 + ENCRYPTED_STREAM, "清册.xlsx", "文件有打开密码，去掉密码后再传"),
        (lambda: b"PK\x03\x04 broken", "清册.xlsx", "文件损坏，读不出内容"),
        (with_macros, "清册.xlsm", "带有宏"),
        (lambda: book(GOOD, heading=HEADING, merge="B2:B3"), "清册.xlsx", "有合并单元格：第 2 至 3 行"),
        (lambda: book(heading=HEADING), "清册.xlsx", "文件里没有可导入的行"),
        (lambda: book(("甲", "乙"), heading=("一", "二")), "清册.xlsx", "缺少必需的列"),
    ],
    ids=["50MB", "pdf", "png", "docx", "xls", "password", "broken", "macros", "merged", "empty", "columns"],
)
def test_a_file_that_cannot_be_read_is_refused_in_the_words_of_the_import(agent, hall, data, name, words):  # noqa: F811
    answer = sends(agent, hall, data(), name)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="full" checked' in page.replace("  ", " ") or 'checked value="full"' in page, "the choice is kept"
    upload = Upload.objects.get()
    assert (upload.state, upload.mode) == ("refused", "full")  # what was tried stands in the list of imports
    assert "清册" in page


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (
            lambda: book(GOOD, heading=HEADING, formula=(1, 3, "=5000*1.1")),
            "清册.xlsx",
            "缴存基数是公式，读到的不一定是最后的值",
        ),
        (
            lambda: book(("王建国", 4.1010219900101e17, 5500), heading=("姓名", "证件号码", "缴存基数")),
            "清册.xlsx",
            "证件号码被 Excel 改成了科学计数法",
        ),
    ],
    ids=["formula", "rounded-id"],
)
def test_a_cell_that_excel_spoiled_is_told_with_its_line(agent, hall, data, name, words):  # noqa: F811
    answer = sends(agent, hall, data(), name, "changes")
    assert answer.status_code == 303
    page = agent.get(answer["Location"]).content.decode()
    assert words in page and "有 1 行须改正" in page


def test_gbk_text_is_read_like_any_other(agent, hall):  # noqa: F811
    text = "变更类型,姓名,证件号码,缴存基数\r\n" + f"基数调整,王建国,{id_number(1)},5500\r\n"
    answer = sends(agent, hall, text.encode("gbk"), "清册.csv", "changes")
    assert "1 行都可以导入" in agent.get(answer["Location"]).content.decode()


def test_no_file_at_all_is_said_beside_the_field(agent, hall):  # noqa: F811
    answer = agent.post(f"{hall}import/", {"mode": "full", "form_token": "t-upload"})
    assert answer.status_code == 422 and "还没有选择文件" in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_wrong_file_in_place_of_the_corrected_rows_keeps_the_upload(agent, hall):  # noqa: F811
    result = sends(agent, hall, book(row("封存", 1), heading=HEADING), mode="changes")["Location"]
    file = SimpleUploadedFile("扫描件.pdf", b"%PDF-1.7 no list")
    answer = agent.post(f"{result}corrected/", {"file": file, "form_token": "t-corrected"})
    assert answer.status_code == 422
    assert "只支持 xlsx 和 csv 文件，您传的是 pdf" in answer.content.decode()
    assert Upload.objects.get().rows_bad == 1
