"""Logs say which request and which route, never who and never which number."""

import json
import logging

import pytest

from fundcentre.logs import logging_config, mask_numbers

REAL = "411002199003077654"


@pytest.fixture
def lines(monkeypatch):
    """What a JSON handler writes, as parsed lines."""
    form = logging_config("json")["formatters"]["lines"]
    formatter = form.pop("()")(**form)
    written = []

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(json.loads(formatter.format(record)))

    keep = Keep()
    logger = logging.getLogger("django_structlog")
    monkeypatch.setattr(logger, "level", logging.INFO)
    logger.manager._clear_cache()
    logger.addHandler(keep)
    yield written
    logger.removeHandler(keep)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Key (id_no)=({REAL}) already exists", "Key (id_no)=(****7654) already exists"),
        ("41100219900307765X", "****765X"),
        ("card 6222021234567890123.", "card ****0123."),
        ("call 13800138000", "call ****8000"),
        ("amount 1499608.00 of 2026-11-23", "amount 1499608.00 of 2026-11-23"),
        ("request 3f2504e0-4f89-11d3-9a0c-030512345678", "request 3f2504e0-4f89-11d3-9a0c-030512345678"),
    ],
)
def test_long_numbers_are_masked(text, shown):
    assert mask_numbers(text) == shown


@pytest.mark.django_db
def test_a_request_leaves_one_line_without_what_was_asked(client, lines):
    answer = client.get("/calculator/", {"q": REAL, "name": "张伟"}, HTTP_USER_AGENT="curl")
    (line,) = lines
    assert line["request"] == "GET /calculator/"
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["code"] == 200
    assert isinstance(line["ms"], int)
    assert not {"ip", "user_id", "user_agent"} & line.keys()
    assert REAL not in json.dumps(lines)
    assert "张伟" not in json.dumps(lines, ensure_ascii=False)


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_is_not_written_down(client, lines):
    client.get(f"/people/{REAL}/")
    assert [line["request"] for line in lines] == ["GET no route"]


def test_each_request_has_a_number_of_its_own(client):
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]
