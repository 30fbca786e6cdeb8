"""What a file really is, by its content. Names and declared types are claims, not facts (SEC-43)."""

import io
import re
import zipfile
import zlib
from enum import StrEnum

from servicehub.declare import DomainError, Finding


class Kind(StrEnum):
    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    CSV = "text/csv"


EVIDENCE = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG})
LISTS = frozenset({Kind.XLSX, Kind.CSV})
ANY = EVIDENCE | LISTS

WORDS = {Kind.PDF: "PDF", Kind.JPEG: "JPG", Kind.PNG: "PNG", Kind.XLSX: "XLSX", Kind.CSV: "CSV"}
INFLATE_MAX = 20 * 1024 * 1024
MEMBERS_MAX = 2_000
UNPACKED_MAX = 600 * 1024 * 1024  # a list of 120,000 rows unpacks to about 100 MiB


class FileRefused(DomainError):
    """A file that is not taken in; the finding says why and what to do."""

    def __init__(self, code: str, message: str, remedy: str = "", **facts):
        super().__init__(f"files.{code}", Finding(f"files.{code}", message, remedy=remedy, facts=facts))


def kind_of(data: bytes, name: str, accept: frozenset[Kind] = ANY) -> Kind:
    """The kind of ``data``, one of ``accept``.

    :raises FileRefused: empty, of another kind, or carrying what such a file may not carry.
    """
    if not data:
        raise FileRefused("empty", f"“{name}”是空文件。", "重新导出或扫描后再上传。")
    found = _recognised(data, name)
    if found not in accept:
        wanted = "、".join(WORDS[kind] for kind in Kind if kind in accept)
        raise FileRefused("kind", f"“{name}”是 {WORDS[found]} 文件，这里收 {wanted}。", f"另存为 {wanted} 后再上传。")
    return found


def _recognised(data: bytes, name: str) -> Kind:
    if data.startswith(b"%PDF-"):
        return _harmless_pdf(data, name)
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(b"PK\x03\x04"):
        return _plain_workbook(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise FileRefused("encrypted", f"“{name}”设有打开密码，读不出内容。", "去掉密码后另存，再上传。")
        raise FileRefused("old_office", f"“{name}”是旧版 Office 文件。", "用 Excel 或 WPS 另存为 .xlsx 后再上传。")
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        raise FileRefused("heic", f"“{name}”是 HEIC 照片。", "在手机相机设置中选“兼容性最佳”，或另存为 JPG 后再上传。")
    if data[:4] in (b"Rar!", b"7z\xbc\xaf") or data[:2] == b"\x1f\x8b":
        raise FileRefused("archive", f"“{name}”是压缩包，不能上传。", "解压后逐个上传。")
    if _is_text(data):
        return Kind.CSV
    raise FileRefused("unknown", f"“{name}”不是能识别的文件。", "上传 PDF、JPG、PNG、XLSX 或 CSV 文件。")


def _is_text(data: bytes) -> bool:
    head = data[:4096]
    if b"\0" in head or re.search(rb"[\x00-\x08\x0e-\x1f]", head):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return any(separator in data for separator in (b",", b"\t", b";"))
    return False


# --- PDF -------------------------------------------------------------------------------------------------------------

_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def _harmless_pdf(data: bytes, name: str) -> Kind:
    if b"/Encrypt" in data:
        raise FileRefused("encrypted", f"“{name}”设有密码或限制，读不出内容。", "去掉密码后另存，再上传。")
    if _ACTIVE.search(_names_spelled_out(data)) or any(
        _ACTIVE.search(_names_spelled_out(part)) for part in _packed(data)
    ):
        raise FileRefused("active_pdf", f"“{name}”内含脚本、附件或表单程序。", "用“打印为 PDF”另存后再上传。")
    return Kind.PDF


def _names_spelled_out(part: bytes) -> bytes:
    """A name may hide letters as #4A."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), part)


def _packed(data: bytes):
    """Contents of compressed streams: names hide in object streams. Pictures fail to unpack, or hold none."""
    for found in _STREAM.finditer(data):
        try:
            yield zlib.decompressobj().decompress(found[1], INFLATE_MAX)
        except zlib.error:
            continue


# --- Workbooks -------------------------------------------------------------------------------------------------------


def _plain_workbook(data: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError):
        raise FileRefused("damaged", f"“{name}”已损坏，打不开。", "用 Excel 或 WPS 重新保存后再上传。") from None
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names or not any(member.startswith("xl/") for member in names):
        raise FileRefused(
            "archive", f"“{name}”是压缩包或其他 Office 文件，不能上传。", "名册存为 .xlsx，材料存为 PDF。"
        )
    if len(members) > MEMBERS_MAX or sum(member.file_size for member in members) > UNPACKED_MAX:
        raise FileRefused("too_large_unpacked", f"“{name}”展开后过大。", "删去多余的工作表和格式后另存，再上传。")
    if any("vbaproject" in member.lower() for member in names):
        raise FileRefused("macros", f"“{name}”带有宏。", "另存为不带宏的 .xlsx 后再上传。")
    return Kind.XLSX
