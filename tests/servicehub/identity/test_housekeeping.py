"""What expired goes, what is in use stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from servicehub.identity import codes, housekeeping, lockout, login, parking, people
from servicehub.identity.models import (
    CodePurpose,
    Face,
    LoginAttempt,
    LoginLock,
    LoginSession,
    ParkedRequest,
    PendingLogin,
    SmsCode,
)
from tests.logins import sign_in
from tests.servicehub.identity.conftest import MOBILE

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_each_kind_of_remains_goes_in_its_time(provider, client, agent, time_machine):
    time_machine.move_to(START, tick=False)
    sign_in(client, agent)
    for _ in range(5):
        lockout.fail(lockout.begin(people.login_index("employer", "13811112222"), "10.0.0.1"))
    codes.send(mobile=MOBILE, purpose=CodePurpose.LOGIN, binding="a", ip=None)
    login.begin(agent, Face.EMPLOYER, MOBILE)
    parking.park(Face.EMPLOYER, parking.Parked("/employer/", (("a", "1"),)), agent.pk)
    tables = (LoginAttempt, LoginLock, SmsCode, PendingLogin, ParkedRequest, Session)
    due = dict(
        zip(
            tables,
            (
                timedelta(minutes=16),
                timedelta(minutes=31),
                timedelta(days=8),
                timedelta(days=2),
                timedelta(hours=13),
                timedelta(days=2),
            ),
            strict=True,
        )
    )
    for after in sorted({timedelta(0), *due.values()}):
        housekeeping.tidy(START + after)
        for table in tables:
            assert table.objects.exists() == (after < due[table]), (table.__name__, after)
    assert LoginSession.objects.get().end_reason == "idle"  # the registry itself is kept
