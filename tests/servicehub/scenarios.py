"""Worlds for the hub's own operations."""

from datetime import date

from servicehub import batch, checks
from servicehub.batch import running
from servicehub.declare import CENTRE, BalanceCheck, Finding, Job, JobStep
from servicehub.declare.registry import checks as declared_checks
from servicehub.declare.registry import jobs, operations
from servicehub.identity import people
from servicehub.identity.models import Branch, PostGrant, User, UserKind, UserState
from tests.conftest import make_origin
from tests.scenarios import Scenario, before_the_gate, scenario, staff, user
from tests.servicehub.gate.test_stopping import stop


def on_order(code: str, post: str, **given) -> Scenario:
    order = stop("CELL", "WEBE:J-PAY", "NO_NEW", ordered_by_id=user().pk, **given)
    return Scenario(staff(post), CENTRE, {**operations[code].example(), "number": order.number})


@scenario("servicehub.lift_stop")
def lift(tools):
    return on_order("servicehub.lift_stop", "channel_admin")


@scenario("servicehub.extend_stop")
def extend(tools):
    return on_order("servicehub.extend_stop", "channel_admin")


@scenario("servicehub.review_emergency_stop")
def review(tools):
    return on_order("servicehub.review_emergency_stop", "ops_lead", kind="EMERGENCY", review="pending")


def failing_run(tools):
    def work(origin, run, subject):
        raise ValueError("余额不平")

    tools.monkeypatch.setattr(running, "_send_workers", lambda *arguments: None)
    tools.monkeypatch.setitem(
        jobs._by_code, "tests.run", Job("tests.run", "试运行", (JobStep("x", "逐户", work, lambda *_: ["B1"]),))
    )
    run = batch.start(make_origin(), "tests.run")
    batch.work_off(run.pk, make_origin())
    return run


@scenario("servicehub.retry_job_run")
def retry(tools):
    return Scenario(staff("supervisor"), CENTRE, {"run": failing_run(tools).pk})


@scenario("servicehub.abort_job_run")
def abort(tools):
    return Scenario(staff("supervisor"), CENTRE, {"run": failing_run(tools).pk, "reason": "参数有误，另起批次"})


@scenario("servicehub.explain_check_finding")
def explain(tools):
    tools.monkeypatch.setattr(declared_checks, "_by_code", {})
    found = Finding("tests.tie", "明细比总账少 0.01 元。", facts={"object": "subject:201"})
    check = declared_checks.add(BalanceCheck("tests.tie", "总分核对", lambda origin: [found], owner="accountant"))
    checks.run_one(make_origin(), check)
    from servicehub.checks.models import CheckFinding

    row = CheckFinding.objects.get()
    return Scenario(staff("accountant"), CENTRE, {"finding": row.pk, "explanation": "银行次日入账"})


@scenario("servicehub.grant_role")
def grant_role(tools):
    branch = Branch.objects.create(code="71", name="市直管理部", area="魏都区")
    raw = {**operations["servicehub.grant_role"].example(), "work_number": user().username, "branch": branch.code}
    return Scenario(staff("system_admin"), CENTRE, raw)


@scenario("servicehub.revoke_role")
def revoke_role(tools):
    grant = PostGrant.objects.create(
        user=user(), role_id="teller", valid_from=date(2026, 1, 1), granted_at=make_origin().at, basis="测试"
    )
    return Scenario(staff("security_admin"), CENTRE, {"grant": grant.pk, "reason": "调离岗位"})


@scenario("servicehub.unlock_login", "servicehub.open_password_reset", "servicehub.freeze_user")
def look_after_an_agent(tools):
    example = operations[tools.code].example()
    _registered_agent(example["name"])
    return Scenario(staff("teller"), CENTRE, example)


@scenario("servicehub.thaw_user")
def thaw_an_agent(tools):
    example = operations[tools.code].example()
    agent = _registered_agent(example["name"])
    User.objects.filter(pk=agent.pk).update(state=UserState.FROZEN)
    return Scenario(staff("teller"), CENTRE, example)


@scenario("servicehub.register_user")
def register_user(tools):
    """A visitor of the hall whose telephone was proved; the proof itself is tested with the registration pages."""
    tools.monkeypatch.setattr("servicehub.identity.codes.was_shown", lambda *shown: True)
    visitor = before_the_gate(user(UserKind.EMPLOYER), channel="WEBE")
    return Scenario(visitor, None, operations[tools.code].example())


def _registered_agent(mobile: str) -> User:
    return people.create_agent_user(
        make_origin(), mobile=mobile, name="李明", id_number="990000197803231015", password="quiet-river-9"
    )
