"""Declarations of access: an impossible one is refused where it is written."""

import pytest

from servicehub.faces.access import Access


@pytest.mark.parametrize(
    ("face", "roles"), [("lobby", ()), ("counter", ("wizard",)), ("employer", ("teller",)), ("public", ("teller",))]
)
def test_impossible_declarations_are_refused(face, roles):
    with pytest.raises(ValueError, match=r"face|posts"):
        Access(face, frozenset(roles))
