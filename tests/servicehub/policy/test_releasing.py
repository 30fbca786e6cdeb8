"""A release ends its predecessor, starts tomorrow at the earliest, and states every fault at once."""

from datetime import date

import pytest

from servicehub import policy
from servicehub.declare import DomainError, PassRequired, Severity
from servicehub.declare.registry import parameters
from servicehub.policy import impact
from servicehub.policy.models import PolicyValue
from servicehub.policy.releasing import Proposal, faults, release
from tests.conftest import BUSINESS_DATE, make_origin

pytestmark = pytest.mark.django_db
CEILING = parameters["deposits.base.ceiling"]
NEXT_YEAR = Proposal(CEILING, "22000.00", date(2027, 1, 1), city="许昌", document="许公积金〔2026〕9号")


def test_a_release_cuts_what_it_follows(origin):
    release(NEXT_YEAR, origin, submission="W20261123-000001")
    assert policy.value(CEILING, date(2026, 12, 31)).text == "21408"
    found = policy.value(CEILING, date(2027, 1, 1))
    assert (found.text, found.document, found.valid_to) == ("22000.00", "许公积金〔2026〕9号", None)
    assert policy.value(CEILING, date(2026, 12, 31)).valid_to == date(2027, 1, 1)
    assert PolicyValue.objects.get(value="22000.00").submission == "W20261123-000001"


def test_a_release_needs_the_gate():
    with pytest.raises(PassRequired):
        release(NEXT_YEAR, make_origin(pass_=None))


def test_every_fault_is_stated_at_once():
    wrong = Proposal(CEILING, "很多", BUSINESS_DATE, BUSINESS_DATE, city="许昌", scope="企业")
    found = faults(wrong, BUSINESS_DATE)
    assert {finding.code for finding in found if finding.blocks} == {
        "policy.value",
        "policy.effective_too_early",
        "policy.empty_period",
        "policy.document_missing",
        "policy.not_scoped",
    }
    assert "2026-11-24" in next(finding.message for finding in found if finding.code == "policy.effective_too_early")


def test_a_scope_is_one_the_key_declares():
    least = parameters["deposits.rate.employer_min"]
    for scope, found in (("02", []), ("机关", ["policy.not_scoped"])):
        proposal = Proposal(least, "0.08", date(2027, 1, 1), city="许昌", scope=scope, document="x〔2026〕1号")
        assert [finding.code for finding in faults(proposal, BUSINESS_DATE)] == found
    assert least.scope_word("02") == "事业单位"


def test_a_later_value_is_not_overrun(origin):
    release(NEXT_YEAR, origin)
    earlier = Proposal(CEILING, "21500", date(2026, 12, 1), city="许昌", document="许公积金〔2026〕8号")
    with pytest.raises(DomainError) as refusal:
        release(earlier, origin)
    assert refusal.value.findings[0].code == "policy.overlap"
    fitting = Proposal(
        CEILING, "21500", date(2026, 12, 1), date(2027, 1, 1), city="许昌", document="许公积金〔2026〕8号"
    )
    release(fitting, origin)
    assert policy.value(CEILING, date(2026, 12, 31)).text == "21500"


def test_a_value_that_ends_warns_of_the_day_after():
    ending = Proposal(CEILING, "22000", date(2027, 1, 1), date(2028, 1, 1), city="许昌", document="x〔2026〕1号")
    assert [(finding.code, finding.severity) for finding in faults(ending, BUSINESS_DATE)] == [
        ("policy.ends", Severity.WARNING)
    ]


@pytest.mark.parametrize(
    ("code", "text", "word"),
    [
        ("deposits.base.ceiling", "-1", "不小于零"),
        ("deposits.base.ceiling", "1.234", "两位小数"),
        ("deposits.rate.employer_min", "12", "0.12"),
        ("deposits.rounding", "BANKERS", "只能是"),
        ("deposits.fund_year_start", "7月1日", "07-01"),
        ("deposits.rate.must_be_equal", "也许", "是或否"),
        ("accounts.interest.divisor", "一年", "整数"),
        ("servicehub.assurance.level_by_item", "{", "JSON"),
    ],
)
def test_a_value_of_the_wrong_kind_is_explained(code, text, word):
    assert word in parameters[code].complaint(text)


def test_an_app_says_what_a_draft_would_change(origin):
    @impact.previews("tests.key")
    def accounts_below(origin, proposal):
        return [("低于新下限的账户", "128 个")]

    key = type(CEILING)("tests.key", "试", "money")
    assert impact.preview(origin, Proposal(key, "1", date(2027, 1, 1))) == [("低于新下限的账户", "128 个")]
    assert impact.preview(origin, NEXT_YEAR) == []
