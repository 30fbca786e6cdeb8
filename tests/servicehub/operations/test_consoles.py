"""The batch console, the findings' worklist and the inbox, through the gate."""

import pytest

from servicehub import batch, checks, gate, messages
from servicehub.batch import running
from servicehub.declare import CENTRE, BalanceCheck, Finding, Job, JobStep
from servicehub.declare.registry import checks as declared_checks
from servicehub.declare.registry import jobs
from tests.conftest import make_origin


def rows(query, origin, target, raw):
    table = gate.read(query, origin, target, raw)
    found = list(table.source.order_by(*table.order))
    return table.finish(found) if table.finish else found


@pytest.fixture
def failing_run(staff, monkeypatch):
    monkeypatch.setattr(running, "_send_workers", lambda *arguments: None)

    def work(origin, run, subject):
        if subject == "B2":
            raise ValueError("余额不平")

    jobs.add(Job("tests.console", "试运行", (JobStep("x", "逐户处理", work, lambda origin, run: ["B1", "B2"]),)))
    run = batch.start(make_origin(), "tests.console")
    batch.work_off(run.pk, make_origin())
    yield run
    jobs.remove("tests.console")


def test_the_console_shows_a_run_and_its_failed_piece(staff, failing_run):
    (run,) = rows("servicehub.list_job_runs", staff(1, "supervisor"), CENTRE, {})
    assert (run["label"], run["state_word"], run["step_words"]) == ("试运行", "部分失败", "1/1 逐户处理")
    (item,) = rows(
        "servicehub.list_job_items", staff(1, "supervisor"), CENTRE, {"run": failing_run.pk, "state": "failed"}
    )
    assert (item["subject"], item["error"]) == ("B2", "ValueError: 余额不平")


def test_failed_pieces_are_done_again_and_a_run_is_ended(staff, failing_run):
    answer = gate.submit("servicehub.retry_job_run", staff(1, "supervisor"), CENTRE, {"run": failing_run.pk}, "k1")
    assert answer.message.startswith("已重新排队 1 项")
    with pytest.raises(gate.Refused) as refused:
        gate.submit("servicehub.retry_job_run", staff(1, "supervisor"), CENTRE, {"run": failing_run.pk}, "k2")
    assert refused.value.findings[0].message == f"批处理 {failing_run.pk} 的状态是“运行中”，不能重跑失败项。"
    raw = {"run": failing_run.pk, "reason": "参数有误，另起批次"}
    gate.submit("servicehub.abort_job_run", staff(1, "supervisor"), CENTRE, raw, "k3")
    failing_run.refresh_from_db()
    assert failing_run.state == "aborted"


def test_the_worklist_of_findings_and_a_word_about_one(staff, monkeypatch):
    monkeypatch.setattr(declared_checks, "_by_code", {})
    check = declared_checks.add(
        BalanceCheck(
            "tests.tie",
            "总分核对",
            lambda origin: [Finding("tests.tie", "明细比总账少 0.01 元。", facts={"object": "subject:201"})],
            owner="accountant",
        )
    )
    checks.run_one(make_origin(), check)
    (row,) = rows("servicehub.list_check_findings", staff(1, "accountant"), CENTRE, {"mine": True})
    assert (row["check_label"], row["owner_name"], row["state_word"]) == ("总分核对", "会计", "待处理")
    assert rows("servicehub.list_check_findings", staff(1, "cashier"), CENTRE, {"mine": True}) == []
    raw = {"finding": row["id"], "explanation": "银行次日入账"}
    gate.submit("servicehub.explain_check_finding", staff(1, "accountant"), CENTRE, raw, "k1")
    (row,) = rows("servicehub.list_check_findings", staff(1, "accountant"), CENTRE, {})
    assert (row["state_word"], row["explanation"]) == ("已说明", "银行次日入账")


def test_one_reads_one_s_own_messages(staff):
    messages.send(make_origin(), "case", [1, 2], "已受理。", "case:1")
    origin = staff(1, user_kind="person", channel="WEBP")
    (row,) = rows("servicehub.my_messages", origin, None, {"unread": True})
    assert row["text"] == "已受理。"
    gate.submit("servicehub.choose_topic", origin, None, {"topic": "deposit", "sms": False}, "k1")
    chosen = next(row for row in messages.preferences(1) if row["topic"] == "deposit")
    assert chosen["sms"] is False
