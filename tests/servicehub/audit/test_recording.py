"""Entries: who, when, from where, in the caller's transaction, in one statement."""

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from servicehub import audit
from servicehub.audit.models import AuditEntry
from servicehub.declare import Change, Party
from tests.conftest import make_origin

CHANGES = [
    Change("deposits.remittance:18", "核定", "2026年11月汇缴", {"状态": "待核定"}, {"状态": "待付款"}),
    Change("deposits.remittance:19", "核定"),
]


@pytest.mark.django_db
def test_a_change_is_told_with_its_origin():
    origin = make_origin(
        acting_for=Party("employer", 7), roles=frozenset({"teller", "maker"}), ip="10.0.0.8", device="CTR-03"
    )
    assert audit.record(origin, CHANGES, case_no="W20261123-000317") == 2
    told = AuditEntry.objects.order_by("id").first()
    assert (told.actor, told.actor_name, told.channel, told.ip, told.device) == (1, "王芳", "CTR", "10.0.0.8", "CTR-03")
    assert (told.roles, told.acting_for, told.case_no) == ("maker,teller", "employer:7", "W20261123-000317")
    assert (told.before, told.after) == ('{"状态":"待核定"}', '{"状态":"待付款"}')
    assert told.operation == "tests.call"
    assert told.at.microsecond % 1000 == 0


@pytest.mark.django_db
def test_any_number_of_changes_is_one_statement(django_assert_num_queries, origin):
    with django_assert_num_queries(1):
        audit.record(origin, CHANGES * 50)


@pytest.mark.django_db
def test_no_change_is_no_statement(django_assert_num_queries, origin):
    with django_assert_num_queries(0):
        assert audit.record(origin, []) == 0


@pytest.mark.django_db(transaction=True)
def test_a_change_needs_a_transaction(origin):
    with pytest.raises(audit.AuditOutsideTransaction):
        audit.record(origin, CHANGES)


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_with_the_change_it_tells_of(origin):
    with transaction.atomic():
        audit.record(origin, CHANGES)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_a_view_names_the_person_the_fields_and_the_purpose(origin):
    audit.record_view(origin, Party("person", 5), ["证件号码", "手机号码"], "核对提取申请")
    told = AuditEntry.objects.get()
    assert (told.kind, told.party, told.after, told.reason) == (
        "view",
        "person:5",
        '{"字段":"证件号码、手机号码"}',
        "核对提取申请",
    )
    with pytest.raises(ValueError, match="purpose"):
        audit.record_view(origin, Party("person", 5), ["证件号码"], "")


@pytest.mark.django_db
def test_a_name_that_is_too_long_does_not_stop_the_business():
    origin = make_origin(operator_name="长" * 200, request_id="r" * 200)
    audit.record(origin, [Change("x" * 200, "登记\0", label="y" * 500, after={"a": "b\0"})])
    told = AuditEntry.objects.get()
    assert (len(told.actor_name), len(told.request_id), len(told.object), told.action) == (60, 64, 120, "登记")
    assert audit.verify().checked == 1


@pytest.mark.django_db
def test_an_event_keeps_its_result(origin):
    audit.record_event(origin, "登录", "user:1", result="refused", reason="校验码不符")
    assert AuditEntry.objects.values_list("kind", "result", "reason").get() == ("event", "refused", "校验码不符")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE servicehub_auditentry SET actor_name = '李强'",
        "DELETE FROM servicehub_auditentry",
        "TRUNCATE servicehub_auditentry",
        "UPDATE servicehub_auditseal SET seq = 2",
        "DELETE FROM servicehub_auditseal",
        "TRUNCATE servicehub_auditseal",
    ],
)
def test_the_database_refuses_to_rewrite(origin, statement):
    audit.record(origin, CHANGES)
    audit.seal()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
