"""The one home of rounding."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.ledger.money import InexactAmount, as_fen_exact, divide_to_fen, round_fen, split_by_weight


@pytest.mark.parametrize("value", ["0.005", "1.001", "NaN", "Infinity", "10000000000000000.00", "x", 0.1, True, None])
def test_what_is_no_number_of_fen_is_refused(value):
    with pytest.raises(InexactAmount):
        as_fen_exact(value if not isinstance(value, str) or value == "x" else Decimal(value))


@pytest.mark.parametrize(("value", "exact"), [("1", "1.00"), ("1.50", "1.50"), ("1.500", "1.50"), ("-3", "-3.00")])
def test_an_exact_amount_keeps_its_value(value, exact):
    assert str(as_fen_exact(Decimal(value))) == exact


@pytest.mark.parametrize(
    ("value", "rounded"), [("2.665", "2.67"), ("2.675", "2.68"), ("-2.665", "-2.67"), ("0.004999", "0.00")]
)
def test_rounding_is_half_up(value, rounded):
    assert str(round_fen(Decimal(value))) == rounded


@pytest.mark.parametrize(
    ("product", "divisor", "fen"),
    [
        ("18250000", "24000", "760.42"),
        ("1", "200", "0.01"),  # exactly half a fen
        ("-1", "200", "-0.01"),
        ("0.99999999999999999999999999999999", "200", "0.00"),  # just below it: any cut quotient would show 0.005
        ("99999999999999999999999999999999.99", "3", "33333333333333333333333333333333.33"),
    ],
)
def test_one_division_one_rounding(product, divisor, fen):
    assert str(divide_to_fen(Decimal(product), Decimal(divisor))) == fen


def test_spare_fen_go_to_the_largest_remainder_then_to_the_earlier():
    assert [str(share) for share in split_by_weight(Decimal("0.05"), [1, 1, 1])] == ["0.02", "0.02", "0.01"]
    assert [str(share) for share in split_by_weight(Decimal("-100.00"), [1, 2])] == ["-33.33", "-66.67"]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_say_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        split_by_weight(Decimal("1.00"), weights)


@given(
    st.integers(-(10**14), 10**14),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any),
)
def test_shares_sum_to_the_amount_and_stay_within_a_fen(fen, weights):
    amount = Decimal(fen).scaleb(-2)
    shares = split_by_weight(amount, weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - amount * weight / sum(weights)) < Decimal("0.01")
