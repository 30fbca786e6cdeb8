"""Chromium over a live server: what a person with a browser meets, and what axe finds."""

import os

import pytest
from django.db import connection

from tests.browser.visitor import Visitor, open_chromium
from tests.servicehub.faces.conftest import agent, branch, person, staff, world  # noqa: F401 - fixtures

# Playwright's synchronous interface runs a loop in this thread; the server has a thread of its own.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def chromium():
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def live(transactional_db, world):  # noqa: F811
    """The planted app, committed, so that the server's own thread sees it."""
    yield world
    with connection.cursor() as cursor:
        for table, column in (("clashrule", "item"), ("channelitem", "item_id"), ("serviceitemversion", "item_id")):
            cursor.execute(f"DELETE FROM servicehub_{table} WHERE {column} IN ('X-DO', 'X-LOOK')")
        cursor.execute("DELETE FROM servicehub_serviceitem WHERE code IN ('X-DO', 'X-LOOK')")


@pytest.fixture
def visit(chromium, live_server):
    """``visit(client, width=360)``: a browser window with this client's log-in."""
    opened: list[Visitor] = []

    def make(client=None, width: int = 1440, javascript: bool = True) -> Visitor:
        opened.append(Visitor(chromium, live_server.url, client, width, javascript))
        return opened[-1]

    yield make
    for visitor in opened:
        visitor.close()
