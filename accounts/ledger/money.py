"""The one home of rounding for money of the ledger. Amounts arrive exact; what is computed is rounded here, by name.

Money is ``Decimal`` yuan with two places. PostgreSQL rounds to the scale of a column without an error, so the door
(``as_fen_exact``) refuses before a value gets there.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
LIMIT = Decimal("10000000000000000")
"""numeric(18,2) holds amounts below ten quadrillion yuan."""

_WIDE = Context(prec=60)
"""Products of a whole centre exceed the 28 digits of the default context; a silent inexact step must not happen."""


class InexactAmount(ValueError):
    """An amount that is no number of fen, or too large for the books."""


def as_fen_exact(amount: Decimal | int | str) -> Decimal:
    """``amount`` unchanged in value, with exactly two places.

    :raises InexactAmount: not a finite number, a float, more than two places, or ten quadrillion yuan and more.
    """
    if isinstance(amount, bool) or not isinstance(amount, (Decimal, int, str)):
        raise InexactAmount(f"{amount!r} is not an exact amount")
    try:
        given = Decimal(amount)
    except ArithmeticError as error:
        raise InexactAmount(f"{amount!r} is not a number") from error
    if not given.is_finite() or abs(given) >= LIMIT:
        raise InexactAmount(f"{amount!r} does not fit the books")
    exact = given.quantize(FEN, context=_WIDE)
    if exact != given:
        raise InexactAmount(f"{amount!r} has parts of a fen")
    return exact


def round_fen(value: Decimal) -> Decimal:
    """To fen, half up (四舍五入到分): 2.665 → 2.67, away from zero on both sides. Python's default is half even."""
    return value.quantize(FEN, rounding=ROUND_HALF_UP, context=_WIDE)


def divide_to_fen(product: Decimal, divisor: Decimal) -> Decimal:
    """``product / divisor`` rounded once to fen, half up.

    Done on integers: a quotient cut at any number of digits may show a five where the exact one lies below it.
    """
    numerator, unit = product.as_integer_ratio()
    factor, parts = divisor.as_integer_ratio()
    top, bottom = numerator * parts * 100, unit * factor
    if bottom < 0:
        top, bottom = -top, -bottom
    fen = (2 * abs(top) + bottom) // (2 * bottom)
    return Decimal(fen if top >= 0 else -fen).scaleb(-2, context=_WIDE).quantize(FEN, context=_WIDE)


def split_by_weight(amount: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Shares of ``amount`` in proportion to ``weights``, exact to the fen, summing to ``amount``.

    Largest remainder; ties go to the earlier position, so that a rerun gives the same fen to the same person.

    :raises ValueError: no weights, a negative weight, or all weights zero.
    """
    total = sum(weights, Decimal(0))
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and must not all be zero")
    fen = int(as_fen_exact(abs(amount)).scaleb(2, context=_WIDE))
    exact = [_WIDE.divide(_WIDE.multiply(Decimal(fen), Decimal(weight)), total) for weight in weights]
    shares = [int(share.to_integral_value(ROUND_FLOOR)) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: fen - sum(shares)]:
        shares[place] += 1
    sign = -1 if amount < 0 else 1
    return [(Decimal(sign * share)).scaleb(-2, context=_WIDE).quantize(FEN, context=_WIDE) for share in shares]


def yuan(amount: Decimal) -> str:
    """For working papers: ``1,234,567.00``."""
    return f"{amount:,.2f}"
