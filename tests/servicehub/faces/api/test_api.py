"""The API as a client meets it: one shape of refusal, keys, targets, lists, cases, the schema."""

import re
import warnings
from functools import cache

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from servicehub.cases.models import Case, Submission
from servicehub.declare import registry
from servicehub.faces.api.operations import KEY_HEADER, REFUSALS
from servicehub.kit.problems import MEDIA_TYPE
from tests.servicehub.faces.test_switchboard_pages import stop

pytestmark = pytest.mark.django_db

INPUT = {"month": "2026-11", "amount": "1967.00", "reason": "raise", "promise": True}
TARGET = {"kind": "employer", "token": "e7f3k"}
PATH = "/api/v1/operations/samples.move_money/"


@pytest.fixture
def api(agent):
    """The agent's log-in, used by a program."""
    return _as_api(agent)


def _as_api(client) -> Client:
    # A program's session is its own; the cookie of the test's log-in is handed over to it.
    client.cookies["fc_session_api"] = next(
        morsel.value for name, morsel in client.cookies.items() if name.startswith("fc_session_")
    )
    return client


def post(client, path=PATH, key="k1", target=TARGET, data=INPUT, **more):
    body = {"target": target, "input": data, **more}
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(path, body, content_type="application/json", headers=headers)


def problem(answer, status, code):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    documented("RefusalDocument", body)
    return body


def documented(component: str, body) -> None:
    """What is answered is what the served document says is answered."""
    jsonschema.validate(body, {"$ref": f"#/components/schemas/{component}", "components": _components()})


@cache
def _components() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)["components"]


def test_an_operation_is_done_and_replayed(api, world):
    answer = post(api)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    documented("AnswerDocument", body)
    assert (body["state"], body["replayed"]) == ("done", False)
    assert body["rows"] == [{"label": "月缴存额", "value": "1,967.00"}]
    again = post(api).json()
    assert again["replayed"] is True and again["case_number"] == body["case_number"]
    assert len(world.done) == 1


def test_another_content_under_the_same_key_is_refused(api, world):
    post(api)
    problem(post(api, data={**INPUT, "amount": "2000.00"}), 409, "KEY_REUSED")
    assert len(world.done) == 1


def test_every_refusal_is_a_problem_document(api, world):
    problem(post(api, key=""), 400, "KEY_REQUIRED")
    body = problem(post(api, data={"month": "x"}), 422, "INPUT_INVALID")
    assert {error["field"] for error in body["errors"]} == {"month", "amount", "reason", "promise"}
    body = problem(post(api, data={**INPUT, "amount": "50"}), 422, "RULE_REFUSED")
    assert body["errors"][0] == {
        "field": "amount",
        "code": "LOW",
        "message": "月缴存额低于本市下限 100.00",
        "remedy": "改为 100.00 或以上",
        "clause": "条例 第十八条",
    }
    problem(post(api, target={"kind": "employer", "token": "e3zzz"}), 404, "NOT_FOUND")
    problem(post(api, target={"kind": "employer", "token": "nobody"}), 404, "NOT_FOUND")
    problem(post(api, target="e7f3k"), 422, "TARGET_REQUIRED")
    problem(post(api, "/api/v1/operations/samples.nothing/"), 404, "NOT_FOUND")
    problem(api.get(PATH), 405, "METHOD_NOT_ALLOWED")
    problem(api.post(PATH, "{", content_type="application/json"), 400, "BAD_REQUEST")
    assert world.done == []


def test_nobody_is_told_to_log_in_and_never_redirected(client, world):
    for answer in (post(client), client.get("/api/v1/queries/samples.staff/"), client.get("/api/v1/cases/")):
        problem(answer, 401, "NOT_LOGGED_IN")


def test_a_stop_answers_503_with_the_notice_and_keeps_a_draft(api, staff, world):
    stop(staff("channel_admin").user)
    answer = post(api)
    body = problem(answer, 503, "CELL_SUSPENDED")
    assert answer["Retry-After"] and answer["Cache-Control"] == "no-store"
    assert body["detail"] == "因银行线路检修，示例办理暂停受理，预计两小时后恢复。可到服务大厅办理。"
    assert body["draft"]["saved"] is True and body["hotline"] == "12329"
    assert "CTR" in [place["channel"] for place in body["alternatives"]]


def test_a_query_answers_exact_text_words_and_totals(api):
    body = api.get("/api/v1/queries/samples.staff/?target=employer:e7f3k&size=10&sort=-amount&state=sealed").json()
    documented("TableDocument", body)
    assert (body["count"], body["pages"]) == (12, 2)
    assert body["rows"][0]["amount"] == "1120.00"
    assert (body["rows"][0]["state"], body["rows"][0]["state_word"]) == ("sealed", "封存")
    assert body["totals"] == {"amount": "12780.00"}
    bad = api.get("/api/v1/queries/samples.staff/?target=employer:e7f3k&since=x")
    problem(bad, 422, "INPUT_INVALID")


def test_a_reviewed_operation_waits_and_is_decided(staff, world):
    maker, checker = _as_api(staff("teller")), _as_api(staff("reviewer"))
    answer = post(maker, "/api/v1/operations/samples.reviewed/")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    pk = Submission.objects.get().pk
    path = f"/api/v1/submissions/{pk}/decisions/"
    own = maker.post(path, {"verdict": "approve"}, content_type="application/json", headers={"Idempotency-Key": "d"})
    problem(own, 403, "OWN_CASE")
    done = checker.post(path, {"verdict": "approve"}, content_type="application/json", headers={"Idempotency-Key": "d"})
    assert done.json()["state"] == "done" and len(world.done) == 1
    number = Case.objects.get().number
    body = checker.get(f"/api/v1/cases/{number}/").json()
    assert body["state"] == "done" and [event["what"] for event in body["events"]][:2] == ["提交“变更单位名称”", "审核"]


def test_cases_of_others_are_not_found(api, staff, world):
    post(
        _as_api(staff("teller")), "/api/v1/operations/samples.reviewed/", target={"kind": "employer", "token": "e3zzz"}
    )
    number = Case.objects.get().number
    problem(api.get(f"/api/v1/cases/{number}/"), 404, "NOT_FOUND")
    assert api.get("/api/v1/cases/?target=employer:e7f3k").json()["rows"] == []


def test_the_schema_documents_every_operation_and_query(client, world):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = yaml.safe_load(client.get("/api/v1/schema/").content)
    assert document["openapi"].startswith("3.1")
    for operation in registry.operations:
        if operation.kind == "callback":
            continue
        folder = "queries" if operation.kind == "read" else "operations"
        assert f"/api/v1/{folder}/{operation.code}/" in document["paths"], operation.code
    body = document["components"]["schemas"]["SamplesMoveMoneyInputRequest"]
    assert body["properties"]["amount"]["title"] == "月缴存额"
    assert set(body["required"]) == {"month", "amount", "reason", "promise"}
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert not re.search(r"\bx?html\b", str(document["paths"]["/api/v1/operations/samples.move_money/"]))


def test_the_schema_has_no_warnings(client, world, capsys):
    from drf_spectacular.drainage import GENERATOR_STATS

    GENERATOR_STATS.reset()
    assert client.get("/api/v1/schema/").status_code == 200
    assert not GENERATOR_STATS, capsys.readouterr().err


def test_the_command_writes_the_document_that_is_served(client, world, tmp_path):
    file = tmp_path / "schema.yaml"
    call_command("spectacular", file=str(file), validate=True, fail_on_warn=True)
    assert yaml.safe_load(file.read_text(encoding="utf-8")) == yaml.safe_load(client.get("/api/v1/schema/").content)


def test_every_operation_of_the_document_says_how_it_refuses(client):
    document = yaml.safe_load(client.get("/api/v1/schema/").content)
    gated = {str(status) for status, _ in REFUSALS}
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {address}"
            refusals = {code: answer for code, answer in operation["responses"].items() if int(code) >= 400}
            assert refusals, where
            for code, answer in refusals.items():
                assert set(answer["content"]) == {MEDIA_TYPE}, f"{where} {code}"
            declared = address.startswith(("/api/v1/operations/", "/api/v1/queries/"))
            assert not declared or set(refusals) == gated, where
            keys = [one for one in operation.get("parameters", []) if one["name"] == KEY_HEADER]
            takes_key = address.startswith("/api/v1/operations/") or address.endswith("/decisions/")
            assert [(one["in"], one["required"], bool(one["description"])) for one in keys] == (
                [("header", True, True)] if takes_key else []
            ), where


def test_a_write_without_its_key_is_refused(api, world):
    problem(post(api, key=""), 400, "KEY_REQUIRED")
    assert world.done == []
