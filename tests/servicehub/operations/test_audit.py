"""The explorer shows the whole story, the chain is verified and an alarm goes out."""

import pytest
from django.db import connection, transaction

from servicehub import audit, gate, messages
from servicehub.audit.models import AuditEntry
from servicehub.declare import CENTRE, Change
from servicehub.identity.posts import grant_post
from tests.conftest import BUSINESS_DATE, make_origin

pytestmark = pytest.mark.django_db
AUDITOR = (7, "audit_admin")


def rows(query, origin, target, raw):
    table = gate.read(query, origin, target, raw)
    return table.finish(list(table.source.order_by(*table.order)))


def test_the_explorer_tells_who_what_and_from_where(staff):
    audit.record(
        make_origin(roles=frozenset({"teller"}), ip="10.0.0.8"),
        [Change("deposits.remittance:18", "核定", "2026年11月汇缴", {"状态": "待核定"}, {"状态": "待付款"})],
        case_no="W20261123-000001",
    )
    audit.seal()
    audit.record_event(make_origin(), "登录", "user:1", result="refused", reason="校验码不符")
    found = rows("servicehub.audit_log", staff(*AUDITOR), CENTRE, {})
    told = next(row for row in found if row["action"] == "核定")
    assert (told["posts"], told["ip"], told["object_words"]) == ("柜员", "10.0.0.8", "2026年11月汇缴")
    assert (told["before_words"], told["after_words"], told["seal"]) == ("状态 待核定", "状态 待付款", 1)
    refused = next(row for row in found if row["action"] == "登录")
    assert (refused["result_word"], refused["hash"]) == ("拒绝", "待封记")
    narrowed = rows("servicehub.audit_log", staff(*AUDITOR), CENTRE, {"case_no": "W20261123-000001"})
    assert [row["action"] for row in narrowed] == ["核定"]
    assert rows("servicehub.audit_log", staff(*AUDITOR), CENTRE, {"object": "user:1", "result": "refused"})


def test_only_the_audit_administrator_reads_it(staff):
    with pytest.raises(gate.Refused) as refused:
        gate.read("servicehub.audit_log", staff(1, "system_admin"), CENTRE, {})
    assert refused.value.code == "ROLE_MISSING"


def test_verifying_says_that_it_holds(staff):
    audit.record(make_origin(), [Change("tests.thing:1", "登记")])
    answer = gate.submit("servicehub.verify_audit", staff(*AUDITOR), CENTRE, {}, "k1")
    assert (answer.message, answer.facts["ok"]) == ("审计链完整，已校验 1 条", "true")
    assert AuditEntry.objects.filter(action="校验审计链", result="done").exists()


def test_a_break_is_named_and_both_administrators_are_told(staff):
    security, auditor = 6, 7
    by = make_origin()
    for number, role in ((security, "security_admin"), (auditor, "audit_admin")):
        grant_post(by, _user(number), role, branch=None, valid_from=BUSINESS_DATE, basis="测试")
    for number in range(3):
        audit.record(make_origin(), [Change(f"tests.thing:{number}", "登记")])
    audit.seal()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE servicehub_auditentry SET actor_name = '李强' WHERE object = 'tests.thing:1'")
    answer = gate.submit("servicehub.verify_audit", staff(*AUDITOR), CENTRE, {}, "k1")
    assert (answer.facts["ok"], answer.facts["fault"]) == ("false", "modified")
    assert "被改写" in answer.message
    for number in (security, auditor):
        assert messages.inbox(number).get().title == "审计链不完整"


def _user(number: int):
    from servicehub.identity.models import User

    return User.objects.get(pk=number)
