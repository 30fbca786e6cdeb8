import pytest

from servicehub.catalogue.sync import sync_catalogue
from servicehub.identity.models import User
from tests.conftest import REQUEST_TIME, make_origin


@pytest.fixture
def staff(db):
    """``staff(3, "policy_admin")``: clerk number 3 with that post, proved strongly a moment ago."""
    sync_catalogue()
    for number in range(1, 8):
        User.objects.create(pk=number, username=f"4101000{number}", kind="staff", display_name=f"经办{number}")

    def origin(number: int, *roles: str, **given):
        values = {
            "operator": number,
            "operator_name": f"经办{number}",
            "roles": frozenset(roles),
            "pass_": None,
            "assurance": 2,
            "assured_at": REQUEST_TIME,
            "channel": "ADM",
            "branches": None,
        }
        return make_origin(**{**values, **given})

    return origin
