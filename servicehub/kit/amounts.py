"""How money, rates, months and times are written. Formats only: a value that is not exact to the fen is refused."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

MINUS = "−"  # U+2212
PLUS = "＋"
NOTHING = "—"
_FEN = Decimal("0.01")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


class InexactAmount(ValueError):
    """More than two decimals: rounding belongs to the rule that made the figure, not to the page."""


def exact(value: Decimal | int | str) -> Decimal:
    amount = value if isinstance(value, Decimal) else Decimal(str(value))
    if amount != amount.quantize(_FEN):
        raise InexactAmount(str(value))
    return amount.quantize(_FEN)


def money(value: Decimal | int | str | None) -> str:
    """1,234.56 and −1,008.00; a missing amount is a dash, zero is 0.00."""
    if value is None or value == "":
        return NOTHING
    amount = exact(value)
    return f"{MINUS if amount < 0 else ''}{abs(amount):,.2f}"


def yuan(value: Decimal | int | str | None) -> str:
    """¥1,234.56: money standing alone in text, headings and buttons."""
    if value is None or value == "":
        return NOTHING
    amount = exact(value)
    return f"{MINUS if amount < 0 else ''}¥{abs(amount):,.2f}"


def money_delta(value: Decimal | int | str | None) -> str:
    """＋179.00 and −40.00: a change always shows its sign."""
    if value is None or value == "":
        return NOTHING
    amount = exact(value)
    sign = PLUS if amount > 0 else MINUS if amount < 0 else ""
    return f"{sign}{abs(amount):,.2f}"


def count_delta(value: int) -> str:
    return f"{PLUS if value > 0 else MINUS if value < 0 else ''}{abs(value):,}"


def large(value: Decimal | int | str) -> str:
    """381,140,000 -> 3.81 亿元. Only for charts and headline cards."""
    fen = int(exact(value) * 100)
    size = abs(fen)
    unit, name = (10_000_000_000, "亿元") if size >= 10_000_000_000 else (1_000_000, "万元")
    hundredths = (size * 100 + unit // 2) // unit  # half up, on whole numbers
    return f"{MINUS if fen < 0 else ''}{hundredths // 100:,}.{hundredths % 100:02d} {name}"


def money_cn(value: Decimal | int | str) -> str:
    """壹佰肆拾玖万玖仟陆佰零捌元整, as 支付结算办法 (annex 1) asks it to be written."""
    amount = exact(value)
    fen = int(abs(amount) * 100)
    whole, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    words = ("负" if amount < 0 else "") + (_whole_cn(whole) + "元" if whole else "")
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif cent and whole:
        words += "零"
    if cent:
        return words + _DIGITS[cent] + "分"
    return (words or "零元") + "整"


def _whole_cn(number: int) -> str:
    for size, name in ((100_000_000, "亿"), (10_000, "万")):
        if number >= size:
            rest = number % size
            gap = "零" if rest and rest < size // 10 else ""
            return _whole_cn(number // size) + name + gap + (_whole_cn(rest) if rest else "")
    return _group_cn(number)


def _group_cn(group: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return words


def ratio(value: Decimal | int | str | None) -> str:
    """A fraction as a percentage: 0.12 -> 12%, 0.015 -> 1.50%: whole, or with two places, or as many as it needs."""
    if value is None or value == "":
        return NOTHING
    percent = (value if isinstance(value, Decimal) else Decimal(str(value))) * 100
    if percent == percent.to_integral_value():
        return f"{percent:.0f}%"
    places = max(2, -percent.normalize().as_tuple().exponent)
    return f"{percent:.{places}f}%"


def month(value: date | int | str | None) -> str:
    """2026-11 for tables, from a date, 202611 or 2026-11."""
    if value in (None, ""):
        return NOTHING
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    digits = str(value).replace("-", "")
    return f"{digits[:4]}-{digits[4:6]}"


def month_cn(value: date | int | str | None) -> str:
    """2026年11月 for prose."""
    text = month(value)
    return text if text == NOTHING else f"{text[:4]}年{int(text[5:])}月"


def day(value: date | datetime | None) -> str:
    if value is None:
        return NOTHING
    return f"{_local(value):%Y-%m-%d}"


def moment(value: datetime | date | None) -> str:
    """2026-11-08 10:21, in the centre's own time zone; a plain date stays a date."""
    if value is None:
        return NOTHING
    if not isinstance(value, datetime):
        return day(value)
    return f"{_local(value):%Y-%m-%d %H:%M}"


def moment_exact(value: datetime | None) -> str:
    return NOTHING if value is None else f"{_local(value):%Y-%m-%d %H:%M:%S}"


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
