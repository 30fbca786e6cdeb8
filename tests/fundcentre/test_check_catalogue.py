"""Every line of the catalogue of balance checks has a declared check, or says what it waits for."""

from fundcentre import check_catalogue
from fundcentre.check_catalogue import CATALOGUE, Claim, catalogue_faults


def test_the_catalogue_is_whole():
    assert set(CATALOGUE) == {*(f"T{n}" for n in range(1, 11)), *(f"B{n:02d}" for n in range(1, 17))}
    assert all(claim.codes for claim in CATALOGUE.values())
    assert catalogue_faults() == check_catalogue.check_catalogue(None) == []


def test_a_check_that_is_not_declared_does_not_start(monkeypatch):
    monkeypatch.setattr(check_catalogue, "CATALOGUE", {"T1": Claim("总分", ("ledger.nothing",))})
    assert [one.msg for one in check_catalogue.check_catalogue(None)] == ["T1: no check ledger.nothing"]
