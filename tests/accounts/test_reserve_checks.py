"""B13: a reserve below its share of the loans is a reminder, and names the fen that is missing."""

from decimal import Decimal

import pytest

from accounts.ledger import templates
from accounts.reserve_checks import reserve_is_enough
from servicehub.declare import Severity
from tests.accounts.ledger.conftest import Books
from tests.accounts.ledger.forms import Poster, declared

pytestmark = pytest.mark.django_db
LENT = templates.form("E25", "housing")
SET_ASIDE = templates.form("E36", "housing")


def test_one_per_cent_of_the_loans(db):
    books = Books()
    poster = Poster(books)
    assert reserve_is_enough(books.origin()) == []
    with declared(LENT, SET_ASIDE):
        poster.post(LENT, {"total": Decimal("5000.50")})
        poster.post(SET_ASIDE, {"total": Decimal("50.00")})
        (finding,) = reserve_is_enough(books.origin())
        assert (finding.severity, finding.facts["difference"]) == (Severity.WARNING, "0.01")  # 50.005 → 50.01
        poster.post(SET_ASIDE, {"total": Decimal("0.01")})
        assert reserve_is_enough(books.origin()) == []
