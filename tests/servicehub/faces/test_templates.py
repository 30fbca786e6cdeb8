"""The sources of the screens under test: what no template may hold, and what every component keeps."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from jinja2 import FileSystemLoader, UndefinedError
from jinja2.exceptions import TemplateSyntaxError

from servicehub.faces.environment import environment
from servicehub.kit import wording

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = [path for path in sorted(TEMPLATES.rglob("*.html")) if "ui" not in path.relative_to(TEMPLATES).parts[:1]]
SCREENS = [path for path in PAGES if path.relative_to(TEMPLATES).parts[0] != "letters"]


@pytest.fixture(scope="module")
def env():
    return environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def offenders(pattern: str, paths=SCREENS) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{path.relative_to(TEMPLATES)}:{number}: {line.strip()[:80]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if found.search(line)
    ]


def test_every_template_compiles(env):
    for path in sorted(TEMPLATES.rglob("*.html")):
        try:
            env.get_template(str(path.relative_to(TEMPLATES)))
        except TemplateSyntaxError as error:
            pytest.fail(f"{path}: {error}")


def test_an_undefined_name_fails_the_page(env):
    with pytest.raises(UndefinedError):
        env.from_string("{{ missing }}").render()
    with pytest.raises(UndefinedError):
        env.from_string("{{ ui.no_such_part() }}").render()


def test_the_vendor_prefix_stays_inside_the_components():
    # Two plain class names are shared by hand-written buttons and details; anything else belongs in templates/ui.
    assert offenders(r"govuk(?!-button\b|-button--secondary)|\bkit\.") == []


def test_no_inline_style_or_script_reaches_a_page():
    every = sorted(TEMPLATES.rglob("*.html"))
    screens = [path for path in every if path.relative_to(TEMPLATES).parts[0] != "letters"]
    assert offenders(r"\sstyle=|\son[a-z]+=\"|<style|javascript:|hx-on", screens) == []
    assert offenders(r"<script(?![^>]*src=)", screens) == []


def test_pages_do_not_format_by_hand():
    pages = [path for path in SCREENS if path.name != "styleguide.html"]  # its samples are what it shows
    assert offenders(r"¥|toFixed|#[0-9a-fA-F]{6}\b|\|\s*round\b", pages) == []


@pytest.mark.parametrize("word", wording.BANNED)
def test_banned_words_stand_on_no_screen(word):
    assert offenders(re.escape(word)) == []


def test_no_button_says_only_yes():
    alone = "|".join(wording.BUTTONS_BANNED)
    assert (
        offenders(rf"<button[^>]*>\s*({alone})\s*</button>|button_group\(\"({alone})\"|submit_button\(\"({alone})\"")
        == []
    )


def test_the_vendors_hidden_words_are_chinese(env):
    drawn = env.from_string('{{ ui.field("base", "缴存基数", type="money", error="少一位") }}').render()
    assert "错误:" in drawn and "Error" not in drawn
    assert 'aria-invalid="true"' in drawn and 'inputmode="decimal"' in drawn


def test_the_style_sheet_stays_within_its_budget():
    built = Path(settings.BASE_DIR) / "static" / "build" / "app.css"
    assert built.exists(), "run `npm run build` (make test does it)"
    assert len(gzip.compress(built.read_bytes(), 9)) <= 22 * 1024
    assert "url(http" not in built.read_text(encoding="utf-8")
