"""The page of one letter: what it says where this machine cannot make the file."""

import sys

import pytest

from servicehub import letters
from servicehub.identity.models import User
from servicehub.letters import paper
from tests.conftest import make_origin
from tests.servicehub.letters.conftest import facts, notice  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lacking", ["Pango", "a Chinese font"])
def test_a_machine_without_the_means_says_so_on_the_page(person, notice, monkeypatch, lacking):  # noqa: F811
    issued = letters.issue(
        make_origin(operator=User.objects.get(username="person").pk, user_kind="person"), "tests.notice", "18"
    )
    if lacking == "Pango":
        monkeypatch.setitem(sys.modules, "weasyprint", None)
    else:
        monkeypatch.setattr(paper, "has_chinese_font", lambda: False)
    assert letters.render(issued.print_outs.get().pk) is False
    page = person.get(f"/my/letters/{issued.pk}/")
    assert page.status_code == 200
    words = page.content.decode()
    assert "还没有生成" in words
    assert "本机缺少生成 PDF 的组件或中文字体" in words
    assert f"/my/letters/{issued.pk}/1.pdf" not in words
    assert person.get(f"/my/letters/{issued.pk}/1.pdf").status_code != 500
