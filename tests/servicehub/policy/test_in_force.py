"""Look-ups: the most precise value of the day, its document, and a refusal where nothing holds."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from servicehub import policy
from servicehub.declare.registry import parameters
from servicehub.policy import in_force
from servicehub.policy.models import PolicySlot, PolicyValue
from servicehub.policy.releasing import count_epoch

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 23)


def test_the_centre_s_own_city_unless_named():
    ceiling = policy.value("deposits.base.ceiling", NOVEMBER)
    assert (ceiling.value, ceiling.city, ceiling.confidence) == (Decimal("21408"), "许昌", "B")
    assert ceiling.valid_from == date(2026, 7, 1)
    assert ceiling.valid_to == date(2027, 7, 1)  # the notice says "to 30 June 2027"
    assert policy.value("deposits.base.ceiling", NOVEMBER, city="武汉").value == Decimal("36072.25")


@pytest.mark.parametrize(
    ("area", "floor"), [("", "2350"), ("禹州市", "2150"), ("鄢陵", "2150"), ("长葛", "2350"), ("魏都区", "2350")]
)
def test_an_area_before_the_whole_city(area, floor):
    assert policy.value("deposits.base.floor", NOVEMBER, area=area).value == Decimal(floor)


def test_a_class_of_employers_before_everyone():
    found = policy.value("deposits.rate.employer_min", NOVEMBER, city="武汉", scope="02")
    assert found.value == Decimal("0.08")
    assert policy.value("deposits.rate.employer_min", NOVEMBER, city="武汉", scope="06").value == Decimal("0.05")


def test_the_nation_stands_behind_every_city():
    rate = policy.value("accounts.interest.rate_current", NOVEMBER)
    assert (rate.value, rate.document, rate.city) == (Decimal("0.0150"), "银发〔2016〕43号", "")


def test_the_last_day_of_a_value_and_the_first_of_the_next():
    fine = "accounts.law.fine_no_registration_max"
    assert policy.value(fine, date(2026, 9, 19)).value == Decimal(50000)
    assert policy.value(fine, date(2026, 9, 20)).value == Decimal(300000)


def test_a_day_without_a_value_is_refused_in_words():
    with pytest.raises(policy.NotInForce) as refusal:
        policy.values(["deposits.base.ceiling", "deposits.base.floor", "deposits.rounding"], date(2023, 7, 1))
    assert [finding.message for finding in refusal.value.findings] == [
        "许昌在 2023-07-01 没有生效的“缴存基数上限”。",
        "许昌在 2023-07-01 没有生效的“缴存基数下限”。",
    ]
    assert policy.find("deposits.base.ceiling", date(2023, 7, 1)) is None


def test_a_key_with_a_default_says_that_it_is_one():
    tries = policy.value("servicehub.otp.tries", NOVEMBER)
    assert (tries.value, tries.confidence, tries.valid_from) == (5, "default", None)
    assert policy.value("deposits.rate.must_be_equal", NOVEMBER).value is False
    assert policy.value("deposits.rate.must_be_equal", NOVEMBER, city="上海").value is True


def test_every_declared_key_has_a_value_where_it_applies():
    """Law has no default: what the centre's own city, or any loaded city, needs is in the files."""
    cities = set(PolicySlot.objects.values_list("city", flat=True))
    empty = [
        key.code for key in parameters if not any(policy.find(key, NOVEMBER, city=city) is not None for city in cities)
    ]
    assert empty == []


def test_history_lists_every_rate_oldest_first():
    rates = policy.history("accounts.interest.rate_carried")
    assert rates[0].valid_from == date(1996, 5, 1)
    assert rates[-1].value == Decimal("0.0150")
    assert all(before.valid_to == after.valid_from for before, after in pairwise(rates))


def test_the_working_paper_names_the_document():
    used = policy.as_parameter(policy.value("accounts.interest.rate_current", NOVEMBER))
    assert (used.value, used.document, used.confidence) == ("0.0150", "银发〔2016〕43号", "引自公开通知")


def test_a_city_is_read_once(django_assert_num_queries):
    with django_assert_num_queries(2):  # the epoch and the book
        policy.value("deposits.base.ceiling", NOVEMBER)
        policy.values(["deposits.base.floor", "deposits.rounding", "accounts.interest.divisor"], NOVEMBER)
    with django_assert_num_queries(0):
        policy.value("deposits.base.floor", date(2025, 1, 1), area="禹州")


def test_a_release_elsewhere_is_noticed(monkeypatch):
    policy.value("deposits.base.ceiling", NOVEMBER)
    slot = PolicySlot.objects.create(key="servicehub.otp.tries", city="许昌")
    PolicyValue.objects.create(slot=slot, value="3", valid_from=date(2026, 1, 1), confidence="own")
    with connection.cursor() as cursor:  # as another process would, without telling this one
        cursor.execute("UPDATE servicehub_policyepoch SET number = number + 1")
    assert policy.value("servicehub.otp.tries", NOVEMBER).value == 5
    monkeypatch.setattr(in_force, "RECHECK_SECONDS", 0)
    assert policy.value("servicehub.otp.tries", NOVEMBER).value == 3


def test_two_values_of_one_slot_never_overlap():
    slot = PolicySlot.objects.create(key="servicehub.otp.tries", city="许昌")
    PolicyValue.objects.create(slot=slot, value="3", valid_from=date(2026, 1, 1), confidence="own")
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        PolicyValue.objects.create(slot=slot, value="4", valid_from=date(2027, 1, 1), confidence="own")
    other = PolicySlot.objects.create(key="servicehub.otp.tries", city="洛阳")
    PolicyValue.objects.create(slot=other, value="4", valid_from=date(2027, 1, 1), confidence="own")


@pytest.mark.parametrize("change", ["value = '9'", "valid_from = '2020-01-01'", "valid_to = NULL", "state = 'draft'"])
def test_a_released_value_is_not_edited(change):
    count_epoch()
    row = PolicyValue.objects.filter(slot__key="deposits.base.ceiling", slot__city="许昌").first()
    with (
        pytest.raises(IntegrityError, match="not edited"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE servicehub_policyvalue SET {change} WHERE id = %s", [row.pk])
    with pytest.raises(IntegrityError, match="not deleted"), transaction.atomic():
        row.delete()
