"""GET /api/v1/calendar/…: the State Council's working days, and no guess beyond them."""

import json

import pytest

pytestmark = pytest.mark.django_db


def problem(response) -> dict:
    assert response.status_code == 422
    assert response["Content-Type"].startswith("application/problem+json")
    return json.loads(response.content)


def due(client, **query):
    return client.get("/api/v1/calendar/due", query)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-09-18", 3, "2026-09-22"),  # Sunday the 20th is worked for the National Day holiday
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2025-12-31", 2, "2026-01-05"),  # 2026-01-02 is off, Sunday 2026-01-04 is worked
    ],
)
def test_due_counts_published_working_days(client, start, count, expected):
    assert due(client, **{"from": start, "working_days": count}).json() == {"due": expected}


def test_due_into_a_year_not_published_is_refused(client):
    answer = problem(due(client, **{"from": "2026-12-30", "working_days": 10}))
    assert answer["code"] == "clock.year_not_published"
    assert "2027" in answer["errors"][0]["message"]


def test_due_from_the_end_of_time(client):
    assert problem(due(client, **{"from": "9999-12-31", "working_days": 1}))["code"] == "clock.year_not_published"


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, {"from", "working_days"}),
        ({"from": "2026-02-30", "working_days": "0"}, {"from", "working_days"}),
        ({"from": "2026-02-03", "working_days": "1.5"}, {"working_days"}),
        ({"from": "2026-02-03", "working_days": "100000"}, {"working_days"}),
    ],
)
def test_faulty_questions_name_every_field(client, query, fields):
    assert {error["field"] for error in problem(due(client, **query))["errors"]} == fields


@pytest.mark.parametrize(("year", "days"), [(2025, 248), (2026, 248)])
def test_year(client, year, days):
    answer = client.get(f"/api/v1/calendar/{year}").json()
    assert answer["working_days"] == days
    assert f"{year}-10-01" in answer["off"]
    assert all(day.startswith(str(year)) for day in answer["off"] + answer["makeup_work"])


def test_make_up_days_of_2026(client):
    answer = client.get("/api/v1/calendar/2026").json()
    assert answer["makeup_work"] == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ]  # fmt: skip


@pytest.mark.parametrize("year", [2027, 1, 99999999])
def test_year_not_published_is_refused(client, year):
    assert problem(client.get(f"/api/v1/calendar/{year}"))["code"] == "clock.year_not_published"
