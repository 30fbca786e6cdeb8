"""What needs the system's package manager: Pango for PDF, a CJK font, and Chromium for the browser tests."""

import ctypes
import shutil
from pathlib import Path

from fundcentre.local.console import Stop, say
from fundcentre.local.dependencies import apt_install

PANGO = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
FONT_DIRS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_PATTERNS = ("*CJK*", "SourceHan*", "wqy-*", "*NotoSerifSC*", "*NotoSansSC*")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def has_pango() -> bool:
    try:
        for library in PANGO:
            ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_cjk_font() -> bool:
    roots = [Path(name).expanduser() for name in FONT_DIRS]
    return any(next(root.rglob(pattern), None) for root in roots for pattern in FONT_PATTERNS)


def browser() -> str | None:
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def missing(with_browser: bool) -> list[str]:
    """Debian packages that are wanted and not there."""
    wanted = [] if has_pango() else list(PANGO_PACKAGES)
    if not has_cjk_font():
        wanted.append("fonts-noto-cjk")
    if with_browser and not browser():
        wanted.append("chromium")
    return wanted


def ensure_system_packages(with_browser: bool, must: bool) -> None:
    """Install them where that is possible; otherwise one line says what to install.

    ``must``: stop there (tests). The demo goes on, and its PDF pages say what is missing.
    """
    packages = missing(with_browser)
    if packages and apt_install(packages):
        packages = missing(with_browser)
    if not packages:
        return
    line = f"missing for PDF{' and the browser tests' if with_browser else ''}: apt-get install {' '.join(packages)}"
    if must:
        raise Stop(line)
    say(line)
