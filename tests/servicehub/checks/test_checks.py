"""A finding is one row while it lasts, has an owner and a deadline, and a check that cannot run proves nothing."""

from datetime import date

import pytest
from django.db import InternalError, connection, transaction

from servicehub import audit, checks, messages
from servicehub.audit.models import AuditEntry
from servicehub.checks.models import CheckFinding, CheckRun
from servicehub.checks.running import COULD_NOT_RUN
from servicehub.declare import BalanceCheck, Change, Finding, PassRequired
from servicehub.declare.registry import checks as declared
from servicehub.identity.models import Branch, User
from servicehub.identity.posts import grant_post
from tests.conftest import BUSINESS_DATE, make_origin


@pytest.fixture
def world():
    """What the planted checks find; tests change it."""
    return {"wrong": []}


@pytest.fixture
def planted(world, monkeypatch):
    monkeypatch.setattr(declared, "_by_code", {})

    def differences(origin):
        return [
            Finding("tests.difference", f"{name}差 0.01 元。", facts={"object": name, "amount": "0.01"})
            for name in world["wrong"]
        ]

    for code, pace, blocks in (("a", "minute", True), ("b", "night", False), ("c", "week", True)):
        declared.add(BalanceCheck(f"tests.{code}", f"检查{code}", differences, blocks, pace=pace, working_days=2))
    return declared


@pytest.mark.django_db
@pytest.mark.parametrize(("pace", "codes"), [("minute", "a"), ("night", "ab"), ("week", "abc")])
def test_a_slower_round_runs_the_faster_checks_too(planted, origin, pace, codes):
    assert [each.check.code for each in checks.run(origin, pace)] == [f"tests.{code}" for code in codes]
    assert CheckRun.objects.count() == len(codes)


@pytest.mark.django_db
def test_a_finding_is_one_row_while_it_lasts(planted, world, origin):
    world["wrong"] = ["employer:1", "employer:2"]
    assert not checks.run_one(origin, planted["tests.a"]).ok
    first = CheckFinding.objects.get(object="employer:1")
    assert (first.owner, first.due, first.state) == ("auditor", date(2026, 11, 25), "open")
    world["wrong"] = ["employer:2", "employer:3"]
    checks.run_one(origin, planted["tests.a"])
    assert dict(CheckFinding.objects.values_list("object", "state")) == {
        "employer:1": "closed",
        "employer:2": "open",
        "employer:3": "open",
    }
    world["wrong"] = ["employer:1"]
    checks.run_one(origin, planted["tests.a"])
    assert CheckFinding.objects.filter(object="employer:1").count() == 2  # it came back: new work, new clock


@pytest.mark.django_db
def test_a_check_that_cannot_run_has_proved_nothing(planted, origin):
    def broken(origin):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    planted.add(BalanceCheck("tests.broken", "坏", broken, pace="minute"))
    results = {each.check.code: each for each in checks.run(origin, "minute")}
    assert results["tests.a"].ok
    assert not results["tests.broken"].ok
    assert CheckFinding.objects.get().finding == COULD_NOT_RUN
    assert "division by zero" in CheckRun.objects.get(check_code="tests.broken").failed
    assert [row.check_code for row in checks.blocking()] == ["tests.broken"]


@pytest.mark.django_db
def test_an_explained_difference_still_blocks(planted, world, origin):
    world["wrong"] = ["bank:1"]
    checks.run(origin, "night")
    row = checks.worklist(["auditor"]).get(check_code="tests.a")
    with pytest.raises(PassRequired):
        checks.explain(make_origin(pass_=None), row.pk, "未达账项")
    checks.explain(origin, row.pk, "未达账项，银行次日入账")
    row.refresh_from_db()
    assert (row.state, row.explained_by) == ("explained", "王芳")
    assert [each.pk for each in checks.blocking()] == [row.pk]  # check b does not block
    assert AuditEntry.objects.get().action == "说明检查问题"
    checks.run_one(origin, planted["tests.a"])
    row.refresh_from_db()
    assert row.state == "explained"  # seen again, the word stands
    assert checks.worklist(["cashier"]).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_check_reads_one_moment_and_cannot_write(planted, origin, other_connection):
    seen = []

    def reads_twice(origin):
        seen.append(Branch.objects.count())
        with other_connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO servicehub_branch (code, name, area, address, is_open) VALUES ('X', 'X', '', '', true)"
            )
        seen.append(Branch.objects.count())
        return []

    planted.add(BalanceCheck("tests.reads", "读", reads_twice))
    assert checks.run_one(origin, planted["tests.reads"]).ok
    assert seen == [0, 0]

    def writes(origin):
        Branch.objects.create(code="Y", name="Y", area="")

    planted.add(BalanceCheck("tests.writes", "写", writes))
    checks.run_one(origin, planted["tests.writes"])
    assert "read-only" in CheckRun.objects.get(check_code="tests.writes").failed
    assert InternalError.__name__ in CheckRun.objects.get(check_code="tests.writes").failed


@pytest.mark.django_db
def test_keeping_findings_does_not_grow_statement_by_statement(planted, world, origin, django_assert_max_num_queries):
    world["wrong"] = [f"person:{number}" for number in range(200)]
    with django_assert_max_num_queries(12):
        checks.run_one(origin, planted["tests.a"])
    with django_assert_max_num_queries(12):
        checks.run_one(origin, planted["tests.a"])


@pytest.mark.django_db
def test_whoever_answers_for_it_is_told_once_a_round(planted, world, origin):
    clerk = User.objects.create(username="41010009", kind="staff", display_name="稽核员")
    grant_post(origin, clerk, "auditor", branch=None, valid_from=BUSINESS_DATE, basis="测试")
    world["wrong"] = ["person:410000018812", "person:2"]  # a whole account number must not travel in a message
    checks.run_one(origin, planted["tests.a"])
    checks.run_one(origin, planted["tests.a"])
    assert messages.inbox(clerk.pk).get().text == "“检查a”新发现 2 个问题，处理期限 2026-11-25。"


@pytest.mark.django_db
def test_a_broken_audit_chain_is_a_finding_of_the_nightly_round(origin):
    check = declared["servicehub.audit_chain"]
    audit.record(origin, [Change("tests.thing:1", "登记"), Change("tests.thing:2", "登记")])
    audit.seal()
    assert checks.run_one(origin, check).ok
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM servicehub_auditentry WHERE object = 'tests.thing:1'")
    assert not checks.run_one(origin, check).ok
    row = CheckFinding.objects.get()
    assert (row.owner, row.object, row.message) == ("audit_admin", "audit:1", "审计链第 1 条被删除（记录已不在）。")
