"""What production refuses to start with. The demo runs on keys that everybody knows; a real centre must not."""

import os

from django.conf import LazySettings, settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured


def faults(given: LazySettings = settings) -> list[tuple[str, str]]:
    """(check id, what is wrong and what to do) for an installation that says ``DEPLOY=production``."""
    if given.DEPLOY != "production":
        return []
    found = [
        ("fundcentre.E001", "SECRET_KEY is the demo's: set one of at least 50 random characters",
         given.SECRET_KEY == given.DEMO_SECRET_KEY or len(given.SECRET_KEY) < 50),
        ("fundcentre.E002", "FIELD_KEYS is empty: personal data would be encrypted with the demo's key",
         not given.FIELD_KEYS),
        ("fundcentre.E003", "INDEX_KEY is empty: blind indexes would be made with the demo's key", not given.INDEX_KEY),
        ("fundcentre.E004", "SIMULATORS is on: money and messages would go to a simulator", given.SIMULATORS),
        ("fundcentre.E005", "DEBUG is on: error pages would show settings and data", given.DEBUG),
        ("fundcentre.E006", "ALLOWED_HOSTS names this machine only: name the addresses the centre is reached at",
         set(given.ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "testserver"} or "*" in given.ALLOWED_HOSTS),
        ("fundcentre.E007", "DATABASE_URL is not set: the embedded database is for trial and development",
         not os.environ.get("DATABASE_URL")),
        ("fundcentre.E008", "PUBLIC_URL is not https: letters would carry an address nobody can trust",
         not given.PUBLIC_URL.startswith("https:")),
        ("fundcentre.E009", "BANK_KEY is the demo's: anybody could sign an arrival notice",
         given.BANK_KEY == given.DEMO_BANK_KEY or len(given.BANK_KEY) < 32),
    ]  # fmt: skip
    return [(code, text) for code, text, wrong in found if wrong]


@register(Tags.security, deploy=True)
def check_production(app_configs, **kwargs) -> list[Error]:
    return [Error(text, id=code) for code, text in faults()]


def refuse_demo_parts() -> None:
    """Called where a server starts: web and worker do not come up with any of them."""
    found = faults()
    if found:
        raise ImproperlyConfigured("; ".join(f"{code} {text}" for code, text in found))
