from datetime import date

import pytest

from accounts.rules.identity import Identity, Likeness, likeness

BORN = date(1990, 1, 1)
KNOWN = Identity("01", "990000199001010017", "周桂英", BORN, "13900001111")


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (KNOWN, Likeness.SAME),
        (Identity("01", "990000199001010017", "周桂英"), Likeness.SAME),
        (Identity("01", "990000199001010017", "周桂茵", BORN), Likeness.RENAMED),
        (Identity("03", "E12345678", "周桂英", BORN), Likeness.ALIKE),
        (Identity("03", "E12345678", "周桂英", None, "13900001111"), Likeness.ALIKE),
        (Identity("03", "E12345678", "周桂英"), Likeness.DIFFERENT),
        (Identity("03", "E12345678", "周桂茵", BORN, "13900001111"), Likeness.DIFFERENT),
        # Namesakes born on one day, each with a resident number: two people.
        (Identity("01", "99000019900101007X", "周桂英", BORN), Likeness.DIFFERENT),
        (Identity("01", "99000019900101007X", "周桂英", BORN, "13900001111"), Likeness.ALIKE),
        (Identity("99", "990000199001010017", "周桂英", BORN), Likeness.ALIKE),
    ],
)
def test_the_document_decides_and_the_rest_asks(given, answer):
    assert likeness(given, KNOWN) == answer
    assert likeness(KNOWN, given) == answer
