"""The two sides of a month from base and rates: fen, ten-thousandths of a rate, and whole-number division only."""

RATE_UNIT = 10_000
_FEN, _JIAO, _YUAN = RATE_UNIT, 10 * RATE_UNIT, 100 * RATE_UNIT  # in ten-thousandths of a fen


def _down(amount: int, unit: int) -> int:
    return amount // unit * unit


def _up(amount: int, unit: int) -> int:
    return -(-amount // unit) * unit


def _half_up(amount: int, unit: int) -> int:
    return (amount + unit // 2) // unit * unit


_SIDES = {
    "HALF_UP_YUAN": lambda amount: _half_up(amount, _YUAN),
    "FLOOR_YUAN": lambda amount: _down(amount, _YUAN),
    "CEIL_YUAN": lambda amount: _up(amount, _YUAN),
    "CEIL_YUAN_FROM_JIAO": lambda amount: _up(_down(amount, _JIAO), _YUAN),
    "CEIL_JIAO": lambda amount: _up(amount, _JIAO),
    "HALF_UP_JIAO": lambda amount: _half_up(amount, _JIAO),
    "FLOOR_JIAO": lambda amount: _down(amount, _JIAO),
    "HALF_UP_FEN": lambda amount: _half_up(amount, _FEN),
}
TOGETHER = "TOTAL_FLOOR_YUAN"


def sides(base: int, employer_rate: int, employee_rate: int, precision: str) -> tuple[int, int]:
    """(employer, employee) in fen. ``base`` in fen, rates in ten-thousandths: 12 % is 1200.

    :raises KeyError: a precision nobody uses.
    """
    if precision == TOGETHER:
        rates = employer_rate + employee_rate
        total = _down(base * rates, _YUAN) // RATE_UNIT
        employee = total * employee_rate // rates if rates else 0
        return total - employee, employee
    rounded = _SIDES[precision]
    return rounded(base * employer_rate) // RATE_UNIT, rounded(base * employee_rate) // RATE_UNIT
