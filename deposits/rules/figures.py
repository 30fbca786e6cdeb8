"""How figures read in a working paper: thousands separated, two places, rates in percent."""

from decimal import Decimal

from deposits.rules.rounding import FEN


def yuan(amount: Decimal) -> str:
    """``3500`` → ``3,500.00``. A product keeps the places it has beyond fen: ``98.505`` → ``98.505``."""
    if amount == (exact := amount.quantize(FEN)):
        return f"{exact:,}"
    return f"{amount:,.{-amount.normalize().as_tuple().exponent}f}"


def percent(rate: Decimal) -> str:
    """``0.12`` → ``12%``, ``0.055`` → ``5.5%``."""
    return f"{(rate * 100).normalize():f}%"
