"""The PDF itself: archivable, tagged, with its fonts inside, its text readable, and nothing fetched."""

import io

import pypdf
import pytest

from servicehub import letters
from servicehub.kit import crypto
from servicehub.letters import codes, paper
from servicehub.letters.models import PrintOut
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed(notice, origin):
    def make(number=1):
        issued = letters.issue(origin, "tests.notice", "18")
        while issued.print_outs.count() < number:
            letters.print_again(make_origin(operator_name="李强"), issued)
        letters.render(issued.print_outs.get(number=number).pk)
        return issued, pypdf.PdfReader(io.BytesIO(letters.pdf(issued, number)))

    return make


def test_an_archivable_tagged_pdf(printed):
    issued, reader = printed()
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    xmp = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="B"' in xmp
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), "a font is not inside"
    assert reader.metadata.title == f"汇缴缴款通知书 {issued.serial}"


def test_what_it_says(printed):
    issued, reader = printed()
    text = "".join(page.extract_text() for page in reader.pages).replace(" ", "").replace("\n", "")
    for words in (
        "许昌市住房公积金管理中心",
        "汇缴缴款通知书",
        "河南云禾科技有限公司",
        "¥1,499,608.00",
        "人民币壹佰肆拾玖万玖仟陆佰零捌元整",
        "2026年11月",
        "第1页/共1页",
        issued.serial,
        codes.spaced(issued.verification).replace(" ", ""),
        "操作员王芳",
        "演示",
    ):
        assert words in text, words
    assert "补打" not in text
    assert len(reader.pages) == 1


def test_the_second_printing_says_so(printed):
    _, reader = printed(number=2)
    text = reader.pages[0].extract_text().replace(" ", "")
    assert "补打第1次" in text
    assert "操作员李强" in text


def test_the_qr_leads_to_the_verification_page(notice, origin, settings):
    settings.PUBLIC_URL = "https://gjj.example.cn/"
    issued = letters.issue(origin, "tests.notice", "18")
    context = paper.context_of(notice, issued, issued.print_outs.get())
    assert context["paper"]["address"] == f"https://gjj.example.cn/verify/{issued.verification}/"


def test_production_has_no_watermark(notice, origin, settings):
    settings.SIMULATORS = False
    issued = letters.issue(origin, "tests.notice", "18")
    assert paper.context_of(notice, issued, issued.print_outs.get())["paper"]["is_demo"] is False


def test_the_renderer_opens_nothing_but_what_it_was_handed(notice, origin, facts, tmp_path, caplog):
    """A name that carries markup stays text; even an address in a template would not be opened."""
    facts["employer"] = {"name": f'<img src="file://{tmp_path}/secret.png">', "number": "4110000018"}
    issued = letters.issue(origin, "tests.notice", "19")
    data = paper.draw(notice, issued, issued.print_outs.get())
    text = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().replace("\n", "")
    assert "<img" in text
    fetcher = paper._data_only(paper._renderer())
    with pytest.raises(ValueError, match="disallowed"):
        fetcher.fetch(f"file://{tmp_path}/secret.png")


def test_a_long_list_repeats_its_head_and_splits_no_row(notice, origin, facts):
    facts["equation"] = [{"label": f"项目{number}", "people": number, "amount": 1} for number in range(90)]
    issued = letters.issue(origin, "tests.notice", "20")
    reader = pypdf.PdfReader(io.BytesIO(paper.draw(notice, issued, issued.print_outs.get())))
    pages = [page.extract_text().replace(" ", "") for page in reader.pages]
    assert len(pages) >= 3
    assert sum("月缴存额" in page for page in pages) >= 3
    assert all(codes.spaced(issued.verification)[:5] in page for page in pages)


def test_the_file_at_rest_is_encrypted(printed, settings):
    issued, _ = printed()
    kept = PrintOut.objects.get(letter=issued).attachment
    (path,) = settings.FILES_DIR.glob("??/*")
    assert not path.read_bytes().startswith(b"%PDF")
    assert crypto.decrypt_bytes(path.read_bytes(), "servicehub.files.content").startswith(b"%PDF-1.7")
    assert kept.name == f"汇缴缴款通知书-{issued.serial}.pdf"
