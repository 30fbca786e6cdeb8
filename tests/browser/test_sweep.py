"""The full crawl (make sweep): every address reachable from the faces, every form empty and wrong.

Once over the planted app, where every kind of form stands, and once over the centre with its city, where every page of
the product has something to show.
"""

import re
from collections import deque

import pytest

from tests.browser.citizen import Citizen, log_ins
from tests.browser.small_centre import small_centre
from tests.browser.test_pages import inspect

pytestmark = [pytest.mark.sweep, pytest.mark.browser]
FILES = (".pdf", "format=", "/template/", "/workbook/")  # what is downloaded is no page
WIDE, MIDDLE, PHONE = 1440, 768, 360

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
    return [one.split("#")[0] for one in found if one.startswith("/") and not any(word in one for word in FILES)]


def crawl(visitor, start: str, narrower: bool = False) -> list[str]:
    """Everything wrong on the pages under ``start``; forms are also sent empty, to be looked at with their errors."""
    root = "/" if start == "/" else f"/{start.split('/')[1]}/"
    waiting, seen, faults = deque([start]), set(), []
    while waiting and len(seen) < PAGES_MAX:
        path = waiting.popleft()
        bare = path.split("?")[0]
        if shape(bare) in seen or not bare.startswith(root):
            continue
        seen.add(shape(bare))
        faults += inspect(visitor, path, statuses=(200, 403, 503) if narrower else (200, 403, 404, 503))
        if narrower:
            faults += [f"{path} {one}" for one in _narrower(visitor)]
        waiting.extend(links(visitor))
        button = visitor.page.get_by_role("button", name=re.compile("^(下一步：核对|继续)$"))
        if "/do/" in bare and button.count():
            visitor.follow(button.first)
            faults += [f"{bare} with errors: {one}" for one in visitor.violations()]
            visitor.complaints.clear()
    return faults


def _narrower(visitor) -> list[str]:
    """The page that was just looked at, on a tablet and on a phone."""
    found = []
    for width in (MIDDLE, PHONE):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        if visitor.overflow() > 0:
            found.append(f"at {width}: {visitor.overflow()} px wider than the window")
    found += [f"at {PHONE}: {one}" for one in visitor.violations()]
    visitor.page.set_viewport_size({"width": WIDE, "height": 900})
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [PHONE, WIDE])
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


@pytest.fixture(scope="module")
def centre():
    with small_centre() as opened:
        yield opened


@pytest.mark.parametrize(
    ("kind", "who", "start"),
    [
        ("", 0, "/"),
        ("employer", 0, "/employer/"),
        ("person", 0, "/my/"),
        ("staff", "S0101", "/counter/"),
        ("staff", "S0103", "/counter/"),
        ("staff", "A0001", "/switchboard/"),
        ("staff", "A0006", "/switchboard/"),
        ("staff", "A0008", "/switchboard/"),
    ],
)
def test_every_page_of_the_living_centre(chromium, centre, kind, who, start):
    visitor = Citizen(chromium, centre, width=WIDE)
    if kind:
        known = log_ins(centre)[kind]
        visitor.log_in(known[who] if isinstance(who, int) else next(one for one in known if one.name == who))
        start = visitor.page.url.removeprefix(centre.url)
    faults = crawl(visitor, start, narrower=True)
    visitor.close()
    assert faults == []
