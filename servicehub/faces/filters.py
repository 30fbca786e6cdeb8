"""Template filters: one per kind of value. Templates never format by hand."""

from typing import Any

from markupsafe import Markup, escape

from servicehub.kit import amounts, wording


def money(value: Any) -> Markup:
    """1,234.56 for tables; a negative one is red and carries U+2212."""
    return _figure(amounts.money(value))


def yuan(value: Any) -> Markup:
    return _figure(amounts.yuan(value))


def money_delta(value: Any) -> Markup:
    return _figure(amounts.money_delta(value))


def _figure(text: str) -> Markup:
    tone = " neg" if text.startswith(amounts.MINUS) else ""
    return Markup('<span class="money{}">{}</span>').format(tone, text)


def count(value: int | None) -> str:
    return amounts.NOTHING if value is None else f"{value:,}"


def dt(value: Any) -> Markup | str:
    """A time element for a date or a moment; the machine form stands in ``datetime``."""
    if value is None or value == "":
        return amounts.NOTHING
    if isinstance(value, str):
        return value
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), amounts.moment(value))


def dash(value: Any) -> Any:
    """An empty cell is a dash, never a hole."""
    return amounts.NOTHING if value is None or value == "" else value


def status(value: Any, kind: str = "") -> Markup:
    """The tag of a status: ``row.state | status("remittance")`` or a ready ``object:code`` pair."""
    found = wording.status(kind, value) if kind else wording.status(str(value))
    return Markup('<span class="tag tag--{}">{}</span>').format(found.colour, found.word)


def plain_number(value: Any) -> str:
    """Figures of a chart, as exact as they came."""
    return f"{value:,}"


def lines(text: Any) -> Markup:
    """Line breaks of a text somebody typed; everything else escaped."""
    return Markup("<br>").join(escape(line) for line in str(text).splitlines())


FILTERS = {
    "money": money,
    "yuan": yuan,
    "money_delta": money_delta,
    "money_cn": amounts.money_cn,
    "count": count,
    "ratio": amounts.ratio,
    "month": amounts.month,
    "month_cn": amounts.month_cn,
    "day": amounts.day,
    "dt": dt,
    "moment_exact": amounts.moment_exact,
    "dash": dash,
    "lines": lines,
    "plain_number": plain_number,
    "status": status,
}
