"""POST /api/v1/calculators/interest."""

import json

import pytest

YEAR = {
    "kind": "annual",
    "settlement_date": "2026-06-30",
    "annual_rate": "1.50",
    "divisor": 360,
    "method": "days_product",
    "carried": "50000.00",
    "current": "0.00",
    "entries": [{"value_date": f"2025-{month:02}-15", "amount": "2000.00"} for month in range(7, 13)]
    + [{"value_date": f"2026-{month:02}-15", "amount": "2000.00"} for month in range(1, 7)]
    + [{"value_date": "2025-11-20", "amount": "-12000.00"}],
}


def ask(client, question) -> dict:
    body = question if isinstance(question, str) else json.dumps(question)
    return client.post("/api/v1/calculators/interest", body, content_type="application/json")


def errors(response) -> dict[str, str]:
    assert response.status_code == 422
    assert response["Content-Type"].startswith("application/problem+json")
    return {error["field"]: error["message"] for error in json.loads(response.content)["errors"]}


def test_annual(client):
    answer = ask(client, YEAR).json()
    assert (answer["interest"], answer["product"]) == ("831.92", "19966000.00")
    assert [step["label"] for step in answer["steps"]] == ["计息积数", "日利率", "利息"]
    assert len(answer["steps"][0]["steps"]) == 14


def test_closing_and_defaults(client):
    answer = ask(
        client,
        {
            "kind": "closing",
            "settlement_date": "2026-03-18",
            "annual_rate": "1.5",
            "carried": "50000",
            "entries": YEAR["entries"][:9],
        },
    ).json()
    assert (answer["interest"], answer["product"]) == ("634.25", "15222000.00")


def test_months(client):
    answer = ask(client, {**YEAR, "method": "months_11_to_0", "entries": YEAR["entries"][:12]}).json()
    assert answer["interest"] == "915.00"


def test_json_numbers_are_read_exactly(client):
    assert ask(client, {**YEAR, "annual_rate": 1.5, "carried": 50000.0}).json()["interest"] == "831.92"


def test_every_fault_of_the_form_at_once(client):
    found = errors(
        ask(
            client,
            {
                "kind": "monthly",
                "settlement_date": "2026-06-31",
                "annual_rate": "x",
                "divisor": 100,
                "method": "days",
                "carried": "-1",
                "current": "0.001",
                "entries": [{"value_date": "2025-07-15"}, {"value_date": "soon", "amount": "1"}],
            },
        )
    )
    assert set(found) == {
        "kind", "settlement_date", "annual_rate", "divisor", "method", "carried", "current",
        "entries[0].amount", "entries[1].value_date",
    }  # fmt: skip


def test_facts_that_contradict_each_other(client):
    entries = [{"value_date": "2025-06-30", "amount": "1.00"}, {"value_date": "2025-08-01", "amount": "-60000.00"}]
    found = errors(ask(client, {**YEAR, "settlement_date": "2026-06-29", "entries": entries}))
    assert set(found) == {"settlement_date", "entries[0].value_date", "entries"}


@pytest.mark.parametrize("body", ["", "{", '{"carried": NaN}', "[]", "\x00"])
def test_body_that_is_no_question(client, body):
    response = ask(client, body)
    assert response.status_code in {400, 422}
    assert response["Content-Type"].startswith("application/problem+json")


def test_unbounded_work_is_refused(client):
    found = errors(ask(client, {**YEAR, "entries": YEAR["entries"][:1] * 1001}))
    assert found == {"entries": "存取明细最多 1000 笔"}
