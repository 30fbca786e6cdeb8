"""Files are what their content is; what is kept is encrypted, whole, and only what was stored."""

import io
import os
import zipfile
import zlib

import pytest
import xlsxwriter
from django.db import IntegrityError, transaction
from PIL import Image

from servicehub import files
from servicehub.files import FileRefused, Kind, storing
from servicehub.files.models import Attachment

pytestmark = pytest.mark.django_db


def workbook() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["姓名", "证件号码"])
    return buffer.getvalue()


def picture(kind: str = "JPEG", size=(40, 30), **options) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind, **options)
    return buffer.getvalue()


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
CSV = "姓名,证件号码\r\n张三,990000199001010017\r\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, Kind.PDF),
        (picture(), Kind.JPEG),
        (picture("PNG"), Kind.PNG),
        (workbook(), Kind.XLSX),
        (CSV.encode(), Kind.CSV),
        (CSV.encode("gb18030"), Kind.CSV),
    ],
)
def test_a_file_is_what_its_content_is(origin, data, kind):
    kept = files.store(origin, "whatever.bin", data)
    assert kept.media_type == kind.value
    assert files.read(kept)[:4] == data[:4]


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "empty", "空文件"),
        (b"\x00\x01\x02binary", "unknown", "识别"),
        (b"one word", "unknown", "识别"),
        (b"Rar!\x1a\x07\x00", "archive", "解压"),
        (archive(**{"a.txt": b"x"}), "archive", "压缩包"),
        (b"PK\x03\x04broken", "damaged", "损坏"),
        (archive(**{"[Content_Types].xml": b"", "xl/vbaProject.bin": b""}), "macros", "宏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old_office", ".xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted", "密码"),
        (bytes(4) + b"ftypheic" + bytes(20), "heic", "JPG"),
        (PDF + b"<< /OpenAction << /S /JavaScript /JS (x) >> >>", "active_pdf", "打印为 PDF"),
        (PDF + b"<< /S /J#61vaScript >>", "active_pdf", "打印为 PDF"),
        (PDF + b"stream\n" + zlib.compress(b"<< /S /Launch >>") + b"endstream", "active_pdf", "打印为 PDF"),
        (PDF + b"<< /Encrypt 3 0 R >>", "encrypted", "密码"),
        (b"\xff\xd8\xff\xe0broken", "damaged", "损坏"),
    ],
)
def test_what_is_not_taken_in_says_why_and_what_to_do(origin, data, code, word):
    with pytest.raises(FileRefused) as refusal:
        files.store(origin, "材料.pdf", data)
    finding = refusal.value.findings[0]
    assert refusal.value.code == f"files.{code}"
    assert word in finding.message + finding.remedy
    assert finding.remedy
    assert not Attachment.objects.exists()


def test_a_kind_the_place_does_not_take_is_refused(origin):
    with pytest.raises(FileRefused, match="kind") as refusal:
        files.store(origin, "名册.pdf", PDF, accept=files.LISTS)
    assert refusal.value.findings[0].message == "“名册.pdf”是 PDF 文件，这里收 XLSX、CSV。"


def test_fifty_mebibytes_are_refused_before_they_are_looked_at(origin):
    with pytest.raises(FileRefused) as refusal:
        files.store(origin, "名册.xlsx", bytes(50 * 1024 * 1024))
    assert refusal.value.findings[0].message == "“名册.xlsx”有 50.0 MiB，超过 20 MiB。"


def test_a_picture_that_would_fill_the_memory_is_refused(origin, monkeypatch):
    monkeypatch.setattr("servicehub.files.images.PIXELS_MAX", 100)
    with pytest.raises(FileRefused, match="too_many_pixels"):
        files.store(origin, "照片.jpg", picture())


def test_a_picture_keeps_no_metadata_and_stands_upright(origin):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "MarkerPhone"
    kept = files.store(origin, "照片.jpg", picture(exif=exif))
    data = files.read(kept)
    assert b"MarkerPhone" not in data
    assert Image.open(io.BytesIO(data)).size == (30, 40)


def test_the_bytes_rest_encrypted_once_and_private(origin, settings):
    first, second = (files.store(origin, name, CSV.encode()) for name in ("a.csv", "b.csv"))
    assert first.sha256 == second.sha256
    (path,) = settings.FILES_DIR.glob("??/*")
    assert b"990000199001010017" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert files.read(second) == CSV.encode()


def test_changed_or_missing_bytes_are_never_handed_out(origin, settings):
    kept = files.store(origin, "a.csv", CSV.encode())
    other = files.store(origin, "b.csv", CSV.encode() + b"x,y")
    place, other_place = storing._place(kept.sha256), storing._place(other.sha256)
    place.write_bytes(other_place.read_bytes())  # a genuine ciphertext, of another file
    with pytest.raises(files.ContentLost, match="other bytes"):
        files.read(kept)
    place.write_bytes(place.read_bytes()[:-1])
    with pytest.raises(files.ContentLost):
        files.read(kept)
    place.unlink()
    with pytest.raises(files.ContentLost):
        files.read(kept)


def test_given_up_uploads_go_after_a_day(origin, settings):
    with transaction.atomic():
        files.store(origin, "a.csv", CSV.encode())
        transaction.set_rollback(True)
    kept = files.store(origin, "b.csv", CSV.encode() + b"x,y")
    for path in settings.FILES_DIR.glob("??/*"):
        os.utime(path, (0, 0))
    assert storing.remove_orphans() == 1
    assert files.read(kept)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Users\\li\\名册.xlsx", "名册.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("a\u202eb\n.csv", "ab.csv"),
        ("", "未命名"),
        ("x" * 200 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_names_are_for_reading(origin, given, shown):
    assert files.store(origin, given, CSV.encode()).name == shown


def test_an_attachment_is_evidence(origin):
    kept = files.store(origin, "a.csv", CSV.encode())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Attachment.objects.filter(pk=kept.pk).update(name="b.csv")
