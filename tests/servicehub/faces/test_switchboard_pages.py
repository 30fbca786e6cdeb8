"""The switchboard: matrix, stop orders, traffic, parameters, clashes, jobs, audit."""

from datetime import timedelta

import pytest

from servicehub import audit, clock
from servicehub.audit.models import AuditEntry
from servicehub.cases.models import Submission
from servicehub.checks.models import CheckRun
from servicehub.declare import registry
from servicehub.gate.models import StopOrder
from tests.conftest import BUSINESS_DATE
from tests.servicehub.faces.test_operation_pages import handed_in

pytestmark = pytest.mark.django_db

PAGES = ["", "matrix/", "stops/", "traffic/", "parameters/", "clashes/", "jobs/", "wall/"]
PAGES += ["checks/", "cases/", "messages/", "messages/settings/", "styleguide/"]


@pytest.fixture
def admin(staff):
    return staff("channel_admin")


def text(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def stop(user, number="TD20261108-001", **given):
    at = clock.now()
    values = {
        "scope": "CELL",
        "scope_ref": "WEBE:X-DO",
        "mode": "NO_NEW",
        "kind": "IMMEDIATE",
        "reason_code": "BANK_LINE",
        "internal_reason": "建行前置机故障，联系中",
        "notice_title": "示例办理在单位网厅暂停",
        "notice_body": "因银行线路检修，示例办理暂停受理，预计两小时后恢复。可到服务大厅办理。",
        "starts_at": at - timedelta(minutes=5),
        "planned_end": at + timedelta(hours=2),
        "ordered_by": user,
        "ordered_at": at - timedelta(minutes=10),
    }
    return StopOrder.objects.create(number=number, **{**values, **given})


@pytest.mark.parametrize("below", PAGES)
def test_pages_open(admin, below):
    assert text(admin, f"/switchboard/{below}").count("<h1") == 1


def test_pages_are_for_staff_only(agent):
    assert agent.get("/switchboard/matrix/")["Location"].startswith("/login/staff/")


def test_the_matrix_shows_shape_word_and_the_order(admin):
    stop(admin.user)
    page = text(admin, "/switchboard/matrix/")
    assert "停新办" in page and "▣" in page and "/switchboard/stops/TD20261108-001/" in page
    assert "示例查询" not in text(admin, "/switchboard/matrix/?only=stopped")


def test_a_stop_is_told_in_the_frame_and_counted(agent, staff, world):
    admin = staff("channel_admin")
    page = agent.post(
        "/employer/e7f3k/do/samples.move_money/",
        {"month": "2026-11", "amount": "1967", "reason": "raise", "promise": "true"},
    )
    assert page.status_code == 303
    check = agent.get(page["Location"]).content.decode()
    stop(admin.user)
    import re

    sent = {name: re.search(rf'name="{name}" value="([^"]*)"', check)[1] for name in ("sealed", "form_token")}
    refused = agent.post("/employer/e7f3k/do/samples.move_money/check/", sent)
    words = refused.content.decode()
    assert refused.status_code == 503 and refused["Retry-After"]
    assert "因银行线路检修，示例办理暂停受理" in words and "填写的内容已保存为草稿" in words
    assert "服务大厅" in words and 'href="/employer/e7f3k/do/samples.move_money/"' in words
    assert "主导航" in words  # inside the frame
    order = text(admin, "/switchboard/stops/TD20261108-001/")
    assert "共拦下 1 次" in order and "因银行线路检修" in order
    assert "停办拦下" in text(admin, "/switchboard/traffic/")
    assert agent.get("/employer/e7f3k/do/samples.move_money/").status_code == 503
    assert text(agent, "/employer/e7f3k/list/samples.staff/")  # another item goes on


def test_parameters_show_value_document_and_history(admin):
    key = next(iter(registry.parameters)).code
    assert key in text(admin, "/switchboard/parameters/")
    assert text(admin, f"/switchboard/parameters/{key}/")
    text(admin, "/switchboard/parameters/nothing.at.all/", 404)


def test_the_audit_log_is_for_its_own_posts(admin, staff, agent):
    assert admin.get("/switchboard/audit/").status_code == 403
    handed_in(agent)
    audit.seal()
    reader = staff("audit_admin")
    page = text(reader, "/switchboard/audit/?action=月缴存额")
    assert "调整月缴存额" in page and "李会计" in page and "#" in page
    entry = AuditEntry.objects.filter(action="调整月缴存额").get()
    record = text(reader, f"/switchboard/audit/{entry.pk}/")
    assert "1,967.00" in record and "本条散列" in record
    proof = reader.post(f"/switchboard/audit/{entry.pk}/").content.decode()
    assert "内容没有改动" in proof
    whole = reader.post("/switchboard/audit/verify/", {"from": "1", "to": "999999"}).content.decode()
    assert "完整" in whole
    assert reader.post("/switchboard/audit/verify/", {"from": "x", "to": "2"}).status_code == 422


def test_audit_dates_that_cannot_be_read_stay_in_their_box(staff):
    answer = staff("audit_admin").get("/switchboard/audit/?from=昨天")
    assert answer.status_code == 422 and 'value="昨天"' in answer.content.decode()


def test_the_wall_tells_a_check_whose_night_has_not_come_from_one_that_is_late(admin):
    paces = {check.code: check.pace for check in registry.checks}
    page = text(admin, "/switchboard/wall/")
    frequent = sum(pace == "minute" for pace in paces.values())
    assert frequent < len(paces)
    assert f"有 {frequent} 项到时间还没有核对" in page
    for code, pace in paces.items():
        if pace == "minute":
            CheckRun.objects.create(
                check_code=code, business_date=BUSINESS_DATE, started_at=clock.now(), milliseconds=3, found=0
            )
    page = text(admin, "/switchboard/wall/")
    assert f"核对过的 {frequent} 项都平" in page
    assert f"另有 {len(paces) - frequent} 项每晚或每周运行" in page


def test_a_stop_waits_for_the_operations_lead_whose_post_sees_no_party(admin, staff):
    """Whoever runs channels sees no employer and no person; what waits for their post they see all the same."""
    order = registry.operations["servicehub.order_stop"].example()
    handed_in(admin, "/switchboard/do/servicehub.order_stop/", **order)
    number = Submission.objects.get(operation="servicehub.order_stop").case.number
    lead, stranger = staff("ops_lead"), staff("policy_admin")
    assert number in text(lead, "/switchboard/checks/")
    assert number not in text(stranger, "/switchboard/checks/")
    assert "申请停办" in text(admin, f"/switchboard/cases/{number}/")  # one's own, to the end
    assert number in text(admin, "/switchboard/cases/")
    text(stranger, f"/switchboard/cases/{number}/", 404)
    pk = Submission.objects.get().pk
    answer = lead.post(f"/switchboard/checks/{pk}/", {"verdict": "approve", "form_token": "k-lead"})
    assert answer.status_code == 303
    assert "已生效" in text(lead, answer["Location"])
    assert StopOrder.objects.get().scope_ref == "WEBE:J-PAY"
