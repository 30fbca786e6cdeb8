"""How figures read in a working paper: thousands separated, two places, rates in percent."""

from decimal import Decimal


def yuan(amount: Decimal) -> str:
    """``3500`` → ``3,500.00``. A product keeps the places it has beyond fen: ``98.505`` → ``98.505``."""
    places = max(2, -amount.normalize().as_tuple().exponent)
    return f"{amount:,.{places}f}"


def percent(rate: Decimal) -> str:
    """``0.12`` → ``12%``, ``0.055`` → ``5.5%``."""
    return f"{(rate * 100).normalize():f}%"
