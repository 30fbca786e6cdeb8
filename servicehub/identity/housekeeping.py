"""What the log-in leaves behind goes when nobody can need it any more: personal data is not kept for want of a broom."""

from datetime import datetime

from django.contrib.sessions.models import Session

from servicehub.identity import codes, lockout, login, parking, sessions


def tidy(at: datetime) -> dict[str, int]:
    """Closes sessions that ran out and deletes what expired. Returns how many of each."""
    return {
        "sessions_closed": sessions.purge(at),
        "attempts": lockout.purge(at),
        "codes": codes.purge(at),
        "tickets": login.purge(at),
        "parked": parking.purge(at),
        "browser_sessions": Session.objects.filter(expire_date__lt=at).delete()[0],
    }
