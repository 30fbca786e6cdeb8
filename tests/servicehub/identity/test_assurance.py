"""Levels of assurance: proofs in, level out."""

from datetime import UTC, datetime, timedelta

import pytest

from servicehub.identity.assurance import AssuranceRules, Shown, effective_level

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WAIVED = AssuranceRules(timedelta(minutes=15), certificate_waived=True)
STRICT = AssuranceRules(timedelta(minutes=15), certificate_waived=False)


def shown(method, minutes_ago=1, **more):
    return Shown(method, NOW - timedelta(minutes=minutes_ago), **more)


def lasting(method, days_ago=30):
    return Shown(method, NOW - timedelta(days=days_ago), in_session=False)


PASSWORD, SMS, TOTP = shown("password"), shown("sms"), shown("totp")
OLD_SMS, OLD_TOTP = shown("sms", 15), shown("totp", 15)
REAL_NAME, AT_COUNTER = lasting("real_name"), lasting("counter")


@pytest.mark.parametrize(
    ("kind", "proofs", "waived", "strict"),
    [
        ("person", [], 0, 0),
        ("person", [PASSWORD], 0, 0),
        ("person", [SMS], 1, 1),
        ("person", [PASSWORD, SMS], 1, 1),  # 待实名
        ("person", [SMS, REAL_NAME], 2, 2),
        ("person", [PASSWORD, SMS, REAL_NAME], 3, 2),
        ("person", [PASSWORD, OLD_SMS, REAL_NAME], 2, 2),
        ("person", [PASSWORD, SMS, REAL_NAME, AT_COUNTER], 3, 3),
        ("person", [PASSWORD, SMS, REAL_NAME, lasting("counter", 366)], 3, 2),
        ("person", [SMS, REAL_NAME, shown("face")], 3, 3),
        ("employer", [], 0, 0),
        ("employer", [PASSWORD], 1, 1),
        ("employer", [SMS], 0, 0),
        ("employer", [PASSWORD, SMS], 3, 2),
        ("employer", [PASSWORD, OLD_SMS], 2, 2),
        ("employer", [shown("certificate")], 3, 3),
        ("employer", [shown("certificate", 20)], 2, 2),
        ("staff", [PASSWORD], 1, 1),
        ("staff", [TOTP], 0, 0),
        ("staff", [PASSWORD, OLD_TOTP], 2, 2),
        ("staff", [PASSWORD, TOTP], 3, 3),
        ("anonymous", [PASSWORD, SMS], 0, 0),
    ],
)
def test_level_by_proofs(kind, proofs, waived, strict):
    assert effective_level(kind, proofs, NOW, WAIVED).value == waived
    assert effective_level(kind, proofs, NOW, STRICT).value == strict


def test_the_strongest_level_tells_since_when_and_until_when():
    level = effective_level("employer", [PASSWORD, shown("sms", 10)], NOW, WAIVED)
    assert (level.value, level.at, level.until) == (3, NOW - timedelta(minutes=10), NOW + timedelta(minutes=5))
    later = effective_level("employer", [PASSWORD, shown("sms", 10)], NOW + timedelta(minutes=5), WAIVED)
    assert (later.value, later.until) == (2, None)


def test_an_expired_proof_is_none():
    expired = Shown("real_name", NOW - timedelta(days=9), NOW - timedelta(days=1), in_session=False)
    assert effective_level("person", [SMS, expired], NOW, WAIVED).value == 1


def test_a_proof_of_another_session_does_not_count():
    assert effective_level("employer", [PASSWORD, Shown("sms", NOW, in_session=False)], NOW, WAIVED).value == 1
