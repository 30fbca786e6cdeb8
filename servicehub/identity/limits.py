"""Figures of the log-in that a centre may set, read as they stand today (policy keys of ``servicehub.parameters``)."""

from datetime import timedelta

DEFAULTS = {
    "session.idle_staff": 15,
    "session.idle_employer": 30,
    "session.idle_person": 20,
    "session.whole_staff": 600,
    "session.whole_employer": 600,
    "session.whole_person": 480,
    "session.count_person": 3,
    "assurance.fresh_minutes": 15,
    "assurance.certificate_waived": True,
    "otp.minutes": 5,
    "otp.tries": 5,
    "otp.resend_seconds": 60,
    "otp.per_hour": 5,
    "otp.per_day": 10,
    "otp.per_address_hour": 20,
    "login.lockout_tries": 5,
    "login.lockout_minutes": 30,
    "login.password_days_staff": 90,
}


def setting(name: str):
    return DEFAULTS[name]


def minutes(name: str) -> timedelta:
    return timedelta(minutes=setting(name))
