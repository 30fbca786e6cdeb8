"""Releasing a value: two people, three where it is a limit; nobody alone; in force tomorrow, never today."""

from datetime import date

import pytest

from servicehub import gate, policy
from servicehub.audit.models import AuditEntry
from servicehub.cases.models import Submission
from servicehub.declare import CENTRE
from servicehub.policy import impact
from servicehub.policy.models import PolicyValue

CEILING = {
    "key": "deposits.base.ceiling",
    "city": "许昌",
    "value": "22000.00",
    "valid_from": "2027-01-01",
    "document": "许公积金〔2026〕12号",
}
MAKER, LEAD, CHIEF = (1, "policy_admin"), (2, "policy_lead"), (3, "policy_chief")
CODE = "servicehub.release_policy_value"


@pytest.fixture
def handed_in(staff):
    answer = gate.submit(CODE, staff(*MAKER), CENTRE, CEILING, "k1")
    assert answer.state == "waiting"
    return Submission.objects.get()


def approve(submission, origin, key):
    return gate.decide(submission.pk, origin, "approve", "", key)


def test_a_limit_takes_two_checkers(staff, handed_in):
    assert handed_in.stages == ["policy_lead", "policy_chief"]
    assert approve(handed_in, staff(*LEAD), "k2").state == "waiting"
    assert not PolicyValue.objects.filter(value="22000.00").exists()
    answer = approve(handed_in, staff(*CHIEF), "k3")
    assert answer.message == "已发布“缴存基数上限”，2027-01-01 起为 22000.00"
    released = PolicyValue.objects.get(value="22000.00")
    assert released.submission == answer.case_number
    assert policy.value("deposits.base.ceiling", date(2026, 12, 31)).text == "21408"
    assert policy.value("deposits.base.ceiling", date(2027, 1, 1)).text == "22000.00"
    told = AuditEntry.objects.get(action="发布政策值")
    assert (told.before, told.case_no) == ('{"值":"21408"}', answer.case_number)


def test_a_value_of_our_own_takes_one(staff):
    raw = {"key": "servicehub.otp.tries", "value": "4", "valid_from": "2026-11-24"}
    gate.submit(CODE, staff(*MAKER), CENTRE, raw, "k1")
    assert approve(Submission.objects.get(), staff(*LEAD), "k2").state == "done"
    assert policy.value("servicehub.otp.tries", date(2026, 11, 24)).value == 4
    assert policy.value("servicehub.otp.tries", date(2026, 11, 23)).value == 5


def test_the_maker_never_checks(staff, handed_in):
    with pytest.raises(gate.Refused) as refused:
        approve(handed_in, staff(1, "policy_admin", "policy_lead"), "k2")
    assert refused.value.code == "OWN_CASE"


def test_today_is_too_late_and_everything_wrong_is_said(staff):
    raw = {**CEILING, "valid_from": "2026-11-23", "value": "很多", "document": ""}
    with pytest.raises(gate.Refused) as refused:
        gate.submit(CODE, staff(*MAKER), CENTRE, raw, "k1")
    assert refused.value.code == "RULE_REFUSED"
    codes = {finding.code for finding in refused.value.findings}
    assert codes == {"policy.value", "policy.effective_too_early", "policy.document_missing"}


def test_others_may_not_even_propose(staff):
    with pytest.raises(gate.Refused) as refused:
        gate.submit(CODE, staff(4, "teller"), CENTRE, CEILING, "k1")
    assert refused.value.code == "ROLE_MISSING"


def test_the_maker_sees_what_it_replaces_and_what_it_would_change(staff, monkeypatch):
    monkeypatch.setattr(impact, "_previews", {})

    @impact.previews("deposits.base.ceiling")
    def above(origin, proposal):
        return [("超过新上限的职工", "128 人")]

    shown = dict(gate.preview(CODE, staff(*MAKER), CENTRE, CEILING).summary)
    assert shown["现行值"].startswith("21408（")
    assert shown["新值"] == "22000.00 元/月"
    assert shown["复核"] == "业务部门负责人、分管领导"
    assert shown["超过新上限的职工"] == "128 人"


def test_the_list_says_where_a_value_comes_from(staff):
    table = gate.read("servicehub.list_policy_values", staff(*LEAD), CENTRE, {"q": "基数上限", "on": "2026-11-23"})
    (row,) = table.finish(list(table.source))
    assert (row["label"], row["place"], row["value"], row["confidence_word"]) == (
        "缴存基数上限",
        "许昌",
        "21408",
        "引自公开通知",
    )
