"""From a letter to its PDF. Only workers and tests come here: importing the renderer takes seconds.

The paper is drawn from templates and facts alone: the renderer may open ``data:`` addresses and nothing else, so a
template (or a name in it) never makes it reach for a file or another machine.
"""

import base64
import logging
from functools import lru_cache
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import get_template

from servicehub.declare import Letter
from servicehub.letters import codes, freezing
from servicehub.letters.models import IssuedLetter, PrintOut
from servicehub.letters.seal import seal_svg

FONT_DIRS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_PATTERNS = ("*CJK*", "SourceHan*", "*NotoSerifSC*", "*NotoSansSC*", "wqy-*")
INSTALL = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"

_log = logging.getLogger(__name__)


class CannotPrint(RuntimeError):
    """This machine lacks what PDF takes. ``message`` is for the page, ``str()`` one line for the operator."""

    def __init__(self, lacking: str):
        super().__init__(f"PDF needs {lacking}: {INSTALL}")
        self.message = "本机缺少生成 PDF 的组件或中文字体，暂不能生成文件；由信息科安装后可重新打印。"


def report(lacking: CannotPrint) -> None:
    _log.warning("%s", lacking)


def context_of(letter: Letter, issued: IssuedLetter, print_out: PrintOut) -> dict:
    """What ``letters/base.html`` and the letter's own template find."""
    address = f"{settings.PUBLIC_URL.rstrip('/')}/verify/{issued.verification}/"
    return {
        **freezing.thaw(issued.facts),
        "paper": {
            "label": letter.label,
            "landscape": letter.landscape,
            "serial": issued.serial,
            "verification": codes.spaced(issued.verification),
            "address": address,
            "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=0),
            "seal": _picture(seal_svg(settings.CENTRE_NAME, letter.seal or "业务专用章")),
            "issued_on": issued.business_date,
            "valid_until": issued.valid_until,
            "printed_at": print_out.at,
            "operator": print_out.by_name,
            "reprint": print_out.number - 1,
            "is_demo": settings.SIMULATORS,
        },
    }


def draw(letter: Letter, issued: IssuedLetter, print_out: PrintOut) -> bytes:
    """The PDF: PDF/A-3b, tagged, fonts inside.

    :raises CannotPrint: no renderer or no Chinese font on this machine.
    """
    renderer = _renderer()
    html = get_template(letter.template).render(context_of(letter, issued, print_out))
    sheets = [renderer.CSS(string=_style(letter.landscape), url_fetcher=_data_only(renderer))]
    return renderer.HTML(string=html, url_fetcher=_data_only(renderer)).write_pdf(
        stylesheets=sheets,
        pdf_variant="pdf/a-3b",
        pdf_tags=True,
        pdf_identifier=bytes.fromhex(f"{issued.pk:016x}{print_out.number:016x}"),
    )


def _renderer():
    try:
        import weasyprint
    except (OSError, ImportError) as fault:
        raise CannotPrint(f"Pango ({fault})") from fault
    if not has_chinese_font():
        raise CannotPrint("a Chinese font")
    return weasyprint


@lru_cache(maxsize=1)
def has_chinese_font() -> bool:
    """Without one every character would print as an empty box; that paper must not leave the house."""
    roots = [Path(name).expanduser() for name in FONT_DIRS]
    return any(next(root.rglob(pattern), None) for root in roots if root.is_dir() for pattern in FONT_PATTERNS)


def _data_only(renderer):
    return renderer.urls.URLFetcher(allowed_protocols=("data",))


def _style(landscape: bool) -> str:
    size = "A4 landscape" if landscape else "A4"
    return f"@page {{ size: {size} }}\n" + _style_sheet()


@lru_cache(maxsize=1)
def _style_sheet() -> str:
    return (Path(settings.BASE_DIR) / "templates" / "letters" / "paper.css").read_text(encoding="utf-8")


def _picture(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
