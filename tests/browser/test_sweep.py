"""The full crawl (make sweep): every address reachable from the faces, every form empty and wrong, at two widths."""

import re
from collections import deque

import pytest

from tests.browser.test_pages import inspect

pytestmark = [pytest.mark.sweep, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES_MAX = 150
SHAPES = (
    (r"/(employer|person|garden)/[0-9A-Za-z_-]{4,}(?=/)", r"/\1/TOKEN"),
    (r"/(cases|services|parameters|stops)/[^/]+/$", r"/\1/ONE/"),
    (r"/\d{4}-\d{2}(?=/)", "/MONTH"),
    (r"/\d+(?=/)", "/9"),
)
STARTS = {"public": "/", "employer": "/employer/e7f3k/", "my": "/my/", "counter": "/counter/", "board": "/switchboard/"}


def shape(path: str) -> str:
    """One page of each kind is enough: the same address about another party is the same page."""
    for pattern, plain in SHAPES:
        path = re.sub(pattern, plain, path)
    return path


def links(visitor) -> list[str]:
    found = visitor.page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    return [one.split("#")[0] for one in found if one.startswith("/") and ".pdf" not in one and "format=" not in one]


def crawl(visitor, start: str) -> list[str]:
    """Everything wrong on the pages under ``start``; forms are also sent empty, to be looked at with their errors."""
    root = "/" if start == "/" else f"/{start.split('/')[1]}/"
    waiting, seen, faults = deque([start]), set(), []
    while waiting and len(seen) < PAGES_MAX:
        path = waiting.popleft()
        bare = path.split("?")[0]
        if shape(bare) in seen or not bare.startswith(root):
            continue
        seen.add(shape(bare))
        faults += inspect(visitor, path, statuses=(200, 403, 404, 503))
        waiting.extend(links(visitor))
        button = visitor.page.get_by_role("button", name=re.compile("^(下一步：核对|继续)$"))
        if "/do/" in bare and button.count():
            visitor.follow(button.first)
            faults += [f"{bare} with errors: {one}" for one in visitor.violations()]
            visitor.complaints.clear()
    return faults


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("face", STARTS)
def test_every_page_of_a_face(live, agent, person, staff, visit, face, width):
    client = {
        "public": None,
        "employer": agent,
        "my": person,
        "counter": staff("teller"),
        "board": staff("channel_admin"),
    }[face]
    assert crawl(visit(client, width), STARTS[face]) == []
