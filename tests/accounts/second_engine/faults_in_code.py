"""A hundred faults of twelve kinds in the first engine's own code: its SQL functions, its statements, its Python.

Each is a change of text somebody might make by mistake: applied, the world is built by the faulty engine, and the
second has to see it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from accounts.ledger import closing, reversal, settlement
from accounts.ledger.entries import Movement
from accounts.ledger.events import Kind
from accounts.ledger.rules import calendar


@dataclass(frozen=True)
class Fault:
    """``where``: a function of the database, a statement file, or ``python``; ``old`` becomes ``new``."""

    where: str
    old: str = ""
    new: str = ""
    change: object = None  # python: (module, name, replacement)
    method: str = "days_product"


WEIGHT = "ledger_weight(date,integer,text)"
YEAR = "ledger_year(date)"
YEAR_WEIGHT = "ledger_year_weight(integer,text)"
TO_FEN = "ledger_to_fen(numeric,numeric)"
LATE = "ledger_late_interest(date,bigint)"
RESOLVE = "ledger_resolve(date,jsonb,bigint[],ledger_head[])"
WRITE = "ledger_write_moves(date,ledger_move[])"

_weight = calendar.weight


def _plus(days):
    return lambda value_date, year, method=calendar.Method.DAYS_PRODUCT: _weight(value_date, year, method) + days


def _plain(*given, **named):
    """A leg of a merge that forgets what the products know."""
    if named.get("kind") is Kind.MERGE:
        named = {name: value for name, value in named.items() if not name.startswith("product_adjust")}
    return Movement(*given, **named)


KINDS: dict[str, list[Fault]] = {
    "weight one day off": [
        Fault(WEIGHT, "greatest(v, make_date(y - 1, 7, 1)) + 1", "greatest(v, make_date(y - 1, 7, 1))"),
        Fault(WEIGHT, "greatest(v, make_date(y - 1, 7, 1)) + 1", "greatest(v, make_date(y - 1, 7, 1)) + 2"),
        Fault(WEIGHT, "greatest(v, make_date(y - 1, 7, 1)) + 1", "greatest(v + 1, make_date(y - 1, 7, 1)) + 1"),
    ],
    "30 June against 1 July": [
        Fault(WEIGHT, "make_date(y - 1, 7, 1)) + 1", "make_date(y - 1, 7, 2)) + 1"),
        Fault(YEAR, "(extract(month FROM v) >= 7)::int", "(v >= make_date(extract(year FROM v)::int, 6, 30))::int"),
        Fault(WEIGHT, "make_date(y, 6, 30) -", "make_date(y, 7, 1) -"),
    ],
    "late chain": [
        Fault(LATE, "(a.brought + c.earned) * ledger_year_weight", "(a.brought) * ledger_year_weight"),
        Fault(LATE, "SET earned = c.earned + r.paid", "SET earned = r.paid"),
        Fault(LATE, "i.interest - coalesce(r.interest, 0)", "i.interest"),
        Fault(LATE, "coalesce(r.product_current, 0) + a.product_current AS current", "a.product_current AS current"),
    ],
    "closing, then restore": [
        Fault("python", change=(closing, "weight", _plus(1))),
        Fault("python", change=(reversal, "_append_reversed", lambda row, voucher: None)),
        Fault("python", change=(reversal, "_RED_ROWS", ("-p.product_adjust_current", "0"))),
        Fault("python", change=(reversal, "_RED_ROWS", ("-p.product_adjust_carried", "p.product_adjust_carried"))),
    ],
    "merge": [
        Fault("python", change=(closing, "weight", lambda value_date, year, method: 0)),
        Fault("python", change=(closing, "weight", _plus(-1))),
        Fault("python", change=(closing, "Movement", lambda *given, **named: _plain(*given, **named))),
    ],
    "wrong bucket at two rates": [
        Fault("settle_stage", "w.whole_current * %(rate_current)s", "w.whole_current * %(rate_carried)s"),
        Fault("settle_stage", "w.whole_carried * %(rate_carried)s", "w.whole_carried * %(rate_current)s"),
        Fault(LATE, "p.current * t.rate_current", "p.current * t.rate_carried"),
        Fault(WRITE, "product_current = s.product_current + d.product_current",
              "product_current = s.product_current + d.product_carried"),
    ],
    "366 days": [
        Fault(YEAR_WEIGHT, "make_date(y, 6, 30) - make_date(y - 1, 6, 30)", "365"),
        Fault(YEAR_WEIGHT, "make_date(y, 6, 30) - make_date(y - 1, 6, 30)", "366"),
        Fault(WEIGHT, "make_date(y, 6, 30) -", "least(make_date(y, 6, 30), make_date(y - 1, 7, 1) + 364) -"),
    ],
    "early or double rounding": [
        Fault(TO_FEN, "div(200 * abs(numerator) + divisor, 2 * divisor)",
              "div(200 * abs(round(numerator, -3)) + divisor, 2 * divisor)"),
        Fault(TO_FEN, "div(200 * abs(numerator) + divisor, 2 * divisor) * 0.01",
              "round(round(abs(numerator) / divisor, 1), 2)"),
        Fault(TO_FEN, "200 * abs(numerator) + divisor", "200 * abs(numerator)"),
        Fault(TO_FEN, "div(200 * abs(numerator) + divisor, 2 * divisor) * 0.01",
              "round(abs(numerator) * round(1 / divisor, 8), 2)"),
    ],
    "wrong method": [
        Fault(WEIGHT, "method = 'months_11_to_0'", "method = 'months'", method="months_11_to_0"),
        Fault(WEIGHT, "method = 'months_11_to_0'", "method <> 'months_11_to_0'"),
        Fault(WEIGHT, "18 -", "19 -", method="months_11_to_0"),
        Fault(YEAR_WEIGHT, "THEN 360", "THEN 365", method="months_11_to_0"),
    ],
    "double roll": [
        Fault("settle_write", "carried = s.carried + s.current + t.interest + s.next_carried",
              "carried = s.carried + s.current + 2 * t.interest + s.next_carried"),
        Fault("settle_write", "product_carried = (s.carried + s.current + t.interest)",
              "product_carried = (s.carried + s.current + 2 * t.interest)"),
        Fault("settle_write", "                      + s.next_product_carried", "                      + 2 * s.next_product_carried"),
        Fault("settle_write", "current = s.next_current", "current = s.current + s.next_current"),
    ],
    "lost or doubled entry": [
        Fault(WRITE, "FROM unnest(p_moves) m ORDER BY m.id;", "FROM unnest(p_moves) m WHERE mod(m.id, 5) <> 0 ORDER BY m.id;"),
        Fault(WRITE, "next_current = s.next_current + d.next_current", "next_current = s.next_current + 2 * d.next_current"),
        Fault("settle_write", "%(year)s + 1, 0, t.interest,", "%(year)s + 1, 0, 2 * t.interest,"),
        Fault(WRITE, "next_current = s.next_current + d.next_current", "next_current = s.next_current"),
    ],
    "stale product": [
        Fault(WRITE, "product_current = s.product_current + d.product_current", "product_current = s.product_current"),
        Fault(WRITE, "product_carried = s.product_carried + d.product_carried", "product_carried = s.product_carried"),
        Fault(WRITE, "next_product_current = s.next_product_current + d.next_product_current",
              "next_product_current = s.next_product_current"),
        Fault("settle_write", "product_current = s.next_product_current", "product_current = s.product_current"),
    ],
}  # fmt: skip


@contextmanager
def planted(fault: Fault, monkeypatch) -> Iterator[None]:
    """The engine with the fault in it, for this transaction."""
    if fault.where == "python":
        module, name, replacement = fault.change
        if isinstance(replacement, tuple):
            replacement = _replaced(getattr(module, name), *replacement)
        monkeypatch.setattr(module, name, replacement, raising=False)
    elif fault.where.endswith(")"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_functiondef(%s::regprocedure)", [fault.where])
            cursor.execute(_replaced(cursor.fetchone()[0], fault.old, fault.new).replace("%", "%%"), [])
    else:
        whole = {name: settlement.statement(name) for name in ("settle_stage", "settle_write")}
        whole[fault.where] = _replaced(whole[fault.where], fault.old, fault.new)
        monkeypatch.setattr(settlement, "statement", whole.__getitem__)
        steps = tuple(part.strip() for part in whole["settle_write"].split("-- step\n")[1:])
        monkeypatch.setattr(settlement, "steps", lambda name: steps)
    yield


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, f"{old!r} is not in it any more: plant another fault"
    return text.replace(old, new, 1)
